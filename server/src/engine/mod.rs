//! Everything that speaks to a DynamoDB. The AWS SDK and the embedded engine appear only in here.

pub mod convert;
pub mod embedded;
pub mod error;
mod health;
pub mod items;
pub mod partiql;
pub mod remote;
pub mod streams;
mod sweeper;
pub mod tables;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use dynadesk_shared::api::connections::Capabilities;

pub use error::{CancelReason, EngineError, EngineErrorKind};

/// One place with tables, whatever serves it: the same client speaks to the embedded engine, to an
/// endpoint and to AWS. Cloning is cheap.
#[derive(Clone)]
pub struct Engine {
    client: Client,
    streams: aws_sdk_dynamodbstreams::Client,
    capabilities: Arc<Capabilities>,
}

impl Engine {
    pub fn new(client: Client, streams: aws_sdk_dynamodbstreams::Client, capabilities: Capabilities) -> Self {
        Self {
            client,
            streams,
            capabilities: Arc::new(capabilities),
        }
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
