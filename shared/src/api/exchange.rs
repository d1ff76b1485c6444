//! The request behind a screen: what was asked of the engine, and what it cost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// How they split over the table and its indexes, where the engine says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<CapacitySplit>,
    pub took_ms: u64,
}

/// Capacity units by what was read or written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CapacitySplit {
    pub table: f64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<String, f64>,
}
