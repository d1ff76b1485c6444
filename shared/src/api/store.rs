//! Dynadesk's own store: where it is and whether it answers, and what an operator prefers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoreStatus {
    /// Whether it answers now.
    pub available: bool,
    /// Where it is, for a person: `embedded engine (.dynadesk/store.db)`, `table dynadesk on prod`. Empty for whoever
    /// is no admin of everything.
    pub place: String,
    /// What is off and why, for a person, where it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What an operator chose, by name; values are JSON that only the console reads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    #[serde(default)]
    pub values: BTreeMap<String, serde_json::Value>,
}
