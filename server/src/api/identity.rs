//! The application's users: who they are on both sides, and bringing their Cognito ids in line.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use dynadesk_shared::access::{IDENTITY, Role};
use dynadesk_shared::api::identity::{
    Emails, EmailsRequest, IdentityHealth, IdentityView, Names, NamesRequest, PeoplePage, PeopleRequest, PlanRows, PlanRowsRequest,
    PlanUuids, PlanUuidsRequest, PlanView, PoolState, SyncList, SyncReport, SyncRequest, SyncRows, SyncRowsRequest, SyncSummary,
    UndoSyncRequest,
};
use dynadesk_shared::api::session::{UnlockRequest, UnlockView};

use super::error::{ApiError, ApiResult};
use super::extract::{ApiJson, Asker, SyncId, UsersKeeper, UsersReader, UsersWriter};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::audit;
use crate::identity;

/// The largest body: the uuids of 100,000 rows that were not chosen.
pub const MAX_BODY: usize = 8 * 1024 * 1024;

/// `GET /api/identity`
pub async fn view(State(app): State<AppState>, person: Asker) -> Json<IdentityView> {
    // Who may not see the users sees none configured.
    Json(match person.may_on_all_of(Role::Viewer, IDENTITY) {
        Ok(()) => app.identity.view(),
        Err(_) => IdentityView::default(),
    })
}

/// `POST /api/identity/unlock`
pub async fn unlock(State(app): State<AppState>, person: UsersKeeper, ApiJson(asked): ApiJson<UnlockRequest>) -> ApiResult<UnlockView> {
    audit::detail(&asked.reason);
    Ok(Json(app.access.unlock_users(&person.0, &app.identity, &asked.reason).await?))
}

/// `DELETE /api/identity/unlock`
pub async fn lock(State(app): State<AppState>, person: UsersKeeper) -> ApiResult<()> {
    Ok(Json(app.access.lock(&person.0, IDENTITY).await?))
}

/// `GET /api/identity/health`: a side that does not answer is news, not an error.
pub async fn health(State(app): State<AppState>, _: UsersReader) -> Json<IdentityHealth> {
    Json(app.identity.health().await)
}

/// `POST /api/identity/people`: what is searched for is data, so it is in the body.
pub async fn people(State(app): State<AppState>, _: UsersReader, ApiJson(asked): ApiJson<PeopleRequest>) -> ApiResult<PeoplePage> {
    Ok(Json(app.identity.people(asked).await?))
}

/// `POST /api/identity/emails`
pub async fn emails(State(app): State<AppState>, _: UsersReader, ApiJson(asked): ApiJson<EmailsRequest>) -> ApiResult<Emails> {
    Ok(Json(app.identity.emails(&asked).await?))
}

/// `GET /api/identity/pool`
pub async fn pool(State(app): State<AppState>, _: UsersReader) -> Json<PoolState> {
    Json(app.identity.pool_state().await)
}

/// `POST /api/identity/pool`: begins to read the pool.
pub async fn read_pool(State(app): State<AppState>, _: UsersReader) -> ApiResult<PoolState> {
    to_the_end(async move { app.identity.read_pool().await }).await
}

/// `POST /api/identity/names`
pub async fn names(State(app): State<AppState>, person: Asker, ApiJson(asked): ApiJson<NamesRequest>) -> ApiResult<Names> {
    if person.may_on_all_of(Role::Viewer, IDENTITY).is_err() {
        return Ok(Json(Names::default()));
    }
    Ok(Json(app.identity.look_up(&asked).await?))
}

/// `GET /api/identity/plan`
pub async fn plan(State(app): State<AppState>, _: UsersReader) -> ApiResult<PlanView> {
    Ok(Json(app.identity.plan().await?))
}

/// `POST /api/identity/plan`: begins to read both sides; writes nothing.
pub async fn begin_plan(State(app): State<AppState>, _: UsersReader) -> ApiResult<PlanView> {
    to_the_end(async move { app.identity.begin_plan().await }).await
}

/// `POST /api/identity/plan/rows`
pub async fn plan_rows(State(app): State<AppState>, _: UsersReader, ApiJson(asked): ApiJson<PlanRowsRequest>) -> ApiResult<PlanRows> {
    Ok(Json(app.identity.plan_rows(&asked).await?))
}

/// `POST /api/identity/plan/uuids`
pub async fn plan_uuids(State(app): State<AppState>, _: UsersReader, ApiJson(asked): ApiJson<PlanUuidsRequest>) -> ApiResult<PlanUuids> {
    Ok(Json(app.identity.plan_uuids(&asked).await?))
}

/// `GET /api/identity/syncs`
pub async fn syncs(State(app): State<AppState>, _: UsersReader) -> ApiResult<SyncList> {
    Ok(Json(app.store.syncs().list().await?))
}

/// `POST /api/identity/syncs`
pub async fn sync(State(app): State<AppState>, _: UsersWriter, ApiJson(asked): ApiJson<SyncRequest>) -> ApiResult<SyncReport> {
    let report = to_the_end(async move { Ok(identity::sync(&app.identity, &app.store, asked).await?.first()) }).await?;
    audit::detail(&of_sync(&report.summary));
    Ok(report)
}

/// `GET /api/identity/syncs/{sync}`
pub async fn report(State(app): State<AppState>, _: UsersReader, SyncId(id): SyncId) -> ApiResult<SyncReport> {
    Ok(Json(app.store.syncs().first(&id).await?))
}

/// `POST /api/identity/syncs/{sync}/rows`
pub async fn report_rows(
    State(app): State<AppState>,
    _: UsersReader,
    SyncId(id): SyncId,
    ApiJson(asked): ApiJson<SyncRowsRequest>,
) -> ApiResult<SyncRows> {
    let rows = app.store.syncs().rows(&id, asked.offset).await?;
    Ok(Json(SyncRows { rows }))
}

/// `GET /api/identity/syncs/{sync}/csv`
pub async fn csv(State(app): State<AppState>, _: UsersReader, SyncId(id): SyncId) -> Result<Response, ApiError> {
    let report = app.store.syncs().get(&id).await?;
    // An id that was found is hexadecimal, so it can stand in a header.
    let name = format!("attachment; filename=\"cognito-ids-{}.csv\"", report.summary.id);
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, identity::csv(&report)).into_response())
}

/// `POST /api/identity/syncs/{sync}/undo`
pub async fn undo(
    State(app): State<AppState>,
    _: UsersWriter,
    SyncId(id): SyncId,
    ApiJson(asked): ApiJson<UndoSyncRequest>,
) -> ApiResult<SyncReport> {
    let undone = async move { identity::undo(&app.identity, &app.store, &id, asked.confirm.as_deref()).await };
    let report = to_the_end(async move { Ok(undone.await?.first()) }).await?;
    audit::detail(&of_sync(&report.summary));
    Ok(report)
}

/// Finds the report, which has each row with its old and its new id.
fn of_sync(summary: &SyncSummary) -> String {
    let undoes = summary.undoes.as_ref().map(|id| format!(" of {id}")).unwrap_or_default();
    format!(
        "{} in {}: {}; report {}{undoes}",
        summary.state.word(),
        summary.place,
        summary.said(),
        summary.id
    )
}
