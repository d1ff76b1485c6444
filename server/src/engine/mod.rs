//! Everything that speaks to a DynamoDB. The AWS SDK and the embedded engine appear only in here.

mod backups;
pub mod cloudwatch;
pub mod convert;
pub mod embedded;
pub mod error;
mod health;
pub mod items;
pub mod metrics;
pub mod partiql;
pub mod remote;
pub mod streams;
mod sweeper;
pub mod tables;

use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::Client;
use dynadesk_shared::api::connections::Capabilities;

use crate::clock::Clock;
pub use cloudwatch::CloudWatch;
pub use error::{CancelReason, EngineError, EngineErrorKind};
use metrics::{Counters, Counting};

/// One place with tables, whatever serves it: the same client speaks to the embedded engine, to an
/// endpoint and to AWS. Cloning is cheap.
#[derive(Clone)]
pub struct Engine {
    client: Client,
    streams: aws_sdk_dynamodbstreams::Client,
    capabilities: Arc<Capabilities>,
    counters: Counters,
    /// What its connection is called.
    name: Arc<OnceLock<String>>,
    cloudwatch: Option<CloudWatch>,
}

impl Engine {
    /// An engine that this configuration reaches. What passes through it is counted.
    pub fn new(
        config: aws_sdk_dynamodb::config::Builder,
        streams: aws_sdk_dynamodbstreams::Client,
        capabilities: Capabilities,
        cloudwatch: Option<CloudWatch>,
    ) -> Self {
        let clock = Clock::system();
        let counters = Counters::new(clock.now().div_euclid(60_000_000));
        let name = Arc::<OnceLock<String>>::default();
        let counting = Counting {
            counters: counters.clone(),
            clock,
            name: name.clone(),
        };
        Self {
            client: Client::from_conf(config.interceptor(counting).build()),
            streams,
            capabilities: Arc::new(capabilities),
            counters,
            name,
            cloudwatch,
        }
    }

    /// What traces call it. The store's own engine is no connection and has no name.
    pub fn name(&self, connection: &str) {
        _ = self.name.set(connection.to_owned());
    }

    /// What passed through this engine since it was opened.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Where its measurements are, if it sends any.
    pub fn cloudwatch(&self) -> Option<&CloudWatch> {
        self.cloudwatch.as_ref()
    }

    /// What this engine can and cannot do; nobody asks what kind it is.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The SDK's client itself: for this module, and for the bench that compares us with a bare loop.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The client of the streams, which are a service of their own.
    fn streams(&self) -> &aws_sdk_dynamodbstreams::Client {
        &self.streams
    }
}

// The client's own form would print its whole configuration.
impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}
