//! Time to live: DescribeTimeToLive and UpdateTimeToLive.

use std::time::Instant;

use aws_sdk_dynamodb::types as sdk;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::expiry::{ExpiryView, TtlState, TtlStatus};
use serde_json::json;

use crate::engine::convert::exchange;
use crate::engine::error::unbuildable;
use crate::engine::{Engine, EngineError, EngineErrorKind};

impl Engine {
    /// Whether TTL is on, on which attribute, and whether that is still being changed.
    pub async fn describe_ttl(&self, table: &str) -> Result<ExpiryView, EngineError> {
        let started = Instant::now();
        let answer = self.client().describe_time_to_live().table_name(table).send().await?;
        let exchange = exchange("DescribeTimeToLive", json!({"TableName": table}), started);
        let described = answer.time_to_live_description;
        let status = match described.as_ref().and_then(|ttl| ttl.time_to_live_status.as_ref()) {
            None | Some(sdk::TimeToLiveStatus::Disabled) => TtlStatus::Disabled,
            Some(sdk::TimeToLiveStatus::Enabled) => TtlStatus::Enabled,
            Some(sdk::TimeToLiveStatus::Enabling) => TtlStatus::Enabling,
            Some(sdk::TimeToLiveStatus::Disabling) => TtlStatus::Disabling,
            Some(other) => {
                let message = format!("the engine says of TTL {:?}, which DynamoDB does not", other.as_str());
                return Err(EngineError::new(EngineErrorKind::Other, message));
            }
        };
        // Some engines remember the attribute of a TTL that is off.
        let attribute = described
            .and_then(|ttl| ttl.attribute_name)
            .filter(|_| status != TtlStatus::Disabled);
        Ok(ExpiryView {
            state: TtlState { status, attribute },
            exchange,
        })
    }

    /// Turns TTL on for one attribute, or off.
    pub async fn update_ttl(&self, table: &str, attribute: &str, enabled: bool) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        let specification = sdk::TimeToLiveSpecification::builder()
            .attribute_name(attribute)
            .enabled(enabled)
            .build()
            .map_err(unbuildable)?;
        self.client()
            .update_time_to_live()
            .table_name(table)
            .time_to_live_specification(specification)
            .send()
            .await?;
        let request = json!({
            "TableName": table,
            "TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": enabled},
        });
        Ok(exchange("UpdateTimeToLive", request, started))
    }
}
