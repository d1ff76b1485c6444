//! What was written and asked through Dynadesk, and queries with names: all in Dynadesk's own store,
//! so that a read-only connection has them too.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::access::Role;
use dynadesk_shared::api::history::{
    GroupRequest, GroupUndo, GroupUndone, GroupView, Run, RunCreate, RunView, RunsPage, SavedCreate, SavedList, SavedView, Undone,
    WriteView, WritesPage, WritesRequest,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::error::ApiResult;
use super::extract::{ApiJson, ApiQuery, Conn, GroupId, RunId, SavedId, WritableConn, WriteId};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::audit;
use crate::error::Error;
use crate::history;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The `next` of the page before.
    after: Option<String>,
}

/// `GET /api/c/{connection}/writes?table=&after=`
pub async fn writes(State(app): State<AppState>, connection: Conn, ApiQuery(asked): ApiQuery<WritesRequest>) -> ApiResult<WritesPage> {
    let name = &connection.view.name;
    let page = app.store.writes().list(name, asked.table.as_deref(), asked.after.as_deref());
    let mut page = page.await?;
    page.writes
        .retain(|write| connection.1.may(Role::Viewer, name, &write.table).is_ok());
    Ok(Json(page))
}

/// `GET /api/c/{connection}/writes/{write}`
pub async fn write(State(app): State<AppState>, connection: Conn, WriteId(id): WriteId) -> ApiResult<WriteView> {
    Ok(Json(history::view_write(&app.store, &connection.view.name, &id).await?))
}

/// `POST /api/c/{connection}/writes/{write}/undo`
pub async fn undo(State(app): State<AppState>, connection: WritableConn, WriteId(id): WriteId) -> ApiResult<Undone> {
    to_the_end(async move { history::undo(&app, &connection, &id).await }).await
}

/// `GET /api/c/{connection}/groups/{group}?after=`
pub async fn group(
    State(app): State<AppState>,
    connection: Conn,
    GroupId(group): GroupId,
    ApiQuery(page): ApiQuery<GroupRequest>,
) -> ApiResult<GroupView> {
    let name = &connection.view.name;
    Ok(Json(history::view_group(&app.store, name, &group, page.after.as_deref()).await?))
}

/// `POST /api/c/{connection}/groups/{group}/undo`
pub async fn undo_group(
    State(app): State<AppState>,
    connection: WritableConn,
    GroupId(group): GroupId,
    ApiJson(asked): ApiJson<GroupUndo>,
) -> ApiResult<GroupUndone> {
    to_the_end(async move { history::undo_group(&app, &connection.0, &group, &asked).await }).await
}

/// `GET /api/c/{connection}/runs?after=`
pub async fn runs(State(app): State<AppState>, connection: Conn, ApiQuery(page): ApiQuery<Page>) -> ApiResult<RunsPage> {
    Ok(Json(app.store.runs().list(&connection.view.name, page.after.as_deref()).await?))
}

/// `POST /api/c/{connection}/runs`
pub async fn add_run(State(app): State<AppState>, connection: Conn, ApiJson(new): ApiJson<RunCreate>) -> ApiResult<RunView> {
    Ok(Json(app.store.runs().add(&connection.view.name, new).await?))
}

/// `DELETE /api/c/{connection}/runs/{run}`
pub async fn delete_run(State(app): State<AppState>, connection: Conn, RunId(id): RunId) -> ApiResult<()> {
    Ok(Json(app.store.runs().delete(&connection.view.name, &id).await?))
}

/// The saved queries of tables that a person may read.
async fn seen(app: &AppState, connection: &Conn) -> Result<SavedList, Error> {
    let name = &connection.view.name;
    let mut list = app.store.saved().list(name).await?;
    list.saved.retain(|one| sees(connection, &one.run));
    Ok(list)
}

fn sees(connection: &Conn, run: &Run) -> bool {
    let (name, person) = (&connection.view.name, &connection.1);
    let may = match run {
        Run::Items { table, .. } => person.may(Role::Viewer, name, table),
        Run::PartiQl { .. } => person.may_on_all_of(Role::Viewer, name),
    };
    may.is_ok()
}

/// Who may not read a table changes no query of it.
async fn is_seen(app: &AppState, connection: &Conn, id: &str) -> Result<SavedView, Error> {
    let name = &connection.view.name;
    let list = app.store.saved().list(name).await?;
    let gone = || Error::not_found("saved_not_found", "this saved query is gone: somebody deleted or renamed it");
    let found = list.saved.into_iter().find(|one| one.id == id).ok_or_else(gone)?;
    if !sees(connection, &found.run) {
        let table = match &found.run {
            Run::Items { table, .. } => table.as_str(),
            Run::PartiQl { .. } => "",
        };
        audit::hidden("saved_not_found", name, table);
        return Err(gone());
    }
    Ok(found)
}

/// `GET /api/c/{connection}/saved`
pub async fn saved(State(app): State<AppState>, connection: Conn) -> ApiResult<SavedList> {
    Ok(Json(seen(&app, &connection).await?))
}

/// `POST /api/c/{connection}/saved`
pub async fn save(State(app): State<AppState>, connection: Conn, ApiJson(new): ApiJson<SavedCreate>) -> ApiResult<SavedView> {
    audit::asked(&new);
    if let Some(old) = &new.replace {
        is_seen(&app, &connection, old).await?;
    }
    Ok(Json(app.store.saved().save(&connection.view.name, new).await?))
}

/// `DELETE /api/c/{connection}/saved/{saved}`
pub async fn delete_saved(State(app): State<AppState>, connection: Conn, SavedId(id): SavedId) -> ApiResult<()> {
    let gone = is_seen(&app, &connection, &id).await?;
    audit::detail(&format!("the query {:?}", gone.name));
    Ok(Json(app.store.saved().delete(&connection.view.name, &id).await?))
}
