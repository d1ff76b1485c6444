//! `POST …/items/query` and counts, on the embedded engine: what is checked before the engine sees it.

use dynadesk_shared::api::items::{ItemsPage, QueryRequest, ScanRequest};
use dynadesk_shared::api::tables::CreateTable;
use dynadesk_shared::page_request;
use serde_json::{Value, json};

use crate::support::{TestApp, pk_sk_table};

const QUERY: &str = "/api/c/local/tables/orders/items/query";
const SCAN: &str = "/api/c/local/tables/orders/items/scan";

/// Table `orders`: `pk` S and `sk` S, GSI `by-state` (`state` S, `total` N), 30 items in three partitions.
async fn orders() -> TestApp {
    let app = TestApp::new().await;
    let mut table = json!(pk_sk_table("orders"));
    table["AttributeDefinitions"] = json!([
        {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
        {"AttributeName": "state", "AttributeType": "S"}, {"AttributeName": "total", "AttributeType": "N"},
    ]);
    table["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "by-state", "Projection": {"ProjectionType": "ALL"},
        "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}, {"AttributeName": "total", "KeyType": "RANGE"}],
    }]);
    app.create_table(serde_json::from_value::<CreateTable>(table).unwrap()).await;
    let items: Vec<_> = (0..30)
        .map(|n| {
            let item = json!({
                "pk": {"S": format!("p{}", n % 3)}, "sk": {"S": format!("{n:03}")},
                "state": {"S": if n % 2 == 0 { "open" } else { "shut" }}, "total": {"N": n.to_string()},
            });
            serde_json::from_value(item).unwrap()
        })
        .collect();
    let engine = app.state.connections.get("local").unwrap().engine.clone();
    for some in items.chunks(25) {
        engine.batch_put("orders", some).await.unwrap();
    }
    app
}

fn query(more: Value) -> Value {
    let mut request = json!({"limit": 100, "key": {"partition": {"pk": {"S": "p1"}}}});
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

#[tokio::test]
async fn the_request_is_the_one_that_the_console_showed_before() {
    let app = orders().await;
    let asked: QueryRequest = serde_json::from_value(query(json!({
        "key": {"partition": {"pk": {"S": "p1"}}, "sort": [{"name": "sk", "test": {"between": {"low": {"S": "001"}, "high": {"S": "020"}}}}]},
        "filter": {"compare": {"path": "state", "operator": "<>", "value": {"S": "open"}}},
        "projection": ["sk", "m.a[0]"], "descending": true, "consistent": true,
    })))
    .unwrap();
    let page: ItemsPage = app.post(QUERY, &asked).await.json();
    assert_eq!(page.exchange.request, page_request::of_query("orders", &asked).unwrap());
    assert_eq!(page.exchange.operation, "Query");
    assert_eq!((page.scanned, page.matched, page.items.len()), (7, 4, 4));
    assert_eq!(page.items[0]["sk"].as_s(), Some("019"), "descending");
    assert!(page.items.iter().all(|item| item.len() == 1));

    let asked = ScanRequest {
        limit: 9,
        index: Some("by-state".into()),
        ..ScanRequest::default()
    };
    let page: ItemsPage = app.post(SCAN, &asked).await.json();
    assert_eq!(page.exchange.request, page_request::of_scan("orders", &asked).unwrap());
}

#[tokio::test]
async fn faults_are_named_at_their_field_before_the_engine_sees_them() {
    let app = orders().await;
    let sort = |test: Value| json!({"key": {"partition": {"pk": {"S": "p1"}}, "sort": [{"name": "sk", "test": test}]}});
    let by_state = |more: Value| {
        let mut request = query(json!({"index": "by-state", "key": {"partition": {"state": {"S": "open"}}}}));
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        request
    };
    for (request, field) in [
        (query(json!({"key": {"partition": {"pk": {"N": "1"}}}})), "key.partition.pk"),
        (query(json!({"key": {"partition": {"pk": {"S": ""}}}})), "key.partition.pk"),
        (
            query(json!({"key": {"partition": {"pk": {"S": "x".repeat(2049)}}}})),
            "key.partition.pk",
        ),
        (
            query(json!({"key": {"partition": {"state": {"S": "a"}, "pk": {"S": "a"}}}})),
            "key.partition.state",
        ),
        (query(sort(json!({"equal": {"N": "1"}}))), "key.sort.sk"),
        (
            query(sort(json!({"between": {"low": {"S": "b"}, "high": {"S": "a"}}}))),
            "key.sort.sk",
        ),
        (query(sort(json!({"begins_with": {"S": ""}}))), "key.sort.sk"),
        (query(json!({"index": "nowhere"})), "index"),
        (query(json!({"filter": {"exists": {"path": "sk"}}})), "filter"),
        (by_state(json!({"consistent": true})), "consistent"),
    ] {
        let error = app.post(QUERY, &request).await.refused(400, "invalid_read");
        assert_eq!(error.fields[0].field, field, "{}", error.message);
    }
    let number = json!({"key": {"partition": {"state": {"S": "open"}}, "sort": [{"name": "total", "test": {"begins_with": {"N": "1"}}}]}});
    let error = app.post(QUERY, &by_state(number)).await.refused(400, "invalid_read");
    assert_eq!(error.fields[0].field, "key.sort.total");
    let consistent_scan = json!({"limit": 10, "index": "by-state", "consistent": true});
    let error = app.post(SCAN, &consistent_scan).await.refused(400, "invalid_read");
    assert_eq!(error.fields[0].field, "consistent");
    let filter = json!({"filter": {"compare": {"path": "a..b", "operator": "=", "value": {"S": ""}}}});
    app.post(QUERY, &query(filter)).await.refused(400, "invalid_filter");
    app.post(QUERY, &query(json!({"projection": ["a["]})))
        .await
        .refused(400, "invalid_projection");
    app.post(QUERY, &query(json!({"limit": 0}))).await.refused(400, "invalid_limit");
    app.post("/api/c/local/tables/nothing/items/query", &query(json!({})))
        .await
        .refused(404, "table_not_found");
}

#[tokio::test]
async fn a_cursor_fits_its_own_query_only() {
    let app = orders().await;
    let first: ItemsPage = app.post(QUERY, &query(json!({"limit": 4}))).await.json();
    let cursor = first.next.expect("ten items");
    let next = |more: Value| {
        let mut request = query(more);
        request["cursor"] = json!(cursor);
        request
    };
    let second: ItemsPage = app.post(QUERY, &next(json!({"limit": 5}))).await.json();
    assert_eq!(second.items.len(), 5, "another page size is the same walk");
    for other in [
        json!({"descending": true}),
        json!({"consistent": true}),
        json!({"key": {"partition": {"pk": {"S": "p2"}}}}),
        json!({"filter": {"exists": {"path": "state"}}}),
        json!({"projection": ["state"]}),
        json!({"count": true}),
    ] {
        app.post(QUERY, &next(other)).await.refused(400, "cursor_mismatch");
    }
    let scan = json!({"limit": 4, "cursor": cursor});
    app.post(SCAN, &scan).await.refused(400, "cursor_mismatch");
}

#[tokio::test]
async fn a_count_gives_no_items_and_what_it_cost_is_split() {
    let app = orders().await;
    let page: ItemsPage = app.post(QUERY, &query(json!({"count": true, "projection": ["sk"]}))).await.json();
    assert_eq!((page.items.len(), page.matched, page.scanned), (0, 10, 10));
    assert_eq!(page.exchange.request["Select"], "COUNT");
    assert_eq!(page.exchange.request.get("ProjectionExpression"), None);
    let filter = json!({"compare": {"path": "total", "operator": ">=", "value": {"N": "25"}}});
    let page: ItemsPage = app
        .post(SCAN, &json!({"limit": 1000, "count": true, "filter": filter}))
        .await
        .json();
    assert_eq!((page.items.len(), page.matched, page.scanned), (0, 5, 30));
    let split = page.exchange.split.expect("the engine splits");
    assert!(split.table > 0.0 && split.indexes.is_empty(), "{split:?}");
    let by_state = query(json!({"index": "by-state", "key": {"partition": {"state": {"S": "open"}}}}));
    let page: ItemsPage = app.post(QUERY, &by_state).await.json();
    let split = page.exchange.split.expect("the engine splits");
    assert!(split.indexes["by-state"] > 0.0, "{split:?}");
    assert_eq!(page.exchange.index.as_deref(), Some("by-state"));
}

/// A table that was made anew with other keys is not refused by what is remembered of the old one.
#[tokio::test]
async fn keys_are_looked_at_again_before_anything_is_refused() {
    let app = orders().await;
    app.post(QUERY, &query(json!({}))).await.json::<ItemsPage>();
    app.delete("/api/c/local/tables/orders", &json!({"confirm": "orders"}))
        .await
        .json::<Value>();
    let table = json!({
        "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    app.create_table(serde_json::from_value::<CreateTable>(table).unwrap()).await;
    let page: ItemsPage = app
        .post(QUERY, &query(json!({"key": {"partition": {"id": {"N": "1"}}}})))
        .await
        .json();
    assert_eq!(page.matched, 0);
    app.post(QUERY, &query(json!({}))).await.refused(400, "invalid_read");
}
