//! One story of queries on every implementation: table, LSI, GSI and, where there are any, several
//! attributes in a key; every page forwards, every test of a sort key, binary keys.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::{AttributeValue, Item};
use serde_json::{Value, json};

use crate::engine_story::at;
use crate::support::TestApp;
use crate::support::ministack::Ministack;

const TABLE: &str = "query-story";
const ITEMS: usize = 48;

#[tokio::test]
async fn embedded_in_memory() {
    story(&TestApp::new().await, "local").await;
}

#[tokio::test]
async fn ministack() {
    let peer = Ministack::start().await;
    story(&at(&peer.url).await, "peer").await;
}

#[tokio::test]
async fn dynamodb_at_the_operators_url() {
    if let Ok(url) = std::env::var("DYNADESK_TEST_DYNAMODB_URL") {
        story(&at(&url).await, "peer").await;
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The partition key is binary, of two values, one of which holds a zero and 255.
fn partition(number: usize) -> Value {
    json!({"B": base64(if number.is_multiple_of(2) { &[0, 255, 35] } else { &[1] })})
}

fn item(number: usize) -> Item {
    let item = json!({
        "pk": partition(number), "n": {"N": number.to_string()}, "when": {"S": format!("2023-{:02}#{number:02}", 1 + number % 12)},
        "kind": {"S": format!("k,/#{}", number % 3)}, "bytes": {"B": base64(&[u8::try_from(number / 16).unwrap(), 255, u8::try_from(number).unwrap()])},
        "place": {"S": format!("place-{}", number % 2)},
    });
    serde_json::from_value(item).unwrap()
}

fn create(several: bool) -> Value {
    let key = |pairs: &[(&str, &str)]| -> Value {
        let elements = pairs.iter().map(|(name, side)| json!({"AttributeName": name, "KeyType": side}));
        elements.collect()
    };
    let all = json!({"ProjectionType": "ALL"});
    let mut global = vec![json!({
        "IndexName": "by-kind", "Projection": all, "KeySchema": key(&[("kind", "HASH"), ("bytes", "RANGE")]),
    })];
    let mut definitions = vec![("pk", "B"), ("n", "N"), ("when", "S"), ("kind", "S"), ("bytes", "B")];
    if several {
        definitions.push(("place", "S"));
        global.push(json!({
            "IndexName": "by-both", "Projection": all,
            "KeySchema": key(&[("kind", "HASH"), ("place", "HASH"), ("n", "RANGE"), ("when", "RANGE")]),
        }));
    }
    let definitions: Vec<_> = definitions
        .iter()
        .map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind}))
        .collect();
    json!({"request": {
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions,
        "KeySchema": key(&[("pk", "HASH"), ("n", "RANGE")]), "GlobalSecondaryIndexes": global,
        "LocalSecondaryIndexes": [{"IndexName": "by-when", "Projection": all, "KeySchema": key(&[("pk", "HASH"), ("when", "RANGE")])}],
    }})
}

async fn story(app: &TestApp, connection: &str) {
    let tables = format!("/api/c/{connection}/tables");
    let path = format!("{tables}/{TABLE}/items/query");
    let opened = app.state.connections.get(connection).unwrap();
    let several = opened.view.capabilities.why_not(Feature::MultiAttributeKeys).is_none();
    app.post(&tables, &create(several)).await.json::<Value>();
    let written: Vec<Item> = (0..ITEMS).map(item).collect();
    for some in written.chunks(25) {
        opened.engine.batch_put(TABLE, some).await.unwrap();
    }

    // Every page forwards, on the table and on both kinds of index, ascending and descending.
    let (pk, kind) = (json!({"pk": partition(0)}), json!({"kind": {"S": "k,/#1"}}));
    for (index, partition, sort, expected) in [
        (None, &pk, "n", 24),
        (Some("by-when"), &pk, "when", 24),
        (Some("by-kind"), &kind, "bytes", 16),
    ] {
        let mut seen = Vec::new();
        for descending in [false, true] {
            let asked = json!({"index": index, "key": {"partition": partition}, "limit": 5, "descending": descending});
            let (items, pages) = walk(app, &path, asked).await;
            assert_eq!(items.len(), expected, "{index:?}");
            assert!(pages >= expected.div_ceil(5), "{index:?} {pages}");
            seen.push(items.iter().map(|item| sortable(&item[sort])).collect::<Vec<_>>());
        }
        assert!(seen[0].is_sorted(), "{index:?} {:?}", seen[0]);
        seen[1].reverse();
        assert_eq!(seen[0], seen[1], "{index:?}");
    }

    // Each test of a sort key finds what it should.
    let n = |value: usize| json!({"N": value.to_string()});
    let s = |text: &str| json!({"S": text});
    let b = |bytes: &[u8]| json!({"B": base64(bytes)});
    for (index, partition, name, test, expected) in [
        (None, &pk, "n", json!({"equal": n(10)}), 1),
        (None, &pk, "n", json!({"less": n(10)}), 5),
        (None, &pk, "n", json!({"less_or_equal": n(10)}), 6),
        (None, &pk, "n", json!({"greater": n(10)}), 18),
        (None, &pk, "n", json!({"greater_or_equal": n(10)}), 19),
        (None, &pk, "n", json!({"between": {"low": n(9), "high": n(20)}}), 6),
        (Some("by-when"), &pk, "when", json!({"begins_with": s("2023-03")}), 4),
        (
            Some("by-when"),
            &pk,
            "when",
            json!({"between": {"low": s("2023-01"), "high": s("2023-03#99")}}),
            8,
        ),
        (Some("by-kind"), &kind, "bytes", json!({"begins_with": b(&[1, 255])}), 6),
        (Some("by-kind"), &kind, "bytes", json!({"greater": b(&[1, 255, 255])}), 5),
    ] {
        let asked = json!({"index": index, "limit": 3, "key": {"partition": partition, "sort": [{"name": name, "test": test}]}});
        let (items, _) = walk(app, &path, asked.clone()).await;
        assert_eq!(items.len(), expected, "{asked}");
        // A count agrees with the items, whatever its pages.
        let mut counted = asked;
        counted["count"] = json!(true);
        let (mut total, mut cursor) = (0, None);
        loop {
            counted["cursor"] = json!(cursor);
            let page: ItemsPage = app.post(&path, &counted).await.json();
            assert!(page.items.is_empty());
            total += page.matched;
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(total as usize, expected, "{counted}");
    }

    // A filter that lets little through says what was scanned, and its empty pages lead on.
    let filter = json!({"compare": {"path": "kind", "operator": "=", "value": {"S": "k,/#2"}}});
    let asked = json!({"key": {"partition": pk}, "limit": 2, "filter": filter});
    let (items, pages) = walk(app, &path, asked).await;
    assert_eq!(items.len(), 8);
    assert!(pages >= 12, "{pages}");

    if several {
        both(app, &path).await;
    }
}

/// Two attributes on each side: both partition attributes, then the sort attributes from the left.
async fn both(app: &TestApp, path: &str) {
    let partition = json!({"kind": {"S": "k,/#1"}, "place": {"S": "place-1"}});
    let ask = |sort: Value| json!({"index": "by-both", "limit": 3, "key": {"partition": partition, "sort": sort}});
    let (all, _) = walk(app, path, ask(json!([]))).await;
    assert_eq!(all.len(), 8);
    let (some, _) = walk(app, path, ask(json!([{"name": "n", "test": {"greater": {"N": "7"}}}]))).await;
    assert_eq!(some.len(), 6);
    let sort = json!([
        {"name": "n", "test": {"equal": {"N": "7"}}}, {"name": "when", "test": {"begins_with": {"S": "2023-08"}}},
    ]);
    let (one, _) = walk(app, path, ask(sort)).await;
    assert_eq!(one.len(), 1);
    let mut missing = ask(json!([]));
    missing["key"]["partition"].as_object_mut().unwrap().remove("place");
    let error = app.post(path, &missing).await.refused(400, "invalid_read");
    assert_eq!(error.fields[0].field, "key.partition.place");
}

/// A form that orders as DynamoDB does.
fn sortable(value: &AttributeValue) -> Vec<u8> {
    match value {
        AttributeValue::N(text) => format!("{:0>5}", text).into_bytes(),
        AttributeValue::S(text) => text.clone().into_bytes(),
        AttributeValue::B(bytes) => bytes.clone(),
        other => panic!("{other:?} is no key"),
    }
}

/// All pages to the end, and how many there were.
async fn walk(app: &TestApp, path: &str, mut asked: Value) -> (Vec<Item>, usize) {
    let (mut items, mut pages) = (Vec::new(), 0);
    loop {
        let page: ItemsPage = app.post(path, &asked).await.json();
        pages += 1;
        assert_eq!(page.matched as usize, page.items.len());
        items.extend(page.items);
        match page.next {
            Some(next) => asked["cursor"] = next.into(),
            None => return (items, pages),
        }
    }
}
