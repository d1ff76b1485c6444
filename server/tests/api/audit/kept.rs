//! What outlives a server, what is waited for, and what nobody does unseen.

use super::*;

/// Follows one request to its entry.
async fn detail_of(app: &TestApp, operation: &str) -> String {
    let rows = page(app, "").await.rows;
    let found = rows.iter().find(|row| row.entry.operation == operation);
    found.unwrap_or_else(|| panic!("{rows:?}")).entry.detail.clone()
}

#[tokio::test]
async fn what_several_people_share_is_named_in_its_entry() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let run = json!({"items": {"table": "notes", "query": "", "title": "all"}});
    let saved: Value = app
        .post(&fill(paths::SAVED, &[LOCAL]), &json!({"name": "all of them", "run": run}))
        .await
        .json();
    assert!(detail_of(&app, "save_query").await.contains("all of them"));
    let saved = fill(paths::SAVED_ONE, &[LOCAL, saved["id"].as_str().unwrap()]);
    assert_eq!(app.delete(&saved, &json!({})).await.status, 200);
    assert!(detail_of(&app, "delete_saved_query").await.contains("all of them"));
    let pattern = json!({"pattern": {"name": "by user", "operation": "Query", "key": [
        {"attribute": "pk", "value": {"type": "S", "text": "{user}"}}]}});
    let patterns = fill(paths::PATTERNS_IMPORT, &[LOCAL, "notes"]);
    assert_eq!(app.post(&patterns, &json!({"patterns": [pattern]})).await.status, 200);
    assert!(detail_of(&app, "import_patterns").await.contains("by user"));
    seed_on(&app, LOCAL, "notes", &request(text("{\"pk\": \"a\", \"sk\": \"b\"}"))).await;
    assert!(detail_of(&app, "seed").await.contains("items, 22 bytes"));
}

#[tokio::test]
async fn whose_session_was_ended_is_in_the_entry() {
    let app = desk(&[("ada", Grant::everywhere(Role::Admin)), ("vi", Grant::everywhere(Role::Viewer))]).await;
    let _vi = sign_in(&app, "vi").await;
    let ada = sign_in(&app, "ada").await;
    let all: Value = with(&app, &ada, Method::GET, paths::SESSIONS, Body::empty()).await.json();
    let of_vi = all["sessions"].as_array().unwrap().iter().find(|one| one["name"] == "vi").unwrap();
    let end = fill(paths::SESSION_ONE, &[of_vi["id"].as_str().unwrap()]);
    assert_eq!(with(&app, &ada, Method::DELETE, &end, Body::empty()).await.status, 200);
    let rows = with(&app, &ada, Method::GET, paths::AUDIT, Body::empty())
        .await
        .json::<AuditPage>()
        .rows;
    assert_eq!(rows[0].entry.operation, "end_session");
    assert!(rows[0].entry.detail.ends_with("of vi"), "{}", rows[0].entry.detail);
}

#[tokio::test]
async fn what_could_not_be_kept_is_told_after_a_restart() {
    let data = tempfile::TempDir::new().unwrap();
    let at = |config: &mut dynadesk_server::config::Config| {
        config.data_dir = data.path().to_owned();
        let file = Some(data.path().join("embedded.db"));
        config.connections[0].place = dynadesk_server::config::Place::Embedded { file };
    };
    let first = TestApp::with(|config| {
        at(config);
        off(config);
    })
    .await;
    make_notes(&first).await;
    for pk in ["a", "b"] {
        assert_eq!(
            run(&first, &format!("INSERT INTO notes VALUE {{'pk': '{pk}', 'sk': '1'}}"))
                .await
                .status,
            200
        );
    }
    let left_out = first.state.audit.left_out();
    assert_eq!(left_out, 2);
    // As if it were killed: nothing is told to stop.
    drop(first);
    let second = TestApp::with(at).await;
    assert_eq!(second.state.audit.left_out(), 2);
    assert_eq!(run(&second, "INSERT INTO notes VALUE {'pk': 'c', 'sk': '1'}").await.status, 200);
    assert_eq!(page(&second, "").await.rows[0].entry.left_out, 2);
    assert_eq!(second.state.audit.left_out(), 0);
    drop(second);
    assert_eq!(TestApp::with(at).await.state.audit.left_out(), 0);
}

#[tokio::test]
async fn a_server_says_how_the_one_before_it_ended() {
    let data = tempfile::TempDir::new().unwrap();
    // Whether it stops in order, which entry of servers its start is, and what it says.
    for (stops, place, before) in [
        (true, 1, "nothing is known"),
        (false, 3, "stopped in order"),
        (true, 4, "was killed"),
    ] {
        let app = crate::store_story::in_file(&data).await;
        app.state.audit.started();
        let started = async {
            loop {
                let rows = rows(&app, "?kind=server").await;
                if let Some(row) = rows.get(place - 1) {
                    return row.entry.clone();
                }
            }
        };
        let started = tokio::time::timeout(std::time::Duration::from_secs(60), started).await.unwrap();
        assert_eq!(started.operation, "server_started");
        assert!(started.detail.contains(before), "{}", started.detail);
        if stops {
            app.state.audit.stopped().await;
            assert_eq!(page(&app, "?kind=server").await.rows[0].entry.operation, "server_stopped");
        }
    }
}

#[tokio::test]
async fn who_stops_waits_for_entries_of_requests_that_were_dropped() {
    let app = open_store().await;
    leaves(&app).await;
    app.state.audit.stopped().await;
    let rows = rows(&app, "").await;
    assert_eq!(operations(&rows)[4..], ["partiql", "server_stopped"]);
    assert_eq!(rows[4].entry.result, AuditResult::CutOff);
}

#[tokio::test]
async fn two_servers_of_one_name_make_one_chain() {
    let app = open_store().await;
    let config = || dynadesk_server::config::AuditConfig {
        days: 365,
        required: false,
        images: AuditImages::Whole,
    };
    let state = &app.state;
    let clock = state.clock.clone();
    let open = || dynadesk_server::audit::Audit::open(state.store.clone(), clock.clone(), "twin".to_owned(), config(), None).unwrap();
    let twins = [open(), open()];
    let entry = || dynadesk_server::audit::Audit::entry(AuditKind::Write, "write_items", None);
    twins[0].record(entry()).await;
    twins[1].record(entry()).await;
    // The one is in the next day already; the other's clock is behind, and it remembers the end of yesterday.
    let now = clock.now();
    clock.set(now + 86_400 * 1_000_000);
    twins[0].record(entry()).await;
    clock.set(now);
    twins[1].record(entry()).await;
    twins[0].record(entry()).await;
    clock.set(now + 86_400 * 1_000_000);
    let answer = app.post(paths::AUDIT_VERIFY, &json!({})).await.json::<AuditVerified>();
    let twin = answer.chains.iter().find(|chain| chain.server == "twin").unwrap();
    assert_eq!((twin.entries, &twin.broken), (5, &None), "{answer:?}");
}

#[tokio::test]
async fn an_answer_of_verifying_begins_before_everything_was_read() {
    let app = open_store().await;
    let mut pieces = Box::pin(app.state.audit.verify().await.unwrap());
    let first = futures_util::StreamExt::next(&mut pieces).await.unwrap().unwrap();
    // What is written after the answer began is read with the rest.
    assert_eq!(run(&app, "INSERT INTO notes VALUE {'pk': 'late', 'sk': '1'}").await.status, 200);
    let rest: Vec<String> = futures_util::TryStreamExt::try_collect(pieces).await.unwrap();
    assert!(rest.len() > 2, "{rest:?}");
    let whole: AuditVerified = serde_json::from_str(&format!("{first}{}", rest.concat())).unwrap();
    assert_eq!((whole.chains[0].entries, &whole.chains[0].broken), (5, &None));
}

#[tokio::test]
async fn guesses_are_refusals_that_are_written_down() {
    let app = crate::access::by_header().await;
    let nobody = app.as_group("nothing");
    nobody
        .get(&fill(paths::TABLES, &["guessed"]))
        .await
        .refused(404, "connection_not_found");
    app.get("/api/anything/at/all").await.refused(401, "sign_in_needed");
    let cross = |all: &mut axum::http::HeaderMap| {
        all.insert("host", HeaderValue::from_static("evil.example"));
    };
    app.send(Method::GET, "/", Body::empty(), cross)
        .await
        .refused(403, "host_not_allowed");
    let rows = rows(&app.as_group("admins"), "").await;
    let said: Vec<_> = rows
        .iter()
        .map(|row| (row.entry.operation.as_str(), row.entry.code.as_str(), row.entry.connection.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("sign_in", "", ""),
            ("GET /api/c/{connection}/tables", "connection_not_found", "guessed"),
            ("GET unknown path", "sign_in_needed", ""),
            ("GET unknown path", "host_not_allowed", ""),
        ]
    );
    // Who may see everything has mistyped.
    let admin = app.as_group("admins");
    admin
        .get(&fill(paths::TABLES, &["typo"]))
        .await
        .refused(404, "connection_not_found");
    assert_eq!(page(&admin, "").await.rows.len(), 4);
}

#[test]
fn a_route_that_nobody_thought_about_is_taken_for_a_change() {
    use dynadesk_server::audit::{When, is_listed, what};
    assert!(!is_listed("GET", "/api/new"));
    assert_eq!(what("GET", "/api/new").when, When::Always);
    assert_eq!(what("HEAD", paths::TABLES).when, When::Refused);
}

#[tokio::test]
async fn a_store_without_transactions_has_a_chain_too() {
    let ministack = crate::support::ministack::Ministack::start().await;
    let app = TestApp::with(|config| {
        let mut peer = ministack.connection("peer");
        if let dynadesk_server::config::Place::Endpoint { lacks, .. } = &mut peer.place {
            lacks.push(dynadesk_shared::api::connections::Feature::Transactions);
        }
        config.connections.push(peer);
        config.store = Some(StoreConfig {
            connection: "peer".to_owned(),
            table: "desk".to_owned(),
        });
    })
    .await;
    app.create_table(pk_sk_table("notes")).await;
    app.state.clock.set(app.state.clock.now() + 86_400 * 1_000_000);
    assert_eq!(run(&app, "INSERT INTO notes VALUE {'pk': 'a', 'sk': '1'}").await.status, 200);
    assert_eq!(operations(&rows(&app, "").await), ["create_table", "partiql"]);
    assert_eq!(verified(&app).await, None);
}
