//! What keeps an update or its undo from writing what nobody meant.

use dynadesk_server::config::{Place, StoreConfig};
use dynadesk_shared::api::identity::{Choice, SyncOutcome, SyncReport, SyncRequest, SyncState};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::identity::MOCK;
use serde_json::json;

use super::{add, app, ids, planned, pool_user, synced};
use crate::support::TestApp;
use crate::support::cognito::Cognito;
use crate::support::postgres::Postgres;

fn all(plan: String) -> SyncRequest {
    SyncRequest {
        plan,
        choice: Choice::Except(Vec::new()),
        confirm: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_a_fixed_length_are_kept_whole() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    sqlx::query("ALTER TABLE public.users ALTER cognito_user_id TYPE char(36)")
        .execute(&pool)
        .await
        .unwrap();
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let app = app(&postgres, &cognito).await;
    let report = synced(&app, &planned(&app).await, Choice::Except(Vec::new())).await;
    assert_eq!(
        (report.summary.state, &report.rows[0].outcome),
        (SyncState::Done, &SyncOutcome::Written)
    );
    assert_eq!(ids(&pool).await[0].1.trim_end(), "sub-ada");
    let undo = fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    let undone: SyncReport = app.post(&undo, &json!({})).await.json();
    assert_eq!((undone.summary.state, ids(&pool).await[0].1.trim_end()), (SyncState::Done, MOCK));

    // One that does not fit is refused by name, and nothing is cut.
    sqlx::query("ALTER TABLE public.users ALTER cognito_user_id TYPE varchar(5)")
        .execute(&pool)
        .await
        .unwrap();
    let plan = planned(&app).await;
    let refused = app
        .post(paths::IDENTITY_SYNCS, &all(plan.id))
        .await
        .refused(409, "database_refused");
    assert!(refused.message.contains("nothing was written"), "{}", refused.message);
    assert_eq!(ids(&pool).await[0].1, MOCK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_plan_is_made_anew() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let app = app(&postgres, &cognito).await;
    let now = 1_800_000_000_000_000;
    app.state.clock.set(now);
    let plan = planned(&app).await;
    app.state.clock.set(now + 16 * 60 * 1_000_000);
    let refused = app.post(paths::IDENTITY_SYNCS, &all(plan.id)).await.refused(409, "plan_outdated");
    assert!(refused.message.contains("15 minutes"), "{}", refused.message);
    assert_eq!(ids(&pool).await[0].1, MOCK);
    let report = synced(&app, &planned(&app).await, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_gives_no_id_that_somebody_else_has_by_now() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", "old-ada").await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let app = app(&postgres, &cognito).await;
    let report = synced(&app, &planned(&app).await, Choice::Except(Vec::new())).await;
    add(&pool, "bo", "Bo", "old-ada").await;
    let undo = fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    let undone: SyncReport = app.post(&undo, &json!({})).await.json();
    assert_eq!(
        (undone.summary.state, &undone.rows[0].outcome),
        (SyncState::Nothing, &SyncOutcome::Shared)
    );
    assert_eq!(ids(&pool).await[0].1, "sub-ada");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_without_a_way_back() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let app = TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
        let mut archive = config.connections[0].clone();
        archive.name = "archive".to_owned();
        archive.read_only = true;
        archive.place = Place::Embedded { file: None };
        config.connections.push(archive);
        config.store = Some(StoreConfig {
            connection: "archive".to_owned(),
            table: "dynadesk".to_owned(),
        });
    })
    .await;
    let plan = planned(&app).await;
    let refused = app
        .post(paths::IDENTITY_SYNCS, &all(plan.id))
        .await
        .refused(503, "store_unavailable");
    assert!(refused.message.contains("nothing was written"), "{}", refused.message);
    assert_eq!(ids(&pool).await[0].1, MOCK);
}
