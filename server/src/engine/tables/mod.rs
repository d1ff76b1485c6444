//! Tables as an engine keeps them: names, descriptions, creation, TTL, deletion.

mod create;
mod describe;
mod settings;
mod ttl;
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

    /// Deletes a table and everything in it.
    pub async fn delete_table(&self, table: &str) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        self.client().delete_table().table_name(table).send().await?;
        Ok(exchange("DeleteTable", json!({"TableName": table}), started))
    }
}
