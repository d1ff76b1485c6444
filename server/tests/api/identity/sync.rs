//! Plans, updates and the way back.

use std::sync::Arc;

use dynadesk_shared::api::identity::{
    Choice, IdentityHealth, Names, NamesRequest, SyncList, SyncOutcome, SyncReport, SyncRequest, SyncState,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::UnlockView;
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::plan::PlanKind;
use serde_json::json;
use uuid::Uuid;

use super::sides::Sides;
use super::{add, add_many, app, count, ids, planned, pool_user, synced, until_it_waits};
use crate::support::cognito::Cognito;
use crate::support::postgres::{PASSWORD, Postgres};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_after_the_plan_keeps_everything_as_it_was() {
    let sides = Sides::of(&["ada", "bo", "cy", "di"]).await;
    let (app, pool) = (&sides.app, &sides.pool);
    let run = async |statement: &'static str| sides.run(statement).await;
    let outcomes = |report: &SyncReport| -> Vec<(String, SyncOutcome)> {
        let mut all: Vec<_> = report.rows.iter().map(|row| (row.handle.clone(), row.outcome.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };

    let plan = planned(app).await;
    run("UPDATE public.users SET cognito_user_id = 'other' WHERE handle = 'bo'").await;
    run("DELETE FROM public.users WHERE handle = 'cy'").await;
    let report = synced(app, &plan, Choice::Except(Vec::new())).await;
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
    assert_eq!(sides.ids().await, [is("ada", MOCK), is("bo", "other"), is("di", MOCK)]);
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    app.post(&undo, &json!({})).await.refused(409, "nothing_to_undo");

    // A second row with a handle that is about to be written.
    let plan = planned(app).await;
    add(pool, "ada", "Another Ada", MOCK).await;
    let report = synced(app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Nothing);
    assert_eq!(outcomes(&report)[0], ("ada".to_owned(), SyncOutcome::Shared));
    run("DELETE FROM public.users WHERE display_name = 'Another Ada'").await;

    // An update that was done is not taken back where somebody changed a row since.
    let plan = planned(app).await;
    let report = synced(app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
    run("UPDATE public.users SET cognito_user_id = 'newer' WHERE handle = 'di'").await;
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    let undone: SyncReport = app.post(&undo, &json!({})).await.json();
    assert_eq!(undone.summary.state, SyncState::Nothing);
    assert_eq!(sides.ids().await, [is("ada", "sub-ada"), is("bo", "sub-bo"), is("di", "newer")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_stops_half_way_has_nothing_half_written() {
    let mut postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    // The last in the order of the plan: a thousand rows are written before it.
    add(&pool, "z", "Held", MOCK).await;
    let mut users = add_many(&pool, 1500).await;
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
    until_it_waits(&pool).await;
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
    let sides = Sides::with(&["ada"], |config| {
        config.identity.read_only = true;
        assert!(!format!("{config:?}").contains(PASSWORD));
    })
    .await;
    let app = &sides.app;
    assert!(!format!("{:?}", app.state).contains(PASSWORD));
    assert!(!app.get(paths::IDENTITY).await.text().contains(PASSWORD));
    let request = sides.whole().await;
    app.post(paths::IDENTITY_SYNCS, &request).await.refused(403, "identity_read_only");
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &["0"]);
    app.post(&undo, &json!({})).await.refused(403, "identity_read_only");
    assert_eq!(sides.first().await, MOCK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn production_is_written_only_by_the_name_of_the_database() {
    let sides = Sides::with(&["ada"], |config| {
        config.identity.production = true;
    })
    .await;
    let app = &sides.app;
    let mut request = sides.whole().await;
    // Locked, it takes nothing, by whatever name; a reason opens it for a quarter of an hour.
    app.delete(paths::IDENTITY_UNLOCK, &json!({})).await.json::<serde_json::Value>();
    request.confirm = Some("postgres".to_owned());
    let locked = app.post(paths::IDENTITY_SYNCS, &request).await.refused(403, "connection_locked");
    assert_eq!(locked.fields[0].message, "identity");
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &["some"]);
    app.post(&undo, &json!({"confirm": "postgres"}))
        .await
        .refused(403, "connection_locked");
    assert_eq!(sides.first().await, MOCK);
    app.post(paths::IDENTITY_UNLOCK, &json!({"reason": " "}))
        .await
        .refused(400, "invalid_reason");
    let unlock = json!({"reason": "ticket 42"});
    let view: UnlockView = app.post(paths::IDENTITY_UNLOCK, &unlock).await.json();
    assert_eq!(view.connection, "identity");
    assert!((14 * 60..=15 * 60).contains(&view.seconds_left), "{view:?}");
    request.confirm = None;
    app.post(paths::IDENTITY_SYNCS, &request).await.refused(409, "confirmation_needed");
    request.confirm = Some("users".to_owned());
    app.post(paths::IDENTITY_SYNCS, &request)
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(sides.first().await, MOCK);
    request.confirm = Some("postgres".to_owned());
    let report: SyncReport = app.post(paths::IDENTITY_SYNCS, &request).await.json();
    assert_eq!((report.summary.state, sides.first().await.as_str()), (SyncState::Done, "sub-ada"));
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    app.post(&undo, &json!({})).await.refused(409, "confirmation_needed");
    assert_eq!(sides.first().await, "sub-ada");
    let undone: SyncReport = app.post(&undo, &json!({"confirm": "postgres"})).await.json();
    assert_eq!((undone.summary.state, sides.first().await.as_str()), (SyncState::Done, MOCK));
}
