//! `/api/c/{connection}/tables/{table}/items`.

use dynadesk_shared::api::items::{ItemGet, ItemView, ItemsPage, ScanRequest, Segment};
use dynadesk_shared::api::tables::CreateTable;
use dynadesk_shared::filter::{Comparison, Filter};
use dynadesk_shared::{AttributeValue, Item, Key};
use serde_json::json;

use crate::support::{TestApp, fill, pk_sk_table, seed::write_items};

const SCAN: &str = "/api/c/local/tables/notes/items/scan";
const GET: &str = "/api/c/local/tables/notes/items/get";

fn item(pk: &str, sk: &str, n: usize) -> Item {
    serde_json::from_value(json!({"pk": {"S": pk}, "sk": {"S": sk}, "n": {"N": n.to_string()}})).unwrap()
}

async fn app_with(count: usize) -> TestApp {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let items: Vec<_> = (0..count).map(|n| item(&format!("p{}", n % 7), &format!("{n:05}"), n)).collect();
    write_items(&app, "notes", &items).await;
    app
}

fn page_of(limit: u32) -> ScanRequest {
    ScanRequest {
        limit,
        ..ScanRequest::default()
    }
}

/// Walks to the end and gives every item back.
async fn walk(app: &TestApp, mut asked: ScanRequest) -> (Vec<Item>, u64) {
    let (mut items, mut scanned) = (Vec::new(), 0);
    loop {
        let page: ItemsPage = app.post(SCAN, &asked).await.json();
        assert!(page.scanned <= u64::from(asked.limit));
        items.extend(page.items);
        scanned += page.scanned;
        asked.cursor = page.next;
        if asked.cursor.is_none() {
            return (items, scanned);
        }
    }
}

#[tokio::test]
async fn the_whole_table_is_walked_once() {
    let app = app_with(53).await;
    let (mut items, scanned) = walk(&app, page_of(10)).await;
    assert_eq!(scanned, 53);
    items.sort_by_key(|item| item["sk"].as_s().unwrap().to_owned());
    items.dedup();
    assert_eq!(items.len(), 53);
    let page: ItemsPage = app.post(SCAN, &page_of(10)).await.json();
    assert_eq!(page.exchange.operation, "Scan");
    assert_eq!(page.exchange.request["Limit"], 10);
    assert_eq!(page.exchange.request["ReturnConsumedCapacity"], "INDEXES");
    assert!(page.exchange.consumed.is_some_and(|units| units > 0.0));
}

#[tokio::test]
async fn parallel_segments_cover_the_table_between_them() {
    let app = app_with(40).await;
    let mut all = Vec::new();
    for number in 0..3 {
        let asked = ScanRequest {
            segment: Some(Segment { number, of: 3 }),
            ..page_of(7)
        };
        all.extend(walk(&app, asked).await.0);
    }
    all.sort_by_key(|item| item["sk"].as_s().unwrap().to_owned());
    all.dedup();
    assert_eq!(all.len(), 40);
    let beyond = ScanRequest {
        segment: Some(Segment { number: 3, of: 3 }),
        ..page_of(7)
    };
    app.post(SCAN, &beyond).await.refused(400, "invalid_segment");
}

#[tokio::test]
async fn a_cursor_is_refused_everywhere_but_under_its_request() {
    let app = app_with(20).await;
    app.create_table(pk_sk_table("other")).await;
    let first: ItemsPage = app.post(SCAN, &page_of(5)).await.json();
    let next = ScanRequest {
        cursor: first.next,
        ..page_of(6)
    };
    assert_eq!(app.post(SCAN, &next).await.status, 200, "another page size is the same walk");
    app.post("/api/c/local/tables/other/items/scan", &next)
        .await
        .refused(400, "cursor_mismatch");
    let filtered = ScanRequest {
        filter: Some(Filter::Exists { path: "n".into() }),
        ..next.clone()
    };
    app.post(SCAN, &filtered).await.refused(400, "cursor_mismatch");
    let consistent = ScanRequest {
        consistent: true,
        ..next.clone()
    };
    app.post(SCAN, &consistent).await.refused(400, "cursor_mismatch");
    let damaged = ScanRequest {
        cursor: Some("%%%".into()),
        ..page_of(5)
    };
    app.post(SCAN, &damaged).await.refused(400, "cursor_invalid");
}

#[tokio::test]
async fn mistakes_are_named() {
    let app = app_with(1).await;
    for limit in [0, 1001] {
        app.post(SCAN, &page_of(limit)).await.refused(400, "invalid_limit");
    }
    let path = ScanRequest {
        filter: Some(Filter::Exists { path: "a..b".into() }),
        ..page_of(5)
    };
    assert!(
        app.post(SCAN, &path)
            .await
            .refused(400, "invalid_filter")
            .message
            .contains("character 3")
    );
    let projection = ScanRequest {
        projection: vec!["a[".into()],
        ..page_of(5)
    };
    app.post(SCAN, &projection).await.refused(400, "invalid_projection");
    let missing = "/api/c/local/tables/nothing/items/scan";
    app.post(missing, &page_of(5)).await.refused(404, "table_not_found");
    let key = json!({"key": {"pk": {"S": "a"}}});
    assert_eq!(app.post(GET, &key).await.status, 400);
    app.post(&missing.replace("scan", "get"), &key)
        .await
        .refused(404, "table_not_found");
}

#[tokio::test]
async fn a_filter_says_what_it_scanned_and_what_it_found() {
    let app = app_with(30).await;
    let asked = ScanRequest {
        filter: Some(Filter::Compare {
            path: "n".into(),
            operator: Comparison::GreaterOrEqual,
            value: AttributeValue::N("28".into()),
        }),
        projection: vec!["n".into()],
        ..page_of(100)
    };
    let page: ItemsPage = app.post(SCAN, &asked).await.json();
    assert_eq!((page.scanned, page.items.len()), (30, 2));
    assert!(page.items.iter().all(|item| item.len() == 1));
}

#[tokio::test]
async fn hostile_names_and_every_type_pass_untouched() {
    let app = TestApp::new().await;
    let name = "weird#/\"name\u{0}<b>";
    let table: CreateTable = serde_json::from_value(json!({
        "TableName": "bytes",
        "AttributeDefinitions": [{"AttributeName": "k/#", "AttributeType": "B"}, {"AttributeName": "n", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "k/#", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
        "BillingMode": "PAY_PER_REQUEST",
    }))
    .unwrap();
    app.create_table(table).await;
    let item: Item = serde_json::from_value(json!({
        "k/#": {"B": "AP8Q"}, "n": {"N": "99999999999999999999999999999999999999"},
        name: {"S": "<script>alert(1)</script>\u{0}\u{1f331}"}, "empty": {"S": ""}, "t": {"BOOL": false}, "z": {"NULL": true},
        "l": {"L": [{"N": "-0.00000000000000000000000000000000000001"}, {"M": {" .[": {"L": []}}}]},
        "ss": {"SS": ["", "a"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": ["AA=="]},
    }))
    .unwrap();
    write_items(&app, "bytes", std::slice::from_ref(&item)).await;
    let page: ItemsPage = app
        .post(&fill("/api/c/local/tables/{}/items/scan", "bytes"), &page_of(10))
        .await
        .json();
    assert_eq!(page.items.len(), 1);
    assert!(dynadesk_shared::value::same_item(&page.items[0], &item), "{:?}", page.items);
    let key: Item = item
        .iter()
        .filter(|(name, _)| *name == "k/#" || *name == "n")
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let key = Key::from_token(&Key(key).to_token()).unwrap();
    let asked = ItemGet { key };
    let view: ItemView = app.post(&fill("/api/c/local/tables/{}/items/get", "bytes"), &asked).await.json();
    assert!(dynadesk_shared::value::same_item(&view.item.unwrap(), &item));
    assert_eq!(view.exchange.operation, "GetItem");
}

#[tokio::test]
async fn an_item_that_is_gone_is_no_error() {
    let app = app_with(1).await;
    let asked = json!({"key": {"pk": {"S": "nobody"}, "sk": {"S": "0"}}});
    let view: ItemView = app.post(GET, &asked).await.json();
    assert_eq!(view.item, None);
}
