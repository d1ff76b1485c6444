//! Time to live of a table.

use axum::Json;
use dynadesk_shared::api::expiry::{ExpiryChange, ExpiryChanged, ExpiryView};

use super::error::ApiResult;
use super::extract::{AdminConn, ApiJson, Conn, TableName};
use crate::audit;
use crate::confirm;
use crate::tables::expiry;

/// `GET /api/c/{connection}/tables/{table}/expiry`
pub async fn get(connection: Conn, table: TableName) -> ApiResult<ExpiryView> {
    Ok(Json(expiry::describe(&connection, &table).await?))
}

/// `POST /api/c/{connection}/tables/{table}/expiry`
pub async fn change(connection: AdminConn, table: TableName, ApiJson(asked): ApiJson<ExpiryChange>) -> ApiResult<ExpiryChanged> {
    audit::asked(&asked);
    confirm::on_production(&connection, &table, asked.confirm.as_deref())?;
    Ok(Json(expiry::change(&connection, &table, &asked).await?))
}
