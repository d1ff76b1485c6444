//! Which jobs may work on a group one after the other: seeds and undos that are interrupted, given up, or
//! never came to begin.

use std::sync::Arc;

use dynadesk_server::store::{Pack, Packed};
use dynadesk_shared::Item;
use dynadesk_shared::api::history::{GroupUndone, GroupView, WriteState};
use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::paths::{self, fill};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::groups::{Bench, create, new, on_fake};
use crate::support::fake::Fake;
use crate::support::seed::{finished, lines, request, text};

impl Bench {
    async fn job(&self, path: &str, id: &str) -> crate::support::Answer {
        self.app.post(&fill(path, &[id]), &json!({})).await
    }

    async fn begin_undo(&self, group: &str) -> JobView {
        let GroupUndone::Job { job } = self.undo(group, false).await else {
            panic!("no job")
        };
        job
    }
}

async fn stop(bench: Bench) {
    bench.app.state.stopping.cancel();
    bench.app.state.jobs.stopped().await;
}

/// A seed of 200 items of which 40 are written, and a server that finds it interrupted.
async fn interrupted(data: &TempDir, fake: &Arc<Fake>) -> (Bench, JobView) {
    fake.close_after(40);
    let bench = on_fake(data, fake).await;
    let items: Vec<Item> = (0..200).map(new).collect();
    let path = fill(paths::SEED, &["fake", "notes"]);
    let job: JobView = bench.app.post(&path, &request(text(lines(&items)))).await.json();
    fake.until_throttled(3).await;
    stop(bench).await;
    (on_fake(data, fake).await, job)
}

#[tokio::test]
async fn a_seed_does_not_go_on_while_it_is_undone_or_after() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let (bench, seed) = interrupted(&data, &fake).await;
    let group = seed.history.as_deref().unwrap();
    fake.hold();
    let undo = bench.begin_undo(group).await;
    fake.until_held().await;
    bench.job(paths::JOB_RESUME, &seed.id).await.refused(409, "job_running");

    // What the next server needs to know of the undo is on disk from the beginning.
    let saved = std::fs::read(data.path().join("jobs").join(&undo.id).join("job.json")).unwrap();
    let saved: Value = serde_json::from_slice(&saved).unwrap();
    assert_eq!(saved["view"]["undoes"], json!(group));
    assert_eq!(saved["view"]["history"], json!(undo.history.as_deref().unwrap()));

    // An undo that is interrupted in turn keeps its place before the seed.
    bench.app.state.stopping.cancel();
    fake.release();
    stop(bench).await;
    let bench = on_fake(&data, &fake).await;
    let listed: JobView = bench.app.get(&fill(paths::JOB, &[&undo.id])).await.json();
    assert_eq!(listed.state, JobState::Interrupted);
    bench.job(paths::JOB_RESUME, &seed.id).await.refused(409, "job_running");
    assert_eq!(bench.job(paths::JOB_RESUME, &undo.id).await.status, 200);
    let undone = finished(&bench.app, &undo.id).await;
    assert_eq!((undone.state, fake.len()), (JobState::Done, 0));
    assert_eq!(bench.group(group).await.state, WriteState::Undone);
    bench.job(paths::JOB_RESUME, &seed.id).await.refused(409, "write_undone");

    // Given up, it stays undone.
    let given_up: JobView = bench.job(paths::JOB_CANCEL, &seed.id).await.json();
    assert_eq!(given_up.state, JobState::Cancelled);
    assert_eq!(bench.group(group).await.state, WriteState::Undone);
}

#[tokio::test]
async fn an_interrupted_seed_that_is_given_up_ends_in_the_history() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let (bench, seed) = interrupted(&data, &fake).await;
    let group = seed.history.as_deref().unwrap();
    assert_eq!(bench.group(group).await.state, WriteState::Begun);
    bench.job(paths::JOB_CANCEL, &seed.id).await.json::<JobView>();
    assert_eq!(bench.group(group).await.state, WriteState::Done);
    assert_eq!(bench.undo_by_job(group).await.progress.written, 40);
}

#[tokio::test]
async fn what_another_server_wrote_during_an_undo_is_not_taken_for_undone() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let (bench, seed) = interrupted(&data, &fake).await;
    let group = seed.history.as_deref().unwrap();
    fake.hold();
    let undo = bench.begin_undo(group).await;
    fake.until_held().await;
    // As another server does that still writes the same entry.
    let item = new(999);
    let key = serde_json::from_value(json!({"pk": {"S": "p"}, "sk": {"S": "0999"}})).unwrap();
    let row = Packed {
        key,
        before: None,
        after: Some(item.clone()),
    };
    let pack = Pack {
        table: "notes".to_owned(),
        rows: vec![row],
    };
    bench.app.state.store.packs().add(group, &pack).await.unwrap();
    fake.items
        .lock()
        .unwrap()
        .insert("\"p\" \"0999\"".to_owned(), serde_json::to_value(&item).unwrap());
    fake.release();
    assert_eq!(finished(&bench.app, &undo.id).await.state, JobState::Done);
    assert_eq!((fake.len(), bench.group(group).await.state), (1, WriteState::Begun));
    assert_eq!(bench.undo_by_job(group).await.progress.written, 1);
    assert_eq!((fake.len(), bench.group(group).await.state), (0, WriteState::Undone));
}

#[tokio::test]
async fn a_job_without_an_entry_says_that_nothing_is_kept() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let (bench, seed) = interrupted(&data, &fake).await;
    stop(bench).await;
    // As an older version left it.
    let file = data.path().join("jobs").join(&seed.id).join("job.json");
    let mut record: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    record["task"].as_object_mut().unwrap().remove("entry").unwrap();
    record["view"].as_object_mut().unwrap().remove("history").unwrap();
    std::fs::write(&file, record.to_string()).unwrap();
    let bench = on_fake(&data, &fake).await;
    fake.open();
    assert_eq!(bench.job(paths::JOB_RESUME, &seed.id).await.status, 200);
    let done = finished(&bench.app, &seed.id).await;
    assert_eq!((done.state, done.history, fake.len()), (JobState::Done, None, 200));
    assert_eq!(done.unkept.as_deref(), Some("nothing of this job was kept"));
}

#[tokio::test]
async fn a_job_that_cannot_begin_leaves_no_entry() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let bench = on_fake(&data, &fake).await;
    let seed = bench.seed(&[new(1)], dynadesk_shared::api::seed::OnCollision::Keep).await;
    let group = seed.history.unwrap();
    let jobs = data.path().join("jobs");
    std::fs::remove_dir_all(&jobs).unwrap();
    std::fs::write(&jobs, "in the way").unwrap();
    let undo = fill(paths::GROUP_UNDO, &["fake", &group]);
    assert_eq!(bench.app.post(&undo, &json!({})).await.status, 500);
    let path = fill(paths::SEED, &["fake", "notes"]);
    assert_eq!(bench.app.post(&path, &request(text(lines(&[new(2)])))).await.status, 500);
    let writes = bench.newest().await.writes;
    assert_eq!(writes.iter().map(|write| &write.id).collect::<Vec<_>>(), [&group]);
    assert_eq!(fake.len(), 1);
}

#[tokio::test]
async fn the_state_of_a_group_is_of_all_its_pages() {
    let bench = Bench::embedded().await;
    let many: Vec<Value> = (0..130).map(|n| create(&format!("{n:03}"))).collect();
    let group = bench.write(&json!({"changes": many})).await.group.unwrap();
    let first = bench.group(&group).await;
    let next = first.next.clone().expect("another page");
    let last = format!("{}?after={next}", fill(paths::GROUP, &[bench.connection, &group]));
    for row in &first.rows {
        let path = fill(paths::WRITE_UNDO, &[bench.connection, &row.write]);
        bench.app.post(&path, &json!({})).await.json::<Value>();
    }
    assert!(bench.group(&group).await.rows.iter().all(|row| row.state == WriteState::Undone));
    let states = async || {
        let page: GroupView = bench.app.get(&last).await.json();
        (bench.group(&group).await.state, page.state)
    };
    assert_eq!(states().await, (WriteState::Done, WriteState::Done), "30 are left");
    let job = bench.undo_by_job(&group).await;
    assert_eq!((job.progress.written, bench.items().await.len()), (30, 0));
    assert_eq!(states().await, (WriteState::Undone, WriteState::Undone));
}
