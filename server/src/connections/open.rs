//! From a configured connection to an open one, and to what the browser may know of it.

use dynadesk_shared::api::connections::ConnectionView;

use super::Connection;
use crate::config::connection::{Keys, Role, check_url};
use crate::config::{ConfigError, ConnectionConfig, ENDPOINT_VARIABLES, Environment, Place};
use crate::engine::remote::{RoleToAssume, StaticKeys};
use crate::engine::{Engine, embedded, remote};
use crate::items::KnownKeys;

/// Some of a view, by kind.
#[derive(Default)]
struct Whereabouts {
    engine: &'static str,
    place: String,
    region: Option<String>,
    profile: Option<String>,
    endpoint: Option<String>,
    endpoint_source: Option<String>,
}

/// Opens one connection. Only the embedded engine is touched: the others are asked when a person asks.
pub async fn open(config: &ConnectionConfig, env: &Environment<'_>) -> Result<Connection, ConfigError> {
    let (engine, found) = match &config.place {
        Place::Embedded { file } => {
            let refused = |error: crate::engine::EngineError| ConfigError(format!("connection {:?}: {error}", config.name));
            let whereabouts = Whereabouts {
                engine: "embedded engine",
                place: file.as_ref().map_or_else(|| "memory".to_owned(), |file| file.display().to_string()),
                ..Whereabouts::default()
            };
            (embedded::open(file.as_deref(), !config.read_only).map_err(refused)?, whereabouts)
        }
        Place::Endpoint {
            url,
            region,
            keys,
            source,
            lacks,
        } => {
            let whereabouts = Whereabouts {
                engine: "endpoint",
                place: url.clone(),
                region: Some(region.clone()),
                endpoint: Some(url.clone()),
                endpoint_source: Some(source.clone()),
                ..Whereabouts::default()
            };
            let cloudwatch = config.cloudwatch.as_deref();
            (remote::endpoint(url, region, &static_keys(keys), lacks, cloudwatch), whereabouts)
        }
        Place::Aws { profile, region, role } => {
            let cloudwatch = cloudwatch(config, env)?;
            aws(
                &config.name,
                profile.as_deref(),
                region.as_deref(),
                role.as_ref(),
                cloudwatch.as_deref(),
                env,
            )
            .await?
        }
    };
    engine.name(&config.name);
    let view = ConnectionView {
        name: config.name.clone(),
        label: config.label.clone(),
        color: config.color.clone(),
        engine: found.engine.to_owned(),
        place: found.place,
        region: found.region,
        profile: found.profile,
        endpoint: found.endpoint,
        endpoint_source: found.endpoint_source,
        read_only: config.read_only,
        production: config.production,
        second_person: config.second_person,
        scan_budget: config.scan_budgets.is_any(),
        is_default: config.is_default,
        access: None,
        capabilities: engine.capabilities().clone(),
    };
    Ok(Connection {
        view,
        engine,
        keys: KnownKeys::default(),
        scan_budgets: config.scan_budgets,
        alone: matches!(config.place, Place::Embedded { .. }),
        reserved: None,
    })
}

/// CloudWatch's own endpoint, where the configuration or the variable of that very service names one.
fn cloudwatch(config: &ConnectionConfig, env: &Environment<'_>) -> Result<Option<String>, ConfigError> {
    const VARIABLE: &str = "AWS_ENDPOINT_URL_CLOUDWATCH";
    let Some(url) = config.cloudwatch.clone().or_else(|| env.get(VARIABLE)) else {
        return Ok(None);
    };
    check_url(&url).map_err(|why| ConfigError(format!("connection {:?}: {VARIABLE}: {why}", config.name)))?;
    Ok(Some(url))
}

fn static_keys(keys: &Keys) -> StaticKeys<'_> {
    StaticKeys {
        access_key_id: &keys.access_key_id,
        secret_access_key: keys.secret_access_key.reveal(),
        session_token: keys.session_token.as_ref().map(|token| token.reveal()),
    }
}

async fn aws(
    name: &str,
    profile: Option<&str>,
    region: Option<&str>,
    role: Option<&Role>,
    cloudwatch: Option<&str>,
    env: &Environment<'_>,
) -> Result<(Engine, Whereabouts), ConfigError> {
    let role = || {
        role.map(|role| RoleToAssume {
            arn: &role.arn,
            external_id: role.external_id.as_deref(),
        })
    };
    let (mut engine, mut resolved) = remote::aws(profile, region, role(), cloudwatch).await;
    if resolved.region.is_none() && resolved.endpoint.is_some() {
        // An emulator does not care, but nothing is signed without a region.
        (engine, resolved) = remote::aws(profile, Some("us-east-1"), role(), cloudwatch).await;
    }
    let Some(region) = resolved.region else {
        return Err(ConfigError(format!(
            "connection {name:?} has no region: give it `region`, or set AWS_REGION or the profile's region"
        )));
    };
    if let Some(why) = resolved.endpoint.as_deref().and_then(|url| check_url(url).err()) {
        return Err(ConfigError(format!("connection {name:?}: the endpoint of the AWS settings: {why}")));
    }
    let place = resolved.endpoint.clone().unwrap_or_else(|| format!("AWS DynamoDB in {region}"));
    let endpoint_source = resolved.endpoint.as_deref().map(|url| {
        let variable = ENDPOINT_VARIABLES
            .into_iter()
            .find(|name| env.get(name).is_some_and(|value| value == url));
        variable.map_or_else(|| "the AWS profile".to_owned(), str::to_owned)
    });
    let whereabouts = Whereabouts {
        engine: "AWS",
        place,
        region: Some(region),
        profile: profile.map(str::to_owned).or_else(|| env.get("AWS_PROFILE")),
        endpoint: resolved.endpoint,
        endpoint_source,
    };
    Ok((engine, whereabouts))
}
