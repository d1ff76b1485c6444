//! Dynadesk's own store: whether it answers, and what an operator prefers.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::store::{Preferences, StoreStatus};

use super::error::ApiResult;
use super::extract::{ApiJson, Asker};
use crate::app::AppState;

/// `GET /api/store`: a store that does not answer is news, not an error.
pub async fn status(State(app): State<AppState>, _: Asker) -> Json<StoreStatus> {
    Json(app.store.status().await)
}

/// `GET /api/preferences`
pub async fn preferences(State(app): State<AppState>, _: Asker) -> ApiResult<Preferences> {
    Ok(Json(app.store.preferences().get().await?))
}

/// `PUT /api/preferences`: `null` forgets a name, and names that are not given stay as they are.
pub async fn prefer(State(app): State<AppState>, _: Asker, ApiJson(chosen): ApiJson<Preferences>) -> ApiResult<Preferences> {
    Ok(Json(app.store.preferences().put(chosen).await?))
}
