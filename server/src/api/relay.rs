//! The relay of a table: how it stands, on and off, and what it had to set aside.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::relay::{RelayAsideId, RelayRetried, RelayRetry, RelaySet, RelayView};

use super::error::ApiResult;
use super::extract::{AdminConn, ApiJson, Conn, NotesConn, TableName, WritableConn};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::audit;
use crate::confirm;

/// `GET …/relay`
pub async fn get(State(app): State<AppState>, connection: Conn, table: TableName) -> ApiResult<RelayView> {
    Ok(Json(app.relays.view(&connection, &table).await?))
}

/// `PUT …/relay`
pub async fn set(
    State(app): State<AppState>,
    connection: AdminConn,
    table: TableName,
    ApiJson(asked): ApiJson<RelaySet>,
) -> ApiResult<RelayView> {
    audit::asked(&asked);
    confirm::on_production(&connection, &table, asked.confirm.as_deref())?;
    Ok(Json(app.relays.set(&connection, &table, asked.on).await?))
}

/// `POST …/relay/retry`
pub async fn retry(
    State(app): State<AppState>,
    connection: WritableConn,
    table: TableName,
    ApiJson(asked): ApiJson<RelayRetry>,
) -> ApiResult<RelayRetried> {
    audit::asked(&asked);
    confirm::on_production(&connection, &table, asked.confirm.as_deref())?;
    to_the_end(async move { app.relays.retry(&connection, &table, &asked.id).await }).await
}

/// `POST …/relay/dismiss`
pub async fn dismiss(
    State(app): State<AppState>,
    connection: NotesConn,
    table: TableName,
    ApiJson(asked): ApiJson<RelayAsideId>,
) -> ApiResult<RelayView> {
    audit::asked(&asked);
    app.relays.dismiss(&connection, &table, &asked.id).await?;
    Ok(Json(app.relays.view(&connection, &table).await?))
}
