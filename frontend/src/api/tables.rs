//! Tables: names, details, create and drop.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableDrop, TableNames, TableView};

use super::{ApiFailure, delete, get, post};
use crate::nav::with_query;

/// One page of names; `after` is the `next` of the page before it.
pub async fn names(connection: &str, after: Option<String>) -> Result<TableNames, ApiFailure> {
    let path = paths::fill(paths::TABLES, &[connection]);
    get(&with_query(&path, &[("after", after)])).await
}

pub async fn describe(connection: &str, table: &str) -> Result<TableView, ApiFailure> {
    get(&paths::fill(paths::TABLE, &[connection, table])).await
}

pub async fn create(connection: &str, table: &TableCreate) -> Result<TableCreated, ApiFailure> {
    post(&paths::fill(paths::TABLES, &[connection]), table).await
}

/// Drops a table. The name goes twice: in the path, and in the body as the operator typed it.
pub async fn drop(connection: &str, table: &str, confirm: String) -> Result<Exchange, ApiFailure> {
    delete(&paths::fill(paths::TABLE, &[connection, table]), &TableDrop { confirm }).await
}
