//! Whether a table's users are those of the application, and their names up to date.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use dynadesk_shared::api::integrity::{IntegrityPage, IntegrityRequest, RefreshRequest};
use dynadesk_shared::api::jobs::JobView;

use super::error::{ApiError, ApiResult};
use super::extract::{ApiJson, Conn, TableName, WritableConn};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::audit;
use crate::integrity;

/// `POST /api/c/{connection}/tables/{table}/integrity`
pub async fn check(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiJson(asked): ApiJson<IntegrityRequest>,
) -> ApiResult<IntegrityPage> {
    // What is read is counted, also where nobody waits for it any more.
    to_the_end(async move {
        let read = integrity::check(&app, &connection, &table, asked);
        app.budgets
            .page(&connection, &connection.1, &[&table], read, |page| page.exchange.consumed)
            .await
    })
    .await
}

/// `POST /api/c/{connection}/tables/{table}/integrity/refresh`
pub async fn refresh(
    State(app): State<AppState>,
    connection: WritableConn,
    table: TableName,
    ApiJson(asked): ApiJson<RefreshRequest>,
) -> Result<(StatusCode, Json<JobView>), ApiError> {
    let uuids: Vec<_> = asked.users.iter().map(|user| user.uuid.as_str()).collect();
    audit::detail(&format!("names of {} users: {}", uuids.len(), uuids.join(" ")));
    let job = integrity::start(&app, &connection.0, &table, asked).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}
