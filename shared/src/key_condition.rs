//! The key condition of a Query: equality on every partition attribute, then the sort attributes
//! left to right, of which only the last may be a range.

mod compile;
mod validate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::validate::{PARTITION_BYTES, SORT_BYTES, key_in_filter, key_order};
use crate::value::AttributeValue;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyCondition {
    /// Each partition attribute with its value.
    pub partition: BTreeMap<String, AttributeValue>,
    /// Sort attributes in the order of the key; all but the last are [`SortTest::Equal`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<SortCondition>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SortCondition {
    pub name: String,
    pub test: SortTest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SortTest {
    Equal(AttributeValue),
    Less(AttributeValue),
    LessOrEqual(AttributeValue),
    Greater(AttributeValue),
    GreaterOrEqual(AttributeValue),
    Between { low: AttributeValue, high: AttributeValue },
    BeginsWith(AttributeValue),
}
