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

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use dynadesk_shared::api::connections::Capabilities;

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
    counting: Counting,
    cloudwatch: Option<CloudWatch>,
}

impl Engine {
    /// An engine that this configuration reaches. What passes through it is counted.
    pub fn new(
        counting: Counting,
        config: aws_sdk_dynamodb::config::Builder,
        streams: aws_sdk_dynamodbstreams::config::Builder,
        capabilities: Capabilities,
        cloudwatch: Option<CloudWatch>,
    ) -> Self {
        let streams = streams.interceptor(counting.clone()).build();
        Self {
            client: Client::from_conf(config.interceptor(counting.clone()).build()),
            streams: aws_sdk_dynamodbstreams::Client::from_conf(streams),
            capabilities: Arc::new(capabilities),
            counting,
            cloudwatch,
        }
    }

    /// What traces call it. The store's own engine is no connection and has no name.
    pub fn name(&self, connection: &str) {
        self.counting.name(connection);
    }

    /// What passed through this engine since it was opened.
    pub fn counters(&self) -> &Counters {
        &self.counting.counters
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
