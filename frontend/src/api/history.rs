//! What was written and asked through Dynadesk, the way back, and queries with names.

use dynadesk_shared::api::history::{
    GroupUndo, GroupUndone, GroupView, Run, RunCreate, RunView, RunsPage, SavedCreate, SavedList, SavedView, Undone, WriteView, WritesPage,
    WritesRequest,
};
use dynadesk_shared::api::paths;

use super::{ApiFailure, delete, get, post};
use crate::nav::with_query;

/// One page of writes, newest first; `after` is the `next` of the page before it.
pub async fn writes(connection: &str, asked: WritesRequest) -> Result<WritesPage, ApiFailure> {
    let path = paths::fill(paths::WRITES, &[connection]);
    get(&with_query(&path, &[("table", asked.table), ("after", asked.after)])).await
}

/// One write with its images.
pub async fn write(connection: &str, write: &str) -> Result<WriteView, ApiFailure> {
    get(&paths::fill(paths::WRITE, &[connection, write])).await
}

/// Takes a write back, unless its item changed since.
pub async fn undo(connection: &str, write: &str) -> Result<Undone, ApiFailure> {
    post(&paths::fill(paths::WRITE_UNDO, &[connection, write]), &serde_json::json!({})).await
}

/// The writes of one request or job, with a page of its rows.
pub async fn group(connection: &str, group: &str, after: Option<String>) -> Result<GroupView, ApiFailure> {
    get(&with_query(&paths::fill(paths::GROUP, &[connection, group]), &[("after", after)])).await
}

/// Takes all of them back: in one transaction where that is possible, or item by item in a job.
pub async fn undo_group(connection: &str, group: &str, asked: &GroupUndo) -> Result<GroupUndone, ApiFailure> {
    post(&paths::fill(paths::GROUP_UNDO, &[connection, group]), asked).await
}

/// One page of runs, newest first; `after` is the `next` of the page before it.
pub async fn runs(connection: &str, after: Option<String>) -> Result<RunsPage, ApiFailure> {
    get(&with_query(&paths::fill(paths::RUNS, &[connection]), &[("after", after)])).await
}

/// Writes a run down. Nobody waits for it, and nothing is lost where it fails.
pub async fn ran(connection: &str, run: Run, result: Option<String>) -> Result<RunView, ApiFailure> {
    post(&paths::fill(paths::RUNS, &[connection]), &RunCreate { run, result }).await
}

pub async fn forget(connection: &str, run: &str) -> Result<(), ApiFailure> {
    delete(&paths::fill(paths::RUN, &[connection, run]), &serde_json::json!({})).await
}

/// Queries with names, by name.
pub async fn saved(connection: &str) -> Result<SavedList, ApiFailure> {
    get(&paths::fill(paths::SAVED, &[connection])).await
}

/// Saves a run under a name; `replace` is the saved query that goes for it.
pub async fn save(connection: &str, new: &SavedCreate) -> Result<SavedView, ApiFailure> {
    post(&paths::fill(paths::SAVED, &[connection]), new).await
}

pub async fn delete_saved(connection: &str, saved: &str) -> Result<(), ApiFailure> {
    delete(&paths::fill(paths::SAVED_ONE, &[connection, saved]), &serde_json::json!({})).await
}
