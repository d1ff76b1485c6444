//! The relay of a table, on two engines, by two servers, and killed over and over.

mod live;
pub mod load;
mod servers;
mod soak;
mod story;

use std::time::Duration;

use dynadesk_server::engine::Engine;
use dynadesk_shared::api::conversations::{ConversationView, MessageView, UserRef};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::relay::{RelaySet, RelayView};
use dynadesk_shared::api::tables::CreateTable;
use dynadesk_shared::filter::compile::Placeholders;
use dynadesk_shared::{AttributeValue, Item, cruddur};

use crate::support::{TestApp, pk_sk_table};

pub const TABLE: &str = "cruddur-messages";

/// A Cruddur table with a stream.
pub fn table(stream: Option<&str>) -> CreateTable {
    let mut table = serde_json::to_value(pk_sk_table(TABLE)).unwrap();
    if let Some(kind) = stream {
        table["StreamSpecification"] = serde_json::json!({"StreamEnabled": true, "StreamViewType": kind});
    }
    serde_json::from_value(table).unwrap()
}

pub fn user(name: &str) -> UserRef {
    UserRef {
        uuid: format!("id-{name}"),
        display_name: format!("{name} Full"),
        handle: name.to_owned(),
    }
}

pub fn group_row(owner: &str, with: &str, group: &str, sk: &str) -> Item {
    cruddur::group_item(&ConversationView {
        group: group.to_owned(),
        owner: format!("id-{owner}"),
        with: user(with),
        last_message: "before".to_owned(),
        sk: sk.to_owned(),
        at_micros: None,
    })
}

pub fn message(from: &str, group: &str, sk: &str, text: &str) -> Item {
    cruddur::message_item(&MessageView {
        message_uuid: format!("id-of-{text}"),
        group: group.to_owned(),
        from: user(from),
        text: text.to_owned(),
        sk: sk.to_owned(),
        at_micros: None,
    })
}

/// The group rows of a user, each with its time and text.
pub async fn rows_of(engine: &Engine, name: &str) -> Vec<(String, String)> {
    let mut places = Placeholders::default();
    places.names.insert("#pk".to_owned(), "pk".to_owned());
    places.values.insert(":pk".to_owned(), AttributeValue::S(format!("GRP#id-{name}")));
    let mut query = dynadesk_server::engine::items::Query {
        table: TABLE.to_owned(),
        limit: 100,
        consistent: true,
        ..Default::default()
    };
    query.expressions.key_condition = Some("#pk = :pk".to_owned());
    query.expressions.places = places;
    let page = engine.query(&query).await.unwrap();
    let items = page.items.into_items().unwrap();
    let text = |item: &Item, name: &str| item[name].as_s().unwrap_or_default().to_owned();
    items.iter().map(|item| (text(item, "sk"), text(item, "message"))).collect()
}

pub async fn view(app: &TestApp, connection: &str) -> RelayView {
    app.get(&paths::fill(paths::RELAY, &[connection, TABLE])).await.json()
}

pub async fn set(app: &TestApp, connection: &str, on: bool) -> RelayView {
    app.put(&paths::fill(paths::RELAY, &[connection, TABLE]), &RelaySet { on, confirm: None })
        .await
        .json()
}

/// Looks at the relay until it is as wanted.
pub async fn until(app: &TestApp, connection: &str, what: &str, wanted: impl Fn(&RelayView) -> bool) -> RelayView {
    let mut last = None;
    for _ in 0..2_400 {
        let now = view(app, connection).await;
        if wanted(&now) {
            return now;
        }
        last = Some(now);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} was waited for in vain: {last:#?}");
}
