//! Whether the server itself runs, and whether it should be given requests.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::AppState;

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    version: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Ready {
    ready: bool,
}

/// `GET /api/health`: asks no engine.
pub async fn get() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: crate::VERSION,
    })
}

/// `GET /api/ready`: 503 where requests would fail. Anybody may ask, so it does not say why; the log does.
pub async fn ready(State(app): State<AppState>) -> (StatusCode, Json<Ready>) {
    let ready = !app.leaving.is_cancelled() && app.ready.ask(&app.connections, &app.store).await;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Ready { ready }))
}
