//! Taking a write back, as a write of its own, as long as nothing has changed since.

use dynadesk_shared::Item;
use dynadesk_shared::access::Role;
use dynadesk_shared::api::history::{Undone, WriteState, WriteSummary, WriteView};
use dynadesk_shared::api::writes::{Change, ItemsWrite, Outcome};

use super::Recorder;
use super::rows::{Row, only_for_audits};
use super::turns::nobody_works_on;
use crate::app::AppState;
use crate::audit;
use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::items;
use crate::store::{Place, Store, changed_names};
use crate::who;

/// One write with its images; also one of the many of a job. One of a table that whoever asks may not
/// read is not there for them, nor is one that is kept for the audit log alone for who may not read that.
pub async fn view_write(store: &Store, connection: &str, id: &str) -> Result<WriteView> {
    if only_for_audits(store, id) {
        return Err(missing(id));
    }
    let view = find_write(store, connection, id).await?;
    match who::sees(connection, &view.summary.table) {
        true => Ok(view),
        false => {
            audit::hidden("write_not_found", connection, &view.summary.table);
            Err(missing(id))
        }
    }
}

fn missing(id: &str) -> Error {
    Error::not_found(
        "write_not_found",
        format!("there is no write {id:?} here: writes are kept for 7 days"),
    )
}

async fn find_write(store: &Store, connection: &str, id: &str) -> Result<WriteView> {
    let Some(place) = Place::read(id) else {
        return store.writes().get(connection, id).await;
    };
    let head = store.writes().get(connection, &place.entry).await?.summary;
    let row = match store.packs().one(&place).await? {
        Some(row) if head.packed => Row::of_pack(row, head.state),
        _ => return Err(missing(id)),
    };
    Ok(WriteView {
        summary: WriteSummary {
            id: row.write.clone(),
            kind: row.kind(),
            state: row.state,
            changed: changed_names(row.before.as_ref(), row.after.as_ref()),
            table: row.table,
            key: row.key,
            grouped: true,
            packed: false,
            items: None,
            ..head
        },
        before: row.before,
        after: row.after,
    })
}

/// Undoes a write: a conflict with what is there now where the item is no longer what the write made it.
pub async fn undo(app: &AppState, connection: &Connection, id: &str) -> Result<Undone> {
    let (name, store) = (&connection.view.name, &app.store);
    let place = Place::read(id);
    // A job that still writes, or takes back, would meet what is done here.
    let turn = match &place {
        None => None,
        Some(place) => {
            let turn = app.jobs.turn().await?;
            nobody_works_on(app, &place.entry, None).await?;
            Some(turn)
        }
    };
    let view = view_write(store, name, id).await?;
    if view.summary.packed {
        return Err(Error::conflict(
            "many_items",
            "this entry is of many items: they are undone as a group, or one by one",
        ));
    }
    let table = view.summary.table.clone();
    who::allowed(Role::Operator, name, &table)?;
    let change = back(view.summary.state, view.before, view.after)?;
    let asked = ItemsWrite {
        changes: vec![change],
        ..ItemsWrite::default()
    };
    if let Some(turn) = &turn {
        turn.holds()?;
    }
    let written = items::write_back(connection, &table, asked, Recorder::new(store, name)).await?;
    let mut unkept = written.unkept;
    let outcome = written.outcomes.into_iter().next().unwrap_or(Outcome::NotWritten);
    if matches!(outcome, Outcome::Written { .. }) {
        let marked = match &place {
            Some(place) => store.packs().mark_undone(place).await,
            None => store.writes().mark_undone(name, id).await,
        };
        if let Err(error) = marked {
            unkept.get_or_insert(error.message);
        }
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
