//! Tables: list, describe, create, drop.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableDrop, TableNames, TableView};
use serde::Deserialize;

use super::error::ApiResult;
use super::extract::{ApiJson, ApiQuery, Conn, TableName, WritableConn};
use crate::app::AppState;
use crate::tables;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The `next` of the page before.
    after: Option<String>,
}

/// `GET /api/c/{connection}/tables?after=`
pub async fn list(connection: Conn, ApiQuery(page): ApiQuery<Page>) -> ApiResult<TableNames> {
    Ok(Json(tables::list(&connection.engine, page.after).await?))
}

/// `GET /api/c/{connection}/tables/{table}`
pub async fn describe(State(app): State<AppState>, connection: Conn, table: TableName) -> ApiResult<TableView> {
    Ok(Json(tables::describe(&connection, &app.follow_ups, &table).await?))
}

/// `POST /api/c/{connection}/tables`
pub async fn create(
    State(app): State<AppState>,
    connection: WritableConn,
    ApiJson(wanted): ApiJson<TableCreate>,
) -> ApiResult<TableCreated> {
    Ok(Json(tables::create(&connection, &app.follow_ups, wanted).await?))
}

/// `DELETE /api/c/{connection}/tables/{table}`
pub async fn delete(
    State(app): State<AppState>,
    connection: WritableConn,
    table: TableName,
    ApiJson(asked): ApiJson<TableDrop>,
) -> ApiResult<Exchange> {
    Ok(Json(tables::delete(&connection, &app.follow_ups, &table, &asked).await?))
}
