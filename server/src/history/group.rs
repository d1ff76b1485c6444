//! The writes of one request or job as one thing: looked at, and taken back as a whole.

use std::sync::Arc;

use dynadesk_shared::access::Role;
use dynadesk_shared::api::history::{GroupRow, GroupUndo, GroupUndone, GroupView, RowUndone, WriteKind, WriteState};
use dynadesk_shared::api::writes::{ItemsWrite, MOST_TOGETHER, Outcome};
use dynadesk_shared::words::counted;

use super::Recorder;
use super::rows::{Group, Row};
use super::turns::nobody_works_on;
use super::undo::back;
use super::undo_job;
use crate::app::AppState;
use crate::confirm;
use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::items;
use crate::items::still;
use crate::store::{Store, is_id};
use crate::who;

/// Rows of one page.
const PAGE: usize = 100;

/// A group with a page of its rows.
pub async fn view_group(store: &Store, connection: &str, id: &str, after: Option<&str>) -> Result<GroupView> {
    let group = Group::find(store, connection, id).await?;
    who::allowed(Role::Viewer, connection, &group.head.table)?;
    let (mut rows, next) = match group.head.packed {
        true => packed_rows(&group, after).await?,
        false => members(&group, after).await?,
    };
    // PartiQL writes to several tables at once, and not each of them need be this person's: then neither
    // the count nor the state tells of the others.
    let some = !who::sees_all(connection);
    rows.retain(|row| who::sees(connection, &row.table));
    let (items, state) = match group.head.packed {
        true if some && group.head.kind == WriteKind::Undo => (None, group.head.state),
        true => (group.head.items, group.head.state),
        false if some => {
            let seen = seen(&group).await?;
            (Some(seen.len() as u64), state_of(&seen))
        }
        false if after.is_none() && next.is_none() => (Some(group.count().await?), state_of(&rows)),
        false => (Some(group.count().await?), state_of_all(&group).await?),
    };
    Ok(GroupView {
        group: id.to_owned(),
        at: group.head.at,
        expires_at: group.head.expires_at,
        operator: group.head.operator,
        kind: group.head.kind,
        state,
        table: group.head.table,
        items,
        rows,
        next,
    })
}

/// A page of writes, and where the next one begins.
async fn members(group: &Group<'_>, after: Option<&str>) -> Result<(Vec<GroupRow>, Option<String>)> {
    if let Some(after) = after.filter(|after| !is_id(after)) {
        return Err(Error::invalid("cursor_invalid", format!("{after:?} is no `next` of a group")));
    }
    let groups = group.store.groups();
    let members = groups.members(group.connection, group.id, after, PAGE as u32).await?;
    let next = members.ids.last().cloned().filter(|_| members.more);
    let writes = groups.summaries(group.connection, &members.ids).await?;
    let rows = writes.into_iter().map(|write| GroupRow {
        write: write.id,
        table: write.table,
        key: write.key,
        kind: write.kind,
        state: write.state,
    });
    Ok((rows.collect(), next))
}

/// Every row that may be seen. What one request writes is at most a few pages.
async fn seen(group: &Group<'_>) -> Result<Vec<GroupRow>> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let (rows, next) = members(group, after.as_deref()).await?;
        all.extend(rows.into_iter().filter(|row| who::sees(group.connection, &row.table)));
        after = next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// The state of all pages, as far as it takes to find something to undo.
async fn state_of_all(group: &Group<'_>) -> Result<WriteState> {
    let (mut all, mut after) = (WriteState::Failed, None::<String>);
    loop {
        let (rows, next) = members(group, after.as_deref()).await?;
        match state_of(&rows) {
            WriteState::Failed => {}
            WriteState::Undone => all = WriteState::Undone,
            open => return Ok(open),
        }
        after = next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// What the rows have in common: undone when there is nothing left to undo.
fn state_of(rows: &[GroupRow]) -> WriteState {
    let all = |state| rows.iter().all(|row| row.state == state);
    if all(WriteState::Failed) {
        WriteState::Failed
    } else if rows.iter().all(|row| matches!(row.state, WriteState::Undone | WriteState::Failed)) {
        WriteState::Undone
    } else if rows.iter().any(|row| row.state == WriteState::Begun) {
        WriteState::Begun
    } else {
        WriteState::Done
    }
}

async fn packed_rows(group: &Group<'_>, after: Option<&str>) -> Result<(Vec<GroupRow>, Option<String>)> {
    let mut rows = Vec::new();
    let mut below = after.map(str::to_owned);
    while rows.len() < PAGE {
        let Some(step) = group.step(below.as_deref()).await? else {
            return Ok((rows, None));
        };
        below = Some(step.position);
        rows.extend(step.rows.into_iter().map(|row| GroupRow {
            write: row.write.clone(),
            kind: row.kind(),
            table: row.table,
            key: row.key,
            state: row.state,
        }));
    }
    // The last page says that it is the last.
    let more = group.step(below.as_deref()).await?.is_some();
    Ok((rows, below.filter(|_| more)))
}

/// Takes a group back: in one transaction, or item by item in a job.
pub async fn undo_group(app: &AppState, connection: &Arc<Connection>, id: &str, asked: &GroupUndo) -> Result<GroupUndone> {
    let name = &connection.view.name;
    let group = Group::find(&app.store, name, id).await?;
    who::allowed(Role::Operator, name, &group.head.table)?;
    confirm::on_production(connection, &group.head.table, asked.confirm.as_deref())?;
    let turn = app.jobs.turn().await?;
    nobody_works_on(app, id, None).await?;
    if group.head.packed && group.head.state == WriteState::Undone {
        return Err(Error::conflict("write_undone", "all of this was undone already"));
    }
    if !group.head.packed {
        let rows = first_rows(&group).await?;
        for row in &rows {
            who::allowed(Role::Operator, name, &row.table)?;
        }
        if rows.len() > MOST_TOGETHER
            && let Some(person) = who::current()
        {
            // The tables of the others are not known yet.
            person.may_on_all_of(Role::Operator, name)?;
        }
        if rows.len() <= MOST_TOGETHER {
            nothing_left(&rows)?;
            turn.holds()?;
            if let (true, Some(undone)) = (asked.together, together(connection, &app.store, &rows).await?) {
                return Ok(undone);
            }
        }
    }
    turn.holds()?;
    let job = undo_job::start(app, connection, &group).await?;
    Ok(GroupUndone::Job { job })
}

/// The rows of a group, as far as it takes to know whether they fit into one transaction.
async fn first_rows(group: &Group<'_>) -> Result<Vec<Row>> {
    let (mut rows, mut below) = (Vec::new(), None::<String>);
    while rows.len() <= MOST_TOGETHER {
        let Some(step) = group.step(below.as_deref()).await? else { break };
        rows.extend(step.rows);
        below = Some(step.position);
    }
    Ok(rows)
}

fn nothing_left(rows: &[Row]) -> Result<()> {
    if rows.iter().any(|row| row.is_open()) {
        return Ok(());
    }
    match rows.iter().any(|row| row.state == WriteState::Undone) {
        true => Err(Error::conflict("write_undone", "all of this was undone already")),
        false => Err(Error::conflict(
            "nothing_to_undo",
            "the engine refused these writes: there is nothing to undo",
        )),
    }
}

/// All that is left to undo in one transaction; nothing where that is not possible.
async fn together(connection: &Connection, store: &Store, rows: &[Row]) -> Result<Option<GroupUndone>> {
    let name = &connection.view.name;
    let (mut open, mut changes) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|row| row.is_open()) {
        if row.table != rows[0].table {
            return Ok(None);
        }
        // One whose end is not known may never have been done, and then it is as it was before.
        if row.state == WriteState::Begun {
            let now = connection.engine.get(&row.table, &row.key).await?.0;
            if still(row.before.as_ref(), now.as_ref()) {
                continue;
            }
        }
        let Ok(change) = back(row.state, row.before.clone(), row.after.clone()) else {
            return Ok(None);
        };
        open.push(row);
        changes.push(change);
    }
    if open.is_empty() {
        return Ok(Some(GroupUndone::Together {
            rows: Vec::new(),
            unkept: None,
        }));
    }
    let asked = ItemsWrite {
        changes,
        together: true,
        ..ItemsWrite::default()
    };
    let written = match items::write_back(connection, &rows[0].table, asked, Recorder::new(store, name)).await {
        Ok(written) => written,
        // Too many actions, a key that two of them touch, or an engine without transactions.
        Err(error) if matches!(&*error.code, "invalid_changes" | "unsupported_by_engine") => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut unkept = written.unkept;
    let mut undone = Vec::new();
    for (row, outcome) in open.into_iter().zip(written.outcomes) {
        let write = row.write.clone();
        if matches!(outcome, Outcome::Written { .. } | Outcome::Unchanged)
            && let Err(error) = store.writes().mark_undone(name, &write).await
        {
            unkept.get_or_insert(error.message);
        }
        undone.push(RowUndone {
            write,
            key: row.key.clone(),
            outcome,
        });
    }
    Ok(Some(GroupUndone::Together { rows: undone, unkept }))
}

/// What a job that undoes a group is called.
pub(super) fn title(kind: WriteKind, items: u64, table: &str) -> String {
    let counted = counted(items, "item", "items");
    match kind {
        WriteKind::Seed => format!("Undo a seed of {counted} in {table}"),
        WriteKind::Undo => format!("Undo an undo of {counted} in {table}"),
        _ => format!("Undo {counted} in {table}"),
    }
}
