//! Dynadesk's own store: whether it answers, and what an operator prefers.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::access::Role;
use dynadesk_shared::api::store::{Preferences, StoreStatus};

use super::error::ApiResult;
use super::extract::{ApiJson, Asker};
use crate::app::AppState;

/// What is off, for people who cannot mend it.
const UNTOLD: &str = "saved queries, history and undo are not available because Dynadesk's own store does not answer: ask whoever runs it";

/// `GET /api/store`: a store that does not answer is news, not an error. Where it is, and in which words its
/// engine fails, is for those who look after Dynadesk.
pub async fn status(State(app): State<AppState>, person: Asker) -> Json<StoreStatus> {
    let status = app.store.status().await;
    Json(match person.may_everywhere(Role::Admin) {
        Ok(()) => status,
        Err(_) => StoreStatus {
            place: String::new(),
            problem: status.problem.map(|_| UNTOLD.to_owned()),
            ..status
        },
    })
}

/// `GET /api/preferences`
pub async fn preferences(State(app): State<AppState>, _: Asker) -> ApiResult<Preferences> {
    Ok(Json(app.store.preferences().get().await?))
}

/// `PUT /api/preferences`: `null` forgets a name, and names that are not given stay as they are.
pub async fn prefer(State(app): State<AppState>, _: Asker, ApiJson(chosen): ApiJson<Preferences>) -> ApiResult<Preferences> {
    Ok(Json(app.store.preferences().put(chosen).await?))
}
