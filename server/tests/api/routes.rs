//! Every route of the router stands in this list, and the list is walked: unknown connections,
//! read-only connections and other web sites are refused everywhere.

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use dynadesk_shared::api::paths;

use crate::support::TestApp;

struct Route {
    /// The constant in `paths`.
    name: &'static str,
    method: &'static str,
    pattern: &'static str,
    writes: bool,
}

const fn read(name: &'static str, method: &'static str, pattern: &'static str) -> Route {
    Route {
        name,
        method,
        pattern,
        writes: false,
    }
}

const fn write(name: &'static str, method: &'static str, pattern: &'static str) -> Route {
    Route {
        name,
        method,
        pattern,
        writes: true,
    }
}

const ROUTES: &[Route] = &[
    read("HEALTH", "get", paths::HEALTH),
    read("CONNECTIONS", "get", paths::CONNECTIONS),
    read("CONNECTION_HEALTH", "get", paths::CONNECTION_HEALTH),
    read("TABLES", "get", paths::TABLES),
    write("TABLES", "post", paths::TABLES),
    read("TABLE", "get", paths::TABLE),
    write("TABLE", "delete", paths::TABLE),
    read("SETTINGS", "get", paths::SETTINGS),
    write("SETTINGS", "post", paths::SETTINGS),
    read("MONITORING", "get", paths::MONITORING),
    read("BACKUPS", "get", paths::BACKUPS),
    write("BACKUPS", "post", paths::BACKUPS),
    write("BACKUPS", "delete", paths::BACKUPS),
    write("RECOVERY", "put", paths::RECOVERY),
    write("RESTORE", "post", paths::RESTORE),
    write("EXPORTS", "post", paths::EXPORTS),
    write("IMPORTS", "post", paths::IMPORTS),
    read("ITEMS_SCAN", "post", paths::ITEMS_SCAN),
    read("ITEMS_QUERY", "post", paths::ITEMS_QUERY),
    read("ITEMS_GET", "post", paths::ITEMS_GET),
    write("ITEMS_WRITE", "post", paths::ITEMS_WRITE),
    // Dynadesk's own store: a read-only connection has a history and saved queries too.
    read("WRITES", "get", paths::WRITES),
    read("WRITE", "get", paths::WRITE),
    write("WRITE_UNDO", "post", paths::WRITE_UNDO),
    read("GROUP", "get", paths::GROUP),
    write("GROUP_UNDO", "post", paths::GROUP_UNDO),
    read("RUNS", "get", paths::RUNS),
    read("RUNS", "post", paths::RUNS),
    read("RUN", "delete", paths::RUN),
    read("SAVED", "get", paths::SAVED),
    read("SAVED", "post", paths::SAVED),
    read("SAVED_ONE", "delete", paths::SAVED_ONE),
    read("PREFERENCES", "get", paths::PREFERENCES),
    read("PREFERENCES", "put", paths::PREFERENCES),
    read("STORE", "get", paths::STORE),
    // Which statements write, they say themselves: refused there, and tested with PartiQL.
    read("PARTIQL", "post", paths::PARTIQL),
    read("EXPIRY", "get", paths::EXPIRY),
    write("EXPIRY", "post", paths::EXPIRY),
    // Dynadesk's own store again.
    read("PATTERNS", "get", paths::PATTERNS),
    read("PATTERNS", "post", paths::PATTERNS),
    read("PATTERN", "delete", paths::PATTERN),
    read("PATTERNS_IMPORT", "post", paths::PATTERNS_IMPORT),
    read("PATTERNS_MEASURED", "post", paths::PATTERNS_MEASURED),
    read("SEED_PLAN", "post", paths::SEED_PLAN),
    write("SEED", "post", paths::SEED),
    read("USERS", "post", paths::USERS),
    read("CONVERSATIONS", "post", paths::CONVERSATIONS),
    read("MESSAGES", "post", paths::MESSAGES),
    write("MESSAGE_SEND", "post", paths::MESSAGE_SEND),
    write("CONVERSATION_START", "post", paths::CONVERSATION_START),
    read("CONVERSATION_EVENTS", "get", paths::CONVERSATION_EVENTS),
    read("INTEGRITY", "post", paths::INTEGRITY),
    write("INTEGRITY_REFRESH", "post", paths::INTEGRITY_REFRESH),
    read("RELAY", "get", paths::RELAY),
    write("RELAY", "put", paths::RELAY),
    write("RELAY_RETRY", "post", paths::RELAY_RETRY),
    // Dynadesk's own store alone.
    read("RELAY_DISMISS", "post", paths::RELAY_DISMISS),
    write("STREAM", "post", paths::STREAM),
    read("STREAM_EVENTS", "get", paths::STREAM_EVENTS),
    // The application's users have a read-only mark of their own: tested with them.
    read("IDENTITY", "get", paths::IDENTITY),
    read("IDENTITY_HEALTH", "get", paths::IDENTITY_HEALTH),
    read("IDENTITY_PEOPLE", "post", paths::IDENTITY_PEOPLE),
    read("IDENTITY_EMAILS", "post", paths::IDENTITY_EMAILS),
    read("IDENTITY_POOL", "get", paths::IDENTITY_POOL),
    read("IDENTITY_POOL", "post", paths::IDENTITY_POOL),
    read("IDENTITY_NAMES", "post", paths::IDENTITY_NAMES),
    read("IDENTITY_PLAN", "get", paths::IDENTITY_PLAN),
    read("IDENTITY_PLAN", "post", paths::IDENTITY_PLAN),
    read("IDENTITY_PLAN_ROWS", "post", paths::IDENTITY_PLAN_ROWS),
    read("IDENTITY_PLAN_UUIDS", "post", paths::IDENTITY_PLAN_UUIDS),
    read("IDENTITY_SYNCS", "get", paths::IDENTITY_SYNCS),
    read("IDENTITY_SYNCS", "post", paths::IDENTITY_SYNCS),
    read("IDENTITY_SYNC", "get", paths::IDENTITY_SYNC),
    read("IDENTITY_SYNC_ROWS", "post", paths::IDENTITY_SYNC_ROWS),
    read("IDENTITY_SYNC_CSV", "get", paths::IDENTITY_SYNC_CSV),
    read("IDENTITY_SYNC_UNDO", "post", paths::IDENTITY_SYNC_UNDO),
    read("JOBS", "get", paths::JOBS),
    read("JOB", "get", paths::JOB),
    read("JOB_EVENTS", "get", paths::JOB_EVENTS),
    read("JOB_CANCEL", "post", paths::JOB_CANCEL),
    // Writes, but to the connection of its job: refused there, and tested with the jobs.
    read("JOB_RESUME", "post", paths::JOB_RESUME),
];

/// What the router's source registers, as `NAME method`.
fn registered() -> Vec<String> {
    let source = include_str!("../../src/router.rs");
    let mut found = Vec::new();
    for part in source.split(".route(").skip(1) {
        let part: String = part.split_whitespace().collect();
        let name = part.trim_start_matches("paths::").split(',').next().unwrap_or_default().to_owned();
        for method in ["get", "post", "put", "patch", "delete"] {
            if part.contains(&format!(",{method}(")) || part.contains(&format!(").{method}(")) {
                found.push(format!("{name} {method}"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_route_is_in_the_list() {
    let mut listed: Vec<_> = ROUTES.iter().map(|route| format!("{} {}", route.name, route.method)).collect();
    listed.sort();
    assert_eq!(
        registered(),
        listed,
        "add the route to ROUTES in this file, and say whether it writes"
    );
}

async fn ask(app: &TestApp, route: &Route, connection: &str, site: &'static str) -> crate::support::Answer {
    let path = match route.pattern.contains("{connection}") {
        true => paths::fill(route.pattern, &[connection, "some-table", "some-one"]),
        false => paths::fill(route.pattern, &["00000000-0000-0000-0000-000000000000"]),
    };
    let method = Method::from_bytes(route.method.to_uppercase().as_bytes()).unwrap();
    app.send(method, &path, Body::from("{}"), |headers| {
        headers.insert("sec-fetch-site", HeaderValue::from_static(site));
    })
    .await
}

#[tokio::test]
async fn an_unknown_connection_is_refused_everywhere() {
    let app = TestApp::new().await;
    for route in ROUTES.iter().filter(|route| route.pattern.contains("{connection}")) {
        ask(&app, route, "nowhere", "same-origin")
            .await
            .refused(404, "connection_not_found");
    }
}

#[tokio::test]
async fn a_read_only_connection_is_not_written() {
    let app = TestApp::with(|config| config.connections[0].read_only = true).await;
    for route in ROUTES.iter().filter(|route| route.writes) {
        let error = ask(&app, route, "local", "same-origin").await.refused(403, "connection_read_only");
        assert!(error.message.contains("local"), "{} {}", route.name, error.message);
    }
}

#[tokio::test]
async fn no_route_answers_another_site() {
    let app = TestApp::new().await;
    for route in ROUTES {
        ask(&app, route, "local", "cross-site").await.refused(403, "cross_site");
    }
}
