//! Taking a write back, as a write of its own, as long as nothing has changed since.

use dynadesk_shared::Item;
use dynadesk_shared::api::history::{Undone, WriteState};
use dynadesk_shared::api::writes::{Change, ItemsWrite, Outcome};

use super::Recorder;
use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::items;
use crate::store::Store;

/// Undoes a write: a conflict with what is there now where the item is no longer what the write made it.
pub async fn undo(connection: &Connection, store: &Store, id: &str) -> Result<Undone> {
    let name = &connection.view.name;
    let view = store.writes().get(name, id).await?;
    if view.summary.packed {
        return Err(Error::conflict(
            "many_items",
            "this entry is of many items: they are undone as a group",
        ));
    }
    let table = view.summary.table.clone();
    let change = back(view.summary.state, view.before, view.after)?;
    let asked = ItemsWrite {
        changes: vec![change],
        ..ItemsWrite::default()
    };
    let written = items::write_back(connection, &table, asked, Recorder::new(store, name)).await?;
    let mut unkept = written.unkept;
    let outcome = written.outcomes.into_iter().next().unwrap_or(Outcome::NotWritten);
    if matches!(outcome, Outcome::Written { .. })
        && let Err(error) = store.writes().mark_undone(name, id).await
    {
        unkept.get_or_insert(error.message);
    }
    Ok(Undone { outcome, unkept })
}

/// The change that takes a write back. One whose end is unknown may have been done: whether it was, its
/// images tell.
pub(super) fn back(state: WriteState, before: Option<Item>, after: Option<Item>) -> Result<Change> {
    let refused = |code, why: &str| Err(Error::conflict(code, why));
    match state {
        WriteState::Undone => return refused("write_undone", "this write was undone already"),
        WriteState::Failed => return refused("nothing_to_undo", "the engine refused this write: there is nothing to undo"),
        WriteState::Begun | WriteState::Done => {}
    }
    match (before, after) {
        (None, Some(after)) => Ok(Change::Delete { base: after }),
        (Some(before), None) => Ok(Change::Create { item: before }),
        (Some(before), Some(after)) => Ok(Change::Edit { base: after, item: before }),
        (None, None) => refused("nothing_to_undo", "no image of this write was kept: it cannot be undone"),
    }
}
