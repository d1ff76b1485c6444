//! Dropping a table where that takes two people.

use axum::body::Body;
use axum::http::Method;
use dynadesk_server::access::users::UsersFile;
use dynadesk_server::config::StoreConfig;
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::audit::{AuditPage, AuditResult};
use dynadesk_shared::api::drops::{DropList, DropRequest, DropState};
use dynadesk_shared::api::paths::{self, fill};
use serde_json::{Value, json};

use crate::access::passwords::{desk_with, sign_in, with};
use crate::support::ministack::Ministack;
use crate::support::{Answer, LOCAL, TestApp, pk_sk_table};

const TABLE: &str = "notes";
const HOUR: i64 = 60 * 60 * 1_000_000;

fn people() -> [(&'static str, Grant); 5] {
    let (admin, other) = (Grant::everywhere(Role::Admin), Grant::everywhere(Role::Admin));
    [
        ("ada", admin.clone()),
        ("bo", other),
        ("cy", admin),
        ("olga", Grant::everywhere(Role::Operator)),
        ("vi", Grant::everywhere(Role::Viewer)),
    ]
}

/// Somebody who is signed in.
struct Someone<'a> {
    app: &'a TestApp,
    cookie: String,
    connection: &'static str,
}

impl<'a> Someone<'a> {
    async fn signs_in(app: &'a TestApp, name: &str, connection: &'static str) -> Self {
        let cookie = sign_in(app, name).await;
        Self { app, cookie, connection }
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let path = fill(path, &[self.connection, TABLE]);
        with(self.app, &self.cookie, method, &path, Body::from(body.to_string())).await
    }

    async fn unlock(&self) {
        let answer = self.ask(Method::POST, paths::UNLOCK, &json!({"reason": "a test"})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn asks(&self) -> DropRequest {
        self.request().await.json()
    }

    async fn request(&self) -> Answer {
        let asked = json!({"confirm": TABLE, "reason": "it is a copy"});
        self.ask(Method::POST, paths::DROP, &asked).await
    }

    async fn approves(&self, id: &str) -> Answer {
        self.ask(Method::POST, paths::DROP_APPROVE, &json!({"id": id, "confirm": TABLE}))
            .await
    }

    async fn refuses(&self, id: &str) -> Answer {
        self.ask(Method::POST, paths::DROP_REFUSE, &json!({"id": id, "reason": "it is used"}))
            .await
    }

    async fn withdraws(&self, id: &str) -> Answer {
        self.ask(Method::DELETE, paths::DROP, &json!({"id": id})).await
    }

    async fn sees(&self) -> Vec<DropRequest> {
        self.ask(Method::GET, paths::DROPS, &json!({})).await.json::<DropList>().requests
    }

    async fn has_table(&self) -> bool {
        self.ask(Method::GET, paths::TABLE, &json!({})).await.status == 200
    }
}

/// One server on the embedded engine, with its table.
async fn alone() -> TestApp {
    let app = desk_with(&people(), |config| config.connections[0].second_person = true).await;
    make_table(&app).await;
    app
}

async fn make_table(app: &TestApp) {
    let engine = &app.state.connections.get(LOCAL).unwrap().engine;
    engine.create_table(&pk_sk_table(TABLE)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_asks_and_another_approves_on_another_server() {
    let peer = Ministack::start().await;
    let server = async || {
        desk_with(&people(), |config| {
            config.connections.push(peer.connection("peer"));
            config.connections[1].production = true;
            config.connections[1].second_person = true;
            config.store = Some(StoreConfig {
                connection: "peer".to_owned(),
                table: "dynadesk".to_owned(),
            });
        })
        .await
    };
    let (one, two) = (server().await, server().await);
    let engine = &one.state.connections.get("peer").unwrap().engine;
    engine.create_table(&pk_sk_table(TABLE)).await.unwrap();
    let ada = Someone::signs_in(&one, "ada", "peer").await;
    let (bo, vi) = (
        Someone::signs_in(&two, "bo", "peer").await,
        Someone::signs_in(&two, "vi", "peer").await,
    );
    let olga = Someone::signs_in(&two, "olga", "peer").await;

    // Nobody drops it alone, unlocked or not.
    ada.unlock().await;
    ada.ask(Method::DELETE, paths::TABLE, &json!({"confirm": TABLE}))
        .await
        .refused(409, "second_person_needed");
    let unnamed = json!({"confirm": "note", "reason": "it is a copy"});
    ada.ask(Method::POST, paths::DROP, &unnamed)
        .await
        .refused(400, "confirmation_mismatch");
    let short = ada.ask(Method::POST, paths::DROP, &json!({"confirm": TABLE, "reason": " "})).await;
    assert_eq!(short.refused(400, "invalid_reason").fields[0].field, "reason");
    for weaker in [&olga, &vi] {
        weaker.request().await.refused(403, "not_allowed");
    }
    let asked = ada.asks().await;
    assert!(asked.own && asked.state == DropState::Open, "{asked:?}");
    ada.request().await.refused(409, "drop_requested");

    // Everybody who may see the table sees it, on the other server too.
    for other in [&bo, &vi, &olga] {
        let seen = other.sees().await;
        assert_eq!((seen.len(), seen[0].by.as_str(), seen[0].own), (1, "ada", false));
        assert_eq!(seen[0].reason, "it is a copy");
    }
    ada.approves(&asked.id).await.refused(403, "wrong_person");
    for weaker in [&olga, &vi] {
        weaker.approves(&asked.id).await.refused(403, "not_allowed");
        weaker.refuses(&asked.id).await.refused(403, "not_allowed");
        weaker.withdraws(&asked.id).await.refused(403, "not_allowed");
    }
    bo.approves(&asked.id).await.refused(403, "connection_locked");
    bo.unlock().await;
    let unnamed = json!({"id": asked.id, "confirm": "note"});
    bo.ask(Method::POST, paths::DROP_APPROVE, &unnamed)
        .await
        .refused(400, "confirmation_mismatch");
    bo.approves("another").await.refused(409, "drop_request_over");
    bo.withdraws(&asked.id).await.refused(403, "wrong_person");
    assert!(bo.has_table().await);
    bo.approves(&asked.id).await.json::<Value>();
    assert!(!ada.has_table().await);
    assert!(ada.sees().await.is_empty() && bo.sees().await.is_empty());
    bo.approves(&asked.id).await.refused(409, "drop_request_over");

    // Each step is in the log, with who it was for.
    let log = with(
        &two,
        &bo.cookie,
        Method::GET,
        &format!("{}?kind=setting", paths::AUDIT),
        Body::empty(),
    )
    .await;
    let mut log: Vec<_> = log.json::<AuditPage>().rows.into_iter().map(|row| row.entry).collect();
    log.retain(|entry| entry.result == AuditResult::Done);
    // The clocks of both servers stand still, so nothing says which was first.
    log.sort_by(|a, b| a.operation.cmp(&b.operation));
    let steps: Vec<_> = log.iter().map(|entry| (entry.operation.as_str(), entry.who.as_str())).collect();
    assert_eq!(steps, [("approve_drop_of_table", "bo"), ("ask_to_drop_table", "ada")]);
    assert!(
        log[0].detail.starts_with("asked by ada at ") && log[0].detail.ends_with(": it is a copy"),
        "{}",
        log[0].detail
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_approve_one_drops_it() {
    let app = alone().await;
    let ada = Someone::signs_in(&app, "ada", LOCAL).await;
    let (bo, cy) = (
        Someone::signs_in(&app, "bo", LOCAL).await,
        Someone::signs_in(&app, "cy", LOCAL).await,
    );
    bo.unlock().await;
    cy.unlock().await;
    let asked = ada.asks().await;
    let (first, second) = tokio::join!(bo.approves(&asked.id), cy.approves(&asked.id));
    let (done, late) = if first.status == 200 { (first, second) } else { (second, first) };
    done.json::<Value>();
    late.refused(409, "drop_request_over");
    assert!(!ada.has_table().await);
}

#[tokio::test]
async fn only_the_table_that_was_asked_about_is_dropped() {
    let app = alone().await;
    let ada = Someone::signs_in(&app, "ada", LOCAL).await;
    let bo = Someone::signs_in(&app, "bo", LOCAL).await;
    bo.unlock().await;
    let asked = ada.asks().await;
    let engine = app.state.connections.get(LOCAL).unwrap().engine.clone();
    engine.delete_table(TABLE).await.unwrap();
    bo.approves(&asked.id).await.refused(404, "table_not_found");
    make_table(&app).await;
    bo.approves(&asked.id).await.refused(409, "another_table");
    assert!(bo.has_table().await);
    // What was not done is still asked for, and can be taken back.
    assert_eq!(bo.sees().await[0].state, DropState::Open);
    assert_eq!(ada.withdraws(&asked.id).await.status, 200);
    assert!(bo.sees().await.is_empty());

    // A table that gets protected meanwhile stays.
    let asked = ada.asks().await;
    let protect = json!({"seen": false, "change": {"deletion_protection": true}, "confirm": TABLE});
    let protected = bo.ask(Method::POST, paths::SETTINGS, &protect).await;
    assert_eq!(protected.status, 200, "{}", protected.text());
    bo.approves(&asked.id).await.refused(409, "deletion_protected");
    assert_eq!(ada.withdraws(&asked.id).await.status, 200);
    ada.request().await.refused(409, "deletion_protected");
}

#[tokio::test]
async fn a_request_is_refused_or_runs_out() {
    let app = alone().await;
    let ada = Someone::signs_in(&app, "ada", LOCAL).await;
    let bo = Someone::signs_in(&app, "bo", LOCAL).await;
    bo.unlock().await;
    let asked = ada.asks().await;
    ada.refuses(&asked.id).await.refused(403, "wrong_person");
    assert_eq!(bo.refuses(&asked.id).await.status, 200);
    bo.approves(&asked.id).await.refused(409, "drop_request_over");
    bo.refuses(&asked.id).await.refused(409, "drop_request_over");
    // The answer is for whoever asked, until it is put away.
    assert!(bo.sees().await.is_empty());
    let answer = &ada.sees().await[0].state;
    assert!(
        matches!(answer, DropState::Refused { by, reason, .. } if by == "bo" && reason == "it is used"),
        "{answer:?}"
    );
    assert_eq!(ada.withdraws(&asked.id).await.status, 200);
    assert!(ada.sees().await.is_empty());

    let asked = ada.asks().await;
    let now = app.state.clock.now();
    app.state.clock.set(now + 4 * HOUR);
    let (ada, bo) = (
        Someone::signs_in(&app, "ada", LOCAL).await,
        Someone::signs_in(&app, "bo", LOCAL).await,
    );
    bo.unlock().await;
    bo.approves(&asked.id).await.refused(409, "drop_request_over");
    assert!(bo.sees().await.is_empty());
    assert_eq!(ada.sees().await[0].state, DropState::Expired);
    // Whoever wants it asks anew.
    let again = ada.asks().await;
    assert_ne!(again.id, asked.id);
    bo.approves(&asked.id).await.refused(409, "drop_request_over");
    bo.approves(&again.id).await.json::<Value>();
    assert!(!ada.has_table().await);
}

#[tokio::test]
async fn who_may_not_any_more_has_asked_for_nothing() {
    let app = alone().await;
    let ada = Someone::signs_in(&app, "ada", LOCAL).await;
    let bo = Someone::signs_in(&app, "bo", LOCAL).await;
    bo.unlock().await;
    let asked = ada.asks().await;
    let path = app.data.path().join("users.toml");
    let all = UsersFile::read(&path).unwrap();
    let grant = |name: &str, role: Role| {
        let mut file = all.clone();
        let user = file.users.iter_mut().find(|user| user.name == name).unwrap();
        user.grants = vec![Grant::everywhere(role)];
        file.write(&path).unwrap();
    };
    grant("ada", Role::Operator);
    bo.approves(&asked.id).await.refused(409, "asker_not_allowed");
    grant("bo", Role::Operator);
    bo.approves(&asked.id).await.refused(403, "not_allowed");
    all.write(&path).unwrap();
    bo.approves(&asked.id).await.json::<Value>();
    assert!(!ada.has_table().await);
}

#[tokio::test]
async fn where_one_person_is_enough_nobody_is_asked() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table(TABLE)).await;
    let path = fill(paths::DROP, &[LOCAL, TABLE]);
    let asked = json!({"confirm": TABLE, "reason": "it is a copy"});
    app.post(&path, &asked).await.refused(409, "one_person_enough");
    assert!(app.get(&fill(paths::DROPS, &[LOCAL])).await.json::<DropList>().requests.is_empty());
}
