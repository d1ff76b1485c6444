//! `/api/c/{connection}/tables`.

use dynadesk_shared::api::tables::{TableNames, TableView};
use serde_json::json;

use crate::support::{TestApp, pk_sk_table};

#[tokio::test]
async fn a_table_is_created_described_and_dropped() {
    let app = TestApp::new().await;
    assert_eq!(app.create_table(pk_sk_table("notes")).await.status, "CREATING");
    let names: TableNames = app.get("/api/c/local/tables").await.json();
    assert_eq!((names.names, names.next), (vec!["notes".to_owned()], None));
    let view: TableView = app.get("/api/c/local/tables/notes").await.json();
    assert_eq!(view.unread, Vec::<String>::new());
    assert_eq!(view.status, "ACTIVE");
    assert_eq!(view.key.partition[0].name, "pk");
    assert_eq!(view.billing_mode, "PAY_PER_REQUEST");

    let other = json!({"confirm": "note"});
    app.delete("/api/c/local/tables/notes", &other)
        .await
        .refused(400, "confirmation_mismatch");
    let confirmed = json!({"confirm": "notes"});
    assert_eq!(app.delete("/api/c/local/tables/notes", &confirmed).await.status, 200);
    app.get("/api/c/local/tables/notes").await.refused(404, "table_not_found");
    app.get("/api/c/local/tables/a").await.refused(400, "invalid_table_name");
}
