//! Plans, updates and the way back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dynadesk_shared::api::identity::{
    Choice, IdentityHealth, Names, NamesRequest, PlanRows, PlanRowsRequest, PlanState, REPORT_ROWS, SyncEnd, SyncList, SyncOutcome,
    SyncReport, SyncRequest, SyncState,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::plan::PlanKind;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{add, app, count, ids, planned, pool_user, synced};
use crate::support::TestApp;
use crate::support::cognito::{self, Cognito};
use crate::support::postgres::{PASSWORD, Postgres};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_users_are_updated_put_back_and_updated_again() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) \
         SELECT gen_random_uuid(), 'User ' || n, 'u' || n, 'u' || n || '@example.org', CASE WHEN n % 2 = 0 THEN 'MOCK' ELSE 'sub-u' || n END \
         FROM generate_series(1, 5000) AS n",
    )
    .execute(&pool)
    .await
    .unwrap();
    // What nobody can be sure of, what is missing, and what is hostile.
    add(&pool, "twice", "One", MOCK).await;
    add(&pool, "twice", "Two", MOCK).await;
    add(&pool, "O'Brien \"😀\"", "<img src=x onerror=alert(1)>", MOCK).await;
    add(&pool, "left", "Left", MOCK).await;
    add(&pool, "gone", "Gone", "sub-of-somebody").await;
    let mut users: Vec<Value> = (1..=5000).map(|n| pool_user(&format!("u{n}"))).collect();
    users.extend(["twice", "O'Brien \"😀\"", "only-in-cognito"].map(pool_user));
    users.push(cognito::user("no-name", &[("sub", "sub-none")]));
    users.push(cognito::user("a", &[("sub", "s1"), ("preferred_username", "two-in-pool")]));
    users.push(cognito::user("b", &[("sub", "s2"), ("preferred_username", "two-in-pool")]));
    let cognito = Cognito::start(users).await;
    cognito.throttle(7);
    let app = app(&postgres, &cognito).await;

    let plan = planned(&app).await;
    assert_eq!(plan.state, PlanState::Ready);
    assert_eq!((plan.progress.rows, plan.progress.users, plan.progress.throttled), (5005, 5006, 7));
    assert_eq!(plan.progress.pages, 84, "60 users a page");
    assert_eq!(cognito.requests.load(Ordering::SeqCst), 84 + 7);
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

    let before = ids(&pool).await;
    // One row is left out.
    let left_out = rows.rows[0].uuid.clone().unwrap();
    let report = synced(&app, &plan, Choice::Except(vec![left_out])).await;
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
            .all(|(handle, id)| !handle.starts_with('u') || *id == format!("sub-{handle}"))
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

    let plan = planned(&app).await;
    assert_eq!(count(&plan, PlanKind::WillChange), 2501);
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
    assert_eq!(count(&planned(&app).await, PlanKind::WillChange), 0);
    let list: SyncList = app.get(paths::IDENTITY_SYNCS).await.json();
    let states: Vec<SyncState> = list.syncs.iter().map(|sync| sync.state).collect();
    assert_eq!(states, [SyncState::Done, SyncState::Done, SyncState::Undone]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_after_the_plan_keeps_everything_as_it_was() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    for handle in ["ada", "bo", "cy", "di"] {
        add(&pool, handle, handle, MOCK).await;
    }
    let cognito = Cognito::start(["ada", "bo", "cy", "di"].map(pool_user).to_vec()).await;
    let app = app(&postgres, &cognito).await;
    let run = async |statement: &'static str| sqlx::query(statement).execute(&pool).await.unwrap();
    let outcomes = |report: &SyncReport| -> Vec<(String, SyncOutcome)> {
        let mut all: Vec<_> = report.rows.iter().map(|row| (row.handle.clone(), row.outcome.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };

    let plan = planned(&app).await;
    run("UPDATE public.users SET cognito_user_id = 'other' WHERE handle = 'bo'").await;
    run("DELETE FROM public.users WHERE handle = 'cy'").await;
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Nothing);
    let changed = SyncOutcome::Changed {
        handle: Some("bo".to_owned()),
        cognito_user_id: Some("other".to_owned()),
    };
    let first = (&report.rows[0].outcome, &report.rows[1].outcome);
    assert_eq!(first, (&changed, &SyncOutcome::Gone), "what went wrong stands first");
    let all = outcomes(&report).into_iter().map(|(_, outcome)| outcome).collect::<Vec<_>>();
    assert_eq!(all, [SyncOutcome::NotWritten, changed, SyncOutcome::Gone, SyncOutcome::NotWritten]);
    let is = |handle: &str, id: &str| (handle.to_owned(), id.to_owned());
    assert_eq!(ids(&pool).await, [is("ada", MOCK), is("bo", "other"), is("di", MOCK)]);
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    app.post(&undo, &json!({})).await.refused(409, "nothing_to_undo");

    // A second row with a handle that is about to be written.
    let plan = planned(&app).await;
    add(&pool, "ada", "Another Ada", MOCK).await;
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Nothing);
    assert_eq!(outcomes(&report)[0], ("ada".to_owned(), SyncOutcome::Shared));
    run("DELETE FROM public.users WHERE display_name = 'Another Ada'").await;

    // An update that was done is not taken back where somebody changed a row since.
    let plan = planned(&app).await;
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
    run("UPDATE public.users SET cognito_user_id = 'newer' WHERE handle = 'di'").await;
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    let undone: SyncReport = app.post(&undo, &json!({})).await.json();
    assert_eq!(undone.summary.state, SyncState::Nothing);
    assert_eq!(ids(&pool).await, [is("ada", "sub-ada"), is("bo", "sub-bo"), is("di", "newer")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_stops_half_way_has_nothing_half_written() {
    let mut postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    // The last in the order of the plan: a thousand rows are written before it.
    add(&pool, "z", "Held", MOCK).await;
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) \
         SELECT gen_random_uuid(), 'User', 'u' || n, '', 'MOCK' FROM generate_series(1, 1500) AS n",
    )
    .execute(&pool)
    .await
    .unwrap();
    let mut users: Vec<Value> = (1..=1500).map(|n| pool_user(&format!("u{n}"))).collect();
    users.push(pool_user("z"));
    let cognito = Cognito::start(users).await;
    let app = Arc::new(app(&postgres, &cognito).await);
    let plan = planned(&app).await;
    assert_eq!(count(&plan, PlanKind::WillChange), 1501);

    // Somebody holds a row, so that the update waits in the middle.
    let mut held = pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM public.users WHERE handle = 'z' FOR UPDATE")
        .execute(&mut *held)
        .await
        .unwrap();
    let request = SyncRequest {
        plan: plan.id,
        choice: Choice::Except(Vec::new()),
        confirm: None,
    };
    let asked = tokio::spawn({
        let app = app.clone();
        async move { app.post(paths::IDENTITY_SYNCS, &request).await }
    });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'dynadesk'";
    loop {
        let (waiting,): (i64,) = sqlx::query_as(waits).fetch_one(&pool).await.unwrap();
        if waiting > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    postgres.kill();
    drop(held);
    let error = asked.await.unwrap();
    let error = error.refused(502, "database_unreachable");
    assert!(error.message.ends_with("nothing was written"), "{}", error.message);

    // Names and the rest of the console go on, and say what is wrong.
    let names = NamesRequest {
        uuids: vec![Uuid::new_v4().to_string()],
        handle: None,
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &names).await.json();
    assert!(names.problem.unwrap().contains("PostgreSQL"));
    let health: IdentityHealth = app.get(paths::IDENTITY_HEALTH).await.json();
    let health = health.database.unwrap();
    assert!(!health.reachable && !health.problem.unwrap().contains(PASSWORD));

    postgres.start_again();
    let pool = postgres.pool().await;
    assert!(ids(&pool).await.iter().all(|(_, id)| id == MOCK), "nothing was written");
    let list: SyncList = app.get(paths::IDENTITY_SYNCS).await.json();
    assert_eq!(list.syncs[0].state, SyncState::Nothing);
    let plan = planned(&app).await;
    assert_eq!(synced(&app, &plan, Choice::Except(Vec::new())).await.summary.state, SyncState::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_only_users_are_not_written_and_secrets_are_nowhere() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let app = TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
        config.identity.read_only = true;
        assert!(!format!("{config:?}").contains(PASSWORD));
    })
    .await;
    assert!(!format!("{:?}", app.state).contains(PASSWORD));
    assert!(!app.get(paths::IDENTITY).await.text().contains(PASSWORD));
    let plan = planned(&app).await;
    let request = SyncRequest {
        plan: plan.id,
        choice: Choice::Except(Vec::new()),
        confirm: None,
    };
    app.post(paths::IDENTITY_SYNCS, &request).await.refused(403, "identity_read_only");
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &["0"]);
    app.post(&undo, &json!({})).await.refused(403, "identity_read_only");
    assert_eq!(ids(&pool).await[0].1, MOCK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn production_is_written_only_by_the_name_of_the_database() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let app = TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
        config.identity.production = true;
    })
    .await;
    let plan = planned(&app).await;
    let mut request = SyncRequest {
        plan: plan.id,
        choice: Choice::Except(Vec::new()),
        confirm: None,
    };
    app.post(paths::IDENTITY_SYNCS, &request).await.refused(409, "confirmation_needed");
    request.confirm = Some("users".to_owned());
    app.post(paths::IDENTITY_SYNCS, &request)
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(ids(&pool).await[0].1, MOCK);
    request.confirm = Some("postgres".to_owned());
    let report: SyncReport = app.post(paths::IDENTITY_SYNCS, &request).await.json();
    assert_eq!((report.summary.state, ids(&pool).await[0].1.as_str()), (SyncState::Done, "sub-ada"));
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    app.post(&undo, &json!({})).await.refused(409, "confirmation_needed");
    assert_eq!(ids(&pool).await[0].1, "sub-ada");
    let undone: SyncReport = app.post(&undo, &json!({"confirm": "postgres"})).await.json();
    assert_eq!((undone.summary.state, ids(&pool).await[0].1.as_str()), (SyncState::Done, MOCK));
}
