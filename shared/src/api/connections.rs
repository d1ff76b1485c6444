//! Connections: named places with tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::{Grants, Role};

/// What the browser may know of a connection. Credentials are left out on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionView {
    /// Stands in URLs: a-z, 0-9 and `-`.
    pub name: String,
    pub label: String,
    /// A name of the palette: slate, blue, teal, green, amber, orange, red, pink, violet.
    pub color: String,
    /// What it is, in words: `embedded engine`, `endpoint`, `AWS`.
    pub engine: String,
    /// Where its data is: a file, `memory`, a URL, or an AWS region's endpoint.
    pub place: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The endpoint URL, when it is not AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What set the endpoint: `AWS_ENDPOINT_URL_DYNAMODB`, `dynadesk.toml` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_source: Option<String>,
    pub read_only: bool,
    pub production: bool,
    /// A table is dropped only when a second person approves.
    #[serde(default)]
    pub second_person: bool,
    /// Some role may read only so much of whole tables in an hour.
    #[serde(default)]
    pub scan_budget: bool,
    pub is_default: bool,
    /// What whoever asked was given; everything where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Grants>,
    pub capabilities: Capabilities,
}

impl ConnectionView {
    /// The role of whoever asked on one of its tables.
    pub fn role_on(&self, table: &str) -> Option<Role> {
        match &self.access {
            Some(grants) => grants.on_table(&self.name, table),
            None => Some(Role::Admin),
        }
    }

    /// The role of whoever asked on all of its tables.
    pub fn role_on_all(&self) -> Option<Role> {
        match &self.access {
            Some(grants) => grants.on_all_of(&self.name),
            None => Some(Role::Admin),
        }
    }

    /// The strongest role of whoever asked on any of its tables.
    pub fn role_on_some(&self) -> Option<Role> {
        match &self.access {
            Some(grants) => grants.on_some_of(&self.name),
            None => Some(Role::Admin),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionList {
    pub connections: Vec<ConnectionView>,
    /// Dynadesk's own version, shown in the shell.
    pub version: String,
}

/// What an engine may or may not be able to do. Screens ask for a feature, never for a kind of engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    Transactions,
    PartiQl,
    Streams,
    Ttl,
    Tags,
    DeletionProtection,
    TableClass,
    MultiAttributeKeys,
    OnDemandMaximum,
    /// Units and maximums of a single index, changed after its creation.
    IndexCapacity,
    WarmThroughput,
    Encryption,
    Backups,
    PointInTimeRecovery,
    ResourcePolicy,
    S3Transfer,
    Metrics,
}

/// Everything is there unless it is listed as missing, with the reason that the screen shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capabilities {
    pub missing: BTreeMap<Feature, String>,
    /// How many segments of a parallel scan serve this engine best.
    pub scan_segments: u16,
}

impl Capabilities {
    /// Why a feature is not there, or nothing where it is.
    pub fn why_not(&self, feature: Feature) -> Option<&str> {
        self.missing.get(&feature).map(String::as_str)
    }
}

/// The answer of a health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionHealth {
    pub reachable: bool,
    /// What went wrong, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    pub took_ms: u64,
}
