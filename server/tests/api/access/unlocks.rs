//! Production is read by everybody, and written to only while it is unlocked.

use axum::body::Body;
use axum::http::Method;
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::connections::ConnectionList;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::session::{SessionView, UnlockView};
use serde_json::json;

use super::grants::{Asker, prepared, some, statement};
use super::passwords::{desk, sign_in, with};
use crate::support::{Answer, LOCAL, TestApp, pk_sk_table};

const MINUTE: i64 = 60 * 1_000_000;

async fn unlock(app: &TestApp, cookie: &str, reason: &str) -> Answer {
    let body = Body::from(json!({"reason": reason}).to_string());
    with(app, cookie, Method::POST, &fill(paths::UNLOCK, &[LOCAL]), body).await
}

async fn make_table(app: &TestApp, cookie: &str, name: &str) -> Answer {
    let body = json!({"request": pk_sk_table(name)});
    with(
        app,
        cookie,
        Method::POST,
        &fill(paths::TABLES, &[LOCAL]),
        Body::from(body.to_string()),
    )
    .await
}

async fn is_locked(app: &TestApp, cookie: &str) -> bool {
    let session = with(app, cookie, Method::GET, paths::SESSION, Body::empty())
        .await
        .json::<SessionView>();
    session.person.unwrap().unlocks.is_empty()
}

#[tokio::test]
async fn a_reason_unlocks_production_for_a_quarter_of_an_hour_and_for_one_session() {
    let everywhere = Grant::everywhere;
    let app = desk(&[("ada", everywhere(Role::Admin)), ("bo", everywhere(Role::Admin))]).await;
    let (ada, bo) = (sign_in(&app, "ada").await, sign_in(&app, "bo").await);
    make_table(&app, &ada, "notes").await.refused(403, "connection_locked");
    unlock(&app, &ada, " ").await.refused(400, "invalid_reason");
    assert!(is_locked(&app, &ada).await);
    let view = unlock(&app, &ada, "ticket 42").await.json::<UnlockView>();
    assert_eq!((view.reason.as_str(), view.seconds_left), ("ticket 42", 15 * 60));
    assert!(!is_locked(&app, &ada).await && is_locked(&app, &bo).await);
    assert_eq!(make_table(&app, &ada, "notes").await.status, 200);
    make_table(&app, &bo, "more").await.refused(403, "connection_locked");
    let session = with(&app, &ada, Method::GET, paths::SESSION, Body::empty())
        .await
        .json::<SessionView>();
    assert_eq!(session.person.unwrap().unlocks.len(), 1);
    let now = app.state.clock.now();
    app.state.clock.set(now + 15 * MINUTE);
    make_table(&app, &ada, "later").await.refused(403, "connection_locked");
}

#[tokio::test]
async fn locking_and_signing_in_again_lock() {
    let app = desk(&[("ada", Grant::everywhere(Role::Admin))]).await;
    let ada = sign_in(&app, "ada").await;
    unlock(&app, &ada, "ticket 42").await.json::<UnlockView>();
    let path = fill(paths::UNLOCK, &[LOCAL]);
    assert_eq!(with(&app, &ada, Method::DELETE, &path, Body::empty()).await.status, 200);
    make_table(&app, &ada, "notes").await.refused(403, "connection_locked");
    unlock(&app, &ada, "ticket 42").await.json::<UnlockView>();
    let again = sign_in(&app, "ada").await;
    make_table(&app, &again, "notes").await.refused(403, "connection_locked");
}

#[tokio::test]
async fn only_who_may_write_unlocks() {
    let app = desk(&[("vi", Grant::everywhere(Role::Viewer)), ("ada", Grant::everywhere(Role::Admin))]).await;
    let viewer = sign_in(&app, "vi").await;
    unlock(&app, &viewer, "ticket 42").await.refused(403, "not_allowed");
    let list = with(&app, &viewer, Method::GET, paths::CONNECTIONS, Body::empty())
        .await
        .json::<ConnectionList>();
    assert_eq!(list.connections[0].role_on("any"), Some(Role::Viewer));
}

#[tokio::test]
async fn unlocking_opens_no_table_of_others() {
    let app = desk(&[
        ("ada", Grant::everywhere(Role::Admin)),
        ("bo", some(Role::Operator, LOCAL, "Orders*")),
        ("cy", some(Role::Viewer, LOCAL, "Secrets")),
        ("eve", some(Role::Admin, "elsewhere", "*")),
    ])
    .await;
    let (ada, bo, eve) = prepared(&app).await;
    let cy = Asker(&app, sign_in(&app, "cy").await);
    let (path, reason) = (fill(paths::UNLOCK, &[LOCAL]), || json!({"reason": "ticket 43"}));
    for method in ["POST", "DELETE"] {
        let refused = eve.ask(method, &path, reason()).await;
        refused.refused(404, "connection_not_found");
    }
    cy.ask("POST", &path, reason()).await.refused(403, "not_allowed");

    let insert = |table: &str| statement(&format!("INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'sk': 'c'}}"));
    let statements = fill(paths::PARTIQL, &[LOCAL]);
    bo.ask("POST", &statements, insert("Orders-1"))
        .await
        .refused(403, "connection_locked");
    assert_eq!(bo.ask("POST", &path, reason()).await.status, 200);
    bo.ask("POST", &statements, insert("Secrets")).await.refused(403, "not_allowed");
    assert_eq!(bo.ask("POST", &statements, insert("Orders-1")).await.status, 200);
    // What he unlocks and locks is his own.
    assert_eq!(bo.ask("DELETE", &path, json!({})).await.status, 200);
    bo.ask("POST", &statements, insert("Orders-1"))
        .await
        .refused(403, "connection_locked");
    assert_eq!(cy.ask("DELETE", &path, json!({})).await.status, 200);
    assert!(!is_locked(&app, &ada.1).await);
}

#[tokio::test]
async fn what_is_not_production_is_never_locked() {
    let app = TestApp::new().await;
    app.post(&fill(paths::UNLOCK, &[LOCAL]), &json!({"reason": "ticket 42"}))
        .await
        .refused(409, "not_production");
}

#[tokio::test]
async fn partiql_writes_are_locked_and_reads_are_not() {
    let app = TestApp::locked(|config| config.connections[0].production = true).await;
    let run = |text: &str| json!({"mode": "single", "statements": [{"text": text, "parameters": []}], "limit": 10, "confirmed": true});
    let path = fill(paths::PARTIQL, &[LOCAL]);
    app.post(&path, &run("DELETE FROM notes WHERE pk = 'a' AND sk = 'b'"))
        .await
        .refused(403, "connection_locked");
    app.post(&path, &run("SELECT * FROM notes")).await.refused(404, "table_not_found");
}
