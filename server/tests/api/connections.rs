//! `/api/health`, `/api/connections` and a connection's health.

use dynadesk_shared::api::connections::{ConnectionHealth, ConnectionList};

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
