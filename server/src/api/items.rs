//! Items: pages of a scan or a query, one item by its key, and changes. All are POST, because a filter
//! and a binary key do not fit into a URL.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::items::{ItemGet, ItemView, QueryRequest, ScanRequest};
use dynadesk_shared::api::writes::{ItemsWrite, ItemsWritten};

use super::error::ApiResult;
use super::extract::{ApiJson, Conn, TableName, WritableConn};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::audit;
use crate::history::Recorder;
use crate::items::{self, RawPage};

/// The largest body of changes: each has its item twice, and binary grows by a third as base64.
pub const MAX_BODY: usize = 64 * 1024 * 1024;

/// `POST /api/c/{connection}/tables/{table}/items/scan`: answers an `ItemsPage`.
pub async fn scan(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiJson(asked): ApiJson<ScanRequest>,
) -> ApiResult<RawPage> {
    // What is read is counted, also where nobody waits for it any more.
    to_the_end(async move {
        let read = items::scan(&connection, &table, asked);
        app.budgets
            .page(&connection, &connection.1, &[&table], read, |page| page.exchange.consumed)
            .await
    })
    .await
}

/// `POST /api/c/{connection}/tables/{table}/items/query`: answers an `ItemsPage`.
pub async fn query(connection: Conn, table: TableName, ApiJson(asked): ApiJson<QueryRequest>) -> ApiResult<RawPage> {
    Ok(Json(items::query(&connection, &table, asked).await?))
}

/// `POST /api/c/{connection}/tables/{table}/items/get`
pub async fn get(connection: Conn, table: TableName, ApiJson(asked): ApiJson<ItemGet>) -> ApiResult<ItemView> {
    Ok(Json(items::get(&connection, &table, &asked).await?))
}

/// `POST /api/c/{connection}/tables/{table}/items/write`
pub async fn write(
    State(app): State<AppState>,
    connection: WritableConn,
    table: TableName,
    ApiJson(asked): ApiJson<ItemsWrite>,
) -> ApiResult<ItemsWritten> {
    let recorder = Recorder::new(&app.store, &connection.view.name);
    let written = to_the_end(async move { items::write(&connection, &table, asked, recorder).await }).await?;
    audit::came_of(written.made(), written.outcomes.len(), written.first_code());
    Ok(written)
}
