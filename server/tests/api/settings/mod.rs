//! `/api/c/{connection}/tables/{table}/settings`.

mod aws;
mod guard;
mod story;

use dynadesk_shared::api::paths;
use dynadesk_shared::api::settings::{SettingsChange, SettingsChanged, SettingsUpdate, SettingsView};
use dynadesk_shared::settings;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// One table of one connection, changed as the page changes it.
pub struct Desk<'a> {
    pub app: &'a TestApp,
    pub connection: &'a str,
    pub table: &'a str,
}

impl Desk<'_> {
    fn path(&self) -> String {
        paths::fill(paths::SETTINGS, &[self.connection, self.table])
    }

    pub async fn view(&self) -> SettingsView {
        self.app.get(&self.path()).await.json()
    }

    /// Asks for a change of what is there now, with whatever name it wants to have repeated.
    pub async fn ask(&self, change: &SettingsChange) -> Answer {
        let view = self.view().await;
        let production = self.app.state.connections.get(self.connection).unwrap().view.production;
        self.ask_of(&view, change, settings::name_to_confirm(&view, change, production))
            .await
    }

    /// Asks for a change of what was seen before.
    pub async fn ask_of(&self, seen: &SettingsView, change: &SettingsChange, confirm: Option<String>) -> Answer {
        let update = SettingsUpdate {
            change: change.clone(),
            seen: settings::facet(seen, change),
            confirm,
        };
        self.app.post(&self.path(), &update).await
    }

    /// Changes a setting and makes sure that the engine describes it as it was set.
    #[track_caller]
    pub fn set(&self, change: Value) -> impl Future<Output = (SettingsView, SettingsChanged)> {
        let place = std::panic::Location::caller();
        async move {
            let change: SettingsChange = serde_json::from_value(change).unwrap();
            let seen = settings::facet(&self.view().await, &change);
            let changed: SettingsChanged = self.ask(&change).await.json();
            let after = self.view().await;
            assert!(
                settings::is_in_effect(&after, &change, &seen),
                "{place}: {change:?} is not in effect: {after:#?}"
            );
            (after, changed)
        }
    }
}

pub fn units(read: u64, write: u64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

/// `pk` S, `at` N; provisioned, with the index `by-at`.
pub fn orders(name: &str) -> Value {
    json!({"request": {
        "TableName": name, "BillingMode": "PROVISIONED", "ProvisionedThroughput": units(5, 5),
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-at", "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": units(5, 5),
        }],
    }})
}

/// An index by city and state, sorted by time and key.
pub fn by_place() -> Value {
    let key = |name: &str, role: &str| json!({"AttributeName": name, "KeyType": role});
    let kind = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    json!({"add_index": {
        "index": {
            "IndexName": "by-place", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]},
            "KeySchema": [key("state", "HASH"), key("city", "HASH"), key("at", "RANGE"), key("pk", "RANGE")],
        },
        "attributes": [kind("state", "S"), kind("city", "S"), kind("at", "N"), kind("pk", "S")],
    }})
}
