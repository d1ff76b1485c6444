//! An undo as a job, stopped in the middle: given up, and gone on with by the next server.

use dynadesk_server::config::Place;
use dynadesk_shared::api::history::{GroupUndone, GroupView, WriteState};
use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::paths::{self, fill};
use serde_json::json;
use tempfile::TempDir;

use crate::support::TestApp;
use crate::support::fake::Fake;
use crate::support::seed::{finished, request, seed_on, text};

const COUNT: u64 = 100;
/// Items that are put back before the engine takes no more: one batch, and five of the next.
const ROOM: i64 = 30;
/// The job stops after a batch.
const STOPPED_AT: u64 = 50;

async fn app_in(data: &TempDir, fake: &Fake, read_only: bool) -> TestApp {
    TestApp::with(|config| {
        config.data_dir = data.path().to_owned();
        config.connections[0].place = Place::Embedded {
            file: Some(data.path().join("embedded.db")),
        };
        fake.connect(config);
        config.connections[1].read_only = read_only;
    })
    .await
}

/// Starts to undo a group item by item.
async fn start(app: &TestApp, group: &str) -> JobView {
    let path = fill(paths::GROUP_UNDO, &["fake", group]);
    let GroupUndone::Job { job } = app.post(&path, &json!({"together": false})).await.json() else {
        panic!("no job")
    };
    job
}

async fn undo(app: &TestApp, group: &str) -> JobView {
    let job = start(app, group).await;
    let job = finished(app, &job.id).await;
    assert_eq!(job.state, JobState::Done, "{:?}", job.error);
    job
}

async fn group(app: &TestApp, group: &str) -> GroupView {
    app.get(&fill(paths::GROUP, &["fake", group])).await.json()
}

/// Seeds and takes it back; answers the entry of that undo, whose own undo puts every item back.
async fn deleted(app: &TestApp, fake: &Fake) -> String {
    let lines: String = (0..COUNT).map(|n| format!("{{\"pk\": \"p\", \"sk\": \"{n:05}\"}}\n")).collect();
    let seed = seed_on(app, "fake", "notes", &request(text(lines))).await;
    assert_eq!((seed.state, seed.progress.written, fake.len()), (JobState::Done, COUNT, COUNT));
    let undone = undo(app, seed.history.as_deref().unwrap()).await;
    assert_eq!((undone.progress.written, fake.len()), (COUNT, 0));
    undone.history.unwrap()
}

#[tokio::test]
async fn a_cancelled_undo_says_exactly_what_it_took_back_and_the_rest_can_be() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let app = app_in(&data, &fake, false).await;
    let entry = deleted(&app, &fake).await;
    fake.close_after(ROOM);
    let job = start(&app, &entry).await;
    fake.until_throttled(3).await;
    let asked: JobView = app.post(&fill(paths::JOB_CANCEL, &[&job.id]), &json!({})).await.json();
    assert_eq!(asked.state, JobState::Cancelling, "what is under way is finished");
    fake.open();
    let cancelled = finished(&app, &job.id).await;
    assert_eq!(cancelled.state, JobState::Cancelled);
    let progress = &cancelled.progress;
    assert_eq!(
        (progress.written, progress.processed, progress.rejected, fake.len()),
        (STOPPED_AT, STOPPED_AT, 0, STOPPED_AT)
    );
    app.post(&fill(paths::JOB_RESUME, &[&job.id]), &json!({}))
        .await
        .refused(409, "job_not_interrupted");

    // It is in the history with what it did, and what it did not do is still to be undone.
    let part = group(&app, cancelled.history.as_deref().unwrap()).await;
    assert_eq!((part.items, part.state), (Some(STOPPED_AT), WriteState::Done));
    assert_eq!(group(&app, &entry).await.state, WriteState::Done);
    let rest = undo(&app, &entry).await;
    assert_eq!(
        (rest.progress.written, rest.progress.unchanged, fake.len()),
        (COUNT - STOPPED_AT, STOPPED_AT, COUNT)
    );
    assert_eq!(group(&app, &entry).await.state, WriteState::Undone);
    let back = undo(&app, &part.group).await;
    assert_eq!((back.progress.written, fake.len()), (STOPPED_AT, COUNT - STOPPED_AT));
}

#[tokio::test]
async fn an_interrupted_undo_goes_on_after_a_restart_as_one_entry() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let first = app_in(&data, &fake, false).await;
    let entry = deleted(&first, &fake).await;
    fake.close_after(ROOM);
    let job = start(&first, &entry).await;
    fake.until_throttled(3).await;
    first.state.stopping.cancel();
    fake.open();
    first.state.jobs.stopped().await;
    drop(first);

    let resume = fill(paths::JOB_RESUME, &[&job.id]);
    let read_only = app_in(&data, &fake, true).await;
    read_only.post(&resume, &json!({})).await.refused(403, "connection_read_only");
    drop(read_only);

    let second = app_in(&data, &fake, false).await;
    let listed: JobView = second.get(&fill(paths::JOB, &[&job.id])).await.json();
    assert_eq!(
        (listed.state, listed.progress.written, fake.len()),
        (JobState::Interrupted, STOPPED_AT, STOPPED_AT)
    );
    let begun = group(&second, listed.history.as_deref().unwrap()).await;
    assert_eq!((begun.items, begun.state), (None, WriteState::Begun));
    let resumed: JobView = second.post(&resume, &json!({})).await.json();
    assert_eq!(resumed.state, JobState::Running);
    let done = finished(&second, &job.id).await;
    assert_eq!((done.state, done.history.as_ref()), (JobState::Done, listed.history.as_ref()));
    let progress = &done.progress;
    assert_eq!(
        (progress.written, progress.processed, progress.unchanged, fake.len()),
        (COUNT, COUNT, 0, COUNT)
    );
    let whole = group(&second, done.history.as_deref().unwrap()).await;
    assert_eq!(
        (whole.items, whole.state),
        (Some(COUNT), WriteState::Done),
        "both halves are counted"
    );
    assert_eq!(group(&second, &entry).await.state, WriteState::Undone);
    let back = undo(&second, &whole.group).await;
    assert_eq!((back.progress.written, fake.len()), (COUNT, 0));
}
