//! The Cognito user pool: every page of ListUsers, read gently.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::Builder;
use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::list_users::{ListUsersError, ListUsersOutput};
use aws_sdk_cognitoidentityprovider::types::UserType;
use dynadesk_shared::api::connections::ConnectionHealth;
use dynadesk_shared::api::identity::{PoolView, ReadProgress};
use dynadesk_shared::identity::PoolUser;

use crate::config::identity::PoolConfig;
use crate::engine::items::jittered;
use crate::engine::metrics::{Counters, Counting};
use crate::engine::remote;
use crate::error::{Error, ErrorKind, Result};

/// The most that ListUsers gives.
const PAGE: i32 = 60;
/// How often a page that is refused for haste is asked for.
const TRIES: u32 = 10;
/// How often one is asked for that is lost on its way, or fails at Cognito's own.
const LOST_TRIES: u32 = 4;

/// A user pool. Its debug form holds no keys.
pub struct Pool {
    pub view: PoolView,
    client: Client,
    counting: Counting,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pool").field("view", &self.view).finish_non_exhaustive()
    }
}

impl Pool {
    /// Asks nobody yet, but for the keys that a profile may have to fetch.
    pub async fn open(config: &PoolConfig) -> Self {
        // Always said: the SDK would take a general AWS_ENDPOINT_URL, which usually means DynamoDB.
        let suffix = if config.region.starts_with("cn-") {
            "amazonaws.com.cn"
        } else {
            "amazonaws.com"
        };
        let own = format!("https://cognito-idp.{}.{suffix}", config.region);
        let (endpoint, source) = config.endpoint.clone().map_or((own, None), |(url, by)| (url, Some(by)));
        let region = Region::new(config.region.clone());
        let is_aws = endpoint
            .parse::<http::Uri>()
            .is_ok_and(|uri| uri.host().is_some_and(|host| host.ends_with(&format!(".{suffix}"))));
        let builder = if is_aws || config.profile.is_some() {
            let mut loader = aws_config::defaults(BehaviorVersion::latest())
                .http_client(remote::http_client())
                .region(region);
            if let Some(profile) = &config.profile {
                loader = loader.profile_name(profile);
            }
            Builder::from(&loader.load().await)
        } else {
            // A stand-in gets no real keys.
            let keys = Credentials::new("dynadesk", "dynadesk", None, None, "dynadesk");
            Builder::new()
                .behavior_version(BehaviorVersion::latest())
                .http_client(remote::http_client())
                .region(region)
                .credentials_provider(keys)
        };
        let counting = Counting::begin();
        counting.name(dynadesk_shared::access::IDENTITY);
        let builder = builder
            .endpoint_url(&endpoint)
            .interceptor(counting.clone())
            .timeout_config(remote::timeouts())
            // Haste is answered here, where it is counted.
            .retry_config(RetryConfig::standard().with_max_attempts(1));
        Self {
            view: PoolView {
                id: config.id.clone(),
                region: config.region.clone(),
                profile: config.profile.clone(),
                endpoint,
                endpoint_source: source,
            },
            client: Client::from_conf(builder.build()),
            counting,
        }
    }

    /// What was asked of it since it was opened.
    pub fn counters(&self) -> &Counters {
        &self.counting.counters
    }

    pub async fn health(&self) -> ConnectionHealth {
        let started = Instant::now();
        let answer = self.client.list_users().user_pool_id(&self.view.id).limit(1).send().await;
        let problem = answer.err().map(|error| self.refused(error).message);
        ConnectionHealth {
            reachable: problem.is_none(),
            problem,
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Every user of the pool. `seen` hears how far it is.
    pub async fn users(&self, mut seen: impl FnMut(ReadProgress)) -> Result<Vec<PoolUser>> {
        let (mut users, mut progress, mut token) = (Vec::new(), ReadProgress::default(), None);
        let (mut known, mut tokens) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let page = self.page(token.take(), &mut progress, &mut seen).await?;
            // Users that come and go while it is read can stand on two pages.
            users.extend(page.users().iter().map(user).filter(|user| known.insert(user.username.clone())));
            progress.pages += 1;
            progress.users = users.len() as u64;
            seen(progress);
            match page.pagination_token {
                Some(next) if !tokens.insert(next.clone()) => {
                    let message = format!(
                        "user pool {}: Cognito gave the same page token twice, so its end is not reached",
                        self.view.id
                    );
                    return Err(Error::new(ErrorKind::EngineFailed, "pool_failed", message));
                }
                Some(next) if !next.is_empty() => token = Some(next),
                _ => return Ok(users),
            }
        }
    }

    /// One page. No attribute is asked for: Cognito refuses the page where a user lacks one.
    async fn page(
        &self,
        token: Option<String>,
        progress: &mut ReadProgress,
        seen: &mut impl FnMut(ReadProgress),
    ) -> Result<ListUsersOutput> {
        let (mut hasty, mut lost) = (0, 0);
        loop {
            let asked = self.client.list_users().user_pool_id(&self.view.id).limit(PAGE);
            let error = match asked.set_pagination_token(token.clone()).send().await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            let passes = passes(&error);
            let error = self.refused(error);
            let throttled = error.kind == ErrorKind::Throttled;
            let (tries, most) = if throttled { (&mut hasty, TRIES) } else { (&mut lost, LOST_TRIES) };
            *tries += 1;
            if *tries >= most || !(throttled || passes) {
                return Err(error);
            }
            if throttled {
                progress.throttled += 1;
                seen(*progress);
            }
            tokio::time::sleep(jittered(Duration::from_millis(100), hasty + lost, Duration::from_secs(5))).await;
        }
    }

    fn refused(&self, error: SdkError<ListUsersError, HttpResponse>) -> Error {
        let (id, endpoint) = (&self.view.id, &self.view.endpoint);
        let unreachable = |why: String| Error::new(ErrorKind::EngineFailed, "pool_unreachable", format!("Cognito at {endpoint} {why}"));
        match &error {
            SdkError::TimeoutError(_) => unreachable("did not answer in time".to_owned()),
            SdkError::DispatchFailure(failure) => {
                let mut cause: Option<&dyn std::error::Error> = failure.as_connector_error().map(|error| error as _);
                let mut last = String::new();
                while let Some(error) = cause {
                    last = error.to_string();
                    cause = error.source();
                }
                unreachable(format!("could not be reached: {last}"))
            }
            SdkError::ResponseError(_) => unreachable("answered what is not Cognito's: check its endpoint".to_owned()),
            SdkError::ServiceError(context) => {
                let code = context.err().code().unwrap_or_default().to_owned();
                let said = context.err().message().unwrap_or(&code).to_owned();
                let (kind, own, what) = match code.as_str() {
                    "TooManyRequestsException" | "ThrottlingException" | "LimitExceededException" => {
                        (ErrorKind::Throttled, "pool_throttled", "asks for patience")
                    }
                    "ResourceNotFoundException" => (ErrorKind::NotFound, "pool_not_found", "does not know it"),
                    "NotAuthorizedException"
                    | "AccessDeniedException"
                    | "UnrecognizedClientException"
                    | "InvalidSignatureException"
                    | "ExpiredTokenException" => (ErrorKind::Forbidden, "pool_denied", "refused this"),
                    "InvalidParameterException" => (ErrorKind::Invalid, "pool_refused", "refused this"),
                    _ => (ErrorKind::EngineFailed, "pool_failed", "failed"),
                };
                let mut error = Error::new(kind, own, format!("user pool {id}: Cognito at {endpoint} {what}: {said}"));
                error.engine_code = Some(code).filter(|code| !code.is_empty());
                error
            }
            _ => Error::new(ErrorKind::EngineFailed, "pool_failed", format!("user pool {id} could not be asked")),
        }
    }
}

/// What may go well when it is asked again: a connection that broke, a fault of Cognito's own.
fn passes(error: &SdkError<ListUsersError, HttpResponse>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(context) => context.raw().status().is_server_error() || context.err().is_internal_error_exception(),
        _ => false,
    }
}

fn user(found: &UserType) -> PoolUser {
    let attribute = |name: &str| {
        let attributes = found.attributes().iter();
        attributes
            .filter(|one| one.name() == name)
            .find_map(|one| one.value().map(str::to_owned))
    };
    PoolUser {
        username: found.username().unwrap_or_default().to_owned(),
        sub: attribute("sub"),
        preferred_username: attribute("preferred_username"),
        status: found.user_status().map_or_else(String::new, |status| status.as_str().to_owned()),
        enabled: found.enabled(),
    }
}
