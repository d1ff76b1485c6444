//! Roles that are taken on. The SDK does it with a client of its own that takes no interceptor, so it is counted
//! at that client's wire: how an attempt ended is known by its status alone.

use std::collections::BTreeMap;
use std::time::Instant;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::intercept::outcome;
use super::{Counting, Outcome, What};

const SERVICE: &str = "STS";

/// An HTTP client that takes on roles and nothing else.
#[derive(Clone, Debug)]
pub struct Roles {
    pub client: SharedHttpClient,
    pub counting: Counting,
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    counting: Counting,
}

/// Counts when it is dropped: an attempt that nobody waits for any more has failed.
struct Attempt {
    counting: Counting,
    began: Instant,
    outcome: Outcome,
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let what = What::new(SERVICE, "AssumeRole");
        self.counting
            .ended(what, self.outcome, self.began.elapsed(), &BTreeMap::new(), false);
    }
}

impl HttpClient for Roles {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.client.http_connector(settings, components),
            counting: self.counting.clone(),
        })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut attempt = Attempt {
            counting: self.counting.clone(),
            began: Instant::now(),
            outcome: Outcome::Failed,
        };
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            if let Ok(answer) = &answer {
                let status = answer.status();
                attempt.outcome = match status.as_u16() {
                    _ if status.is_success() => Outcome::Fine,
                    429 => Outcome::Throttled,
                    400..500 => Outcome::Refused,
                    other => outcome(SERVICE, "", other),
                };
            }
            drop(attempt);
            answer
        })
    }
}
