//! Users of PostgreSQL and Cognito: read, planned, updated and taken back, on a real PostgreSQL and a
//! stand-in for Cognito at the wire.

mod chosen;
mod cli;
mod guards;
mod integrity;
mod lost;
mod mapped;
mod people;
mod reports;
mod servers;
mod sides;
mod story;
mod sync;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::api::identity::{Choice, PlanState, PlanView, PoolState, SyncReport, SyncRequest};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::plan::PlanKind;
use serde_json::{Value, json};
use sqlx::postgres::PgPool;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::cognito::{self, Cognito};
use crate::support::postgres::Postgres;

pub async fn add(pool: &PgPool, handle: &str, name: &str, id: &str) -> String {
    let uuid = Uuid::new_v4().to_string();
    sqlx::query("INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) VALUES ($1::uuid, $2, $3, $4, $5)")
        .bind(&uuid)
        .bind(name)
        .bind(handle)
        .bind(format!("{handle}@example.org"))
        .bind(id)
        .execute(pool)
        .await
        .unwrap();
    uuid
}

/// Users u1, u2 and so on in the database, with the id that says that nobody filled it in; as the pool has them.
pub async fn add_many(pool: &PgPool, count: i32) -> Vec<Value> {
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) \
         SELECT gen_random_uuid(), 'User', 'u' || n, '', 'MOCK' FROM generate_series(1, $1) AS n",
    )
    .bind(count)
    .execute(pool)
    .await
    .unwrap();
    (1..=count).map(|n| pool_user(&format!("u{n}"))).collect()
}

/// Every row's id, by handle.
pub async fn ids(pool: &PgPool) -> Vec<(String, String)> {
    let ids = sqlx::query_as("SELECT handle, cognito_user_id::text FROM public.users ORDER BY handle, uuid");
    ids.fetch_all(pool).await.unwrap()
}

pub fn pool_user(handle: &str) -> Value {
    cognito::user(
        &format!("login-{handle}"),
        &[("sub", &format!("sub-{handle}")), ("preferred_username", handle)],
    )
}

pub async fn app(postgres: &Postgres, cognito: &Arc<Cognito>) -> TestApp {
    TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
    })
    .await
}

pub async fn planned(app: &TestApp) -> PlanView {
    let mut plan: PlanView = app.post(paths::IDENTITY_PLAN, &json!({})).await.json();
    while plan.state == PlanState::Reading {
        tokio::time::sleep(Duration::from_millis(20)).await;
        plan = app.get(paths::IDENTITY_PLAN).await.json();
    }
    plan
}

/// Reads the pool for the screen, to its end.
pub async fn read_pool(app: &TestApp) -> PoolState {
    let mut state: PoolState = app.post(paths::IDENTITY_POOL, &json!({})).await.json();
    while matches!(state, PoolState::Reading(_)) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        state = app.get(paths::IDENTITY_POOL).await.json();
    }
    state
}

/// Waits until an update of Dynadesk's stands before what somebody else holds.
pub async fn until_it_waits(pool: &PgPool) {
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'dynadesk'";
    loop {
        let (waiting,): (i64,) = sqlx::query_as(waits).fetch_one(pool).await.unwrap();
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn synced(app: &TestApp, plan: &PlanView, choice: Choice) -> SyncReport {
    let request = SyncRequest {
        plan: plan.id.clone(),
        choice,
        confirm: None,
    };
    app.post(paths::IDENTITY_SYNCS, &request).await.json()
}

pub fn count(plan: &PlanView, kind: PlanKind) -> u64 {
    plan.counts.get(&kind).copied().unwrap_or_default()
}
