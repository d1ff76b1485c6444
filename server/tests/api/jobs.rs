//! `/api/jobs`: throttling, cancelling, stopping in the middle and going on.

use std::sync::Arc;
use std::time::Duration;

use dynadesk_server::config::Place;
use dynadesk_server::jobs::NewJob;
use dynadesk_server::seed::{self, Context, Retry, Rules, Task};
use dynadesk_shared::api::history::GroupView;
use dynadesk_shared::api::jobs::{JobList, JobState, JobView};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::{OnCollision, SeedPlan, SeedRequest, SeedSource};
use serde_json::json;
use tempfile::TempDir;

use crate::support::TestApp;
use crate::support::fake::Fake;
use crate::support::seed::{finished, request, seed_on, text};

const COUNT: u64 = 400;

fn many(on_collision: OnCollision) -> SeedRequest {
    let lines: String = (0..COUNT)
        .map(|n| format!("{{\"pk\": \"p\", \"sk\": \"{n:05}\", \"n\": {n}}}\n"))
        .collect();
    SeedRequest {
        on_collision,
        ..request(text(lines))
    }
}

async fn app_on(fake: &Fake) -> TestApp {
    TestApp::with(|config| fake.connect(config)).await
}

async fn start(app: &TestApp, request: &SeedRequest) -> JobView {
    app.post(&paths::fill(paths::SEED, &["fake", "notes"]), request).await.json()
}

#[tokio::test]
async fn throttling_slows_down_and_loses_nothing() {
    for (mode, requests) in [(OnCollision::Replace, 30), (OnCollision::Keep, 24)] {
        let fake = Fake::start().await;
        fake.disturb(requests);
        let app = app_on(&fake).await;
        let job = seed_on(&app, "fake", "notes", &many(mode)).await;
        assert_eq!(job.state, JobState::Done, "{:?}", job.error);
        assert_eq!((job.progress.written, job.progress.rejected), (COUNT, 0));
        assert!(job.progress.retried >= 24, "{}", job.progress.retried);
        assert!(*fake.throttled.borrow() >= 24);
        assert_eq!(fake.len(), COUNT);
    }
}

#[tokio::test]
async fn a_cancelled_job_says_exactly_what_it_wrote() {
    for mode in [OnCollision::Replace, OnCollision::Keep] {
        let fake = Fake::start().await;
        fake.close_after(130);
        let app = app_on(&fake).await;
        let job = start(&app, &many(mode)).await;
        fake.until_throttled(3).await;
        let asked: JobView = app.post(&paths::fill(paths::JOB_CANCEL, &[&job.id]), &json!({})).await.json();
        assert!(matches!(asked.state, JobState::Cancelling | JobState::Cancelled));
        let ended = finished(&app, &job.id).await;
        assert_eq!(ended.state, JobState::Cancelled);
        assert_eq!((ended.progress.written, fake.len()), (130, 130));
        assert_eq!(ended.progress.processed, 130);
        let listed: JobList = app.get(paths::JOBS).await.json();
        assert_eq!(listed.jobs, vec![ended]);
    }
}

#[tokio::test]
async fn an_interrupted_job_is_there_after_a_restart_and_goes_on() {
    for mode in [OnCollision::Replace, OnCollision::Keep] {
        let data = TempDir::new().unwrap();
        let fake = Fake::start().await;
        fake.close_after(217);
        let first = app_in(&data, &fake, false).await;
        let job = start(&first, &many(mode)).await;
        fake.until_throttled(3).await;
        first.state.stopping.cancel();
        first.state.jobs.stopped().await;
        drop(first);

        let read_only = app_in(&data, &fake, true).await;
        read_only
            .post(&paths::fill(paths::JOB_RESUME, &[&job.id]), &json!({}))
            .await
            .refused(403, "connection_read_only");
        drop(read_only);

        fake.open();
        let second = app_in(&data, &fake, false).await;
        let listed: JobView = second.get(&paths::fill(paths::JOB, &[&job.id])).await.json();
        assert_eq!(listed.state, JobState::Interrupted);
        assert_eq!((listed.progress.written, fake.len()), (217, 217));
        let resumed: JobView = second.post(&paths::fill(paths::JOB_RESUME, &[&job.id]), &json!({})).await.json();
        assert_eq!(resumed.state, JobState::Running);
        let done = finished(&second, &job.id).await;
        assert_eq!(
            (done.state, done.progress.written, done.progress.processed),
            (JobState::Done, COUNT, COUNT)
        );
        assert_eq!(fake.len(), COUNT);
        let entry = done.history.unwrap();
        let entry: GroupView = second.get(&paths::fill(paths::GROUP, &["fake", &entry])).await.json();
        assert_eq!(entry.items, Some(COUNT), "both halves are counted");
        second
            .post(&paths::fill(paths::JOB_RESUME, &[&job.id]), &json!({}))
            .await
            .refused(409, "job_not_interrupted");
    }
}

/// A server over a folder that stays.
async fn app_in(data: &TempDir, fake: &Arc<Fake>, read_only: bool) -> TestApp {
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

#[tokio::test]
async fn a_job_that_was_running_when_the_server_died_is_interrupted_and_can_be_given_up() {
    let data = TempDir::new().unwrap();
    let fake = Fake::start().await;
    fake.close_after(10);
    // The first server is not stopped: its job stays in the middle, as after a crash.
    let crashed = app_in(&data, &fake, false).await;
    let job = start(&crashed, &many(OnCollision::Keep)).await;
    fake.until_throttled(1).await;
    let second = app_in(&data, &fake, false).await;
    let listed: JobView = second.get(&paths::fill(paths::JOB, &[&job.id])).await.json();
    assert_eq!(listed.state, JobState::Interrupted);
    let given_up: JobView = second.post(&paths::fill(paths::JOB_CANCEL, &[&job.id]), &json!({})).await.json();
    assert_eq!(given_up.state, JobState::Cancelled);
}

#[tokio::test]
async fn a_plan_comes_although_the_table_gives_no_reads() {
    let fake = Fake::start().await;
    fake.no_reads();
    let app = app_on(&fake).await;
    let path = paths::fill(paths::SEED_PLAN, &["fake", "notes"]);
    let plan: SeedPlan = app.post(&path, &many(OnCollision::Keep)).await.json();
    assert_eq!((plan.items, plan.collisions.checked), (COUNT, 0));
}

#[tokio::test]
async fn an_item_that_the_engine_refuses_costs_only_itself() {
    for on_collision in [OnCollision::Replace, OnCollision::Keep] {
        let fake = Fake::start().await;
        let app = app_on(&fake).await;
        let lines: String = (0..60)
            .map(|n| {
                format!(
                    "{{\"pk\": \"p\", \"sk\": \"{n}\"{}}}\n",
                    if n == 30 { ", \"poison\": 1" } else { "" }
                )
            })
            .collect();
        let asked = SeedRequest {
            on_collision,
            ..request(text(lines))
        };
        let job = seed_on(&app, "fake", "notes", &asked).await;
        assert_eq!((job.state, job.progress.written, job.progress.rejected), (JobState::Done, 59, 1));
        assert_eq!(job.rejects[0].line, 31);
        assert_eq!(fake.len(), 59);
    }
}

#[tokio::test]
async fn after_long_enough_an_item_is_reported_and_not_forgotten() {
    for on_collision in [OnCollision::Replace, OnCollision::Keep] {
        let fake = Fake::start().await;
        fake.close_after(30);
        let app = app_on(&fake).await;
        let SeedSource::Items { text: source } = many(on_collision).source else {
            unreachable!()
        };
        let engine = app.state.connections.get("fake").unwrap().engine.clone();
        let rules = Rules::of(&engine.describe_table_only("notes").await.unwrap());
        let mut context = Context::new(engine, Arc::new(rules));
        context.retry = Retry {
            base: Duration::from_millis(1),
            cap: Duration::from_millis(5),
            give_up: Duration::from_millis(20),
        };
        let new = NewJob {
            kind: "seed",
            title: "impatient".to_owned(),
            connection: "fake".to_owned(),
            place: String::new(),
            history: None,
            undoes: None,
            unkept: None,
            table: "notes".to_owned(),
            total: COUNT,
            total_bytes: 0,
            task: json!(null),
            source: source.clone().into(),
        };
        let handle = app.state.jobs.create(new).await.unwrap();
        let work = seed::run(context, source.into(), Task::new(on_collision), handle.clone());
        app.state.jobs.run(handle.clone(), work);
        let job = finished(&app, handle.id()).await;
        assert_eq!(
            (job.state, job.progress.written, job.progress.rejected),
            (JobState::Done, 30, COUNT - 30)
        );
        assert_eq!(job.rejects.len(), 100, "the first ones word for word");
        assert!(job.rejects[0].reason.contains("not written"), "{}", job.rejects[0].reason);
    }
}

#[tokio::test]
async fn finished_jobs_are_kept_in_number() {
    let app = TestApp::new().await;
    app.create_table(crate::support::pk_sk_table("notes")).await;
    let one = request(text("{\"pk\": \"a\", \"sk\": \"b\"}"));
    for _ in 0..53 {
        seed_on(&app, "local", "notes", &one).await;
    }
    let listed: JobList = app.get(paths::JOBS).await.json();
    assert!((50..=51).contains(&listed.jobs.len()), "{}", listed.jobs.len());
    assert!(
        !app.data.path().join("jobs").exists(),
        "jobs on an engine in memory are in memory too"
    );
    assert!(listed.jobs.windows(2).all(|pair| pair[0].id > pair[1].id), "newest first");
}

#[tokio::test]
async fn what_is_no_job_is_not_found() {
    let app = TestApp::new().await;
    for path in [paths::JOB, paths::JOB_EVENTS] {
        app.get(&paths::fill(path, &["nothing"])).await.refused(404, "job_not_found");
    }
    for path in [paths::JOB_CANCEL, paths::JOB_RESUME] {
        app.post(&paths::fill(path, &["nothing"]), &json!({}))
            .await
            .refused(404, "job_not_found");
    }
}

#[tokio::test]
async fn a_job_id_that_is_no_text_is_refused_in_the_one_form() {
    let app = TestApp::new().await;
    app.get("/api/jobs/%ff").await.refused(400, "invalid_path");
    app.get("/api/jobs/..%2f..%2fsecret").await.refused(404, "job_not_found");
}

#[tokio::test]
async fn a_table_that_goes_meanwhile_ends_its_seed_and_is_named() {
    let app = TestApp::new().await;
    app.create_table(crate::support::pk_sk_table("notes")).await;
    let engine = app.state.connections.get(crate::support::LOCAL).unwrap().engine.clone();
    let rules = Rules::of(&engine.describe_table_only("notes").await.unwrap());
    engine.delete_table("notes").await.unwrap();
    let source: Arc<str> = "{\"pk\": \"a\", \"sk\": \"b\"}".into();
    let new = NewJob {
        kind: "seed",
        title: "too late".to_owned(),
        connection: crate::support::LOCAL.to_owned(),
        place: "memory".to_owned(),
        history: None,
        undoes: None,
        unkept: None,
        table: "notes".to_owned(),
        total: 1,
        total_bytes: 0,
        task: json!(null),
        source: source.clone(),
    };
    let handle = app.state.jobs.create(new).await.unwrap();
    let context = Context::new(engine, Arc::new(rules));
    let work = seed::run(context, source, Task::new(OnCollision::Keep), handle.clone());
    app.state.jobs.run(handle.clone(), work);
    let job = finished(&app, handle.id()).await;
    assert_eq!(job.state, JobState::Failed);
    assert_eq!(job.error.as_deref(), Some("there is no table \"notes\" on this connection"));
}
