//! Jobs of several servers, through their routers.

use std::sync::Arc;

use dynadesk_server::jobs::Record;
use dynadesk_server::takeover;
use dynadesk_shared::api::history::{GroupView, WriteState};
use dynadesk_shared::api::jobs::{JobList, JobState, JobView};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::{OnCollision, SeedRequest};
use serde_json::json;

use crate::access;
use crate::support::TestApp;
use crate::support::fake::Fake;
use crate::support::seed::{finished, request, text};
use crate::support::served::Served;

const COUNT: u64 = 400;
const LEASE: i64 = dynadesk_server::store::LEASE;

/// Two servers with one store, and one table that takes only so many items at first.
struct Site {
    fake: Arc<Fake>,
    one: TestApp,
    two: TestApp,
}

impl Site {
    async fn start(takes: i64) -> Self {
        Self::with(takes, |_| {}).await
    }

    async fn with(takes: i64, change: impl Fn(&mut dynadesk_server::config::Config)) -> Self {
        let (fake, served) = (Fake::start().await, Served::start(None).await);
        fake.close_after(takes);
        let server = async || {
            TestApp::with(|config| {
                fake.connect(config);
                served.connect(config);
                change(config);
            })
            .await
        };
        let (one, two) = (server().await, server().await);
        Self { fake, one, two }
    }
}

fn many(count: u64) -> SeedRequest {
    let lines: String = (0..count)
        .map(|n| format!("{{\"pk\": \"p\", \"sk\": \"{n:05}\", \"n\": {n}}}\n"))
        .collect();
    SeedRequest {
        on_collision: OnCollision::Replace,
        ..request(text(lines))
    }
}

async fn start(app: &TestApp) -> JobView {
    app.post(&paths::fill(paths::SEED, &["fake", "notes"]), &many(COUNT)).await.json()
}

/// One look at the others, with all that comes of it.
async fn look(app: &TestApp) {
    for begun in takeover::look(&app.state, &takeover::Taking::default()).await {
        begun.await.unwrap();
    }
}

async fn get(app: &TestApp, id: &str) -> JobView {
    app.get(&paths::fill(paths::JOB, &[id])).await.json()
}

/// Looks at the others until the job is as wanted here.
async fn until(app: &TestApp, id: &str, state: JobState) -> JobView {
    loop {
        look(app).await;
        let view = get(app, id).await;
        if view.state == state {
            return view;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_job_of_another_server_is_seen_watched_and_stopped() {
    let site = Site::start(130).await;
    let job = start(&site.one).await;
    site.fake.until_throttled(3).await;
    let listed: JobList = site.two.get(paths::JOBS).await.json();
    assert_eq!((listed.jobs.len(), &listed.jobs[0].id), (1, &job.id));
    assert_eq!(listed.jobs[0].state, JobState::Running);
    // Of two servers, too, only one decides at a time what may run beside it.
    let group = job.history.clone().unwrap();
    site.two
        .post(&paths::fill(paths::GROUP_UNDO, &["fake", &group]), &json!({}))
        .await
        .refused(409, "job_running");
    for app in [&site.one, &site.two] {
        app.post(&paths::fill(paths::JOB_RESUME, &[&job.id]), &json!({}))
            .await
            .refused(409, "job_not_interrupted");
    }
    let events = paths::fill(paths::JOB_EVENTS, &[&job.id]);
    let watching = site.two.get(&events);
    let stopping = async {
        let asked: JobView = site.two.post(&paths::fill(paths::JOB_CANCEL, &[&job.id]), &json!({})).await.json();
        assert_eq!(asked.state, JobState::Cancelling);
        look(&site.one).await;
        let ended = finished(&site.one, &job.id).await;
        assert_eq!((ended.state, ended.progress.written), (JobState::Cancelled, 130));
        look(&site.two).await;
        ended
    };
    let (watched, ended) = tokio::join!(watching, stopping);
    let last = watched.text().rsplit("data: ").next().unwrap();
    let last: JobView = serde_json::from_str(last.trim()).unwrap();
    assert_eq!(last, ended, "who watches it there sees its end");
    assert_eq!(get(&site.two, &job.id).await, ended);
    assert_eq!(site.fake.len(), 130);
    let gone = site.two.post(&paths::fill(paths::JOB_CANCEL, &["nothing"]), &json!({})).await;
    gone.refused(404, "job_not_found");
}

#[tokio::test]
async fn a_server_that_stops_hands_its_jobs_over() {
    let site = Site::start(217).await;
    let job = start(&site.one).await;
    site.fake.until_throttled(3).await;
    site.one.state.stopping.cancel();
    site.one.state.jobs.stopped().await;
    assert_eq!(get(&site.two, &job.id).await.state, JobState::Running, "nobody has to resume it");
    site.fake.open();
    look(&site.two).await;
    let done = finished(&site.two, &job.id).await;
    assert_eq!((done.state, done.progress.written), (JobState::Done, COUNT));
    assert_eq!((done.progress.processed, site.fake.len()), (COUNT, COUNT));
    let entry: GroupView = site
        .two
        .get(&paths::fill(paths::GROUP, &["fake", &done.history.unwrap()]))
        .await
        .json();
    assert_eq!(entry.items, Some(COUNT), "both halves are in one entry of the history");
}

#[tokio::test]
async fn a_silent_server_loses_its_job_and_writes_nothing_more() {
    let site = Site::start(217).await;
    let job = start(&site.one).await;
    site.fake.until_throttled(3).await;
    look(&site.two).await;
    assert!(site.two.state.jobs.here().is_empty(), "its lease holds");
    site.two.state.clock.set(site.two.state.clock.now() + LEASE - 1_000_000);
    let silent = get(&site.two, &job.id).await.silent_seconds;
    assert!(silent.is_some_and(|seconds| seconds >= 7), "who waits is told why: {silent:?}");

    site.two.state.clock.set(site.two.state.clock.now() + LEASE + 1_000_000);
    look(&site.two).await;
    let theirs = site.two.state.jobs.here();
    assert_eq!((theirs.len(), &theirs[0].id), (1, &job.id), "it is taken over");
    // The first one notices with its next beat, and shows what the second one does.
    site.fake.open();
    let done = finished(&site.two, &job.id).await;
    assert_eq!(
        (done.state, done.progress.processed, site.fake.len()),
        (JobState::Done, COUNT, COUNT)
    );
    assert_eq!(until(&site.one, &job.id, JobState::Done).await, done);
}

#[tokio::test]
async fn it_goes_on_in_the_name_of_whoever_began_it() {
    let site = Site::with(50, access::forwarded).await;
    let job = start(&site.one.as_group("operators")).await;
    site.fake.until_throttled(1).await;
    let name = |record: &Record| record.by.as_ref().map(|by| by.name.clone());
    let began = site.one.state.store.jobs().open().await.unwrap();
    let who = name(&began[0].record).unwrap();
    site.one.state.stopping.cancel();
    site.one.state.jobs.stopped().await;
    site.fake.open();
    look(&site.two).await;
    let two = site.two.as_group("operators");
    assert_eq!(finished(&two, &job.id).await.state, JobState::Done);
    let kept = site.two.state.store.jobs().get(&job.id).await.unwrap().unwrap();
    assert_eq!(name(&kept.record), Some(who));
    let view = get(&two, &job.id).await;
    assert_eq!(
        (view.operator.as_deref(), view.server.as_deref()),
        (Some("ada"), site.two.state.jobs.server())
    );
    assert_ne!(view.server, job.server);
}

#[tokio::test]
async fn one_that_was_asked_to_stop_is_stopped_also_where_its_server_died() {
    let site = Site::start(130).await;
    let job = start(&site.one).await;
    site.fake.until_throttled(3).await;
    // The first server is asked and dies before it comes to a safe point: nobody looks after its job any more.
    site.one.state.store.jobs().ask_to_stop(&job.id).await.unwrap();
    site.two.state.clock.set(site.two.state.clock.now() + LEASE + 1_000_000);
    look(&site.two).await;
    let ended = until(&site.two, &job.id, JobState::Cancelled).await;
    assert_eq!(site.fake.len(), 130, "nobody writes the rest");
    let entry: GroupView = site
        .two
        .get(&paths::fill(paths::GROUP, &["fake", &ended.history.unwrap()]))
        .await
        .json();
    assert_eq!(entry.state, WriteState::Done, "what it wrote can be undone");
}

#[tokio::test]
async fn one_that_nobody_can_take_is_given_up_by_whoever_asks() {
    let site = Site::start(50).await;
    let job = start(&site.one).await;
    site.fake.until_throttled(1).await;
    site.one.state.stopping.cancel();
    site.one.state.jobs.stopped().await;
    let path = paths::fill(paths::JOB_CANCEL, &[&job.id]);
    let given_up: JobView = site.two.post(&path, &json!({})).await.json();
    assert_eq!((given_up.state, given_up.progress.written), (JobState::Cancelled, 50));
    assert!(site.two.state.store.jobs().open().await.unwrap().is_empty());
}

#[tokio::test]
async fn one_that_lay_for_long_waits_for_a_person() {
    let site = Site::start(50).await;
    let job = start(&site.one).await;
    site.fake.until_throttled(1).await;
    site.one.state.stopping.cancel();
    site.one.state.jobs.stopped().await;
    site.fake.open();
    site.two.state.clock.set(site.two.state.clock.now() + 2 * 3600 * 1_000_000);
    look(&site.two).await;
    assert_eq!(get(&site.two, &job.id).await.state, JobState::Interrupted);
    let resumed: JobView = site.two.post(&paths::fill(paths::JOB_RESUME, &[&job.id]), &json!({})).await.json();
    assert_eq!(resumed.state, JobState::Running);
    assert_eq!(finished(&site.two, &job.id).await.progress.written, COUNT);
}

#[tokio::test]
async fn nothing_is_written_that_is_not_kept_while_the_store_is_off() {
    let (fake, served) = (Fake::start().await, Served::start(None).await);
    fake.close_after(100);
    let app = TestApp::with(|config| {
        fake.connect(config);
        served.connect(config);
    })
    .await;
    // More than is under way at once.
    let count = 5 * COUNT;
    let job: JobView = app.post(&paths::fill(paths::SEED, &["fake", "notes"]), &many(count)).await.json();
    fake.until_throttled(3).await;
    served.off();
    fake.open();
    // Units that were written down before are written; none of those that follow.
    served.until_refused(8).await;
    let before = fake.len();
    assert!(before < count, "{before}");
    served.on();
    let done = finished(&app, &job.id).await;
    assert_eq!((done.state, done.unkept, fake.len()), (JobState::Done, None, count));
    let entry: GroupView = app.get(&paths::fill(paths::GROUP, &["fake", &done.history.unwrap()])).await.json();
    assert_eq!(entry.items, Some(count), "each of them can be undone");
}

#[tokio::test]
async fn a_job_that_cannot_go_on_says_why() {
    let site = Site::start(50).await;
    let job = start(&site.one).await;
    site.fake.until_throttled(1).await;
    site.one.state.stopping.cancel();
    site.one.state.jobs.stopped().await;
    let row = site.two.state.store.jobs().get(&job.id).await.unwrap().unwrap();
    site.two.state.store.jobs().drop_source(&row).await;
    look(&site.two).await;
    let failed = get(&site.two, &job.id).await;
    assert_eq!(failed.state, JobState::Failed);
    assert!(failed.error.unwrap().contains("start it anew"));
}

#[tokio::test]
async fn tables_that_only_one_server_has_wait_for_it() {
    let served = Served::start(None).await;
    let server = async || TestApp::with(|config| served.connect(config)).await;
    let (one, two) = (server().await, server().await);
    for app in [&one, &two] {
        app.create_table(crate::support::pk_sk_table("notes")).await;
    }
    // The first server dies before it does anything.
    let new = dynadesk_server::jobs::NewJob {
        kind: "seed",
        title: "Seed notes".to_owned(),
        connection: crate::support::LOCAL.to_owned(),
        place: "memory".to_owned(),
        table: "notes".to_owned(),
        total: 1,
        total_bytes: 1,
        task: serde_json::to_value(dynadesk_server::seed::Task::new(OnCollision::Keep)).unwrap(),
        source: "{\"pk\": \"p\", \"sk\": \"1\"}\n".into(),
        ..Default::default()
    };
    let handle = one.state.jobs.create(new).await.unwrap();
    two.state.clock.set(two.state.clock.now() + LEASE + 1_000_000);
    look(&two).await;
    assert_eq!(get(&two, handle.id()).await.state, JobState::Running);
    assert!(two.state.jobs.here().is_empty(), "its own table of that name is another one");
}
