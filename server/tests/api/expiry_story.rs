//! Time to live on every implementation: read, turned on, refused when it changed meanwhile, turned
//! off; and the filter that leaves expired items out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::expiry::{ExpiryChange, ExpiryChanged, ExpiryView, TtlState, TtlStatus};
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::paths;
use dynadesk_shared::expiry::{FIVE_YEARS, expired, live};
use serde_json::json;

use crate::engine_story::at;
use crate::support::ministack::Ministack;
use crate::support::{LOCAL, TestApp, pk_sk_table};

const TABLE: &str = "expiry-story";
/// 2033, so that no engine takes what is still to come for expired.
const NOW: i64 = 2_000_000_000;

#[tokio::test]
async fn embedded_in_memory() {
    story(&TestApp::new().await, LOCAL).await;
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

fn off() -> TtlState {
    TtlState {
        status: TtlStatus::Disabled,
        attribute: None,
    }
}

async fn story(app: &TestApp, connection: &str) {
    let create = json!({"request": pk_sk_table(TABLE)});
    app.post(&paths::fill(paths::TABLES, &[connection]), &create)
        .await
        .json::<serde_json::Value>();
    switch(app, connection).await;
    hide(app, connection).await;
}

async fn switch(app: &TestApp, connection: &str) {
    let path = paths::fill(paths::EXPIRY, &[connection, TABLE]);
    let seen: ExpiryView = app.get(&path).await.json();
    assert_eq!(seen.state, off());
    assert_eq!(seen.exchange.operation, "DescribeTimeToLive");
    let change = |seen: &TtlState, attribute: &str, enabled| ExpiryChange {
        seen: seen.clone(),
        attribute: attribute.to_owned(),
        enabled,
        confirm: None,
    };
    app.post(&path, &change(&off(), "", true)).await.refused(400, "invalid_expiry");
    app.post(&path, &change(&off(), "ends", false)).await.refused(409, "expiry_not_now");
    let on: ExpiryChanged = app.post(&path, &change(&off(), "ends", true)).await.json();
    assert_eq!(on.exchange.operation, "UpdateTimeToLive");
    assert_eq!(on.exchange.request, change(&off(), "ends", true).request(TABLE));
    assert_eq!(on.view.state.attribute.as_deref(), Some("ends"));
    // What was seen is not what is there: nothing is done.
    let stale = app.post(&path, &change(&off(), "other", true)).await.refused(409, "expiry_changed");
    assert!(
        stale.message.contains("ENABLED on \"ends\"") && stale.message.contains("DISABLED"),
        "{}",
        stale.message
    );
    let now: ExpiryView = app.get(&path).await.json();
    assert_eq!(now.state, on.view.state);
    // Another attribute takes two changes.
    let straight = app
        .post(&path, &change(&now.state, "other", true))
        .await
        .refused(409, "expiry_not_now");
    assert!(straight.message.contains("turn it off first"), "{}", straight.message);
    app.post(&path, &change(&now.state, "other", false))
        .await
        .refused(409, "expiry_not_now");
    let off_again: ExpiryChanged = app.post(&path, &change(&now.state, "ends", false)).await.json();
    assert_eq!(off_again.view.state, off());
    let other: ExpiryChanged = app.post(&path, &change(&off(), "other", true)).await.json();
    assert_eq!(other.view.state.attribute.as_deref(), Some("other"));
    let table = app.get(&paths::fill(paths::TABLE, &[connection, TABLE])).await;
    assert_eq!(
        table.json::<dynadesk_shared::api::tables::TableView>().ttl_attribute.as_deref(),
        Some("other")
    );
    let none = paths::fill(paths::EXPIRY, &[connection, "no-such-table"]);
    app.get(&none).await.refused(404, "table_not_found");
}

/// Only what DynamoDB would delete is hidden: no text, no time of long ago, no missing attribute.
async fn hide(app: &TestApp, connection: &str) {
    let n = |at: i64| Some(json!({"N": at.to_string()}));
    let values = [
        ("expired", n(NOW - 1)),
        ("now", n(NOW)),
        ("oldest", n(NOW - FIVE_YEARS)),
        ("far", n(NOW - FIVE_YEARS - 1)),
        ("later", n(NOW + 1)),
        ("text", Some(json!({"S": "5"}))),
        ("none", None),
    ];
    for (name, value) in values {
        let mut item = json!({"pk": {"S": "a"}, "sk": {"S": name}});
        if let Some(value) = value {
            item["ends.at"] = value;
        }
        let path = paths::fill(paths::ITEMS_WRITE, &[connection, TABLE]);
        app.post(&path, &json!({"changes": [{"create": {"item": item}}]}))
            .await
            .json::<serde_json::Value>();
    }
    let names = async |filter| {
        let path = paths::fill(paths::ITEMS_SCAN, &[connection, TABLE]);
        let page: ItemsPage = app.post(&path, &json!({"limit": 100, "filter": filter})).await.json();
        let mut names: Vec<String> = page
            .items
            .iter()
            .filter_map(|item| item.get("sk").and_then(AttributeValue::as_s).map(str::to_owned))
            .collect();
        names.sort();
        assert_eq!(page.scanned, 7);
        names
    };
    assert_eq!(names(expired("ends.at", NOW)).await, ["expired", "now", "oldest"]);
    assert_eq!(names(live("ends.at", NOW)).await, ["far", "later", "none", "text"]);
}

/// DynamoDB where the first look at TTL is allowed and every later one is not.
async fn seen_once() -> TestApp {
    let looks = Arc::new(AtomicUsize::new(0));
    let answer = move |headers: HeaderMap| {
        let looks = looks.clone();
        async move {
            let operation = headers["x-amz-target"].to_str().unwrap().rsplit('.').next().unwrap().to_owned();
            match operation.as_str() {
                "DescribeTimeToLive" if looks.fetch_add(1, Ordering::SeqCst) > 0 => (
                    StatusCode::BAD_REQUEST,
                    Json(json!({"__type": "com.amazon.coral.service#AccessDeniedException", "message": "not now"})),
                ),
                "DescribeTimeToLive" => {
                    let off = json!({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}});
                    (StatusCode::OK, Json(off))
                }
                _ => (StatusCode::OK, Json(json!({}))),
            }
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    at(&url).await
}

#[tokio::test]
async fn a_change_that_cannot_be_read_again_is_told_as_under_way() {
    let (app, path) = (seen_once().await, paths::fill(paths::EXPIRY, &["peer", TABLE]));
    let on = json!({"seen": off(), "attribute": "ends", "enabled": true});
    let changed: ExpiryChanged = app.post(&path, &on).await.json();
    let under_way = TtlState {
        status: TtlStatus::Enabling,
        attribute: Some("ends".to_owned()),
    };
    assert_eq!(
        (changed.view.state, changed.exchange.operation.as_str()),
        (under_way, "UpdateTimeToLive")
    );
    app.get(&path).await.refused(403, "engine_denied");
}
