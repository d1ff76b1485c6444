//! Every setting that an engine has: set, and described as it was set. What an engine takes and keeps
//! nothing of is found here, and is a missing capability with its reason.

use dynadesk_shared::Item;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::settings::{IndexThroughput, IndexUpdate, SettingsChange, SettingsRequest, UpdateTable};
use dynadesk_shared::api::tables::{TableCreated, Throughput};
use serde_json::{Value, json};

use super::{Desk, by_place, orders, units};
use crate::engine_story::at;
use crate::support::TestApp;
use crate::support::ministack::Ministack;

#[tokio::test]
async fn embedded() {
    story(&TestApp::new().await, "local").await;
}

#[tokio::test]
async fn ministack() {
    let peer = Ministack::start().await;
    let app = at(&peer.url).await;
    story(&app, "peer").await;
    let desk = Desk {
        app: &app,
        connection: "peer",
        table: "settings-story",
    };
    encryption(&desk).await;
    policy(&desk).await;
}

async fn story(app: &TestApp, connection: &str) {
    let desk = Desk {
        app,
        connection,
        table: "settings-story",
    };
    let create = app.post(&format!("/api/c/{connection}/tables"), &orders(desk.table)).await;
    create.json::<TableCreated>();
    let engine = app.state.connections.get(connection).unwrap().engine.clone();
    let item = |at: usize| -> Item {
        let item = json!({
            "pk": {"S": format!("p{at}")}, "at": {"N": at.to_string()}, "note": {"S": "n"}, "rest": {"S": "r"},
            "city": {"S": if at.is_multiple_of(2) { "Ulm" } else { "Bern" }}, "state": {"S": "open"},
        });
        serde_json::from_value(item).unwrap()
    };
    engine.batch_put(desk.table, &(0..20).map(item).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(desk.view().await.unread.len(), 0);

    capacity(&desk).await;
    indexes(&desk).await;
    streams(&desk).await;
    words(&desk).await;
}

async fn capacity(desk: &Desk<'_>) {
    let has_index_units = desk
        .app
        .state
        .connections
        .get(desk.connection)
        .unwrap()
        .engine
        .capabilities()
        .why_not(Feature::IndexCapacity)
        .is_none();
    let index = |wanted: Value| {
        if has_index_units {
            json!({"by-at": wanted})
        } else {
            json!({"by-at": units(5, 5)})
        }
    };
    let provisioned = json!({"mode": "PROVISIONED", "table": units(7, 3), "indexes": index(units(2, 2))});
    let (view, changed) = desk.set(json!({"capacity": provisioned})).await;
    assert_eq!(changed.exchanges[0].operation, "UpdateTable");
    assert_eq!(view.capacity.table, Some(Throughput { read: 7, write: 3 }));
    assert_eq!(view.capacity.indexes["by-at"].read, if has_index_units { 2 } else { 5 });

    let (view, _) = desk.set(json!({"capacity": {"mode": "PAY_PER_REQUEST"}})).await;
    assert_eq!((view.capacity.mode.as_str(), view.capacity.table), ("PAY_PER_REQUEST", None));
    let both = json!({"table": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50}});
    desk.set(json!({"on_demand_maximum": both})).await;
    let (view, changed) = desk.set(json!({"on_demand_maximum": {"table": {"MaxReadRequestUnits": 90}}})).await;
    assert_eq!(changed.exchanges[0].request["OnDemandThroughput"]["MaxWriteRequestUnits"], -1);
    assert_eq!(view.on_demand_maximum.table.max_read_request_units, Some(90));
    assert_eq!(view.on_demand_maximum.table.max_write_request_units, None);
}

async fn indexes(desk: &Desk<'_>) {
    let (view, _) = desk.set(by_place()).await;
    let index = view.indexes.iter().find(|index| index.name == "by-place").unwrap();
    assert_eq!((index.key.partition.len(), index.key.sort.len()), (2, 2));
    assert_eq!(
        (index.projection.as_str(), index.projected.as_slice()),
        ("INCLUDE", &["note".to_owned()][..])
    );
    // The items that were there before are in it.
    let query = json!({
        "index": "by-place", "limit": 50,
        "key": {"partition": {"state": {"S": "open"}, "city": {"S": "Ulm"}}},
    });
    let path = format!("/api/c/{}/tables/{}/items/query", desk.connection, desk.table);
    let page: ItemsPage = desk.app.post(&path, &query).await.json();
    assert_eq!(page.items.len(), 10);
    assert!(
        page.items
            .iter()
            .all(|item| item.contains_key("note") && !item.contains_key("rest"))
    );
    let (view, _) = desk.set(json!({"remove_index": "by-at"})).await;
    let names: Vec<_> = view.indexes.iter().map(|index| index.name.as_str()).collect();
    assert_eq!(names, ["by-place"]);
}

async fn streams(desk: &Desk<'_>) {
    let (view, _) = desk.set(json!({"stream": "NEW_IMAGE"})).await;
    let first = view.stream.unwrap();
    let (view, changed) = desk.set(json!({"stream": "KEYS_ONLY"})).await;
    let second = view.stream.unwrap();
    assert_eq!(changed.exchanges.len(), 2, "off and then on");
    assert_eq!(second.view, "KEYS_ONLY");
    assert_ne!(first.arn, second.arn, "another view is another stream");
    let (view, _) = desk.set(json!({"stream": null})).await;
    assert_eq!(view.stream, None);
}

async fn words(desk: &Desk<'_>) {
    desk.set(json!({"deletion_protection": true})).await;
    desk.set(json!({"deletion_protection": false})).await;
    desk.set(json!({"table_class": "STANDARD_INFREQUENT_ACCESS"})).await;
    desk.set(json!({"table_class": "STANDARD"})).await;
    desk.set(json!({"tags": {"team": "desk", "stage": "test"}})).await;
    let (view, changed) = desk.set(json!({"tags": {"team": "ops", "cost": "7"}})).await;
    let operations: Vec<_> = changed.exchanges.iter().map(|exchange| exchange.operation.as_str()).collect();
    assert_eq!(operations, ["TagResource", "UntagResource"]);
    assert_eq!(view.tags.len(), 2);
}

async fn encryption(desk: &Desk<'_>) {
    let own = json!({"kind": "kms", "key": "arn:aws:kms:us-east-1:000000000000:key/1234"});
    let (view, _) = desk.set(json!({"encryption": own})).await;
    assert_eq!(json!(view.encryption), own);
    let (view, _) = desk.set(json!({"encryption": {"kind": "aws_managed"}})).await;
    assert_eq!(json!(view.encryption), json!({"kind": "aws_managed"}));
    desk.set(json!({"encryption": {"kind": "aws_owned"}})).await;
}

async fn policy(desk: &Desk<'_>) {
    let policy = |effect: &str| {
        let statement = json!({"Effect": effect, "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"});
        json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
    };
    let (view, changed) = desk.set(json!({"resource_policy": policy("Deny")})).await;
    assert_eq!(changed.exchanges[0].request["ExpectedRevisionId"], "NO_POLICY");
    let seen = view.resource_policy.clone().unwrap();
    assert_eq!(seen.policy, policy("Deny"));
    let (_, changed) = desk.set(json!({"resource_policy": policy("Allow")})).await;
    assert_eq!(changed.exchanges[0].request["ExpectedRevisionId"], seen.revision.as_str());
    let remove: SettingsChange = serde_json::from_value(json!({"resource_policy": null})).unwrap();
    let late = desk.ask_of(&view, &remove, Some(view.table.clone())).await;
    late.refused(409, "settings_changed");
    let (view, _) = desk.set(json!({"resource_policy": null})).await;
    assert_eq!(view.resource_policy, None);
}

/// Why the capacity of single indexes is a missing capability of the embedded engine: it takes it,
/// answers as if all were well, and keeps nothing.
#[tokio::test]
async fn the_embedded_engine_forgets_the_units_of_an_index() {
    let app = TestApp::new().await;
    let desk = Desk {
        app: &app,
        connection: "local",
        table: "orders",
    };
    app.post("/api/c/local/tables", &orders("orders")).await.json::<TableCreated>();
    let before = desk.view().await;
    let engine = app.state.connections.get("local").unwrap().engine.clone();
    let request = SettingsRequest::UpdateTable(Box::new(UpdateTable {
        table_name: "orders".to_owned(),
        global_secondary_index_updates: vec![IndexUpdate::Update(IndexThroughput {
            index_name: "by-at".to_owned(),
            provisioned_throughput: Some(Throughput { read: 9, write: 9 }),
            ..IndexThroughput::default()
        })],
        ..UpdateTable::default()
    }));
    engine.change_settings(&request).await.unwrap();
    assert_eq!(desk.view().await.capacity, before.capacity);
    let wanted = json!({"capacity": {"mode": "PROVISIONED", "table": units(5, 5), "indexes": {"by-at": units(9, 9)}}});
    let refused = desk.ask(&serde_json::from_value(wanted).unwrap()).await;
    let error = refused.refused(400, "invalid_setting");
    assert_eq!(error.fields[0].field, "indexes.by-at.read");
    assert!(error.fields[0].message.contains("embedded engine"));
}
