//! `/api/c/{connection}/tables`.

use dynadesk_server::config::Place;
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableNames, TableView};
use dynadesk_shared::create_table::presets;
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

#[tokio::test]
async fn the_cruddur_presets_are_taken_and_described_as_asked() {
    for with_index in [false, true] {
        let app = TestApp::new().await;
        app.post("/api/c/local/tables", &presets::cruddur_messages(with_index))
            .await
            .json::<TableCreated>();
        let view: TableView = app.get("/api/c/local/tables/cruddur-messages").await.json();
        assert_eq!(view.billing_mode, "PROVISIONED");
        assert_eq!(view.throughput.map(|units| (units.read, units.write)), Some((5, 5)));
        assert_eq!(view.stream_view.as_deref(), Some("NEW_IMAGE"));
        let indexes: Vec<_> = view.indexes.iter().map(|index| index.name.as_str()).collect();
        assert_eq!(indexes, if with_index { &["message-group-sk-index"][..] } else { &[] });
    }
}

#[tokio::test]
async fn faults_are_named_by_field_before_the_engine_is_asked() {
    let app = TestApp::new().await;
    let mut wanted = TableCreate {
        request: pk_sk_table("a"),
        ttl_attribute: Some(String::new()),
    };
    wanted.request.key_schema.pop();
    wanted.request.billing_mode = Some("FREE".to_owned());
    let error = app.post("/api/c/local/tables", &wanted).await.refused(400, "invalid_table");
    let fields: Vec<_> = error.fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "attributes[1]", "billing_mode", "ttl_attribute"]);
    assert!(app.get("/api/c/local/tables").await.json::<TableNames>().names.is_empty());
}

#[tokio::test]
async fn what_an_engine_lacks_is_refused_with_its_reason() {
    let app = TestApp::new().await;
    let mut wanted = pk_sk_table("notes");
    wanted.sse_specification = Some(json!({"Enabled": true}));
    let error = app
        .post("/api/c/local/tables", &json!({"request": wanted}))
        .await
        .refused(400, "invalid_table");
    assert_eq!(error.fields[0].field, "encryption");
    assert!(error.fields[0].message.contains("embedded engine"));
}

#[tokio::test]
async fn deletion_protection_is_respected() {
    let app = TestApp::new().await;
    let mut wanted = pk_sk_table("notes");
    wanted.deletion_protection_enabled = Some(true);
    app.create_table(wanted).await;
    let confirmed = json!({"confirm": "notes"});
    app.delete("/api/c/local/tables/notes", &confirmed)
        .await
        .refused(409, "deletion_protected");
    assert_eq!(app.get("/api/c/local/tables/notes").await.status, 200);
}

#[tokio::test]
async fn names_come_page_by_page() {
    let app = TestApp::new().await;
    for number in 0..101 {
        app.create_table(pk_sk_table(&format!("table-{number:03}"))).await;
    }
    let first: TableNames = app.get("/api/c/local/tables").await.json();
    assert_eq!((first.names.len(), first.next.as_deref()), (100, Some("table-099")));
    let second: TableNames = app.get("/api/c/local/tables?after=table-099").await.json();
    assert_eq!((second.names, second.next), (vec!["table-100".to_owned()], None));
}

#[tokio::test]
async fn tables_in_a_file_survive_a_restart() {
    let first = TestApp::new().await;
    let file = first.data.path().join("kept.db");
    for round in 0..2 {
        let place = Place::Embedded { file: Some(file.clone()) };
        let app = TestApp::with(|config| config.connections[0].place = place).await;
        if round == 0 {
            app.create_table(pk_sk_table("notes")).await;
        }
        assert_eq!(app.get("/api/c/local/tables").await.json::<TableNames>().names, ["notes"]);
    }
}

#[tokio::test]
async fn an_index_may_have_several_attributes_on_a_side() {
    let app = TestApp::new().await;
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let names = ["pk", "city", "year", "month"];
    let wanted = json!({"request": {
        "TableName": "several", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [key("pk", "HASH")],
        "AttributeDefinitions": names.map(|name| json!({"AttributeName": name, "AttributeType": "S"})),
        "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": -1},
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-place", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [key("city", "HASH"), key("pk", "HASH"), key("year", "RANGE"), key("month", "RANGE")],
        }],
    }});
    app.post("/api/c/local/tables", &wanted).await.json::<TableCreated>();
    let view: TableView = app.get("/api/c/local/tables/several").await.json();
    let names: Vec<_> = view.indexes[0].key.attributes().map(|attribute| attribute.name.as_str()).collect();
    assert_eq!(names, ["city", "pk", "year", "month"]);
}
