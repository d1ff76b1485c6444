//! Items: pages of a scan, and one item by its key.

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use crate::filter::Filter;
use crate::key::Key;
use crate::key_condition::KeyCondition;
use crate::value::Item;

/// One page of a scan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScanRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// How many items the engine examines at most (before the filter), 1 to 1,000.
    pub limit: u32,
    /// Where the page begins: the `next` of the page before it, under the same request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// One part of a parallel scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    #[serde(default)]
    pub consistent: bool,
    /// Attribute paths to read; empty for whole items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projection: Vec<String>,
    /// Counts and gives no items.
    #[serde(default)]
    pub count: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Segment {
    pub number: u16,
    pub of: u16,
}

/// One page of a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct QueryRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    pub key: KeyCondition,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// How many items the engine examines at most (before the filter), 1 to 1,000.
    pub limit: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// From the greatest sort key down.
    #[serde(default)]
    pub descending: bool,
    #[serde(default)]
    pub consistent: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub projection: Vec<String>,
    /// Counts and gives no items.
    #[serde(default)]
    pub count: bool,
}

/// A page of items as the engine gave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ItemsPage {
    pub items: Vec<Item>,
    /// How many items the engine examined.
    pub scanned: u64,
    /// How many of them matched: `items.len()`, or more where only a count was asked for.
    #[serde(default)]
    pub matched: u64,
    /// Continue here. Only its absence proves the end; it may lead to an empty page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub exchange: Exchange,
}

/// Asks for one item, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemGet {
    pub key: Key,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ItemView {
    /// Nothing where no item has the key any more.
    pub item: Option<Item>,
    pub exchange: Exchange,
}
