//! Whether the server itself runs.

use axum::Json;
use serde_json::{Value, json};

/// `GET /api/health`: asks no engine.
pub async fn get() -> Json<Value> {
    Json(json!({"status": "ok", "version": crate::VERSION}))
}
