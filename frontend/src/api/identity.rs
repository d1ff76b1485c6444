//! The application's users on both sides, and bringing their Cognito ids in line.

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::identity::{
    Emails, EmailsRequest, IdentityHealth, IdentityView, Names, NamesRequest, PeoplePage, PeopleRequest, PlanRows, PlanRowsRequest,
    PlanUuids, PlanUuidsRequest, PlanView, PoolState, SyncList, SyncReport, SyncRequest, SyncRows, SyncRowsRequest, UndoSyncRequest,
};
use dynadesk_shared::api::paths;

use super::{ApiFailure, get, post};
use crate::nav::with_base;

pub async fn view() -> Result<IdentityView, ApiFailure> {
    get(paths::IDENTITY).await
}

pub async fn health() -> Result<IdentityHealth, ApiFailure> {
    get(paths::IDENTITY_HEALTH).await
}

pub async fn people(asked: &PeopleRequest) -> Result<PeoplePage, ApiFailure> {
    post(paths::IDENTITY_PEOPLE, asked).await
}

/// The addresses of rows that somebody wants to read.
pub async fn emails(uuids: Vec<String>) -> Result<Emails, ApiFailure> {
    post(paths::IDENTITY_EMAILS, &EmailsRequest { uuids }).await
}

/// How far the user pool was read.
pub async fn pool() -> Result<PoolState, ApiFailure> {
    get(paths::IDENTITY_POOL).await
}

/// Begins to read it.
pub async fn read_pool() -> Result<PoolState, ApiFailure> {
    post(paths::IDENTITY_POOL, &serde_json::json!({})).await
}

pub async fn names(uuids: Vec<String>) -> Result<Names, ApiFailure> {
    post(paths::IDENTITY_NAMES, &NamesRequest { uuids, handle: None }).await
}

/// Who in the database has a handle; more than one where it is no single one.
pub async fn with_handle(handle: String) -> Result<Vec<UserRef>, ApiFailure> {
    let asked = NamesRequest {
        uuids: Vec::new(),
        handle: Some(handle),
    };
    let names: Names = post(paths::IDENTITY_NAMES, &asked).await?;
    Ok(names.with_handle)
}

pub async fn plan() -> Result<PlanView, ApiFailure> {
    get(paths::IDENTITY_PLAN).await
}

/// Begins a new plan; nothing is written.
pub async fn begin_plan() -> Result<PlanView, ApiFailure> {
    post(paths::IDENTITY_PLAN, &serde_json::json!({})).await
}

pub async fn plan_rows(asked: &PlanRowsRequest) -> Result<PlanRows, ApiFailure> {
    post(paths::IDENTITY_PLAN_ROWS, asked).await
}

/// All rows that will change and that a search finds.
pub async fn plan_uuids(plan: String, search: String) -> Result<PlanUuids, ApiFailure> {
    post(paths::IDENTITY_PLAN_UUIDS, &PlanUuidsRequest { plan, search }).await
}

/// The newest syncs, without their rows.
pub async fn syncs() -> Result<SyncList, ApiFailure> {
    get(paths::IDENTITY_SYNCS).await
}

/// Writes the chosen rows of a plan, all or none.
pub async fn sync(asked: &SyncRequest) -> Result<SyncReport, ApiFailure> {
    post(paths::IDENTITY_SYNCS, asked).await
}

pub async fn report(sync: &str) -> Result<SyncReport, ApiFailure> {
    get(&paths::fill(paths::IDENTITY_SYNC, &[sync])).await
}

/// Rows of a report from this place on.
pub async fn report_rows(sync: &str, offset: u64) -> Result<SyncRows, ApiFailure> {
    post(&paths::fill(paths::IDENTITY_SYNC_ROWS, &[sync]), &SyncRowsRequest { offset }).await
}

/// Where the browser downloads a report from.
pub fn csv_href(sync: &str) -> String {
    with_base(&paths::fill(paths::IDENTITY_SYNC_CSV, &[sync]))
}

/// Takes a sync back, all rows or none.
pub async fn undo(sync: &str, asked: &UndoSyncRequest) -> Result<SyncReport, ApiFailure> {
    post(&paths::fill(paths::IDENTITY_SYNC_UNDO, &[sync]), asked).await
}
