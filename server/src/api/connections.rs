//! Connections: what there is, and whether one answers.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::connections::{ConnectionHealth, ConnectionList};

use super::extract::{Asker, Conn};
use crate::app::AppState;

/// `GET /api/connections`
pub async fn list(State(app): State<AppState>, person: Asker) -> Json<ConnectionList> {
    Json(app.connections.list(&person))
}

/// `GET /api/c/{connection}/health`: an engine that does not answer is news, not an error.
pub async fn health(connection: Conn) -> Json<ConnectionHealth> {
    Json(connection.health().await)
}
