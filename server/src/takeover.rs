//! Jobs go on where another server died: one that nobody works on any more is taken over from its last
//! checkpoint, in the name of whoever began it.

use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::api::jobs::JobView;

use crate::app::AppState;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Record;
use crate::{history, integrity, seed, who};

/// How often the store is asked what other servers do.
const LOOK: Duration = Duration::from_secs(2);

/// Follows the jobs of other servers, and takes over what they leave, until the server stops.
pub fn start(app: &AppState) {
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = app.stopping.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            look(&app).await;
        }
    });
}

/// One look at them.
pub async fn look(app: &AppState) {
    match app.jobs.look().await {
        Ok(free) => {
            for job in free {
                take_over(app, job).await;
            }
        }
        // Everything stays as it is.
        Err(error) => tracing::debug!(%error, "the jobs of other servers cannot be looked up"),
    }
}

/// Lets a job run again, whatever it does.
pub async fn go_on(app: &AppState, connection: &Arc<Connection>, job: &JobView) -> Result<JobView> {
    match job.kind.as_str() {
        history::UNDO => history::resume(app, connection, &job.id).await,
        integrity::NAMES => integrity::resume(app, connection, &job.id).await,
        _ => seed::resume(app, connection, &job.id).await,
    }
}

async fn take_over(app: &AppState, job: Record) {
    // Another server may know connections that this one does not, or may write where this one may not.
    let Ok(connection) = app.connections.get(&job.view.connection) else {
        return;
    };
    if connection.writable().is_err() {
        return;
    }
    // Its tables are in the server that began it.
    if connection.alone && job.view.server.as_deref() != app.jobs.server() {
        return;
    }
    let (view, person) = (job.view, job.by.map(|by| Arc::new(by.person())));
    let work = async {
        match go_on(app, &connection, &view).await {
            Ok(_) => tracing::info!(job = view.id, "taken over"),
            Err(error) if error.code == "job_not_interrupted" => {}
            Err(error) if passes(&error) => tracing::warn!(job = view.id, %error, "a job could not be taken over yet"),
            Err(error) => give_up(app, &view, &job.task, error).await,
        }
    };
    match person {
        Some(person) => who::scope(person, work).await,
        None => work.await,
    }
}

/// Whether it may go better the next time.
fn passes(error: &Error) -> bool {
    matches!(
        error.kind,
        ErrorKind::Throttled | ErrorKind::EngineFailed | ErrorKind::Unavailable | ErrorKind::TimedOut | ErrorKind::Internal
    )
}

/// It cannot go on: its table is gone, say.
async fn give_up(app: &AppState, view: &JobView, task: &serde_json::Value, why: Error) {
    match app.jobs.fail(&view.id, why.message).await {
        Ok(true) => history::given_up(app, view, task).await,
        Ok(false) => {}
        Err(error) => tracing::warn!(job = view.id, %error, "a job that cannot go on could not be ended"),
    }
}
