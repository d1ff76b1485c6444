//! Jobs: list, watch, cancel, resume.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::Event;
use dynadesk_shared::access::Role;
use dynadesk_shared::api::jobs::{JobList, JobState, JobView};
use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::alive::keep_alive;
use super::error::{ApiError, ApiResult};
use super::extract::{Asker, JobId};
use crate::app::AppState;
use crate::error::Error;
use crate::who::Person;
use crate::{audit, history, jobs, takeover};

/// Between two events of a job: a screen needs no more than five a second.
const PACE: Duration = Duration::from_millis(200);

/// `GET /api/jobs`
pub async fn list(State(app): State<AppState>, person: Asker) -> ApiResult<JobList> {
    let mut list = app.jobs.list().await?;
    list.jobs
        .retain(|job| person.may(Role::Viewer, &job.connection, &job.table).is_ok());
    Ok(Json(list))
}

/// A job of a table on which the person has a role: 404 `job_not_found` where that is none at all.
async fn find(app: &AppState, person: &Person, role: Role, id: &str) -> Result<JobView, Error> {
    let job = app.jobs.get(id).await?;
    if person.may(Role::Viewer, &job.connection, &job.table).is_err() {
        audit::hidden("job_not_found", &job.connection, &job.table);
        return Err(jobs::not_found(id));
    }
    person.may(role, &job.connection, &job.table)?;
    Ok(job)
}

/// `GET /api/jobs/{job}`
pub async fn get(State(app): State<AppState>, person: Asker, JobId(id): JobId) -> ApiResult<JobView> {
    Ok(Json(find(&app, &person, Role::Viewer, &id).await?))
}

/// `POST /api/jobs/{job}/cancel`
pub async fn cancel(State(app): State<AppState>, person: Asker, JobId(id): JobId) -> ApiResult<JobView> {
    let interrupted = find(&app, &person, Role::Operator, &id).await?.state == JobState::Interrupted;
    let _turn = match interrupted {
        true => Some(app.jobs.turn().await?),
        false => None,
    };
    let (job, given_up) = app.jobs.cancel(&id).await?;
    if let Some(task) = given_up {
        history::given_up(&app, &job, &task).await;
    }
    Ok(Json(job))
}

/// `POST /api/jobs/{job}/resume`: the connection must still take writes.
pub async fn resume(State(app): State<AppState>, person: Asker, JobId(id): JobId) -> ApiResult<JobView> {
    let job = find(&app, &person, Role::Operator, &id).await?;
    let connection = app.connections.get(&job.connection)?;
    connection.writable()?;
    app.access.unlocked(&person, &connection).await?;
    let turn = app.jobs.turn().await?;
    history::may_go_on(&app, &job).await?;
    turn.holds()?;
    Ok(Json(takeover::go_on(&app, &connection, &job).await?))
}

/// `GET /api/jobs/{job}/events`: an event `job` at once and at each change, the last one always;
/// then the stream ends.
pub async fn events(
    State(app): State<AppState>,
    person: Asker,
    JobId(id): JobId,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    find(&app, &person, Role::Viewer, &id).await?;
    let watch = app.jobs.watch(&id).await?;
    // A job may go on elsewhere, so that its end is not waited for here.
    let changes = changes(watch).take_until(app.stopping.clone().cancelled_owned());
    Ok(Sse::new(changes).keep_alive(keep_alive()))
}

fn changes(watch: watch::Receiver<JobView>) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(Some((watch, None::<Instant>)), |state| async move {
        let (mut watch, last) = state?;
        if let Some(last) = last {
            // The registry may drop the job while it is watched: its last state was sent then.
            watch.changed().await.ok()?;
            tokio::time::sleep_until(last + PACE).await;
        }
        let (event, over) = {
            let view = watch.borrow_and_update();
            // A view has string keys only, so this cannot fail; an empty event would be harmless.
            (
                Event::default().event("job").json_data(&*view).unwrap_or_default(),
                view.state.is_over(),
            )
        };
        Some((Ok(event), (!over).then_some((watch, Some(Instant::now())))))
    })
}
