//! Changes to items, on both implementations: only what differs is written, nothing of anybody is
//! lost, everything is checked first, and everything can be taken back.

mod edges;
mod kept;
mod story;

use dynadesk_server::config::Place;
use dynadesk_server::config::connection::{ConnectionConfig, Keys};
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::history::{Undone, WriteView};
use dynadesk_shared::api::items::ItemView;
use dynadesk_shared::api::writes::{Change, ItemsWrite, ItemsWritten, Outcome};
use dynadesk_shared::{AttributeValue, Item};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::ministack::Ministack;

/// A server and one of its connections, with a table `edits`.
pub struct Bench {
    pub app: TestApp,
    pub connection: &'static str,
    _peer: Option<Ministack>,
}

impl Bench {
    pub async fn embedded() -> Self {
        Self::on(TestApp::new().await, "local", None).await
    }

    pub async fn ministack() -> Self {
        let peer = Ministack::start().await;
        let app = TestApp::with(|config| config.connections.push(endpoint(&peer.url, Vec::new()))).await;
        Self::on(app, "peer", Some(peer)).await
    }

    pub async fn on(app: TestApp, connection: &'static str, peer: Option<Ministack>) -> Self {
        let create = json!({"request": {
            "TableName": "edits", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
                {"AttributeName": "state", "AttributeType": "S"},
            ],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-state", "Projection": {"ProjectionType": "KEYS_ONLY"},
                "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
            }],
        }});
        app.post(&format!("/api/c/{connection}/tables"), &create).await.json::<Value>();
        Self {
            app,
            connection,
            _peer: peer,
        }
    }

    fn url(&self, rest: &str) -> String {
        format!("/api/c/{}/{rest}", self.connection)
    }

    pub async fn write(&self, changes: Vec<Change>, together: bool) -> ItemsWritten {
        let asked = ItemsWrite {
            changes,
            together,
            ..ItemsWrite::default()
        };
        self.app.post(&self.url("tables/edits/items/write"), &asked).await.json()
    }

    pub async fn one(&self, change: Change) -> Outcome {
        let written = self.write(vec![change], false).await;
        assert_eq!(written.unkept, None);
        written.outcomes.into_iter().next().unwrap()
    }

    /// Writes one that must succeed; answers its id in the history.
    pub async fn done(&self, change: Change) -> String {
        match self.one(change).await {
            Outcome::Written { write: Some(id), .. } => id,
            other => panic!("{other:?}"),
        }
    }

    pub async fn get(&self, item: &Item) -> Option<Item> {
        let key = json!({"key": {"pk": item["pk"], "sk": item["sk"]}});
        self.app
            .post(&self.url("tables/edits/items/get"), &key)
            .await
            .json::<ItemView>()
            .item
    }

    /// Past Dynadesk, as another program would write.
    async fn put_elsewhere(&self, item: &Item) {
        let engine = &self.app.state.connections.get(self.connection).unwrap().engine;
        engine.put("edits", item, None).await.unwrap();
    }

    async fn undo(&self, id: &str) -> Outcome {
        let undone: Undone = self.app.post(&self.url(&format!("writes/{id}/undo")), &json!({})).await.json();
        assert_eq!(undone.unkept, None);
        undone.outcome
    }

    async fn kept(&self, id: &str) -> WriteView {
        self.app.get(&self.url(&format!("writes/{id}"))).await.json()
    }
}

fn endpoint(url: &str, lacks: Vec<Feature>) -> ConnectionConfig {
    let place = Place::Endpoint {
        url: url.to_owned(),
        region: "us-east-1".to_owned(),
        keys: Keys::default(),
        source: "test".to_owned(),
        lacks,
    };
    ConnectionConfig::new("peer", "Peer", "blue", place)
}

fn item(sk: u32, rest: Value) -> Item {
    let mut item: Item = serde_json::from_value(rest).unwrap();
    item.insert("pk".to_owned(), AttributeValue::S("p".to_owned()));
    item.insert("sk".to_owned(), AttributeValue::N(sk.to_string()));
    item
}

/// Every type, empty and nested members, and names that no expression takes as they are.
fn every_type(sk: u32) -> Item {
    item(
        sk,
        json!({
            "s": {"S": "Grüße 👋\u{0}"}, "empty": {"S": ""}, "n": {"N": "12345678901234567890123456789012345678"}, "big": {"N": "1E+125"},
            "b": {"B": "AP+A"}, "no": {"B": ""}, "yes": {"BOOL": true}, "nothing": {"NULL": true},
            "l": {"L": [{"N": "1"}, {"L": []}, {"M": {}}, {"S": "x"}]}, "el": {"L": []}, "em": {"M": {}},
            "m": {"M": {"a.b": {"M": {"c d": {"S": "e"}, "#": {"NS": ["2.5", "1"]}}}, "size": {"L": [{"B": "AA=="}]}}},
            "ss": {"SS": ["b", "", "a"]}, "ns": {"NS": ["1", "-2.5", "1E-130"]}, "bs": {"BS": ["AQ==", "AgM="]},
            "a[0].\"b\",:=": {"S": "odd"}, "SET": {"S": "reserved"}, "<b>\u{0}": {"N": "0"},
        }),
    )
}

fn edited(base: &Item, change: impl FnOnce(&mut Item)) -> Change {
    let mut item = base.clone();
    change(&mut item);
    Change::Edit { base: base.clone(), item }
}

fn set(name: &str, value: Value) -> impl FnOnce(&mut Item) {
    let (name, value) = (name.to_owned(), serde_json::from_value(value).unwrap());
    move |item| drop(item.insert(name, value))
}

#[track_caller]
fn written(outcome: Outcome) -> Item {
    match outcome {
        Outcome::Written { item: Some(item), .. } => item,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn conflict(outcome: Outcome) -> Option<Item> {
    match outcome {
        Outcome::Conflict { theirs } => theirs,
        other => panic!("{other:?}"),
    }
}
