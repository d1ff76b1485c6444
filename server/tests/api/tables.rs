//! `/api/c/{connection}/tables`.

use dynadesk_server::config::Place;
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableNames, TableView};
use dynadesk_shared::create_table::presets;
use serde_json::json;

use crate::support::{TestApp, endpoint, pk_sk_table};

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
    app.get("/api/c/local/tables?after=a&after=b").await.refused(400, "invalid_query");
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
        "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 10},
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

/// A peer whose table becomes active after some questions and which has no TTL.
async fn slow_peer(questions: u32) -> TestApp {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let answer = move |headers: axum::http::HeaderMap| {
        let asked = asked.clone();
        async move {
            let target = headers["x-amz-target"].to_str().unwrap().to_owned();
            let status = match asked.load(std::sync::atomic::Ordering::SeqCst) {
                so_far if so_far < questions => "CREATING",
                _ => "ACTIVE",
            };
            let table = json!({"TableName": "slow", "TableStatus": status, "KeySchema": [], "AttributeDefinitions": []});
            let (code, body) = match target.rsplit_once('.').unwrap().1 {
                "DescribeTable" => {
                    asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    (200, json!({"Table": table}))
                }
                "CreateTable" => (200, json!({"TableDescription": table})),
                "UpdateTimeToLive" => (400, json!({"__type": "x#UnknownOperationException", "message": "no TTL here"})),
                _ => (200, json!({})),
            };
            (axum::http::StatusCode::from_u16(code).unwrap(), axum::Json(body))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    TestApp::with(|config| {
        config.connections.push(endpoint("slow", &url));
    })
    .await
}

#[tokio::test]
async fn ttl_that_fails_is_said_at_once_or_later() {
    let mut wanted = TableCreate {
        request: pk_sk_table("slow"),
        ttl_attribute: Some("expires".to_owned()),
    };
    let quick = slow_peer(0).await;
    let created: TableCreated = quick.post("/api/c/slow/tables", &wanted).await.json();
    assert_eq!(created.notes, ["TTL on \"expires\" could not be turned on: no TTL here"]);

    let slow = slow_peer(6).await;
    let created: TableCreated = slow.post("/api/c/slow/tables", &wanted).await.json();
    assert_eq!((created.status.as_str(), created.notes.len()), ("CREATING", 1));
    assert!(created.notes[0].contains("as soon as the table is ACTIVE"));
    let failed = async {
        loop {
            let view: TableView = slow.get("/api/c/slow/tables/slow").await.json();
            if view.unread.iter().any(|note| note.contains("no TTL here")) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), failed)
        .await
        .expect("the failure is told");
    // Without TTL there is nothing to follow.
    wanted.ttl_attribute = None;
    let created: TableCreated = slow.post("/api/c/slow/tables", &wanted).await.json();
    assert_eq!(created.notes, Vec::<String>::new());
}
