//! Jobs go on where another server died: one that nobody works on any more is taken over from its last
//! checkpoint, in the name of whoever began it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dynadesk_shared::api::jobs::JobView;
use tokio::task::JoinHandle;

use crate::app::AppState;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Free;
use crate::{history, integrity, seed, who};

/// How often the store is asked what other servers do.
pub const LOOK: Duration = Duration::from_secs(2);

/// The jobs that are just being taken over. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Taking(Arc<Mutex<BTreeSet<String>>>);

impl Taking {
    /// Whether nobody takes it yet.
    fn begin(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned())
    }

    fn end(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// Follows the jobs of other servers, and takes over what they leave, until the server stops.
pub fn start(app: &AppState) {
    let (app, taking) = (app.clone(), Taking::default());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = app.stopping.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            look(&app, &taking).await;
        }
    });
}

/// One look at them; answers with what is begun for it. One that takes long holds nobody else up.
pub async fn look(app: &AppState, taking: &Taking) -> Vec<JoinHandle<()>> {
    let free = app.jobs.look().await.unwrap_or_else(|error| {
        // Everything stays as it is.
        tracing::debug!(%error, "the jobs of other servers cannot be looked up");
        Vec::new()
    });
    let new = free.into_iter().filter(|job| taking.begin(&job.record.view.id));
    let begun = new.map(|job| {
        let (app, taking) = (app.clone(), taking.clone());
        tokio::spawn(async move {
            let id = job.record.view.id.clone();
            take_over(&app, job).await;
            taking.end(&id);
        })
    });
    begun.collect()
}

/// Lets a job run again, whatever it does: 409 `job_elsewhere` where its table cannot be the one that is meant.
pub async fn go_on(app: &AppState, connection: &Arc<Connection>, job: &JobView) -> Result<JobView> {
    if connection.alone && job.server.as_deref() != app.jobs.server() {
        return Err(elsewhere(
            "its tables are in the server that began it, and only that one can go on with it",
        ));
    }
    match job.kind.as_str() {
        history::UNDO => history::resume(app, connection, &job.id).await,
        integrity::NAMES => integrity::resume(app, connection, &job.id).await,
        _ => seed::resume(app, connection, &job.id).await,
    }
}

fn elsewhere(why: &str) -> Error {
    Error::conflict("job_elsewhere", why)
}

async fn take_over(app: &AppState, job: Free) {
    let (view, place) = (job.record.view, job.record.place);
    let person = job.record.by.map(|by| Arc::new(by.person()));
    let work = async {
        if job.stop {
            return match app.jobs.cancel(&view.id).await {
                Ok((view, Some(task))) => history::given_up(app, &view, &task).await,
                Ok((_, None)) => {}
                Err(error) => tracing::warn!(job = view.id, %error, "a job could not be stopped yet"),
            };
        }
        // Another server may know connections that this one does not, or may write where this one may not.
        let Ok(connection) = app.connections.get(&view.connection) else {
            return;
        };
        if connection.writable().is_err() || connection.view.place != place {
            return;
        }
        match go_on(app, &connection, &view).await {
            Ok(_) => tracing::info!(job = view.id, "taken over"),
            Err(error) if is_over(&error) => give_up(app, &view, &job.record.task, error).await,
            // It may go better the next time, or on another server.
            Err(error) if error.kind == ErrorKind::Conflict => tracing::debug!(job = view.id, %error, "not taken over"),
            Err(error) => tracing::warn!(job = view.id, %error, "a job could not be taken over yet"),
        }
    };
    match person {
        Some(person) => who::scope(person, work).await,
        None => work.await,
    }
}

/// Whether no server can go on with it.
fn is_over(error: &Error) -> bool {
    matches!(error.code.as_ref(), "job_damaged" | "table_not_found")
}

/// It cannot go on: its table is gone, say.
async fn give_up(app: &AppState, view: &JobView, task: &serde_json::Value, why: Error) {
    match app.jobs.fail(&view.id, why.message).await {
        Ok(true) => history::given_up(app, view, task).await,
        Ok(false) => {}
        Err(error) => tracing::warn!(job = view.id, %error, "a job that cannot go on could not be ended"),
    }
}
