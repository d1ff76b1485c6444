//! Access patterns: all in Dynadesk's own store, so that a read-only connection has them too.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::patterns::{Measured, PatternDelete, PatternList, PatternMeasured, PatternSave, PatternView, PatternsImport};

use super::error::ApiResult;
use super::extract::{ApiJson, Conn, NotesConn, PatternId, TableName};
use crate::app::AppState;
use crate::audit;

/// A file of the most patterns, and room for the versions.
pub const MAX_BODY: usize = 2 * dynadesk_shared::patterns::file::MOST_BYTES;

/// `GET /api/c/{connection}/tables/{table}/patterns`
pub async fn list(State(app): State<AppState>, connection: Conn, table: TableName) -> ApiResult<PatternList> {
    Ok(Json(app.store.patterns(&connection.view.name, &table).list().await?))
}

/// `POST /api/c/{connection}/tables/{table}/patterns`
pub async fn save(
    State(app): State<AppState>,
    connection: NotesConn,
    table: TableName,
    ApiJson(asked): ApiJson<PatternSave>,
) -> ApiResult<PatternView> {
    audit::asked(&asked);
    Ok(Json(app.store.patterns(&connection.view.name, &table).save(asked).await?))
}

/// `DELETE /api/c/{connection}/tables/{table}/patterns/one/{pattern}`
pub async fn delete(
    State(app): State<AppState>,
    connection: NotesConn,
    table: TableName,
    PatternId(id): PatternId,
    ApiJson(asked): ApiJson<PatternDelete>,
) -> ApiResult<()> {
    Ok(Json(app.store.patterns(&connection.view.name, &table).delete(&id, &asked).await?))
}

/// `POST /api/c/{connection}/tables/{table}/patterns/import`
pub async fn import(
    State(app): State<AppState>,
    connection: NotesConn,
    table: TableName,
    ApiJson(asked): ApiJson<PatternsImport>,
) -> ApiResult<PatternList> {
    let names: Vec<_> = asked.patterns.iter().map(|one| one.pattern.name.as_str()).collect();
    audit::detail(&format!("{} patterns: {names:?}", names.len()));
    Ok(Json(app.store.patterns(&connection.view.name, &table).import(asked).await?))
}

/// `POST /api/c/{connection}/tables/{table}/patterns/measured`
pub async fn measured(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiJson(asked): ApiJson<PatternMeasured>,
) -> ApiResult<Measured> {
    Ok(Json(app.store.patterns(&connection.view.name, &table).measured(asked).await?))
}
