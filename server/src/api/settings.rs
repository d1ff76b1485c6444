//! Settings of a table: all of them, and a change to one.

use axum::Json;
use dynadesk_shared::api::settings::{SettingsChanged, SettingsUpdate, SettingsView};

use super::error::ApiResult;
use super::extract::{AdminConn, ApiJson, Conn, TableName};
use super::finish;
use crate::audit;
use crate::tables::settings;

/// `GET /api/c/{connection}/tables/{table}/settings`
pub async fn get(connection: Conn, table: TableName) -> ApiResult<SettingsView> {
    Ok(Json(settings::view(&connection, &table).await?))
}

/// `POST /api/c/{connection}/tables/{table}/settings`
pub async fn change(connection: AdminConn, table: TableName, ApiJson(asked): ApiJson<SettingsUpdate>) -> ApiResult<SettingsChanged> {
    audit::asked(&asked);
    finish::to_the_end(async move { settings::change(&connection, &table, asked).await }).await
}
