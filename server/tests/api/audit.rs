//! The audit log: what comes into it, that nothing takes it out again unseen, and what happens without it.

mod chain;
mod images;
mod kept;
mod lines;
mod people;

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use dynadesk_server::config::{AuditImages, StoreConfig};
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::audit::{AuditKind, AuditPage, AuditResult, AuditRow, AuditVerified};
use dynadesk_shared::api::paths::{self, fill};
use serde_json::{Value, json};

use crate::access::passwords::{desk, sign_in, try_password, with};
use crate::support::seed::{request, seed_on, text};
use crate::support::{LOCAL, TestApp, pk_sk_table};

async fn page(app: &TestApp, query: &str) -> AuditPage {
    app.get(&format!("{}{query}", paths::AUDIT)).await.json()
}

/// All that fits, the oldest first.
async fn rows(app: &TestApp, query: &str) -> Vec<AuditRow> {
    let mut rows = page(app, query).await.rows;
    rows.reverse();
    rows
}

fn operations(rows: &[AuditRow]) -> Vec<&str> {
    rows.iter().map(|row| row.entry.operation.as_str()).collect()
}

fn statement(text: &str) -> Value {
    json!({"mode": "single", "statements": [{"text": text, "parameters": []}], "limit": 10, "confirmed": true})
}

async fn run(app: &TestApp, text: &str) -> crate::support::Answer {
    app.post(&fill(paths::PARTIQL, &[LOCAL]), &statement(text)).await
}

/// Where the one chain is broken.
async fn verified(app: &TestApp) -> Option<(u64, String)> {
    let answer = app.post(paths::AUDIT_VERIFY, &json!({})).await.json::<AuditVerified>();
    let [chain] = answer.chains.as_slice() else { panic!("{answer:?}") };
    chain.broken.as_ref().map(|broken| (broken.seq, broken.what.clone()))
}

/// A browser that writes and goes away in the middle.
async fn leaves(app: &TestApp) {
    let (path, body) = (
        fill(paths::PARTIQL, &[LOCAL]),
        statement("INSERT INTO notes VALUE {'pk': 'z', 'sk': '1'}"),
    );
    let mut write = Box::pin(app.post(&path, &body));
    // Polled once: the request is under way, and nobody waits for it any more.
    assert!(futures_util::poll!(&mut write).is_pending());
    drop(write);
}

/// A server whose store is a table on its own connection, so that a test can put its hands on it.
async fn open_store() -> TestApp {
    let app = TestApp::with(|config| {
        config.store = Some(StoreConfig {
            connection: LOCAL.to_owned(),
            table: "desk".to_owned(),
        });
    })
    .await;
    app.create_table(pk_sk_table("notes")).await;
    for pk in ["a", "b", "c"] {
        let wrote = run(&app, &format!("INSERT INTO notes VALUE {{'pk': '{pk}', 'sk': '1'}}")).await;
        assert_eq!(wrote.status, 200, "{}", wrote.text());
    }
    app
}

#[tokio::test]
async fn a_write_says_who_what_where_and_where_the_history_has_it() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let create = json!({"changes": [{"create": {"item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}}], "together": false});
    let answer = app.post(&fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]), &create).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let written: Value = answer.json();
    let rows = rows(&app, "").await;
    assert_eq!(operations(&rows), ["create_table", "write_items"]);
    let made = &rows[0].entry;
    assert_eq!((made.kind, made.table.as_str()), (AuditKind::Setting, "notes"));
    assert!(made.detail.contains("\"TableName\":\"notes\""), "{}", made.detail);
    let entry = &rows[1].entry;
    assert_eq!((entry.kind, entry.result, entry.status), (AuditKind::Write, AuditResult::Done, 200));
    assert_eq!((entry.who.as_str(), entry.from.as_str()), ("local", "127.0.0.1"));
    assert_eq!((entry.connection.as_str(), entry.table.as_str()), (LOCAL, "notes"));
    assert_eq!(entry.request, answer.header("x-request-id"));
    let item = &entry.items[0];
    assert_eq!(
        serde_json::to_value(&item.key).unwrap(),
        json!({"pk": {"S": "a"}, "sk": {"S": "b"}})
    );
    assert_eq!(item.write.as_deref(), written["outcomes"][0]["write"].as_str());
    assert!(item.write.is_some() && item.before.is_none() && item.after.is_some());
    // The same again is taken: nothing was written, and the entry says so.
    let again = app.post(&fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]), &create).await;
    assert_eq!(again.status, 200, "{}", again.text());
    let last = page(&app, "").await.rows.remove(0).entry;
    assert_eq!((last.result, last.code.as_str()), (AuditResult::Refused, "conflict"));
}

#[tokio::test]
async fn hashes_stand_beside_the_way_to_the_history_where_they_are_asked_for() {
    let app = TestApp::with(|config| config.audit.images = AuditImages::Hash).await;
    app.create_table(pk_sk_table("notes")).await;
    for text in [
        "INSERT INTO notes VALUE {'pk': 'a', 'sk': 'b', 'n': 1}",
        "DELETE FROM notes WHERE pk = 'a' AND sk = 'b'",
    ] {
        assert_eq!(run(&app, text).await.status, 200);
    }
    let rows = rows(&app, "?kind=write").await;
    let (made, gone) = (&rows[0].entry.items[0], &rows[1].entry.items[0]);
    assert!(made.before.is_none() && made.after.as_ref().is_some_and(|hash| hash.len() == 64));
    assert_eq!((&gone.before, &gone.after), (&made.after, &None));
}

#[tokio::test]
async fn reading_is_not_written_down_and_writing_by_statement_is() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    assert_eq!(run(&app, "SELECT * FROM notes").await.status, 200);
    assert_eq!(run(&app, "INSERT INTO notes VALUE {'pk': 'secret', 'sk': 'b'}").await.status, 200);
    assert_eq!(app.get(&fill(paths::TABLE, &[LOCAL, "notes"])).await.status, 200);
    let rows = rows(&app, "").await;
    assert_eq!(operations(&rows), ["create_table", "partiql"]);
    assert_eq!(
        (rows[1].entry.table.as_str(), rows[1].entry.detail.as_str()),
        ("notes", "INSERT notes")
    );
}

#[tokio::test]
async fn signing_in_refusals_unlocking_and_leaving_are_written_down() {
    let app = desk(&[("ada", Grant::everywhere(Role::Admin)), ("vi", Grant::everywhere(Role::Viewer))]).await;
    try_password(&app, "ada", "wrong password").await.refused(403, "sign_in_refused");
    let vi = sign_in(&app, "vi").await;
    let drop = fill(paths::TABLE, &[LOCAL, "notes"]);
    with(&app, &vi, Method::DELETE, &drop, Body::from("{}"))
        .await
        .refused(403, "not_allowed");
    with(&app, &vi, Method::GET, paths::AUDIT, Body::empty())
        .await
        .refused(403, "not_allowed");
    with(&app, &vi, Method::POST, paths::SIGN_OUT, Body::from("{}")).await;
    app.get(paths::CONNECTIONS).await.refused(401, "sign_in_needed");
    let ada = sign_in(&app, "ada").await;
    let unlock = Body::from(json!({"reason": "ticket 42"}).to_string());
    with(&app, &ada, Method::POST, &fill(paths::UNLOCK, &[LOCAL]), unlock).await;
    let mut rows = with(&app, &ada, Method::GET, paths::AUDIT, Body::empty())
        .await
        .json::<AuditPage>()
        .rows;
    rows.reverse();
    let said = rows.iter().map(|row| &row.entry).map(|entry| {
        (
            entry.who.as_str(),
            entry.operation.as_str(),
            entry.result.word(),
            entry.status,
            entry.code.as_str(),
        )
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            ("ada", "sign_in", "refused", 403, "sign_in_refused"),
            ("vi", "sign_in", "done", 204, ""),
            ("vi", "drop_table", "refused", 403, "not_allowed"),
            ("vi", "GET /api/audit", "refused", 403, "not_allowed"),
            ("vi", "sign_out", "done", 200, ""),
            ("", "GET /api/connections", "refused", 401, "sign_in_needed"),
            ("ada", "sign_in", "done", 204, ""),
            ("ada", "unlock", "done", 200, ""),
        ]
    );
    assert_eq!(rows[7].entry.detail, "ticket 42");
    assert!(!serde_json::to_string(&rows).unwrap().contains("wrong password"));
}

#[tokio::test]
async fn strangers_do_not_fill_the_log_and_are_counted() {
    let app = desk(&[("ada", Grant::everywhere(Role::Admin))]).await;
    for _ in 0..70 {
        app.get(paths::CONNECTIONS).await.refused(401, "sign_in_needed");
    }
    let ada = sign_in(&app, "ada").await;
    let all = with(&app, &ada, Method::GET, paths::AUDIT, Body::empty()).await.json::<AuditPage>();
    assert_eq!(all.rows[0].entry.left_out, 10);
    let more = format!("{}?after={}", paths::AUDIT, paths::encode(all.next.as_deref().unwrap()));
    let more = with(&app, &ada, Method::GET, &more, Body::empty()).await.json::<AuditPage>();
    // All of one instant, and none twice.
    assert_eq!((all.rows.len(), more.rows.len(), more.next), (50, 11, None));
    assert_eq!(all.rows[49].entry.seq - 1, more.rows[0].entry.seq);
    // Another site is a stranger too.
    let headers = |all: &mut axum::http::HeaderMap| {
        all.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    };
    app.state.clock.set(app.state.clock.now() + 60 * 1_000_000);
    app.send(Method::GET, paths::CONNECTIONS, Body::empty(), headers)
        .await
        .refused(403, "cross_site");
    let newest = with(&app, &ada, Method::GET, paths::AUDIT, Body::empty())
        .await
        .json::<AuditPage>()
        .rows;
    assert_eq!((newest[0].entry.code.as_str(), newest[0].entry.who.as_str()), ("cross_site", ""));
}

#[tokio::test]
async fn a_job_is_written_down_as_it_begins_and_as_it_ends() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let job = seed_on(&app, LOCAL, "notes", &request(text("{\"pk\": \"a\", \"sk\": \"b\"}"))).await;
    let rows = rows(&app, "?kind=job").await;
    assert_eq!(operations(&rows), ["seed", "job_ended"]);
    assert!(rows.iter().all(|row| row.entry.job == job.id && row.entry.table == "notes"));
    assert!(rows[1].entry.detail.contains("1 written"), "{}", rows[1].entry.detail);
}

#[tokio::test]
async fn filters_and_pages_find_each_entry_once() {
    let app = open_store().await;
    let all = rows(&app, "").await;
    assert_eq!(operations(&all), ["create_table", "partiql", "partiql", "partiql"]);
    assert!(all.iter().zip(1..).all(|(row, seq)| row.entry.seq == seq), "{all:?}");
    assert!(all.windows(2).all(|two| two[1].entry.before == two[0].hash));
    assert_eq!(
        rows(&app, "?kind=write&result=done&who=LOC&table=not&connection=local").await.len(),
        3
    );
    for none in ["?kind=unlock", "?result=failed", "?who=eve", "?connection=loc", "?table=orders"] {
        assert!(rows(&app, none).await.is_empty(), "{none}");
    }
    app.get(&format!("{}?after=x", paths::AUDIT)).await.refused(400, "cursor_invalid");
    app.get(&format!("{}?kind=x", paths::AUDIT)).await.refused(400, "invalid_query");
}

fn off(config: &mut dynadesk_server::config::Config) {
    // A table of somebody else's: the store is off.
    config.store = Some(StoreConfig {
        connection: LOCAL.to_owned(),
        table: "notes".to_owned(),
    });
}

#[tokio::test]
async fn without_a_store_work_goes_on_and_is_counted_unless_the_log_is_required() {
    let app = TestApp::with(off).await;
    make_notes(&app).await;
    assert_eq!(run(&app, "INSERT INTO notes VALUE {'pk': 'a', 'sk': '1'}").await.status, 200);
    assert!(app.state.audit.left_out() >= 1, "{}", app.state.audit.left_out());
    app.get(paths::AUDIT).await.refused(503, "store_unavailable");

    let app = TestApp::with(|config| {
        off(config);
        config.audit.required = true;
    })
    .await;
    make_notes(&app).await;
    run(&app, "INSERT INTO notes VALUE {'pk': 'a', 'sk': '1'}")
        .await
        .refused(503, "audit_unavailable");
    app.delete(&fill(paths::TABLE, &[LOCAL, "notes"]), &json!({"confirm": "notes"}))
        .await
        .refused(503, "audit_unavailable");
    // What reads and what makes things safer is done all the same.
    let read = run(&app, "SELECT * FROM notes").await;
    assert!(read.status == 200 && read.text().contains("\"items\":[]"), "{}", read.text());
    assert_eq!(app.post(paths::SIGN_OUT, &json!({})).await.status, 200);
}

/// On the engine itself: the server would make its own table first.
async fn make_notes(app: &TestApp) {
    let connection = app.state.connections.get(LOCAL).unwrap();
    connection.engine.create_table(&pk_sk_table("notes")).await.unwrap();
}

#[tokio::test]
async fn a_required_log_has_what_is_tried_before_it_is_done() {
    let app = TestApp::with(|config| config.audit.required = true).await;
    app.create_table(pk_sk_table("notes")).await;
    let rows = rows(&app, "").await;
    assert_eq!(
        rows.iter().map(|row| row.entry.result).collect::<Vec<_>>(),
        [AuditResult::Begun, AuditResult::Done]
    );
    assert_eq!(rows[0].entry.request, rows[1].entry.request);
}

#[tokio::test]
async fn a_file_has_everything_and_no_formula() {
    let app = desk(&[("ada", Grant::everywhere(Role::Admin))]).await;
    try_password(&app, "=1+1", "wrong password").await.refused(403, "sign_in_refused");
    let ada = sign_in(&app, "ada").await;
    let csv = with(&app, &ada, Method::GET, paths::AUDIT_EXPORT, Body::empty()).await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"audit-log.csv\"");
    assert!(
        csv.text().starts_with("\"at\",\"who\"") && csv.text().contains("\"'=1+1\""),
        "{}",
        csv.text()
    );
    let path = format!("{}?format=jsonl&kind=export", paths::AUDIT_EXPORT);
    let jsonl = with(&app, &ada, Method::GET, &path, Body::empty()).await;
    let rows: Vec<AuditRow> = jsonl.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // The one that is being written, and the one before it.
    assert_eq!(operations(&rows), ["export_audit_log", "export_audit_log"]);
}

#[tokio::test]
async fn who_watches_sees_each_entry_as_it_is_added() {
    let app = TestApp::new().await;
    let mut tail = dynadesk_server::audit::Tail::begin(&app.state.audit).await.unwrap();
    app.create_table(pk_sk_table("notes")).await;
    assert_eq!(run(&app, "INSERT INTO notes VALUE {'pk': 'a', 'sk': '1'}").await.status, 200);
    for (seq, operation) in [(1, "create_table"), (2, "partiql")] {
        let row = tail.next().await;
        assert_eq!((row.entry.seq, row.entry.operation.as_str()), (seq, operation));
    }
}

#[tokio::test]
async fn a_browser_that_goes_away_in_the_middle_is_written_down() {
    let app = open_store().await;
    leaves(&app).await;
    let cut = async {
        loop {
            if let Some(cut) = page(&app, "?result=cut_off").await.rows.pop() {
                return cut.entry;
            }
        }
    };
    let cut = tokio::time::timeout(std::time::Duration::from_secs(20), cut).await.unwrap();
    assert_eq!((cut.operation.as_str(), cut.status), ("partiql", 0));
}
