//! What requests have in common: expressions with their placeholders, and capacity.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue as SdkValue, ConsumedCapacity};
use dynadesk_shared::AttributeValue;
use dynadesk_shared::filter::compile::Placeholders;
use serde_json::{Map, Value, json};

use crate::engine::convert::item_to_sdk;

/// The expressions of one read, which share their placeholders.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    pub key_condition: Option<String>,
    pub filter: Option<String>,
    pub projection: Option<String>,
    pub places: Placeholders,
}

pub(super) fn names_to_sdk(names: &BTreeMap<String, String>) -> Option<HashMap<String, String>> {
    (!names.is_empty()).then(|| names.clone().into_iter().collect())
}

pub(super) fn values_to_sdk(values: &BTreeMap<String, AttributeValue>) -> Option<HashMap<String, SdkValue>> {
    (!values.is_empty()).then(|| item_to_sdk(values))
}

/// A request in DynamoDB's JSON form, begun with its table.
pub(super) fn begin(table: &str) -> Map<String, Value> {
    let mut request = Map::new();
    request.insert("TableName".to_owned(), json!(table));
    request
}

/// Adds the placeholders that an expression uses.
pub(super) fn add_places(request: &mut Map<String, Value>, names: &BTreeMap<String, String>, values: &BTreeMap<String, AttributeValue>) {
    if !names.is_empty() {
        request.insert("ExpressionAttributeNames".to_owned(), json!(names));
    }
    if !values.is_empty() {
        request.insert("ExpressionAttributeValues".to_owned(), json!(values));
    }
}

/// Adds a member where there is one.
pub(super) fn add(request: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        request.insert(name.to_owned(), value);
    }
}

pub(super) fn units(consumed: Option<&ConsumedCapacity>) -> Option<f64> {
    consumed.and_then(ConsumedCapacity::capacity_units)
}

/// The sum over several tables or indexes, where the engine reported any.
pub(super) fn sum_units(consumed: &[ConsumedCapacity]) -> Option<f64> {
    consumed.iter().filter_map(ConsumedCapacity::capacity_units).reduce(|a, b| a + b)
}
