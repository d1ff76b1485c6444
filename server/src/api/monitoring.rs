//! Monitoring of a table.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::monitoring::{MonitoringView, Period, Source};
use schemars::JsonSchema;
use serde::Deserialize;

use super::error::ApiResult;
use super::extract::{ApiQuery, Conn, TableName};
use crate::app::AppState;
use crate::monitoring;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    period: Period,
    /// The connection's best where nothing is said.
    source: Option<Source>,
}

/// `GET /api/c/{connection}/tables/{table}/monitoring?period=&source=`
pub async fn view(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiQuery(asked): ApiQuery<Asked>,
) -> ApiResult<MonitoringView> {
    let now = app.clock.now().div_euclid(1_000_000);
    Ok(Json(monitoring::view(&connection, now, &table, asked.period, asked.source).await?))
}
