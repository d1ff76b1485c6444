//! Carrying a plan out, and taking it back: all rows in one transaction or none, with a report of each.

use std::collections::BTreeMap;

use dynadesk_shared::api::identity::{SyncOutcome, SyncReport, SyncRequest, SyncRow, SyncState};
use dynadesk_shared::identity::csv::line;
use dynadesk_shared::identity::plan::PlanRow;

use super::Identity;
use super::database::{Change, Checks, Database, Written};
use crate::error::{Error, Result};
use crate::store::Store;

/// Writes the chosen rows of a plan, if each is still as planned.
pub async fn sync(identity: &Identity, store: &Store, asked: SyncRequest) -> Result<SyncReport> {
    identity.writable(asked.confirm.as_deref())?;
    let rows = identity.chosen(&asked.plan, &asked.choice).await?;
    let report = sync_made(identity, store, rows, asked.confirm.as_deref()).await?;
    if report.summary.state == SyncState::Done {
        // It was carried out: what is planned next is planned from what is there now.
        identity.0.plans.spend(&asked.plan).await;
    }
    Ok(report)
}

/// Writes these rows of a plan, if each is still as planned.
pub async fn sync_made(identity: &Identity, store: &Store, rows: Vec<PlanRow>, confirm: Option<&str>) -> Result<SyncReport> {
    let database = identity.writable(confirm)?;
    let changes = rows.into_iter().filter_map(|row| {
        Some(Change {
            uuid: row.uuid?,
            handle: row.handle,
            old: row.old,
            new: row.new,
        })
    });
    carry_out(database, store, changes.collect(), Checks::Unique, None).await
}

/// Takes a sync back, if each row still is as the sync left it.
pub async fn undo(identity: &Identity, store: &Store, id: &str, confirm: Option<&str>) -> Result<SyncReport> {
    let database = identity.writable(confirm)?;
    let done = store.syncs().get(id).await?;
    match done.summary.state {
        SyncState::Undone => return Err(Error::conflict("sync_undone", "this sync was undone already")),
        SyncState::Nothing => {
            return Err(Error::conflict(
                "nothing_to_undo",
                "this sync wrote nothing: there is nothing to undo",
            ));
        }
        SyncState::Begun | SyncState::Done => {}
    }
    if done.summary.place != place(database) {
        let message = format!(
            "this sync was done on {}, and {} is configured now",
            done.summary.place,
            place(database)
        );
        return Err(Error::conflict("sync_elsewhere", message));
    }
    let back = done.rows.into_iter().map(|row| Change {
        uuid: row.uuid,
        handle: row.handle,
        old: row.new,
        new: row.old,
    });
    let mut report = carry_out(database, store, back.collect(), Checks::Elsewhere, Some(id.to_owned())).await?;
    if report.summary.state == SyncState::Done
        && let Err(error) = store.syncs().mark_undone(id).await
    {
        report.unkept.get_or_insert(error.message);
    }
    Ok(report)
}

fn place(database: &Database) -> String {
    format!("{} {}", database.view.place, database.view.table)
}

async fn carry_out(database: &Database, store: &Store, changes: Vec<Change>, checks: Checks, undoes: Option<String>) -> Result<SyncReport> {
    let report_with = |outcome: SyncOutcome| -> Vec<SyncRow> {
        let rows = changes.iter().map(|change| SyncRow {
            uuid: change.uuid.clone(),
            handle: change.handle.clone(),
            old: change.old.clone(),
            new: change.new.clone(),
            outcome: outcome.clone(),
        });
        rows.collect()
    };
    let mut summary = store.syncs().summary(place(database), changes.len() as u64, undoes);
    // Without it there would be no way back.
    let planned = SyncReport::new(summary.clone(), report_with(SyncOutcome::Unknown));
    let begun = store.syncs().begin(&planned).await;
    begun.map_err(|mut error| {
        error.message = format!("nothing was written, because the report of it cannot be kept: {}", error.message);
        error
    })?;
    let written = database.write(&changes, checks).await;
    let (state, rows, failed) = match written {
        Ok(Written::All) => (SyncState::Done, report_with(SyncOutcome::Written), None),
        Ok(Written::Nothing { moved, shared }) => {
            let mut rows = report_with(SyncOutcome::NotWritten);
            let mut moved: BTreeMap<_, _> = moved;
            for row in &mut rows {
                row.outcome = match moved.remove(&row.uuid) {
                    Some(Some(now)) => SyncOutcome::Changed {
                        handle: now.handle,
                        cognito_user_id: now.cognito_user_id,
                    },
                    Some(None) => SyncOutcome::Gone,
                    None if shared.contains(&row.handle) || row.new.as_ref().is_some_and(|new| shared.contains(new)) => SyncOutcome::Shared,
                    None => SyncOutcome::NotWritten,
                };
            }
            (SyncState::Nothing, rows, None)
        }
        Ok(Written::Unknown(error)) => {
            tracing::warn!(%error, "the end of a sync is not known");
            (SyncState::Begun, report_with(SyncOutcome::Unknown), None)
        }
        Err(mut error) => {
            error.message = format!("{}; nothing was written", error.message);
            (SyncState::Nothing, report_with(SyncOutcome::NotWritten), Some(error))
        }
    };
    summary.state = state;
    let mut report = SyncReport::new(summary, rows);
    let finished = store.syncs().finish(&report).await;
    report.unkept = finished.err().map(|error| error.message);
    match failed {
        Some(error) => Err(error),
        None => Ok(report),
    }
}

/// A report as a spreadsheet reads it.
pub fn csv(report: &SyncReport) -> String {
    let mut text = line(&[
        "uuid",
        "handle",
        "old cognito_user_id",
        "new cognito_user_id",
        "outcome",
        "handle now",
        "cognito_user_id now",
    ]);
    for row in &report.rows {
        let (handle, id) = match &row.outcome {
            SyncOutcome::Changed { handle, cognito_user_id } => (handle.as_deref(), cognito_user_id.as_deref()),
            _ => (None, None),
        };
        let or_nothing = Option::unwrap_or_default;
        let (old, new) = (row.old.as_deref().unwrap_or_default(), row.new.as_deref().unwrap_or_default());
        text.push_str(&line(&[
            &row.uuid,
            &row.handle,
            old,
            new,
            row.outcome.end().word(),
            or_nothing(handle),
            or_nothing(id),
        ]));
    }
    text
}
