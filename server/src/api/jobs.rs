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
use super::extract::Asker;
use super::named::{RunJob, SeenJob, WritableJob};
use crate::app::AppState;
use crate::{history, takeover};

/// Between two events of a job: a screen needs no more than five a second.
const PACE: Duration = Duration::from_millis(200);

/// `GET /api/jobs`
pub async fn list(State(app): State<AppState>, person: Asker) -> ApiResult<JobList> {
    let mut list = app.jobs.list().await?;
    list.jobs
        .retain(|job| person.may(Role::Viewer, &job.connection, &job.table).is_ok());
    Ok(Json(list))
}

/// `GET /api/jobs/{job}`
pub async fn get(SeenJob(job): SeenJob) -> ApiResult<JobView> {
    Ok(Json(job))
}

/// `POST /api/jobs/{job}/cancel`
pub async fn cancel(State(app): State<AppState>, RunJob(job): RunJob) -> ApiResult<JobView> {
    let _turn = match job.state == JobState::Interrupted {
        true => Some(app.jobs.turn().await?),
        false => None,
    };
    let (job, given_up) = app.jobs.cancel(&job.id).await?;
    if let Some(task) = given_up {
        history::given_up(&app, &job, &task).await;
    }
    Ok(Json(job))
}

/// `POST /api/jobs/{job}/resume`: the connection must still take writes.
pub async fn resume(State(app): State<AppState>, WritableJob(job, connection): WritableJob) -> ApiResult<JobView> {
    let turn = app.jobs.turn().await?;
    history::may_go_on(&app, &job).await?;
    turn.holds()?;
    Ok(Json(takeover::go_on(&app, &connection, &job).await?))
}

/// `GET /api/jobs/{job}/events`: an event `job` at once and at each change, the last one always;
/// then the stream ends.
pub async fn events(
    State(app): State<AppState>,
    SeenJob(job): SeenJob,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let watch = app.jobs.watch(&job.id).await?;
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
