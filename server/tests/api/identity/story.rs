//! The whole story of five thousand users: on a stand-in for Cognito of our own, which throttles, and on one
//! from a registry.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use dynadesk_shared::api::identity::{
    Choice, PlanRows, PlanRowsRequest, PlanState, PlanView, REPORT_ROWS, SyncEnd, SyncList, SyncReport, SyncRequest, SyncState,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::plan::PlanKind;
use serde_json::{Value, json};

use super::{add, app, count, ids, planned, synced};
use crate::support::TestApp;
use crate::support::cognito::{self, Cognito};
use crate::support::ministack::Ministack;
use crate::support::postgres::Postgres;

/// What the users of the pool are called: what is hostile, what nobody has a row for, one without a name, and
/// two with the same.
fn handles() -> Vec<Option<String>> {
    let numbered = (1..=5000).map(|n| format!("u{n}"));
    let others = ["twice", "O'Brien \"😀\"", "only-in-cognito", "two-in-pool", "two-in-pool"].map(str::to_owned);
    numbered.chain(others).map(Some).chain([None]).collect()
}

/// Five thousand rows, of which every second was never synchronised, and five that are no simple case.
async fn rows(postgres: &Postgres, subs: &BTreeMap<String, String>) {
    let pool = postgres.pool().await;
    let handles: Vec<String> = (1..=5000).map(|n| format!("u{n}")).collect();
    let ids: Vec<&str> = handles
        .iter()
        .enumerate()
        .map(|(at, handle)| if at % 2 == 0 { subs[handle].as_str() } else { MOCK })
        .collect();
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) \
         SELECT gen_random_uuid(), 'User ' || handle, handle, handle || '@example.org', id FROM UNNEST($1::text[], $2::text[]) AS one(handle, id)",
    )
    .bind(&handles)
    .bind(&ids)
    .execute(&pool)
    .await
    .unwrap();
    add(&pool, "twice", "One", MOCK).await;
    add(&pool, "twice", "Two", MOCK).await;
    add(&pool, "O'Brien \"😀\"", "<img src=x onerror=alert(1)>", MOCK).await;
    add(&pool, "left", "Left", MOCK).await;
    add(&pool, "gone", "Gone", "sub-of-somebody").await;
}

/// Planned, updated but for one row, taken back, and updated again. Gives the first plan.
async fn story(postgres: &Postgres, app: &TestApp, subs: &BTreeMap<String, String>) -> PlanView {
    let pool = postgres.pool().await;
    let first = planned(app).await;
    assert_eq!(first.state, PlanState::Ready);
    let plan = first.clone();
    assert_eq!((plan.progress.rows, plan.progress.users, plan.progress.pages), (5005, 5006, 84));
    let counts = PlanKind::ALL.map(|kind| count(&plan, kind));
    assert_eq!(counts, [2501, 2500, 1, 1, 1, 5, 1]);
    let asked = PlanRowsRequest {
        plan: plan.id.clone(),
        kind: PlanKind::WillChange,
        offset: 0,
        search: "o'brien".to_owned(),
    };
    let rows: PlanRows = app.post(paths::IDENTITY_PLAN_ROWS, &asked).await.json();
    assert_eq!(
        (rows.total, rows.rows[0].display_name.as_str()),
        (1, "<img src=x onerror=alert(1)>")
    );
    assert_eq!(rows.rows[0].new.as_ref(), subs.get("O'Brien \"😀\""));

    let before = ids(&pool).await;
    // One row is left out.
    let left_out = rows.rows[0].uuid.clone().unwrap();
    let report = synced(app, &plan, Choice::Except(vec![left_out])).await;
    assert_eq!(
        (report.summary.state, report.rows.len(), report.unkept),
        (SyncState::Done, REPORT_ROWS, None)
    );
    assert_eq!(report.counts, BTreeMap::from([(SyncEnd::Written, 2500)]));
    let after = ids(&pool).await;
    assert_eq!(
        after.iter().filter(|(_, id)| id == MOCK).count(),
        4,
        "twice, twice, left and the one left out"
    );
    assert!(
        after
            .iter()
            .all(|(handle, id)| !handle.starts_with('u') || Some(id) == subs.get(handle))
    );
    // It was carried out, and is not carried out again.
    let again = SyncRequest {
        plan: plan.id,
        choice: Choice::Except(Vec::new()),
        confirm: None,
    };
    app.post(paths::IDENTITY_SYNCS, &again).await.refused(409, "plan_outdated");

    let id = report.summary.id;
    let kept: SyncReport = app.get(&paths::fill(paths::IDENTITY_SYNC, &[&id])).await.json();
    assert_eq!(kept.rows, report.rows);
    let csv = app.get(&paths::fill(paths::IDENTITY_SYNC_CSV, &[&id])).await;
    assert!(csv.header("content-type").starts_with("text/csv") && csv.header("content-disposition").contains(&id));
    assert_eq!(csv.text().lines().count(), 2501);

    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&id]);
    let undone: SyncReport = app.post(&undo, &json!({})).await.json();
    assert_eq!(
        (undone.summary.state, undone.summary.undoes.as_deref()),
        (SyncState::Done, Some(id.as_str()))
    );
    assert_eq!(ids(&pool).await, before, "exactly as it was");
    app.post(&undo, &json!({})).await.refused(409, "sync_undone");

    let plan = planned(app).await;
    assert_eq!(count(&plan, PlanKind::WillChange), 2501);
    let report = synced(app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
    assert_eq!(count(&planned(app).await, PlanKind::WillChange), 0);
    let list: SyncList = app.get(paths::IDENTITY_SYNCS).await.json();
    let states: Vec<SyncState> = list.syncs.iter().map(|sync| sync.state).collect();
    assert_eq!(states, [SyncState::Done, SyncState::Done, SyncState::Undone]);
    first
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_users_are_updated_put_back_and_updated_again() {
    let (mut users, mut subs) = (Vec::<Value>::new(), BTreeMap::new());
    for (at, handle) in handles().into_iter().enumerate() {
        let (login, sub) = (format!("login-{at}"), format!("sub-{at}"));
        let mut attributes = vec![("sub", sub.as_str())];
        attributes.extend(handle.as_deref().map(|handle| ("preferred_username", handle)));
        users.push(cognito::user(&login, &attributes));
        subs.extend(handle.map(|handle| (handle, sub)));
    }
    let cognito = Cognito::start(users).await;
    cognito.throttle(7);
    let postgres = Postgres::start().await;
    rows(&postgres, &subs).await;
    let app = app(&postgres, &cognito).await;
    let plan = story(&postgres, &app, &subs).await;
    assert_eq!(plan.progress.throttled, 7);
    // Three plans were made, 60 users a page.
    assert_eq!(cognito.requests.load(Ordering::SeqCst), 3 * 84 + 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_users_of_a_stand_in_from_a_registry_go_the_same_way() {
    let ministack = Ministack::start().await;
    let (config, subs) = ministack.user_pool(&handles()).await;
    let postgres = Postgres::start().await;
    rows(&postgres, &subs).await;
    let app = TestApp::with(|wanted| {
        postgres.connect(wanted);
        wanted.identity.pool = Some(config);
    })
    .await;
    story(&postgres, &app, &subs).await;
}
