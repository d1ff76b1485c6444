//! A role on some tables opens nothing else: not by another URL, not by a statement, not through history.

use axum::body::Body;
use axum::http::Method;
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::connections::ConnectionList;
use dynadesk_shared::api::history::{GroupView, WriteState, WritesPage};
use dynadesk_shared::api::jobs::JobList;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::store::StoreStatus;
use dynadesk_shared::api::tables::TableNames;
use serde_json::{Value, json};

use super::passwords::{desk, sign_in, with};
use crate::support::{Answer, LOCAL, TestApp, pk_sk_table};

pub struct Asker<'a>(pub &'a TestApp, pub String);

impl Asker<'_> {
    pub async fn ask(&self, method: &str, path: &str, body: Value) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        with(self.0, &self.1, method, path, Body::from(body.to_string())).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, json!({})).await
    }
}

pub fn some(role: Role, connection: &str, table: &str) -> Grant {
    Grant {
        role,
        connections: vec![connection.to_owned()],
        tables: vec![table.to_owned()],
    }
}

/// Ada may everything, Bo may write Orders, Eve was given something elsewhere.
pub async fn prepared(app: &TestApp) -> (Asker<'_>, Asker<'_>, Asker<'_>) {
    let ada = Asker(app, sign_in(app, "ada").await);
    let bo = Asker(app, sign_in(app, "bo").await);
    let eve = Asker(app, sign_in(app, "eve").await);
    let unlocked = ada
        .ask("POST", &fill(paths::UNLOCK, &[LOCAL]), json!({"reason": "ticket 42"}))
        .await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.text());
    for table in ["Orders-1", "Secrets"] {
        let made = ada
            .ask("POST", &fill(paths::TABLES, &[LOCAL]), json!({"request": pk_sk_table(table)}))
            .await;
        assert_eq!(made.status, 200, "{}", made.text());
        let insert = format!("INSERT INTO \"{table}\" VALUE {{'pk': 'a', 'sk': 'b'}}");
        let wrote = ada.ask("POST", &fill(paths::PARTIQL, &[LOCAL]), statement(&insert)).await;
        assert_eq!(wrote.status, 200, "{}", wrote.text());
    }
    (ada, bo, eve)
}

pub fn statement(text: &str) -> Value {
    json!({"mode": "single", "statements": [{"text": text, "parameters": []}], "limit": 10, "confirmed": true})
}

pub async fn people() -> TestApp {
    desk(&[
        ("ada", Grant::everywhere(Role::Admin)),
        ("bo", some(Role::Operator, LOCAL, "Orders*")),
        ("eve", some(Role::Admin, "elsewhere", "*")),
    ])
    .await
}

#[tokio::test]
async fn a_connection_that_nothing_was_given_of_is_not_there() {
    let app = people().await;
    let (_, _, eve) = prepared(&app).await;
    assert!(eve.get(paths::CONNECTIONS).await.json::<ConnectionList>().connections.is_empty());
    let of_table = fill(paths::TABLE, &[LOCAL, "Secrets"]);
    let here = eve.get(&of_table).await.refused(404, "connection_not_found");
    let nowhere = eve
        .get(&of_table.replace("/local/", "/nowhere/"))
        .await
        .refused(404, "connection_not_found");
    assert_eq!(here.message.replace(LOCAL, "x"), nowhere.message.replace("nowhere", "x"));
}

#[tokio::test]
async fn a_table_of_others_is_neither_listed_nor_read_nor_guessed() {
    let app = people().await;
    let (_, bo, _) = prepared(&app).await;
    let names = bo.get(&fill(paths::TABLES, &[LOCAL])).await.json::<TableNames>().names;
    assert_eq!(names, ["Orders-1"]);
    assert_eq!(bo.get(&fill(paths::TABLE, &[LOCAL, "Orders-1"])).await.status, 200);
    let there = bo.get(&fill(paths::TABLE, &[LOCAL, "Secrets"])).await.refused(403, "not_allowed");
    let missing = bo.get(&fill(paths::TABLE, &[LOCAL, "Missing"])).await.refused(403, "not_allowed");
    assert_eq!(there.message.replace("Secrets", "x"), missing.message.replace("Missing", "x"));
    bo.ask("POST", &fill(paths::TABLES, &[LOCAL]), json!({"request": pk_sk_table("Orders-2")}))
        .await
        .refused(403, "not_allowed");
}

#[tokio::test]
async fn a_statement_reaches_no_further_than_a_url() {
    let app = people().await;
    let (_, bo, _) = prepared(&app).await;
    let path = fill(paths::PARTIQL, &[LOCAL]);
    assert_eq!(bo.ask("POST", &path, statement("SELECT * FROM \"Orders-1\"")).await.status, 200);
    bo.ask("POST", &path, statement("SELECT * FROM Secrets"))
        .await
        .refused(403, "not_allowed");
    bo.ask("POST", &path, statement("SELECT * FROM \"Secrets\".\"by_x\""))
        .await
        .refused(403, "not_allowed");
    let both = json!({"mode": "batch", "limit": 10, "statements": [
        {"text": "SELECT * FROM \"Orders-1\" WHERE pk = 'a' AND sk = 'b'", "parameters": []},
        {"text": "SELECT * FROM Secrets WHERE pk = 'a' AND sk = 'b'", "parameters": []},
    ]});
    bo.ask("POST", &path, both).await.refused(403, "not_allowed");
}

#[tokio::test]
async fn history_and_jobs_tell_nothing_of_other_tables() {
    let app = people().await;
    let (ada, bo, _) = prepared(&app).await;
    let all = ada.get(&fill(paths::WRITES, &[LOCAL])).await.json::<WritesPage>();
    assert_eq!(all.writes.len(), 2);
    assert!(all.writes.iter().all(|write| write.operator == "ada"));
    let seen = bo.get(&fill(paths::WRITES, &[LOCAL])).await.json::<WritesPage>();
    assert_eq!(
        seen.writes.iter().map(|write| write.table.as_str()).collect::<Vec<_>>(),
        ["Orders-1"]
    );
    let secret = &all.writes.iter().find(|write| write.table == "Secrets").unwrap().id;
    bo.get(&fill(paths::WRITE, &[LOCAL, secret])).await.refused(404, "write_not_found");
    let unlocked = bo.ask("POST", &fill(paths::UNLOCK, &[LOCAL]), json!({"reason": "ticket 42"})).await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.text());
    bo.ask("POST", &fill(paths::WRITE_UNDO, &[LOCAL, secret]), json!({}))
        .await
        .refused(404, "write_not_found");
    let seed = json!({"source": {"items": {"text": "{\"pk\": \"c\", \"sk\": \"d\"}"}}});
    let started = ada.ask("POST", &fill(paths::SEED, &[LOCAL, "Secrets"]), seed).await;
    assert_eq!(started.status, 202, "{}", started.text());
    let job = started.json::<Value>()["id"].as_str().unwrap().to_owned();
    assert!(bo.get(paths::JOBS).await.json::<JobList>().jobs.is_empty());
    assert_eq!(ada.get(paths::JOBS).await.json::<JobList>().jobs.len(), 1);
    for path in [paths::JOB, paths::JOB_EVENTS] {
        bo.get(&fill(path, &[&job])).await.refused(404, "job_not_found");
    }
    for path in [paths::JOB_CANCEL, paths::JOB_RESUME] {
        bo.ask("POST", &fill(path, &[&job]), json!({})).await.refused(404, "job_not_found");
    }
}

#[tokio::test]
async fn a_group_tells_nothing_of_its_rows_on_other_tables() {
    let app = people().await;
    let (ada, bo, _) = prepared(&app).await;
    let insert =
        |table: &str, sk: &str| json!({"text": format!("INSERT INTO \"{table}\" VALUE {{'pk': 'g', 'sk': '{sk}'}}"), "parameters": []});
    // The newest of a group names its table, so the last one is Bo's.
    let statements = [insert("Secrets", "1"), insert("Secrets", "2"), insert("Orders-1", "3")];
    let batch = json!({"mode": "batch", "statements": statements, "limit": 10, "confirmed": true});
    ada.ask("POST", &fill(paths::PARTIQL, &[LOCAL]), batch).await.json::<Value>();
    let newest = ada.get(&fill(paths::WRITES, &[LOCAL])).await.json::<WritesPage>().writes.remove(0);
    let group = fill(paths::GROUP, &[LOCAL, &newest.group]);
    let all = ada.get(&group).await.json::<GroupView>();
    assert_eq!((all.items, all.rows.len()), (Some(3), 3));
    let seen = bo.get(&group).await.json::<GroupView>();
    assert_eq!((seen.items, seen.rows.len(), seen.state), (Some(1), 1, WriteState::Done));
    // What is left to undo is told of Bo's own row alone.
    let own = fill(paths::WRITE_UNDO, &[LOCAL, &seen.rows[0].write]);
    assert_eq!(ada.ask("POST", &own, json!({})).await.status, 200);
    assert_eq!(bo.get(&group).await.json::<GroupView>().state, WriteState::Undone);
    assert_eq!(ada.get(&group).await.json::<GroupView>().state, WriteState::Done);
}

#[tokio::test]
async fn where_the_store_is_is_told_to_those_who_look_after_it() {
    let app = people().await;
    let (ada, bo, _) = prepared(&app).await;
    let status = ada.get(paths::STORE).await.json::<StoreStatus>();
    assert!(status.available && status.place.contains("embedded engine"), "{status:?}");
    let status = bo.get(paths::STORE).await.json::<StoreStatus>();
    assert!(status.available && status.place.is_empty(), "{status:?}");
}
