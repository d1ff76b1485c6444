//! Tables as an engine keeps them: names, descriptions, creation, TTL, deletion.

mod create;
mod describe;
mod settings;
mod update;

use std::time::Instant;

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::TableNames;
use serde_json::json;

use super::convert::exchange;
use super::{Engine, EngineError};

/// DynamoDB's own most.
const NAMES_A_PAGE: i32 = 100;

impl Engine {
    /// One page of table names, after the one given.
    pub async fn list_tables(&self, after: Option<String>) -> Result<TableNames, EngineError> {
        let page = self
            .client()
            .list_tables()
            .limit(NAMES_A_PAGE)
            .set_exclusive_start_table_name(after)
            .send()
            .await?;
        Ok(TableNames {
            names: page.table_names.unwrap_or_default(),
            next: page.last_evaluated_table_name,
        })
    }

    /// Turns TTL on for one attribute, or off.
    pub async fn update_ttl(&self, table: &str, attribute: &str, enabled: bool) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        let specification = aws_sdk_dynamodb::types::TimeToLiveSpecification::builder()
            .attribute_name(attribute)
            .enabled(enabled)
            .build()
            .map_err(super::error::unbuildable)?;
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

    /// Deletes a table and everything in it.
    pub async fn delete_table(&self, table: &str) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        self.client().delete_table().table_name(table).send().await?;
        Ok(exchange("DeleteTable", json!({"TableName": table}), started))
    }
}
