//! Items: pages of a scan, one item by its key, and changes.

mod write;

pub use write::{write, write_back};

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::items::{ItemGet, ItemView, ScanRequest};
use serde::Serialize;

use crate::connections::Connection;
use crate::cursor::Scope;
use crate::engine::items::{Expressions, RawItems, Scan};
use crate::error::{Error, Result};
use crate::tables::of_table;

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
    if !(1..=MAX_LIMIT).contains(&asked.limit) {
        return Err(Error::invalid(
            "invalid_limit",
            format!("a page examines 1 to {MAX_LIMIT} items, not {}", asked.limit),
        ));
    }
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
    let expressions = expressions(&asked)?;
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
        })
        .await
        .map_err(|error| of_table(table, error))?;
    Ok(RawPage {
        next: scope.issue(page.last_key),
        matched: page.items.len() as u64,
        items: page.items,
        scanned: page.scanned,
        exchange: page.exchange,
    })
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

fn expressions(asked: &ScanRequest) -> Result<Expressions> {
    let mut expressions = Expressions::default();
    if let Some(filter) = &asked.filter {
        let text = expressions.places.filter(filter);
        expressions.filter = Some(text.map_err(|why| Error::invalid("invalid_filter", format!("the filter cannot be used: {why}")))?);
    }
    if !asked.projection.is_empty() {
        let paths = asked.projection.iter().map(|path| {
            let place = expressions.places.path(path);
            place.map_err(|why| Error::invalid("invalid_projection", format!("{path:?} cannot be read: {why}")))
        });
        expressions.projection = Some(paths.collect::<Result<Vec<_>>>()?.join(", "));
    }
    Ok(expressions)
}
