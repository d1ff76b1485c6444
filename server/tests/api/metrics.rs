//! Readiness and metrics: what they say, to whom, and what they keep to themselves.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use dynadesk_server::config::secret::Secret;
use dynadesk_shared::AttributeValue;
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::jobs::JobState;
use dynadesk_shared::api::paths;
use serde_json::json;
use tempfile::TempDir;

use crate::access::passwords::{desk_with, sign_in, try_password};
use crate::process::Server;
use crate::relay;
use crate::streams::sse::Events;
use crate::support::seed::{request, seed, text};
use crate::support::{Answer, LOCAL, TestApp, endpoint, pk_sk_table};

const TOKEN: &str = "a token of the metrics";

async fn read(app: &TestApp, token: &'static str, host: &'static str) -> Answer {
    app.send(Method::GET, paths::METRICS, Body::empty(), |headers| {
        headers.insert("host", HeaderValue::from_static(host));
        if !token.is_empty() {
            headers.insert("authorization", HeaderValue::from_static(token));
        }
    })
    .await
}

/// A port that nobody has now.
pub fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// The metrics of a server that has this address for them.
pub fn read_at(address: &str) -> String {
    ask_at(address, paths::METRICS, address)
}

fn ask_at(address: &str, path: &str, host: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    std::io::read_to_string(stream).unwrap()
}

/// The value of a series, by the beginning of its line.
pub fn value(text: &str, series: &str) -> f64 {
    let line = text
        .lines()
        .find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')));
    line.unwrap_or_else(|| panic!("{series} is not in\n{text}"))
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn metrics_are_for_who_has_the_token() {
    let off = TestApp::new().await;
    read(&off, "Bearer ", "localhost").await.refused(404, "unknown_route");
    let app = TestApp::with(|config| config.serving.metrics.token = Some(Secret::new(TOKEN))).await;
    for token in [
        "",
        "Bearer ",
        "Bearer a token of the metricz",
        "a token of the metrics",
        "Basic a token of the metrics",
    ] {
        read(&app, token, "localhost").await.refused(401, "token_needed");
    }
    // Prometheus knows servers by their address.
    let answer = read(&app, "Bearer a token of the metrics", "10.0.3.7:8443").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/plain; version=0.0.4; charset=utf-8")
    );
}

#[tokio::test]
async fn what_happened_is_counted_without_the_names_of_tables() {
    let app = TestApp::with(|config| {
        config.serving.metrics.token = Some(Secret::new(TOKEN));
        config.sign_in.users_file = None;
    })
    .await;
    app.create_table(pk_sk_table("a-secret-project")).await;
    for _ in 0..3 {
        app.post("/api/c/local/tables/a-secret-project/items/scan", &json!({"limit": 10}))
            .await;
    }
    app.get("/api/c/local/tables/not-there").await.refused(404, "table_not_found");
    app.get("/api/nothing").await.refused(404, "unknown_route");
    app.send(Method::from_bytes(b"WHATEVER").unwrap(), "/", Body::empty(), |_| {}).await;
    let sign_in = json!({"name": "eve", "password": "eve's own secret"});
    app.post(paths::SIGN_IN, &sign_in).await.refused(404, "no_passwords");

    let answer = read(&app, "Bearer a token of the metrics", "localhost").await;
    let text = answer.text();
    let scans = r#"dynadesk_requests_total{method="POST",route="/api/c/{connection}/tables/{table}/items/scan",status="200"}"#;
    assert_eq!(value(text, scans), 3.0);
    let of_scans = r#"dynadesk_request_seconds_count{method="POST",route="/api/c/{connection}/tables/{table}/items/scan"}"#;
    assert_eq!(value(text, of_scans), 3.0);
    assert_eq!(
        value(
            text,
            r#"dynadesk_requests_total{method="GET",route="/api/c/{connection}/tables/{table}",status="404"}"#
        ),
        1.0
    );
    assert_eq!(
        value(text, r#"dynadesk_requests_total{method="GET",route="unknown",status="404"}"#),
        1.0
    );
    assert_eq!(
        value(text, r#"dynadesk_requests_total{method="other",route="console",status="405"}"#),
        1.0
    );
    assert_eq!(
        value(
            text,
            r#"dynadesk_engine_calls_total{connection="local",operation="Scan",outcome="ok",service="DynamoDB"}"#
        ),
        3.0
    );
    assert_eq!(
        value(
            text,
            r#"dynadesk_engine_calls_total{connection="local",operation="CreateTable",outcome="ok",service="DynamoDB"}"#
        ),
        1.0
    );
    assert!(value(text, r#"dynadesk_capacity_units_total{connection="local",kind="read"}"#) > 0.0);
    assert_eq!(value(text, r#"dynadesk_jobs{state="running"}"#), 0.0);
    assert_eq!(value(text, r#"dynadesk_streams_watched{connection="local"}"#), 0.0);
    assert_eq!(value(text, r#"dynadesk_stream_lag_seconds{connection="local"}"#), 0.0);
    assert_eq!(value(text, "dynadesk_audit_left_out"), 0.0);
    assert_eq!(value(text, r#"dynadesk_sign_ins_total{outcome="refused",way="password"}"#), 1.0);
    assert_eq!((value(text, "dynadesk_sessions"), value(text, "dynadesk_store_up")), (0.0, 1.0));
    assert!(text.contains(&format!("dynadesk_build_info{{version=\"{}\"}} 1", dynadesk_server::VERSION)));
    for name in ["a-secret-project", "not-there", "eve", "WHATEVER", TOKEN] {
        assert!(!text.contains(name), "{name} in\n{text}");
    }
}

#[tokio::test]
async fn who_is_signed_in_is_counted() {
    let people = [("ada", Grant::everywhere(Role::Admin)), ("bo", Grant::everywhere(Role::Viewer))];
    let app = desk_with(&people, |config| config.serving.metrics.token = Some(Secret::new(TOKEN))).await;
    for (name, _) in &people {
        sign_in(&app, name).await;
    }
    try_password(&app, "ada", "a guess").await.refused(403, "sign_in_refused");
    let answer = read(&app, "Bearer a token of the metrics", "localhost").await;
    let tries = |outcome: &str| {
        value(
            answer.text(),
            &format!(r#"dynadesk_sign_ins_total{{outcome="{outcome}",way="password"}}"#),
        )
    };
    assert_eq!(value(answer.text(), "dynadesk_sessions"), 2.0);
    assert_eq!((tries("done"), tries("refused")), (2.0, 1.0));
}

#[tokio::test]
async fn jobs_relays_and_who_watches_are_counted() {
    let app = TestApp::with(|config| config.serving.metrics.token = Some(Secret::new(TOKEN))).await;
    app.create_table(relay::table(Some("NEW_IMAGE"))).await;
    let items = "{\"pk\": \"a\", \"sk\": \"1\"}\n{\"pk\": \"a\", \"sk\": \"2\"}\n";
    let job = seed(&app, relay::TABLE, &request(text(items))).await;
    assert_eq!((job.state, job.progress.written), (JobState::Done, 2));
    app.state.relays.start();
    relay::set(&app, LOCAL, true).await;
    relay::until(&app, LOCAL, "the first look", |view| {
        view.shards.iter().any(|shard| shard.progress.caught_up)
    })
    .await;
    let first = Events::open(&app, LOCAL, relay::TABLE, "", None).await;
    let second = Events::open(&app, LOCAL, relay::TABLE, "", None).await;

    let said = async || read(&app, "Bearer a token of the metrics", "localhost").await.text().to_owned();
    let text = said().await;
    let jobs = |state: &str| value(&text, &format!("dynadesk_jobs{{state=\"{state}\"}}"));
    assert_eq!((jobs("done"), jobs("running"), jobs("failed")), (1.0, 0.0, 0.0));
    let of = |text: &str, name: &str| value(text, &format!("dynadesk_{name}{{connection=\"local\"}}"));
    assert_eq!((of(&text, "streams_watched"), of(&text, "stream_watchers")), (1.0, 2.0));
    assert_eq!(of(&text, "relay_shards"), 1.0);
    assert!(of(&text, "relay_lag_seconds") < 60.0, "{text}");
    let seconds = r#"dynadesk_engine_seconds_total{connection="local",operation="CreateTable",outcome="ok",service="DynamoDB"}"#;
    assert!(value(&text, seconds) > 0.0);
    drop(second);
    assert_eq!(of(&said().await, "stream_watchers"), 1.0);
    drop(first);
    assert_eq!(of(&said().await, "stream_watchers"), 0.0);
    app.state.stopping.cancel();
    app.state.relays.stopped().await;
}

#[tokio::test]
async fn a_stream_that_is_not_read_is_seen_to_fall_behind_and_to_catch_up() {
    let app = TestApp::with(|config| config.serving.metrics.token = Some(Secret::new(TOKEN))).await;
    app.create_table(pk_sk_table("watched")).await;
    let stream = paths::fill(paths::STREAM, &[LOCAL, "watched"]);
    assert_eq!(app.post(&stream, &json!({"view_type": "NEW_IMAGE"})).await.status, 200);
    let mut watch = Events::open(&app, LOCAL, "watched", "", None).await;
    watch.ready().await;
    let lag = async || {
        let answer = read(&app, "Bearer a token of the metrics", "localhost").await;
        value(answer.text(), r#"dynadesk_stream_lag_seconds{connection="local"}"#)
    };
    while lag().await >= 3.0 {}
    let engine = &app.state.connections.get(LOCAL).unwrap().engine;
    let item = [("pk", "a"), ("sk", "1")].map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())));
    engine.put("watched", &item.into(), None).await.unwrap();
    // A minute goes by at once, in which nothing is read. A reader that is quicker than the question finds the next.
    let mut behind = 0.0;
    for _ in 0..100 {
        app.state.clock.set(app.state.clock.now() + 60_000_000);
        behind = lag().await;
        if behind >= 50.0 {
            break;
        }
    }
    assert!(behind >= 50.0, "{behind}");
    assert_eq!(watch.keys(1).await, ["a"]);
    while lag().await >= 3.0 {}
    drop(watch);
}

#[tokio::test]
async fn ready_is_who_has_a_store_and_an_engine_that_answer() {
    let app = TestApp::new().await;
    let under = |app: &TestApp, host: &'static str| {
        let app = app.from(crate::support::PEER);
        async move {
            let set = move |headers: &mut axum::http::HeaderMap| _ = headers.insert("host", HeaderValue::from_static(host));
            app.send(Method::GET, paths::READY, Body::empty(), set).await
        }
    };
    // Balancers ask under the server's address.
    let answer = under(&app, "10.0.3.7").await;
    assert_eq!((answer.status, answer.text()), (200, "{\"ready\":true}"));
    app.state.leaving.cancel();
    assert_eq!(under(&app, "localhost").await.status, 503);

    let gone = TestApp::with(|config| {
        config.connections[0].is_default = false;
        let mut first = endpoint("gone", "http://127.0.0.1:9");
        first.is_default = true;
        config.connections.push(first);
    })
    .await;
    let answer = under(&gone, "localhost").await;
    assert_eq!((answer.status, answer.text()), (503, "{\"ready\":false}"));
    // It lives all the same.
    assert_eq!(gone.get(paths::HEALTH).await.status, 200);
}

#[test]
fn metrics_have_an_address_of_their_own_that_other_sites_cannot_name() {
    let directory = TempDir::new().unwrap();
    let free = free_address();
    let server = Server::start(&directory, &["--port", "0", "--in-memory", "--metrics-address", &free], &[]);
    let ask = |path: &str, host: &str| ask_at(&free, path, host);
    server.ask("GET /api/health", "");
    let said = ask("/metrics", &free);
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    assert_eq!(
        value(&said, r#"dynadesk_requests_total{method="GET",route="/api/health",status="200"}"#),
        1.0
    );
    assert!(said.contains("\ndynadesk_connections "), "{said}");
    assert!(ask("/metrics", "evil.example").starts_with("HTTP/1.1 403"));
    assert!(ask("/metrics", "localhost").starts_with("HTTP/1.1 200"));
    // Nothing else is there, and nothing of it where everything else is.
    assert!(ask("/api/connections", &free).starts_with("HTTP/1.1 404"));
    assert!(server.ask("GET /metrics", "").starts_with("HTTP/1.1 404"));
    assert!(server.stop().status.success());
}
