//! How much of whole tables one may still read.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::budgets::ScanBudget;

use super::extract::{Conn, TableName};
use crate::app::AppState;

/// `GET /api/c/{connection}/tables/{table}/scan-budget`
pub async fn view(State(app): State<AppState>, connection: Conn, table: TableName) -> Json<ScanBudget> {
    Json(app.budgets.view(&connection, &connection.1, &table).await)
}
