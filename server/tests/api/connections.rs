//! `/api/health`, `/api/connections` and a connection's health.

use dynadesk_server::config::Place;
use dynadesk_server::config::connection::{ConnectionConfig, Keys};
use dynadesk_server::config::secret::Secret;
use dynadesk_shared::api::connections::{ConnectionHealth, ConnectionList, Feature};
use dynadesk_shared::api::tables::TableNames;

use crate::support::TestApp;

#[tokio::test]
async fn a_new_server_has_the_embedded_engine_and_it_answers() {
    let app = TestApp::new().await;
    let list: ConnectionList = app.get("/api/connections").await.json();
    assert_eq!(list.connections.len(), 1);
    assert_eq!(list.connections[0].name, "local");
    assert!(list.connections[0].is_default);
    let health: ConnectionHealth = app.get("/api/c/local/health").await.json();
    assert!(health.reachable);
    app.get("/api/c/nowhere/health").await.refused(404, "connection_not_found");
}

#[tokio::test]
async fn several_connections_are_listed_in_order_without_their_keys() {
    let app = TestApp::with(|config| {
        let keys = Keys {
            access_key_id: "AKIAHIDDEN".to_owned(),
            secret_access_key: Secret::new("hush-hush"),
            session_token: None,
        };
        config.connections.push(endpoint("http://127.0.0.1:9", keys));
        config.connections[1].production = true;
    })
    .await;
    let answer = app.get("/api/connections").await;
    assert!(!answer.text().contains("AKIAHIDDEN") && !answer.text().contains("hush-hush"));
    let list: ConnectionList = answer.json();
    let view = &list.connections[1];
    assert!(view.production && !view.is_default);
    assert_eq!(
        (view.place.as_str(), view.endpoint_source.as_deref()),
        ("http://127.0.0.1:9", Some("a test"))
    );
    assert!(view.capabilities.why_not(Feature::Transactions).is_some());
    assert_eq!(list.connections[0].capabilities.scan_segments, 1);
}

#[tokio::test]
async fn an_engine_that_stopped_is_named_and_works_again_when_it_is_back() {
    // A port that was free a moment ago: nothing listens there until the peer starts on it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let app = TestApp::with(|config| config.connections.push(endpoint(&format!("http://{address}"), Keys::default()))).await;
    let error = app.get("/api/c/peer/tables").await.refused(502, "engine_unreachable");
    assert!(error.message.contains("could not be reached"), "{}", error.message);
    let health: ConnectionHealth = app.get("/api/c/peer/health").await.json();
    assert!(!health.reachable && health.problem.is_some());

    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let names = || async { axum::Json(serde_json::json!({"TableNames": ["back-again"]})) };
    let peer = axum::Router::new().route("/", axum::routing::post(names));
    tokio::spawn(async move { axum::serve(listener, peer).await });
    let names: TableNames = app.get("/api/c/peer/tables").await.json();
    assert_eq!(names.names, ["back-again"]);
}

#[tokio::test]
async fn something_that_is_no_dynamodb_is_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let page = || async { axum::response::Html("<h1>hello</h1>") };
    let site = axum::Router::new().fallback(page);
    tokio::spawn(async move { axum::serve(listener, site).await });
    let app = TestApp::with(|config| config.connections.push(endpoint(&format!("http://{address}"), Keys::default()))).await;
    let error = app.get("/api/c/peer/tables").await.refused(502, "engine_unreachable");
    assert!(error.message.contains("does not speak DynamoDB"), "{}", error.message);
}

fn endpoint(url: &str, keys: Keys) -> ConnectionConfig {
    let place = Place::Endpoint {
        url: url.to_owned(),
        region: "us-east-1".to_owned(),
        keys,
        source: "a test".to_owned(),
        lacks: vec![Feature::Transactions],
    };
    ConnectionConfig::new("peer", "Peer", "blue", place)
}
