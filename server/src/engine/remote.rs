//! Engines behind a network: endpoints with keys of their own, and AWS as its SDK resolves it.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use dynadesk_shared::api::connections::{Capabilities, Feature};

use super::metrics::{Counting, Roles};
use super::{CloudWatch, Engine};

/// Where an AWS connection ended up.
#[derive(Debug)]
pub struct Resolved {
    pub region: Option<String>,
    /// An endpoint that is not AWS's own.
    pub endpoint: Option<String>,
}

/// Keys for an endpoint.
pub struct StaticKeys<'a> {
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
    pub session_token: Option<&'a str>,
}

/// A role to take on with whatever the connection's own credentials are.
pub struct RoleToAssume<'a> {
    pub arn: &'a str,
    pub external_id: Option<&'a str>,
}

/// An engine at a URL. Nothing of the AWS environment has a say in it.
pub fn endpoint(url: &str, region: &str, keys: &StaticKeys<'_>, lacks: &[Feature], cloudwatch: Option<&str>) -> Engine {
    let token = keys.session_token.map(str::to_owned);
    let credentials = Credentials::new(keys.access_key_id, keys.secret_access_key, token, None, "dynadesk");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http_client())
        .timeout_config(timeouts())
        .retry_config(retries())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(url)
        .build();
    let why = "this endpoint is configured without it (`lacks` in dynadesk.toml)";
    let mut missing: BTreeMap<Feature, String> = lacks.iter().map(|feature| (*feature, why.to_owned())).collect();
    let counting = Counting::begin();
    let cloudwatch = cloudwatch.filter(|_| !missing.contains_key(&Feature::Metrics)).map(|url| {
        let builder = aws_sdk_cloudwatch::config::Builder::from(&config).endpoint_url(url);
        CloudWatch::new(builder, &counting, format!("CloudWatch at {url}"))
    });
    if cloudwatch.is_none() {
        let why = "this endpoint has no CloudWatch (`cloudwatch_url` in dynadesk.toml)";
        missing.entry(Feature::Metrics).or_insert_with(|| why.to_owned());
    }
    Engine::new(
        counting,
        aws_sdk_dynamodb::config::Builder::from(&config),
        aws_sdk_dynamodbstreams::config::Builder::from(&config),
        capabilities(missing),
        cloudwatch,
    )
}

/// AWS, or whatever the environment and the profile make of it.
pub async fn aws(
    profile: Option<&str>,
    region: Option<&str>,
    role: Option<RoleToAssume<'_>>,
    cloudwatch: Option<&str>,
) -> (Engine, Resolved) {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client())
        .timeout_config(timeouts())
        .retry_config(retries())
        .region(region_of(profile, region));
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    let mut config = loader.load().await;
    let counting = Counting::begin();
    if let Some(role) = role {
        config = assume(config, role, &counting).await;
    }
    let resolved = Resolved {
        region: config.region().map(ToString::to_string),
        endpoint: endpoint_of(&config),
    };
    let cloudwatch = measurements(&config, &resolved, cloudwatch, &counting);
    let missing = match &cloudwatch {
        Ok(_) => BTreeMap::new(),
        Err(why) => BTreeMap::from([(Feature::Metrics, why.clone())]),
    };
    let builder = aws_sdk_dynamodb::config::Builder::from(&config);
    let streams = streams(&config, resolved.endpoint.as_deref());
    let engine = Engine::new(counting, builder, streams, capabilities(missing), cloudwatch.ok());
    (engine, resolved)
}

/// CloudWatch of the same account and region, or why there is none. A DynamoDB that was redirected
/// says nothing of where its measurements are, so AWS_ENDPOINT_URL has no say here: asking AWS about
/// tables of an emulator would answer with somebody else's numbers, or with none.
fn measurements(config: &SdkConfig, resolved: &Resolved, url: Option<&str>, counting: &Counting) -> Result<CloudWatch, String> {
    if let (Some(elsewhere), None) = (&resolved.endpoint, url) {
        return Err(format!(
            "DynamoDB is redirected to {elsewhere}, and nothing says where its CloudWatch is: set `cloudwatch_url` in dynadesk.toml or AWS_ENDPOINT_URL_CLOUDWATCH"
        ));
    }
    let mut builder = aws_sdk_cloudwatch::config::Builder::from(config);
    builder.set_endpoint_url(url.map(str::to_owned));
    let region = resolved.region.as_deref().unwrap_or_default();
    let place = url.map_or_else(|| format!("CloudWatch in {region}"), |url| format!("CloudWatch at {url}"));
    Ok(CloudWatch::new(builder, counting, place))
}

/// Said, set or in the profile. The SDK would go on to ask the metadata service of EC2, which a
/// machine without one answers with seconds of silence.
fn region_of(profile: Option<&str>, region: Option<&str>) -> aws_config::meta::region::RegionProviderChain {
    let mut files = aws_config::profile::ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        files = files.profile_name(profile);
    }
    aws_config::meta::region::RegionProviderChain::first_try(region.map(|region| Region::new(region.to_owned())))
        .or_else(aws_config::environment::EnvironmentVariableRegionProvider::new())
        .or_else(files.build())
}

async fn assume(config: SdkConfig, role: RoleToAssume<'_>, counting: &Counting) -> SdkConfig {
    let Some(own) = config.credentials_provider() else {
        return config;
    };
    let counted = Roles {
        client: http_client(),
        counting: counting.clone(),
    };
    let counted = config.to_builder().http_client(counted).build();
    let mut provider = AssumeRoleProvider::builder(role.arn).session_name("dynadesk").configure(&counted);
    if let Some(id) = role.external_id {
        provider = provider.external_id(id);
    }
    let assumed = provider.build_from_provider(own).await;
    config
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(assumed))
        .build()
}

/// The streams are where the tables are: an endpoint that is set for DynamoDB alone holds for them
/// too, unless they have one of their own.
fn streams(config: &SdkConfig, endpoint: Option<&str>) -> aws_sdk_dynamodbstreams::config::Builder {
    let mut builder = aws_sdk_dynamodbstreams::config::Builder::from(config);
    if let Some(url) = endpoint_of_service(config, "DynamoDB Streams").or_else(|| endpoint.map(str::to_owned)) {
        builder = builder.endpoint_url(url);
    }
    builder
}

/// What the SDK takes for DynamoDB's endpoint, by its own precedence: it is the one that connects.
fn endpoint_of(config: &SdkConfig) -> Option<String> {
    endpoint_of_service(config, "DynamoDB").or_else(|| config.endpoint_url().map(str::to_owned))
}

fn endpoint_of_service(config: &SdkConfig, service: &str) -> Option<String> {
    let key = aws_types::service_config::ServiceConfigKey::builder()
        .service_id(service)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    config.service_config().and_then(|settings| settings.load_config(key))
}

fn capabilities(missing: BTreeMap<Feature, String>) -> Capabilities {
    Capabilities { missing, scan_segments: 4 }
}

/// A stopped engine is noticed within seconds.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(30))
        .operation_timeout(Duration::from_secs(50))
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(100))
}

/// The one HTTP client of all connections: rustls with ring.
pub fn http_client() -> SharedHttpClient {
    static CLIENT: std::sync::OnceLock<SharedHttpClient> = std::sync::OnceLock::new();
    CLIENT
        .get_or_init(|| {
            // The SDK asserts that there is a root where it looks for any; without one it only fails to connect.
            let trusted = match crate::tls::distrust() {
                Some(_) => TrustStore::empty(),
                None => TrustStore::default(),
            };
            let context = TlsContext::builder().with_trust_store(trusted).build().unwrap_or_default();
            aws_smithy_http_client::Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(context)
                .build_https()
        })
        .clone()
}
