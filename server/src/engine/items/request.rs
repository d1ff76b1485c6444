//! What requests have in common: expressions with their placeholders, and capacity.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue as SdkValue, ConsumedCapacity};
use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::exchange::{CapacitySplit, Exchange};
use serde_json::{Map, Value, json};

use crate::engine::convert::item_to_sdk;

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

pub(super) fn units(consumed: Option<&ConsumedCapacity>) -> Option<f64> {
    consumed.and_then(ConsumedCapacity::capacity_units)
}

/// Notes what a read consumed, and how that splits over the table and its indexes.
pub(super) fn note_consumed(exchange: &mut Exchange, consumed: Option<&ConsumedCapacity>) {
    exchange.consumed = units(consumed);
    exchange.split = consumed.and_then(split);
}

fn split(consumed: &ConsumedCapacity) -> Option<CapacitySplit> {
    let indexes: BTreeMap<String, f64> = [consumed.global_secondary_indexes(), consumed.local_secondary_indexes()]
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|(name, capacity)| Some((name.clone(), capacity.capacity_units()?)))
        .collect();
    let table = consumed.table().and_then(|table| table.capacity_units());
    if table.is_none() && indexes.is_empty() {
        // Some engines give the sum alone, whatever they are asked.
        return None;
    }
    Some(CapacitySplit {
        table: table.unwrap_or_default(),
        indexes,
    })
}

/// The sum over several tables or indexes, where the engine reported any.
pub(super) fn sum_units(consumed: &[ConsumedCapacity]) -> Option<f64> {
    consumed.iter().filter_map(ConsumedCapacity::capacity_units).reduce(|a, b| a + b)
}
