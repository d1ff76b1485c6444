//! A change is made only of what was seen, only as agreed to, and only where it can be.

use dynadesk_shared::api::settings::{SettingsChange, SettingsChanged};
use dynadesk_shared::api::tables::TableCreated;
use serde_json::{Value, json};

use super::{Desk, by_place, orders, units};
use crate::support::TestApp;

async fn with_orders(app: &TestApp) -> Desk<'_> {
    app.post("/api/c/local/tables", &orders("orders")).await.json::<TableCreated>();
    Desk {
        app,
        connection: "local",
        table: "orders",
    }
}

fn change(value: Value) -> SettingsChange {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn what_is_not_so_any_more_is_not_changed() {
    let app = TestApp::new().await;
    let desk = with_orders(&app).await;
    let seen = desk.view().await;
    desk.set(json!({"tags": {"team": "desk"}})).await;
    desk.set(json!({"capacity": {"mode": "PROVISIONED", "table": units(9, 9), "indexes": {"by-at": units(5, 5)}}}))
        .await;
    // The embedded engine keeps no units of an index, so none are asked for.
    desk.set(by_place()).await;
    let before = desk.view().await;
    for late in [
        json!({"tags": {"stage": "test"}}),
        json!({"capacity": {"mode": "PAY_PER_REQUEST"}}),
        json!({"remove_index": "by-at"}),
    ] {
        let late = change(late);
        let error = desk
            .ask_of(&seen, &late, Some("by-at".to_owned()))
            .await
            .refused(409, "settings_changed");
        assert!(error.message.contains("nothing was changed"), "{}", error.message);
    }
    let after = desk.view().await;
    assert_eq!((after.tags, after.capacity, after.indexes.len()), (before.tags, before.capacity, 2));
    // Another setting than those is as it was seen.
    desk.ask_of(&seen, &change(json!({"deletion_protection": true})), None)
        .await
        .json::<SettingsChanged>();
}

#[tokio::test]
async fn what_destroys_is_asked_for_by_name() {
    let app = TestApp::new().await;
    let desk = with_orders(&app).await;
    desk.set(json!({"stream": "NEW_IMAGE"})).await;
    let seen = desk.view().await;
    for (wanted, name) in [
        (json!({"remove_index": "by-at"}), "by-at"),
        (json!({"stream": null}), "orders"),
        (json!({"stream": "KEYS_ONLY"}), "orders"),
    ] {
        let wanted = change(wanted);
        let error = desk.ask_of(&seen, &wanted, None).await.refused(409, "confirmation_needed");
        assert!(error.message.contains(name), "{}", error.message);
        desk.ask_of(&seen, &wanted, Some("other".to_owned()))
            .await
            .refused(400, "confirmation_mismatch");
    }
    let after = desk.view().await;
    assert_eq!((after.indexes.len(), after.stream), (1, seen.stream));
}

#[tokio::test]
async fn production_asks_before_every_change() {
    let app = TestApp::with(|config| config.connections[0].production = true).await;
    let desk = with_orders(&app).await;
    let wanted = change(json!({"deletion_protection": true}));
    let seen = desk.view().await;
    desk.ask_of(&seen, &wanted, None).await.refused(409, "confirmation_needed");
    assert!(!desk.view().await.deletion_protection);
    desk.ask_of(&seen, &wanted, Some("orders".to_owned()))
        .await
        .json::<SettingsChanged>();
    assert!(desk.view().await.deletion_protection);
}

#[tokio::test]
async fn faults_are_named_by_field_before_anything_is_sent() {
    let app = TestApp::new().await;
    let desk = with_orders(&app).await;
    for (wanted, field) in [
        (json!({"capacity": {"mode": "FREE"}}), "mode"),
        (
            json!({"capacity": {"mode": "PROVISIONED", "table": units(0, 5), "indexes": {"by-at": units(5, 5)}}}),
            "table.read",
        ),
        (json!({"on_demand_maximum": {"table": {"MaxReadRequestUnits": 5}}}), "change"),
        (json!({"remove_index": "none"}), "name"),
        (json!({"table_class": "GOLD"}), "table_class"),
        (json!({"table_class": "STANDARD"}), "change"),
        (json!({"tags": {"aws:x": ""}}), "tags.aws:x"),
        (
            json!({"warm_throughput": {"table": {"ReadUnitsPerSecond": 1, "WriteUnitsPerSecond": 1}}}),
            "change",
        ),
        (json!({"encryption": {"kind": "aws_managed"}}), "change"),
        (json!({"resource_policy": "{}"}), "change"),
    ] {
        let error = desk.ask(&change(wanted.clone())).await.refused(400, "invalid_setting");
        assert_eq!(error.fields[0].field, field, "{wanted}: {}", error.message);
    }
    let path = "/api/c/local/tables/orders/settings";
    let unknown = json!({"change": {"colour": "red"}, "seen": null});
    app.post(path, &unknown).await.refused(400, "invalid_json");
    app.get("/api/c/local/tables/none/settings").await.refused(404, "table_not_found");
    app.post(
        "/api/c/local/tables/none/settings",
        &json!({"change": {"deletion_protection": true}, "seen": false}),
    )
    .await
    .refused(404, "table_not_found");
}
