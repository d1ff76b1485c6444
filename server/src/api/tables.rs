//! Tables: list, describe, create, drop.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableDrop, TableNames, TableView};
use schemars::JsonSchema;
use serde::Deserialize;

use super::error::ApiResult;
use super::extract::{AdminConn, ApiJson, ApiQuery, Conn, TableName};
use super::named::NewTable;
use crate::app::AppState;
use crate::tables;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The `next` of the page before.
    after: Option<String>,
}

/// `GET /api/c/{connection}/tables?after=`
pub async fn list(connection: Conn, ApiQuery(page): ApiQuery<Page>) -> ApiResult<TableNames> {
    let name = &connection.view.name;
    let seen = |table: &String| connection.1.grants.on_table(name, table).is_some() && connection.is_not_ours(table).is_ok();
    let whole = connection.1.grants.on_all_of(name).is_some();
    // Where a page ends is the name of a table: who may not see all of them gets one page of their own.
    let mut after = page.after.filter(|_| whole);
    let mut names = Vec::new();
    loop {
        let page = tables::list(&connection.engine, after).await?;
        names.extend(page.names.into_iter().filter(seen));
        after = page.next;
        if whole || after.is_none() {
            return Ok(Json(TableNames { names, next: after }));
        }
    }
}

/// `GET /api/c/{connection}/tables/{table}`
pub async fn describe(State(app): State<AppState>, connection: Conn, table: TableName) -> ApiResult<TableView> {
    Ok(Json(tables::describe(&connection, &app.follow_ups, &table).await?))
}

/// `POST /api/c/{connection}/tables`
pub async fn create(State(app): State<AppState>, NewTable { connection, wanted, .. }: NewTable<TableCreate>) -> ApiResult<TableCreated> {
    Ok(Json(tables::create(&connection, &app.follow_ups, wanted).await?))
}

/// `DELETE /api/c/{connection}/tables/{table}`
pub async fn delete(
    State(app): State<AppState>,
    connection: AdminConn,
    table: TableName,
    ApiJson(asked): ApiJson<TableDrop>,
) -> ApiResult<Exchange> {
    Ok(Json(tables::delete(&connection, &app.follow_ups, &table, &asked).await?))
}
