//! What was written and asked, and queries with names.

use dynadesk_shared::api::history::{
    GroupRequest, GroupUndo, GroupUndone, GroupView, RunCreate, RunView, RunsPage, SavedCreate, SavedList, SavedView, Undone, WriteView,
    WritesPage, WritesRequest,
};
use dynadesk_shared::api::paths;

use super::Description;
use crate::api::history::Page;

pub fn describe(api: &mut Description) {
    api.add("get", paths::WRITES, "writes", "What was written, the newest first")
        .query::<WritesRequest>()
        .answers::<WritesPage>();
    api.add("get", paths::WRITE, "write", "One write with the item before and after")
        .answers::<WriteView>();
    api.add("post", paths::WRITE_UNDO, "undo_write", "Takes one write back")
        .answers::<Undone>();
    api.add("get", paths::GROUP, "group", "The writes of one request or job")
        .query::<GroupRequest>()
        .answers::<GroupView>();
    api.add("post", paths::GROUP_UNDO, "undo_group", "Takes a whole group back")
        .takes::<GroupUndo>()
        .answers::<GroupUndone>();
    api.add("get", paths::RUNS, "runs", "What was asked, the newest first")
        .query::<Page>()
        .answers::<RunsPage>();
    api.add("post", paths::RUNS, "add_run", "Writes a run down")
        .takes::<RunCreate>()
        .answers::<RunView>();
    api.add("delete", paths::RUN, "delete_run", "Forgets a run").answers::<()>();
    api.add("get", paths::SAVED, "saved_queries", "Queries with names")
        .answers::<SavedList>();
    api.add("post", paths::SAVED, "save_query", "Saves a query under a name")
        .takes::<SavedCreate>()
        .answers::<SavedView>();
    api.add("delete", paths::SAVED_ONE, "delete_saved_query", "Deletes a query")
        .answers::<()>();
}
