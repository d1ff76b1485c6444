//! Items: pages of a scan or a query, one item by its key, and changes.

mod keys;
mod write;

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::items::{ItemGet, ItemView, QueryRequest, ScanRequest};
use serde::Serialize;

use crate::connections::Connection;
use crate::cursor::Scope;
use crate::engine::items::{Expressions, Page, Query, RawItems, Scan};
use crate::error::{Error, Result};
use crate::tables::of_table;

pub use keys::{KnownKeys, key_of};
pub(crate) use write::outcome::{ends_all, lost, still};
pub use write::{write, write_back};

/// The most items that one page examines.
const MAX_LIMIT: u32 = 1000;

/// [`dynadesk_shared::api::items::ItemsPage`] with the items still in the SDK's form.
#[derive(Debug, Serialize)]
pub struct RawPage {
    pub items: RawItems,
    pub scanned: u64,
    pub matched: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub exchange: Exchange,
}

/// Reads one page of a table or an index.
pub async fn scan(connection: &Connection, table: &str, mut asked: ScanRequest) -> Result<RawPage> {
    in_bounds(asked.limit)?;
    if let Some(segment) = asked.segment.filter(|segment| segment.number >= segment.of) {
        return Err(Error::invalid(
            "invalid_segment",
            format!(
                "of {} segments there is no number {}: they are counted from 0",
                segment.of, segment.number
            ),
        ));
    }
    let limit = std::mem::take(&mut asked.limit);
    let cursor = asked.cursor.take();
    let scope = Scope::new(&connection.view.name, table, "Scan", &asked)?;
    let start = scope.read(cursor.as_deref())?;
    let expressions = Expressions::new(None, asked.filter.as_ref(), &asked.projection, asked.count).map_err(refused)?;
    if let (Some(index), true) = (&asked.index, asked.consistent) {
        keys::consistent_index(connection, table, index).await?;
    }
    let page = connection
        .engine
        .scan(&Scan {
            table: table.to_owned(),
            index: asked.index,
            expressions,
            limit,
            start,
            segment: asked.segment,
            consistent: asked.consistent,
            count: asked.count,
        })
        .await
        .map_err(|error| of_table(table, error))?;
    Ok(raw_page(&scope, page))
}

/// Reads one page of an item collection, of a table or of an index.
pub async fn query(connection: &Connection, table: &str, mut asked: QueryRequest) -> Result<RawPage> {
    in_bounds(asked.limit)?;
    let limit = std::mem::take(&mut asked.limit);
    let cursor = asked.cursor.take();
    let scope = Scope::new(&connection.view.name, table, "Query", &asked)?;
    let start = scope.read(cursor.as_deref())?;
    keys::check(connection, table, &asked).await?;
    let expressions = Expressions::new(Some(&asked.key), asked.filter.as_ref(), &asked.projection, asked.count).map_err(refused)?;
    let page = connection
        .engine
        .query(&Query {
            table: table.to_owned(),
            index: asked.index,
            expressions,
            limit,
            start,
            newest_first: asked.descending,
            consistent: asked.consistent,
            count: asked.count,
        })
        .await
        .map_err(|error| of_table(table, error))?;
    Ok(raw_page(&scope, page))
}

fn in_bounds(limit: u32) -> Result<()> {
    if (1..=MAX_LIMIT).contains(&limit) {
        return Ok(());
    }
    Err(Error::invalid(
        "invalid_limit",
        format!("a page examines 1 to {MAX_LIMIT} items, not {limit}"),
    ))
}

fn raw_page(scope: &Scope, page: Page) -> RawPage {
    RawPage {
        next: scope.issue(page.last_key),
        matched: page.matched,
        items: page.items,
        scanned: page.scanned,
        exchange: page.exchange,
    }
}

/// An expression that cannot be compiled, as the answer names it.
fn refused(fault: FieldError) -> Error {
    let (code, message) = match fault.field.as_str() {
        "filter" => ("invalid_filter", format!("the filter cannot be used: {}", fault.message)),
        "projection" => ("invalid_projection", fault.message.clone()),
        _ => ("invalid_key_condition", fault.message.clone()),
    };
    Error::invalid(code, message).with_fields(vec![fault])
}

/// Reads one whole item.
pub async fn get(connection: &Connection, table: &str, asked: &ItemGet) -> Result<ItemView> {
    let (item, exchange) = connection
        .engine
        .get(table, &asked.key)
        .await
        .map_err(|error| of_table(table, error))?;
    Ok(ItemView { item, exchange })
}
