//! What is done to a table of a production connection is done only when the request repeats its name.
//! Backups have their own in `backups`, settings in `settings::guard`.

use dynadesk_shared::api::expiry::ExpiryView;
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::api::writes::ItemsWritten;
use serde_json::{Value, json};

use crate::support::{LOCAL, TestApp, pk_sk_table};

const TABLE: &str = "notes";

async fn production() -> TestApp {
    let app = TestApp::with(|config| config.connections[0].production = true).await;
    app.create_table(pk_sk_table(TABLE)).await;
    app
}

fn of_table(path: &str) -> String {
    fill(path, &[LOCAL, TABLE])
}

fn named(body: &Value, name: &str) -> Value {
    let mut body = body.clone();
    body["confirm"] = json!(name);
    body
}

#[tokio::test]
async fn time_to_live_is_changed_by_name() {
    let (app, path) = (production().await, of_table(paths::EXPIRY));
    let on = json!({"seen": {"status": "DISABLED"}, "attribute": "ends", "enabled": true});
    app.post(&path, &on).await.refused(409, "confirmation_needed");
    app.post(&path, &named(&on, "note")).await.refused(400, "confirmation_mismatch");
    let attribute = async || app.get(&path).await.json::<ExpiryView>().state.attribute;
    assert_eq!(attribute().await, None);
    app.post(&path, &named(&on, TABLE)).await.json::<Value>();
    assert_eq!(attribute().await.as_deref(), Some("ends"));
}

#[tokio::test]
async fn a_stream_and_a_relay_are_turned_on_and_off_by_name() {
    let app = production().await;
    let stream = async || app.get(&of_table(paths::TABLE)).await.json::<TableView>().stream_arn;
    let on = json!({"view_type": "NEW_AND_OLD_IMAGES"});
    app.post(&of_table(paths::STREAM), &on).await.refused(409, "confirmation_needed");
    app.post(&of_table(paths::STREAM), &named(&on, "note"))
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(stream().await, None);
    app.post(&of_table(paths::STREAM), &named(&on, TABLE)).await.json::<Value>();
    assert!(stream().await.is_some());
    let off = json!({"seen": stream().await});
    app.post(&of_table(paths::STREAM), &off).await.refused(409, "confirmation_needed");
    assert!(stream().await.is_some());

    let relay = of_table(paths::RELAY);
    let is_on = async || app.get(&relay).await.json::<Value>()["on"].clone();
    app.put(&relay, &json!({"on": true})).await.refused(409, "confirmation_needed");
    app.put(&relay, &named(&json!({"on": true}), "note"))
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(is_on().await, false);
    app.put(&relay, &named(&json!({"on": false}), TABLE)).await.json::<Value>();
    app.put(&relay, &json!({"on": false})).await.refused(409, "confirmation_needed");
    let (retry, nothing) = (of_table(paths::RELAY_RETRY), json!({"id": "nothing"}));
    app.post(&retry, &nothing).await.refused(409, "confirmation_needed");
    app.post(&retry, &named(&nothing, TABLE)).await.refused(404, "aside_not_found");
}

#[tokio::test]
async fn a_group_is_undone_by_name() {
    let app = production().await;
    let create = |sk: &str| json!({"create": {"item": {"pk": {"S": "a"}, "sk": {"S": sk}}}});
    let asked = json!({"changes": [create("1"), create("2")]});
    let written: ItemsWritten = app.post(&of_table(paths::ITEMS_WRITE), &asked).await.json();
    let undo = fill(paths::GROUP_UNDO, &[LOCAL, &written.group.unwrap()]);
    let left = async || {
        let page: ItemsPage = app.post(&of_table(paths::ITEMS_SCAN), &json!({"limit": 10})).await.json();
        page.items.len()
    };
    let together = json!({"together": true});
    app.post(&undo, &together).await.refused(409, "confirmation_needed");
    app.post(&undo, &named(&together, "note"))
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(left().await, 2);
    app.post(&undo, &named(&together, TABLE)).await.json::<Value>();
    assert_eq!(left().await, 0);
}
