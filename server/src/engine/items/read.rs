//! Pages of a Scan or a Query, and one item by its key.

use std::collections::HashMap;
use std::time::Instant;

use aws_sdk_dynamodb::types::{AttributeValue as SdkValue, ReturnConsumedCapacity, Select};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::items::Segment;
use dynadesk_shared::page_request::{self, Expressions};
use dynadesk_shared::{Item, Key};
use serde_json::{Value, json};

use super::raw::RawItems;
use super::request::{begin, names_to_sdk, note_consumed, values_to_sdk};
use crate::engine::Engine;
use crate::engine::convert::{exchange, item_from_sdk, item_to_sdk};
use crate::engine::error::EngineError;

/// One page of a scan. `limit` is never left out: the embedded engine would load every remaining row.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    pub table: String,
    pub index: Option<String>,
    pub expressions: Expressions,
    pub limit: u32,
    /// The LastEvaluatedKey of the page before.
    pub start: Option<Item>,
    pub segment: Option<Segment>,
    pub consistent: bool,
    /// Counts and gives no items.
    pub count: bool,
}

/// One page of a query.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub table: String,
    pub index: Option<String>,
    pub expressions: Expressions,
    pub limit: u32,
    pub start: Option<Item>,
    pub newest_first: bool,
    pub consistent: bool,
    /// Counts and gives no items.
    pub count: bool,
}

/// A page as the engine gave it.
#[derive(Debug)]
pub struct Page {
    pub items: RawItems,
    /// Items that were examined.
    pub scanned: u64,
    /// How many of them the filter let through.
    pub matched: u64,
    /// Only its absence proves the end.
    pub last_key: Option<Item>,
    pub exchange: Exchange,
}

/// A page from the parts that the answers of Scan and Query share.
fn page(
    items: Option<Vec<HashMap<String, SdkValue>>>,
    (scanned, matched): (i32, i32),
    last_key: Option<HashMap<String, SdkValue>>,
    exchange: Exchange,
) -> Result<Page, EngineError> {
    Ok(Page {
        items: RawItems(items.unwrap_or_default()),
        scanned: count(scanned),
        matched: count(matched),
        last_key: last_key.map(item_from_sdk).transpose()?,
        exchange,
    })
}

impl Engine {
    /// Reads one page of a table or an index.
    pub async fn scan(&self, scan: &Scan) -> Result<Page, EngineError> {
        let places = &scan.expressions.places;
        let started = Instant::now();
        let answer = self
            .client()
            .scan()
            .table_name(&scan.table)
            .set_index_name(scan.index.clone())
            .set_filter_expression(scan.expressions.filter.clone())
            .set_projection_expression(scan.expressions.projection.clone())
            .set_expression_attribute_names(names_to_sdk(&places.names))
            .set_expression_attribute_values(values_to_sdk(&places.values))
            .limit(limit(scan.limit))
            .set_exclusive_start_key(scan.start.as_ref().map(item_to_sdk))
            .set_segment(scan.segment.map(|segment| segment.number.into()))
            .set_total_segments(scan.segment.map(|segment| segment.of.into()))
            .set_consistent_read(scan.consistent.then_some(true))
            .set_select(scan.count.then_some(Select::Count))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await?;
        let request = page_request::Page {
            table: &scan.table,
            index: scan.index.as_deref(),
            expressions: &scan.expressions,
            limit: scan.limit,
            start: scan.start.as_ref(),
            consistent: scan.consistent,
            count: scan.count,
        }
        .scan(scan.segment.map(|segment| (segment.number, segment.of)));
        let mut exchange = exchange("Scan", request, started);
        exchange.index.clone_from(&scan.index);
        note_consumed(&mut exchange, answer.consumed_capacity.as_ref());
        page(
            answer.items,
            (answer.scanned_count, answer.count),
            answer.last_evaluated_key,
            exchange,
        )
    }

    /// Reads one page of an item collection.
    pub async fn query(&self, query: &Query) -> Result<Page, EngineError> {
        let places = &query.expressions.places;
        let started = Instant::now();
        let answer = self
            .client()
            .query()
            .table_name(&query.table)
            .set_index_name(query.index.clone())
            .set_key_condition_expression(query.expressions.key_condition.clone())
            .set_filter_expression(query.expressions.filter.clone())
            .set_projection_expression(query.expressions.projection.clone())
            .set_expression_attribute_names(names_to_sdk(&places.names))
            .set_expression_attribute_values(values_to_sdk(&places.values))
            .limit(limit(query.limit))
            .set_exclusive_start_key(query.start.as_ref().map(item_to_sdk))
            .scan_index_forward(!query.newest_first)
            .set_consistent_read(query.consistent.then_some(true))
            .set_select(query.count.then_some(Select::Count))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await?;
        let request = page_request::Page {
            table: &query.table,
            index: query.index.as_deref(),
            expressions: &query.expressions,
            limit: query.limit,
            start: query.start.as_ref(),
            consistent: query.consistent,
            count: query.count,
        }
        .query(query.newest_first);
        let mut exchange = exchange("Query", request, started);
        exchange.index.clone_from(&query.index);
        note_consumed(&mut exchange, answer.consumed_capacity.as_ref());
        page(
            answer.items,
            (answer.scanned_count, answer.count),
            answer.last_evaluated_key,
            exchange,
        )
    }

    /// Reads one item, strongly consistent: a person who opens an item wants what is there now.
    pub async fn get(&self, table: &str, key: &Key) -> Result<(Option<Item>, Exchange), EngineError> {
        let started = Instant::now();
        let answer = self
            .client()
            .get_item()
            .table_name(table)
            .set_key(Some(item_to_sdk(&key.0)))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await?;
        let mut request = begin(table);
        request.insert("Key".to_owned(), json!(key));
        request.insert("ConsistentRead".to_owned(), json!(true));
        request.insert("ReturnConsumedCapacity".to_owned(), json!("INDEXES"));
        let mut exchange = exchange("GetItem", Value::Object(request), started);
        note_consumed(&mut exchange, answer.consumed_capacity.as_ref());
        Ok((answer.item.map(item_from_sdk).transpose()?, exchange))
    }
}

fn limit(limit: u32) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

fn count(count: i32) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
