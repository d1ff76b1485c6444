//! What is lost on the way: a database that falls silent or breaks off, and a pool that fails for a moment.

use std::time::{Duration, Instant};

use dynadesk_server::config::Config;
use dynadesk_server::config::identity::DatabaseConfig;
use dynadesk_server::config::secret::Secret;
use dynadesk_shared::api::identity::{PeopleRequest, PlanState, PlanView, SyncList, SyncOutcome, SyncReport, SyncState};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::MOCK;
use serde_json::json;

use super::planned;
use super::sides::Sides;
use crate::support::TestApp;
use crate::support::cognito::Ail;
use crate::support::postgres::PASSWORD;
use crate::support::proxy::{Proxy, Then};

/// A database at this port that is not waited for for long, with a single connection to lose.
pub fn through(port: u16, config: &mut Config) {
    let url = format!("postgres://cruddur:{PASSWORD}@127.0.0.1:{port}/postgres?sslmode=disable");
    let mut database = DatabaseConfig::new(Secret::new(url));
    database.statement_timeout_seconds = 1;
    database.max_connections = 1;
    config.identity.database = Some(database);
}

/// Both sides with a door before PostgreSQL.
async fn behind_a_door(handles: &[&str]) -> (Sides, Proxy) {
    let sides = Sides::of(handles).await;
    let proxy = Proxy::start(sides.postgres.port()).await;
    let app = TestApp::with(|config| {
        sides.cognito.connect(config);
        through(proxy.port, config);
    })
    .await;
    (Sides { app, ..sides }, proxy)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_falls_silent_is_given_up_and_asked_again() {
    let (sides, proxy) = behind_a_door(&["ada"]).await;
    // The statement that reads the rows never arrives.
    proxy.when("LIMIT $2", Then::Silent);
    let plan = planned(&sides.app).await;
    let PlanState::Failed { why } = &plan.state else {
        panic!("{plan:?}")
    };
    assert!(why.contains("does not answer: nothing came for 6 seconds"), "{why}");
    // The connection is not waited for either: its place is free for the next.
    proxy.open();
    assert_eq!(planned(&sides.app).await.state, PlanState::Ready);

    // An update that is lost in the middle wrote nothing.
    let request = sides.whole().await;
    proxy.when("UPDATE", Then::Silent);
    let lost = sides.app.post(paths::IDENTITY_SYNCS, &request).await;
    let lost = lost.refused(502, "database_unreachable");
    assert!(lost.message.ends_with("nothing was written"), "{}", lost.message);
    assert_eq!(sides.first().await, MOCK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_stands_still_gives_way_to_a_new_one() {
    let (sides, proxy) = behind_a_door(&["ada"]).await;
    let now = 1_800_000_000_000_000;
    sides.app.state.clock.set(now);
    proxy.when("LIMIT $2", Then::Silent);
    let begin = async || -> PlanView { sides.app.post(paths::IDENTITY_PLAN, &json!({})).await.json() };
    let first = begin().await;
    while !proxy.is_silent() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(begin().await.id, first.id, "it may only be slow");
    sides.app.state.clock.set(now + 61 * 1_000_000);
    proxy.open();
    let second = planned(&sides.app).await;
    assert_ne!(second.id, first.id);
    assert_eq!(second.state, PlanState::Ready);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_whose_last_answer_is_lost_is_undone_all_the_same() {
    let (sides, proxy) = behind_a_door(&["ada", "bo"]).await;
    let request = sides.whole().await;
    proxy.when("COMMIT", Then::Breaks);
    let report: SyncReport = sides.app.post(paths::IDENTITY_SYNCS, &request).await.json();
    assert_eq!(report.summary.state, SyncState::Begun);
    assert!(report.rows.iter().all(|row| row.outcome == SyncOutcome::Unknown));
    assert_eq!(sides.first().await, "sub-ada", "it was done");
    let undone = sides.undone(&report).await;
    assert_eq!(undone.summary.state, SyncState::Done);
    assert!(sides.ids().await.iter().all(|(_, id)| id == MOCK));
    let list: SyncList = sides.app.get(paths::IDENTITY_SYNCS).await.json();
    let states: Vec<SyncState> = list.syncs.iter().map(|sync| sync.state).collect();
    assert_eq!(states, [SyncState::Done, SyncState::Undone]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_down_is_waited_for_by_all_at_once() {
    // Nobody listens there, and nobody is given it.
    let app = TestApp::with(|config| through(1, config)).await;
    let began = Instant::now();
    let asked = PeopleRequest::default();
    let all = (0..15).map(|_| app.post(paths::IDENTITY_PEOPLE, &asked));
    for answer in futures_util::future::join_all(all).await {
        answer.refused(502, "database_unreachable");
    }
    // One of them alone waits for four seconds: one after the other they would take a minute.
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_the_pool_that_is_lost_is_asked_for_again() {
    let handles: Vec<String> = (0..150).map(|n| format!("h{n}")).collect();
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    let sides = Sides::of(&handles).await;
    sides.cognito.ail(&[Ail::Internal, Ail::Broken, Ail::Unavailable]);
    let plan = planned(&sides.app).await;
    assert_eq!((plan.state, plan.progress.users), (PlanState::Ready, 150));
    // One that goes on failing is not asked for ever.
    sides.cognito.ail(&[Ail::Internal; 4]);
    let plan = planned(&sides.app).await;
    let PlanState::Failed { why } = &plan.state else {
        panic!("{plan:?}")
    };
    assert!(why.contains("Cognito"), "{why}");
}
