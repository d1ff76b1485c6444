//! Streams as browsers watch them, through the router.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::settings::SettingsChanged;
use dynadesk_shared::api::streams::{ChangeKind, StreamChange, StreamRecords, StreamSkipped, StreamState};
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::{AttributeValue, Item, token};
use serde_json::json;

use super::sse::Events;
use crate::support::ministack::Ministack;
use crate::support::stream_fake::{ARN, StreamFake, number};
use crate::support::{LOCAL, TestApp, endpoint, pk_sk_table};

const TABLE: &str = "watched";

fn item(pk: &str, value: &str) -> Item {
    [("pk", pk), ("sk", "1"), ("v", value)]
        .map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())))
        .into()
}

/// A table with its stream on.
async fn on(app: &TestApp, connection: &str) {
    let path = paths::fill(paths::TABLES, &[connection]);
    let create = json!({"request": pk_sk_table(TABLE)});
    assert_eq!(app.post(&path, &create).await.status, 200);
    let change = StreamChange {
        view_type: Some("NEW_AND_OLD_IMAGES".to_owned()),
        seen: None,
        confirm: None,
    };
    let sent: SettingsChanged = app.post(&paths::fill(paths::STREAM, &[connection, TABLE]), &change).await.json();
    let [sent] = &sent.exchanges[..] else { panic!("{sent:?}") };
    assert_eq!(sent.operation, "UpdateTable");
    assert_eq!(sent.request["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
}

async fn put(app: &TestApp, connection: &str, item: &Item) {
    let engine = &app.state.connections.get(connection).unwrap().engine;
    let values = dynadesk_server::engine::convert::item_to_sdk(item);
    engine
        .client()
        .put_item()
        .table_name(TABLE)
        .set_item(Some(values))
        .send()
        .await
        .unwrap();
}

async fn put_many(app: &TestApp, keys: impl Iterator<Item = String>) {
    for key in keys {
        put(app, LOCAL, &item(&key, "x")).await;
    }
}

#[tokio::test]
async fn a_stream_that_is_off_says_so() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table(TABLE)).await;
    app.get(&paths::fill(paths::STREAM_EVENTS, &[LOCAL, TABLE]))
        .await
        .refused(409, "stream_off");
    let path = paths::fill(paths::STREAM, &[LOCAL, TABLE]);
    app.post(&path, &json!({"view_type": "ALL"})).await.refused(400, "invalid_setting");
    let path = format!("{}?after=%25", paths::fill(paths::STREAM_EVENTS, &[LOCAL, TABLE]));
    on_existing(&app).await;
    app.get(&path).await.refused(400, "position_invalid");
    for position in [
        json!({"after": "1 OR 1"}),
        json!({"after": ""}),
        json!({"since": -1}),
        json!({"after": 7}),
    ] {
        let after = token::encode(&json!({"arn": "a", "positions": {"s1": position}}));
        let path = format!("{}?after={after}", paths::fill(paths::STREAM_EVENTS, &[LOCAL, TABLE]));
        app.get(&path).await.refused(400, "position_invalid");
    }
}

async fn on_existing(app: &TestApp) {
    let change = json!({"view_type": "KEYS_ONLY"});
    let _: SettingsChanged = app.post(&paths::fill(paths::STREAM, &[LOCAL, TABLE]), &change).await.json();
}

/// Every kind of change with its images, on any engine with streams.
async fn tells_everything(app: &TestApp, connection: &str) {
    on(app, connection).await;
    put(app, connection, &item("early", "0")).await;
    let mut live = Events::open(app, connection, TABLE, "", None).await;
    live.ready().await;
    put(app, connection, &item("a", "1")).await;
    put(app, connection, &item("a", "2")).await;
    let engine = &app.state.connections.get(connection).unwrap().engine;
    let key: Item = item("a", "").into_iter().filter(|(name, _)| name != "v").collect();
    let values = dynadesk_server::engine::convert::item_to_sdk(&key);
    engine
        .client()
        .delete_item()
        .table_name(TABLE)
        .set_key(Some(values))
        .send()
        .await
        .unwrap();
    let mut records = Vec::new();
    while records.len() < 3 {
        let page: StreamRecords = serde_json::from_str(&live.until("records").await).unwrap();
        records.extend(page.records);
    }
    let seen: Vec<_> = records
        .into_iter()
        .map(|record| {
            assert_eq!(record.key, key);
            assert!(!record.by_ttl && record.at.is_some());
            (record.kind, record.old, record.new)
        })
        .collect();
    let (first, second) = (Some(item("a", "1")), Some(item("a", "2")));
    assert_eq!(
        seen,
        [
            (ChangeKind::Insert, None, first.clone()),
            (ChangeKind::Modify, first, second.clone()),
            (ChangeKind::Remove, second, None),
        ]
    );
    let mut replay = Events::open(app, connection, TABLE, "?from=start", None).await;
    assert_eq!(replay.keys(4).await, ["early", "a", "a", "a"]);
}

#[tokio::test]
async fn the_embedded_engine_tells_every_change() {
    tells_everything(&TestApp::new().await, LOCAL).await;
}

#[tokio::test]
async fn ministack_tells_every_change() {
    let ministack = Ministack::start().await;
    let url = ministack.url.clone();
    let app = TestApp::with(move |config| {
        config.connections.push(endpoint("second", &url));
    })
    .await;
    tells_everything(&app, "second").await;
}

#[tokio::test]
async fn a_reconnect_loses_and_doubles_nothing() {
    let app = TestApp::new().await;
    on(&app, LOCAL).await;
    let mut watch = Events::open(&app, LOCAL, TABLE, "", None).await;
    watch.ready().await;
    let wanted: Vec<String> = (0..1_000).map(|at| format!("k{at:05}")).collect();
    let writes = put_many(&app, wanted.iter().cloned());
    let reads = async {
        let mut seen = Vec::new();
        while seen.len() < wanted.len() {
            seen.extend(watch.keys(1).await);
            // The connection breaks, again and again, while the writes go on.
            watch = Events::open(&app, LOCAL, TABLE, "", Some(&watch.last_id)).await;
        }
        seen
    };
    let ((), seen) = tokio::join!(writes, reads);
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn five_thousand_records_survive_a_reader_that_comes_and_goes() {
    let fake = StreamFake::start().await;
    let app = TestApp::with(|config| fake.connect(config)).await;
    fake.shard("s1", None);
    let all: Vec<String> = (0..5_000).map(|at| format!("k{at:05}")).collect();
    for half in all.chunks(500) {
        fake.write("s1", &half.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let mut watch = Events::open(&app, "fake", TABLE, "?from=start", None).await;
    let mut seen = Vec::new();
    while seen.len() < all.len() {
        seen.extend(watch.keys(1).await);
        watch = Events::open(&app, "fake", TABLE, "?from=start", Some(&watch.last_id)).await;
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_replay_that_the_engine_refuses_says_so_and_holds_nobody_up() {
    let fake = StreamFake::start().await;
    let app = TestApp::with(|config| fake.connect(config)).await;
    fake.shard("s1", None);
    fake.write("s1", &["a", "b"]);
    fake.poison(number(1));
    let place = token::encode(&json!({"arn": ARN, "positions": {"s1": {"after": number(1)}}}));
    let mut broken = Events::open(&app, "fake", TABLE, "", Some(&place)).await;
    loop {
        let state: StreamState = serde_json::from_str(&broken.until("state").await).unwrap();
        if state.trouble.is_some_and(|why| why.contains("Invalid SequenceNumber")) {
            break;
        }
    }
    let mut other = Events::open(&app, "fake", TABLE, "?from=start", None).await;
    assert_eq!(other.keys(2).await, ["a", "b"]);
    // It goes on by itself as soon as the engine takes it.
    fake.poison(String::new());
    assert_eq!(broken.keys(1).await, ["b"]);
}

#[tokio::test]
async fn twenty_watchers_have_one_reader() {
    let fake = StreamFake::start().await;
    let app = TestApp::with(|config| fake.connect(config)).await;
    fake.shard("s1", None);
    let mut watchers = Vec::new();
    for _ in 0..20 {
        let mut watch = Events::open(&app, "fake", TABLE, "", None).await;
        watch.ready().await;
        watchers.push(watch);
    }
    let before = fake.reads("s1");
    fake.write("s1", &["a", "b", "c"]);
    for watch in &mut watchers {
        assert_eq!(watch.keys(3).await, ["a", "b", "c"]);
    }
    let latest = fake.log().iter().filter(|line| line.ends_with("LATEST")).count();
    assert_eq!(latest, 1);
    assert!(fake.reads("s1") - before < 10, "{}", fake.reads("s1") - before);
}

#[tokio::test]
async fn a_slow_browser_is_told_what_it_missed() {
    let app = TestApp::new().await;
    on(&app, LOCAL).await;
    let mut slow = Events::open(&app, LOCAL, TABLE, "", None).await;
    slow.ready().await;
    let mut quick = Events::open(&app, LOCAL, TABLE, "", None).await;
    quick.ready().await;
    // Forty records of 300 KB do not fit into the hub's eight megabytes.
    let large = "x".repeat(300 * 1024);
    // In four parts, each seen before the next: the hub keeps its newest batch however large it is.
    for part in 0..4 {
        for at in 0..10 {
            put(&app, LOCAL, &item(&format!("k{part}{at}"), &large)).await;
        }
        assert_eq!(quick.keys(10).await.len(), 10);
    }
    let mut skipped = 0;
    let mut got = 0;
    while got + skipped < 40 {
        let event = slow.next().await.unwrap();
        match event.name.as_str() {
            "skipped" => skipped += serde_json::from_str::<StreamSkipped>(&event.data).unwrap().records,
            "records" => got += serde_json::from_str::<StreamRecords>(&event.data).unwrap().records.len() as u64,
            _ => {}
        }
    }
    assert!(skipped > 0);
    assert_eq!(got + skipped, 40);
}

#[tokio::test]
async fn a_stream_of_production_is_turned_on_by_the_name_of_its_table() {
    let app = TestApp::with(|config| config.connections[0].production = true).await;
    app.create_table(pk_sk_table(TABLE)).await;
    let path = paths::fill(paths::STREAM, &[LOCAL, TABLE]);
    let wanted = json!({"view_type": "NEW_IMAGE"});
    app.post(&path, &wanted).await.refused(409, "confirmation_needed");
    app.get(&paths::fill(paths::STREAM_EVENTS, &[LOCAL, TABLE]))
        .await
        .refused(409, "stream_off");
    let wanted = json!({"view_type": "NEW_IMAGE", "confirm": TABLE});
    let _: SettingsChanged = app.post(&path, &wanted).await.json();
}

#[tokio::test]
async fn records_say_how_late_they_come() {
    let app = TestApp::new().await;
    on(&app, LOCAL).await;
    put(&app, LOCAL, &item("a", "1")).await;
    let written = app.state.clock.now();
    app.state.clock.set(written + 5_000_000);
    let mut watch = Events::open(&app, LOCAL, TABLE, "?from=start", None).await;
    let records: StreamRecords = serde_json::from_str(&watch.until("records").await).unwrap();
    let lag = records.lag_ms.unwrap();
    assert!((5_000..=15_000).contains(&lag), "{lag}");
}

#[tokio::test]
async fn the_watch_ends_with_the_stream_and_goes_on_in_the_next() {
    let app = TestApp::new().await;
    on(&app, LOCAL).await;
    let mut watch = Events::open(&app, LOCAL, TABLE, "", None).await;
    watch.ready().await;
    put(&app, LOCAL, &item("old", "1")).await;
    assert_eq!(watch.keys(1).await, ["old"]);
    let path = paths::fill(paths::STREAM, &[LOCAL, TABLE]);
    let view: TableView = app.get(&paths::fill(paths::TABLE, &[LOCAL, TABLE])).await.json();
    let seen = view.stream_arn.unwrap();
    // Whoever saw no stream, or another one, changes none.
    for seen in [json!(null), json!(format!("{seen}0"))] {
        let stale = json!({"seen": seen, "confirm": TABLE});
        app.post(&path, &stale).await.refused(409, "settings_changed");
    }
    app.post(&path, &json!({"seen": seen})).await.refused(409, "confirmation_needed");
    app.post(&path, &json!({"seen": seen, "confirm": "another"}))
        .await
        .refused(400, "confirmation_mismatch");
    let _: SettingsChanged = app.post(&path, &json!({"seen": seen, "confirm": TABLE})).await.json();
    watch.until("end").await;
    assert!(watch.next().await.is_none());
    let view: TableView = app.get(&paths::fill(paths::TABLE, &[LOCAL, TABLE])).await.json();
    assert_eq!(view.stream_arn, None);
    on_existing(&app).await;
    put(&app, LOCAL, &item("new", "1")).await;
    let mut next = Events::open(&app, LOCAL, TABLE, "", Some(&watch.last_id)).await;
    assert_eq!(next.keys(1).await, ["new"]);
}
