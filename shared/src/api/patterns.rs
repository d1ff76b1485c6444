//! Access patterns of a table, kept in Dynadesk's own store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::patterns::Pattern;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PatternView {
    /// Stands in URLs.
    pub id: String,
    pub pattern: Pattern,
    /// Another one with every save: a change names the one that it was made from.
    pub version: String,
    pub saved_at: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PatternList {
    /// By name.
    pub patterns: Vec<PatternView>,
    /// What each one's last run cost, by its name in lower case.
    pub measured: BTreeMap<String, Measured>,
}

/// Saves a pattern. Without `replaces` the name must be free (`name_taken`); with it, the pattern that
/// it names must still be of that version (`pattern_changed`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatternSave {
    pub pattern: Pattern,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Seen>,
}

/// A pattern as the operator saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Seen {
    pub id: String,
    pub version: String,
}

/// Deletes a pattern that is still of this version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatternDelete {
    pub version: String,
}

/// Saves all of them, or none where one is not as it was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatternsImport {
    pub patterns: Vec<PatternSave>,
}

/// What a run cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Capacity units that the engine reported.
    pub units: f64,
    pub requests: u64,
    /// Items that the engine examined, and that came back; nothing for a write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<u64>,
    /// ISO; the server's clock says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Keeps what the last run of a pattern cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PatternMeasured {
    pub name: String,
    pub measured: Measured,
}
