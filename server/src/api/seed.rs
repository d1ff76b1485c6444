//! Seeding: the plan, and the job that writes it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::seed::{OnCollision, SeedPlan, SeedRequest, SeedSource};

use super::error::{ApiError, ApiResult};
use super::extract::{ApiJson, Conn, TableName, WritableConn};
use crate::app::AppState;
use crate::audit;
use crate::confirm;
use crate::seed;

/// The largest body: a source of 64 MB with what JSON adds to its quotes and line ends.
pub const MAX_BODY: usize = 96 * 1024 * 1024;

/// `POST /api/c/{connection}/tables/{table}/seed/plan`: writes nothing, so a read-only connection will do.
pub async fn plan(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiJson(asked): ApiJson<SeedRequest>,
) -> ApiResult<SeedPlan> {
    Ok(Json(seed::plan(&app, &connection, &table, asked).await?))
}

/// `POST /api/c/{connection}/tables/{table}/seed`
pub async fn start(
    State(app): State<AppState>,
    connection: WritableConn,
    table: TableName,
    ApiJson(asked): ApiJson<SeedRequest>,
) -> Result<(StatusCode, Json<JobView>), ApiError> {
    let source = match &asked.source {
        SeedSource::Sample => "the Cruddur sample".to_owned(),
        SeedSource::Conversation { person1, person2, .. } => format!("a conversation of {} and {}", person1.handle, person2.handle),
        SeedSource::Items { text } => format!("items, {} bytes", text.len()),
    };
    let plan = asked.fingerprint.as_deref().unwrap_or("none");
    audit::detail(&format!("{source}; {:?} what is in the way; plan {plan}", asked.on_collision));
    if asked.on_collision == OnCollision::Replace {
        confirm::on_production(&connection, &table, asked.confirm.as_deref())?;
    }
    let job = seed::start(&app, &connection.0, &table, asked).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}
