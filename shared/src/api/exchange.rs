//! The request behind a screen: what was asked of the engine, and what it cost.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// `Scan`, `Query`, `TransactWriteItems` and so on.
    pub operation: String,
    /// The exact request in DynamoDB's JSON form.
    pub request: serde_json::Value,
    /// The index it read, where it read one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// Capacity units that the engine reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumed: Option<f64>,
    pub took_ms: u64,
}
