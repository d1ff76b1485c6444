//! Whether the server itself runs, and whether it should be given requests.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::AppState;

/// `GET /api/health`: asks no engine.
pub async fn get() -> Json<Value> {
    Json(json!({"status": "ok", "version": crate::VERSION}))
}

/// `GET /api/ready`: 503 where requests would fail. Anybody may ask, so it does not say why; the log does.
pub async fn ready(State(app): State<AppState>) -> (StatusCode, Json<Value>) {
    let ready = !app.leaving.is_cancelled() && app.ready.ask(&app.connections, &app.store).await;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({"ready": ready})))
}
