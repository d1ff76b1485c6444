//! One story on every implementation: create a table, write all ten types, page, filter, drop.

use std::collections::BTreeSet;

use dynadesk_server::config::Place;
use dynadesk_shared::Item;
use dynadesk_shared::api::items::{ItemView, ItemsPage};
use dynadesk_shared::api::tables::{TableCreated, TableNames, TableView};
use dynadesk_shared::value::same_item;
use serde_json::{Value, json};

use crate::support::ministack::Ministack;
use crate::support::{TestApp, endpoint};

const TABLE: &str = "engine-story";
const ITEMS: usize = 45;

#[tokio::test]
async fn embedded_in_memory() {
    story(&TestApp::new().await, "local").await;
}

#[tokio::test]
async fn embedded_in_a_file() {
    let app = TestApp::with(|config| {
        let file = config.data_dir.join("embedded.db");
        config.connections[0].place = Place::Embedded { file: Some(file) };
    })
    .await;
    story(&app, "local").await;
}

#[tokio::test]
async fn ministack() {
    let peer = Ministack::start().await;
    story(&at(&peer.url).await, "peer").await;
}

/// The operator's own DynamoDB Local, where its URL is given; there is nothing to test without one.
#[tokio::test]
async fn dynamodb_at_the_operators_url() {
    if let Ok(url) = std::env::var("DYNADESK_TEST_DYNAMODB_URL") {
        story(&at(&url).await, "peer").await;
    }
}

/// A server with the connection `peer` at a URL.
pub async fn at(url: &str) -> TestApp {
    TestApp::with(|config| {
        config.connections.push(endpoint("peer", url));
    })
    .await
}

/// Every type in every place where engines differ: 38 digits, empty text, nested and empty members.
fn every_type(number: usize) -> Item {
    let item = json!({
        "pk": {"S": format!("p{}", number % 3)}, "sk": {"B": base64(&[0, u8::try_from(number).unwrap(), 255])},
        "s": {"S": "Grüße 👋 \u{1}\n"}, "empty": {"S": ""},
        "n": {"N": "12345678901234567890123456789012345678"}, "small": {"N": "-1E-130"},
        "b": {"B": base64(&[0, 255, 128])}, "yes": {"BOOL": true}, "nothing": {"NULL": true},
        "l": {"L": [{"N": "1"}, {"L": []}, {"M": {}}]}, "m": {"M": {"a.b": {"M": {"c": {"S": "d"}}}}},
        "ss": {"SS": ["b", "a"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": [base64(&[1]), base64(&[2, 3])]},
        "number": {"N": number.to_string()},
    });
    serde_json::from_value(item).unwrap()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

async fn story(app: &TestApp, connection: &str) {
    let tables = format!("/api/c/{connection}/tables");
    let table = format!("{tables}/{TABLE}");

    let create = json!({"request": {
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "B"},
            {"AttributeName": "number", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-number", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "number", "KeyType": "HASH"}],
        }],
        "Tags": [{"Key": "made-by", "Value": "a test"}],
    }, "ttl_attribute": "expires"});
    let created: TableCreated = app.post(&tables, &create).await.json();
    assert_eq!(created.notes, Vec::<String>::new(), "quick engines turn TTL on at once");
    let names: TableNames = app.get(&tables).await.json();
    assert_eq!(names.names, [TABLE]);
    let view: TableView = app.get(&table).await.json();
    assert_eq!(view.unread, Vec::<String>::new());
    assert_eq!((view.status.as_str(), view.billing_mode.as_str()), ("ACTIVE", "PAY_PER_REQUEST"));
    assert_eq!(view.ttl_attribute.as_deref(), Some("expires"));
    assert_eq!(view.tags["made-by"], "a test");
    assert_eq!(
        (view.indexes[0].name.as_str(), view.indexes[0].projection.as_str()),
        ("by-number", "KEYS_ONLY")
    );
    assert_eq!(
        app.post(&tables, &create).await.refused(409, "table_exists").engine_code.as_deref(),
        Some("ResourceInUseException")
    );

    let engine = app.state.connections.get(connection).unwrap().engine.clone();
    let written: Vec<Item> = (0..ITEMS).map(every_type).collect();
    for some in written.chunks(25) {
        let batch = engine.batch_put(TABLE, some).await.unwrap();
        assert_eq!(batch.unprocessed, Vec::<Item>::new());
    }

    let key: Value = json!({"key": {"pk": written[7]["pk"], "sk": written[7]["sk"]}});
    let found: ItemView = app.post(&format!("{table}/items/get"), &key).await.json();
    let found = found.item.expect("it was written");
    assert!(same_item(&found, &written[7]), "{found:?}");

    let (all, pages) = walk(app, &table, json!({"limit": 10})).await;
    assert!(pages >= ITEMS.div_ceil(10), "{pages}");
    let numbers: BTreeSet<String> = all.iter().map(|item| format!("{:?}", item["number"])).collect();
    assert_eq!((all.len(), numbers.len()), (ITEMS, ITEMS), "every item once");
    for item in &all {
        assert!(written.iter().any(|one| same_item(one, item)), "{item:?}");
    }

    let filter = json!({"all": [
        {"compare": {"path": "number", "operator": ">=", "value": {"N": "40"}}},
        {"begins_with": {"path": "s", "prefix": {"S": "Grüße"}}},
        {"compare": {"path": "m.\"a.b\".c", "operator": "=", "value": {"S": "d"}}},
    ]});
    let (matched, _) = walk(app, &table, json!({"limit": 10, "filter": filter})).await;
    assert_eq!(matched.len(), 5);

    app.delete(&table, &json!({"confirm": TABLE})).await.json::<Value>();
    app.get(&table).await.refused(404, "table_not_found");
}

/// All pages to the end, and how many there were.
async fn walk(app: &TestApp, table: &str, mut scan: Value) -> (Vec<Item>, usize) {
    let (mut items, mut pages) = (Vec::new(), 0);
    loop {
        let page: ItemsPage = app.post(&format!("{table}/items/scan"), &scan).await.json();
        pages += 1;
        items.extend(page.items);
        match page.next {
            Some(next) => scan["cursor"] = next.into(),
            None => return (items, pages),
        }
    }
}
