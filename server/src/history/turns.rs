//! Who may work on a group: one job at a time writes it, or takes it back.

use dynadesk_shared::api::history::WriteState;
use dynadesk_shared::api::jobs::JobView;
use serde_json::Value;

use super::packer::{Entry, Packer};
use crate::app::AppState;
use crate::error::{Error, Result};

/// 409 `job_running` where a job still writes a group or takes it back; `but` is the one that asks.
pub(super) async fn nobody_works_on(app: &AppState, group: &str, but: Option<&str>) -> Result<()> {
    let running = app.jobs.unfinished().await?.into_iter().find(|job| {
        let about = job.history.as_deref() == Some(group) || job.undoes.as_deref() == Some(group);
        about && !job.state.is_over() && Some(job.id.as_str()) != but
    });
    match running {
        None => Ok(()),
        Some(job) => Err(Error::conflict(
            "job_running",
            format!("{:?} is still running: wait for its end, or cancel it", job.title),
        )),
    }
}

/// Whether an interrupted job may go on: what it would write in addition must not meet an undo that has
/// passed there already. 409 `job_running`, `write_undone`.
pub async fn may_go_on(app: &AppState, job: &JobView) -> Result<()> {
    if let Some(group) = &job.undoes {
        nobody_works_on(app, group, Some(&job.id)).await?;
    }
    let Some(group) = &job.history else { return Ok(()) };
    let unfinished = app.jobs.unfinished().await?;
    let undo = unfinished.into_iter().find(|other| other.undoes.as_ref() == Some(group));
    if let Some(undo) = undo {
        let message = format!(
            "{:?} takes back what this job wrote: let it come to its end, or cancel it",
            undo.title
        );
        return Err(Error::conflict("job_running", message));
    }
    // Where the store is off the job goes on and says that nothing is kept.
    match app.store.writes().get(&job.connection, group).await {
        Ok(view) if view.summary.state == WriteState::Undone => Err(Error::conflict(
            "write_undone",
            "what this job wrote was undone: give it up, and start it anew to write it again",
        )),
        _ => Ok(()),
    }
}

/// An interrupted job will not go on: what it wrote is all that there is.
pub async fn given_up(app: &AppState, job: &JobView, task: &Value) {
    let entry = task
        .get("entry")
        .and_then(|entry| serde_json::from_value::<Entry>(entry.clone()).ok());
    if entry.is_some() {
        Packer::resume(&app.store, &job.connection, entry, None).finish().await;
    }
}
