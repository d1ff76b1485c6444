//! Items: pages of a scan, and one item by its key. Both are POST, because a filter and a binary
//! key do not fit into a URL.

use axum::Json;
use dynadesk_shared::api::items::{ItemGet, ItemView, ScanRequest};

use super::error::ApiResult;
use super::extract::{ApiJson, Conn, TableName};
use crate::items::{self, RawPage};

/// `POST /api/c/{connection}/tables/{table}/items/scan`: answers an `ItemsPage`.
pub async fn scan(connection: Conn, table: TableName, ApiJson(asked): ApiJson<ScanRequest>) -> ApiResult<RawPage> {
    Ok(Json(items::scan(&connection, &table, asked).await?))
}

/// `POST /api/c/{connection}/tables/{table}/items/get`
pub async fn get(connection: Conn, table: TableName, ApiJson(asked): ApiJson<ItemGet>) -> ApiResult<ItemView> {
    Ok(Json(items::get(&connection, &table, &asked).await?))
}
