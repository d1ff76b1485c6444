#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use dynadesk_shared::api::jobs::{JobProgress, JobState, JobView};

use crate::clock::Clock;
use crate::store::{Store, StorePlace};

use super::*;

fn store() -> (Store, Clock) {
    let clock = Clock::system();
    clock.set(4_100_000_000_000_000);
    (Store::new(StorePlace::Own { file: None }, clock.clone()), clock)
}

fn record(id: &str) -> Record {
    Record {
        view: JobView {
            id: id.to_owned(),
            kind: "seed".to_owned(),
            title: "Seed notes".to_owned(),
            connection: "c".to_owned(),
            table: "notes".to_owned(),
            state: JobState::Running,
            progress: JobProgress::default(),
            rejects: Vec::new(),
            skips: Vec::new(),
            error: None,
            history: None,
            undoes: None,
            unkept: None,
            operator: None,
            server: None,
            silent_seconds: None,
            started_at: "2099-12-01T00:00:00Z".to_owned(),
            ended_at: None,
        },
        task: serde_json::json!({"position": 0}),
        place: String::new(),
        by: None,
    }
}

fn at(id: &str, position: u64) -> Record {
    Record {
        task: serde_json::json!({"position": position}),
        ..record(id)
    }
}

#[tokio::test]
async fn a_job_goes_from_owner_to_owner_without_losing_its_place() {
    let (store, clock) = store();
    let jobs = store.jobs();
    let first = jobs.create(&record("1"), "source", "a").await.unwrap();
    assert!(jobs.keep(&first, &at("1", 7)).await.unwrap());
    let row = jobs.get("1").await.unwrap().unwrap();
    assert!(!row.is_free(clock.now()) && row.is_free(clock.now() + LEASE), "held for a while");

    clock.set(clock.now() + LEASE);
    let second = jobs.claim(&row, "b").await.unwrap().unwrap();
    assert!(jobs.claim(&row, "c").await.unwrap().is_none(), "b was faster");
    assert_eq!(row.record.task, at("1", 7).task);
    assert_eq!(jobs.source(&row).await.unwrap(), "source");
    for fenced in [
        jobs.keep(&first, &at("1", 3)).await,
        jobs.beat(&first).await,
        jobs.hand_over(&first, &at("1", 3)).await,
        jobs.end(&first, &at("1", 3)).await,
    ] {
        assert!(!fenced.unwrap());
    }
    assert!(jobs.beat(&second).await.unwrap());
    assert_eq!(jobs.get("1").await.unwrap().unwrap().record.task, at("1", 7).task);

    // A server that stops lets others go on at once.
    assert!(jobs.hand_over(&second, &at("1", 9)).await.unwrap());
    let open = jobs.open().await.unwrap();
    assert!(open.len() == 1 && open[0].is_free(clock.now()));
    let third = jobs.claim(&open[0], "c").await.unwrap().unwrap();
    assert!(jobs.ask_to_stop("1").await.unwrap() && jobs.open().await.unwrap()[0].stop);
    assert!(jobs.end(&third, &at("1", 10)).await.unwrap());
    assert!(jobs.open().await.unwrap().is_empty());
    assert!(!jobs.ask_to_stop("1").await.unwrap(), "it is over");
    let over = jobs.get("1").await.unwrap().unwrap();
    assert!(
        !over.is_free(i64::MAX) && jobs.claim(&over, "a").await.unwrap().is_none(),
        "nobody goes on with it"
    );
    assert_eq!(jobs.newest().await.unwrap()[0].record.task, at("1", 10).task);
}

#[tokio::test]
async fn a_source_comes_back_from_its_parts_and_says_when_one_is_missing() {
    let (store, _) = store();
    let jobs = store.jobs();
    // Longer than a chunk, and no chunk ends where a character does.
    let source = "é世🦀".repeat(CHUNK / 9 + 10);
    jobs.create(&record("1"), &source, "a").await.unwrap();
    let row = jobs.get("1").await.unwrap().unwrap();
    assert!(row.source.len() == 2, "{:?}", row.source);
    assert_eq!(jobs.source(&row).await.unwrap(), source);
    jobs.drop_source(&row).await;
    assert_eq!(jobs.source(&row).await.unwrap_err().code, "job_damaged");
    jobs.create(&record("2"), "", "a").await.unwrap();
    let empty = jobs.get("2").await.unwrap().unwrap();
    assert_eq!(jobs.source(&empty).await.unwrap(), "");
}

#[tokio::test]
async fn one_server_at_a_time_decides() {
    let (store, clock) = store();
    let jobs = store.jobs();
    let first = jobs.take_turn("a").await.unwrap().unwrap();
    assert!(jobs.take_turn("b").await.unwrap().is_none());
    assert!(jobs.end_turn(&first).await.unwrap());
    let second = jobs.take_turn("b").await.unwrap().unwrap();
    assert!(!jobs.end_turn(&first).await.unwrap(), "it is not a's any more");
    // Whoever dies with it holds nobody up for long.
    clock.set(clock.now() + LEASE);
    let claims = ["c", "d", "e"].map(|owner| jobs.take_turn(owner));
    let got = futures_util::future::join_all(claims).await;
    assert_eq!(got.into_iter().filter(|claim| claim.as_ref().unwrap().is_some()).count(), 1);
    assert!(!jobs.beat(&second).await.unwrap());
}
