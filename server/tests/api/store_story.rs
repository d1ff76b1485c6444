//! Dynadesk's own store on every implementation: one story of writes, runs, saved queries and
//! preferences; servers that share it; and the console when it is lost.

use dynadesk_server::config::{Place, StoreConfig};
use dynadesk_server::store::NewWrite;
use dynadesk_shared::api::history::{RunView, RunsPage, SavedList, SavedView, WriteKind, WriteState, WriteView, WritesPage};
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::store::{Preferences, StoreStatus};
use dynadesk_shared::api::tables::TableNames;
use dynadesk_shared::size::{MAX_ITEM_BYTES, item_bytes};
use dynadesk_shared::{AttributeValue, Item, Key};
use serde_json::json;
use tempfile::TempDir;

use crate::support::ministack::Ministack;
use crate::support::{LOCAL, TestApp, endpoint, fill as fill_one, pk_sk_table};

const DAY: i64 = 86_400_000_000;

#[tokio::test]
async fn embedded_in_memory() {
    let app = TestApp::new().await;
    story(&app).await;
    let status: StoreStatus = app.get(paths::STORE).await.json();
    assert_eq!((status.available, status.place.as_str()), (true, "embedded engine (memory)"));
    let names: TableNames = app.get(&paths::fill(paths::TABLES, &[LOCAL])).await.json();
    assert_eq!(names.names, [""; 0], "the store is not among the operator's tables");
}

#[tokio::test]
async fn embedded_in_a_file_and_after_a_restart() {
    let data = TempDir::new().unwrap();
    let app = in_file(&data).await;
    story(&app).await;
    let before: WritesPage = app.get(&paths::fill(paths::WRITES, &[LOCAL])).await.json();
    drop(app);
    let app = in_file(&data).await;
    assert_eq!(app.get(&paths::fill(paths::WRITES, &[LOCAL])).await.json::<WritesPage>(), before);
    let view = get(&app, &before.writes[0].id).await;
    assert_eq!(view.after, Some(all_types("a", 1)));
    assert_eq!(view.summary.state, WriteState::Failed);
    let status: StoreStatus = app.get(paths::STORE).await.json();
    assert!(status.place.contains("store.db"), "{status:?}");
}

#[tokio::test]
async fn two_servers_share_a_store_on_ministack() {
    let peer = Ministack::start().await;
    let (one, two) = (shared(&peer.url).await, shared(&peer.url).await);
    // Both need the table at the same moment, and neither has it.
    let (first, second) = tokio::join!(one.get(paths::STORE), two.get(paths::STORE));
    for status in [first.json::<StoreStatus>(), second.json::<StoreStatus>()] {
        assert!(status.available && status.place == "table dynadesk on peer", "{status:?}");
    }
    story(&one).await;
    let saw: WritesPage = one.get(&paths::fill(paths::WRITES, &[LOCAL])).await.json();
    assert_eq!(two.get(&paths::fill(paths::WRITES, &[LOCAL])).await.json::<WritesPage>(), saw);
    two.post(&paths::fill(paths::SAVED, &[LOCAL]), &json!({"name": "kept", "run": run("other")}))
        .await
        .refused(409, "name_taken");

    // The table is dropped under their feet: nothing else stops, and it is made again.
    one.delete(&paths::fill(paths::TABLE, &["peer", "dynadesk"]), &json!({"confirm": "dynadesk"}))
        .await
        .json::<serde_json::Value>();
    let empty: WritesPage = two.get(&paths::fill(paths::WRITES, &[LOCAL])).await.json();
    assert_eq!(empty.writes, []);
    story(&two).await;

    // The engine stops: what is not the store's goes on, and the store says why it does not.
    drop(peer);
    let error = one
        .get(&paths::fill(paths::WRITES, &[LOCAL]))
        .await
        .refused(503, "store_unavailable");
    assert!(error.message.contains("could not be reached"), "{}", error.message);
    let status: StoreStatus = one.get(paths::STORE).await.json();
    assert!(!status.available && status.problem.unwrap().contains("history and undo are not available"));
    one.create_table(pk_sk_table("still-here")).await;
    let page: ItemsPage = one
        .post(&paths::fill(paths::ITEMS_SCAN, &[LOCAL, "still-here"]), &json!({"limit": 10}))
        .await
        .json();
    assert_eq!(page.items, []);
}

#[tokio::test]
async fn a_store_whose_connection_is_read_only_or_whose_table_is_somebody_elses_is_off() {
    let app = TestApp::with(|config| {
        config.connections[0].read_only = true;
        config.store = on(LOCAL, "dynadesk");
    })
    .await;
    let status: StoreStatus = app.get(paths::STORE).await.json();
    assert!(!status.available && status.problem.unwrap().contains("is read-only"));
    app.get(paths::PREFERENCES).await.refused(503, "store_unavailable");

    let app = TestApp::with(|config| config.store = on(LOCAL, "orders")).await;
    app.create_table(pk_sk_table("orders")).await;
    let status: StoreStatus = app.get(paths::STORE).await.json();
    assert!(!status.available && status.problem.unwrap().contains("other keys"));
    // As soon as the operator has made room, the store is there.
    app.delete(&paths::fill(paths::TABLE, &[LOCAL, "orders"]), &json!({"confirm": "orders"}))
        .await
        .json::<serde_json::Value>();
    let status: StoreStatus = app.get(paths::STORE).await.json();
    assert!(status.available, "{status:?}");
}

pub async fn in_file(data: &TempDir) -> TestApp {
    TestApp::with(|config| {
        config.data_dir = data.path().to_owned();
        let file = Some(data.path().join("embedded.db"));
        config.connections[0].place = Place::Embedded { file };
    })
    .await
}

/// A server whose tables are in its own memory and whose store is on the peer.
pub async fn shared(url: &str) -> TestApp {
    TestApp::with(|config| {
        config.connections.push(endpoint("peer", url));
        config.store = on("peer", "dynadesk");
    })
    .await
}

fn on(connection: &str, table: &str) -> Option<StoreConfig> {
    Some(StoreConfig {
        connection: connection.to_owned(),
        table: table.to_owned(),
    })
}

fn all_types(pk: &str, number: usize) -> Item {
    serde_json::from_value(json!({
        "pk": {"S": pk}, "sk": {"S": "#/,%\" 👋\u{0}"}, "number": {"N": number.to_string()},
        "n": {"N": "12345678901234567890123456789012345678"}, "spelled": {"N": "1.50"},
        "b": {"B": "AP+A"}, "yes": {"BOOL": true}, "nothing": {"NULL": true}, "empty": {"S": ""},
        "l": {"L": [{"N": "1E-130"}, {"L": []}, {"M": {}}]}, "m": {"M": {"": {"S": ""}}},
        "ss": {"SS": ["b", "a"]}, "ns": {"NS": ["2.50", "1"]}, "bs": {"BS": ["AQ==", ""]},
    }))
    .unwrap()
}

fn key(pk: &str) -> Key {
    Key(all_types(pk, 0)
        .into_iter()
        .filter(|(name, _)| name == "pk" || name == "sk")
        .collect())
}

fn new(table: &str, kind: WriteKind, before: Option<Item>, after: Option<Item>) -> NewWrite {
    NewWrite {
        connection: LOCAL.to_owned(),
        table: table.to_owned(),
        key: key("a"),
        kind,
        group: "together".to_owned(),
        grouped: false,
        before,
        after,
    }
}

fn run(table: &str) -> serde_json::Value {
    json!({"items": {"table": table, "query": "pk=S:a%23", "title": "Query pk = \"a#\""}})
}

async fn get(app: &TestApp, id: &str) -> WriteView {
    app.get(&paths::fill(paths::WRITE, &[LOCAL, id])).await.json()
}

/// Leaves one write of table `letters` as the newest, and one saved query `kept`.
async fn story(app: &TestApp) {
    let began = dynadesk_server::clock::Clock::system().now();
    let clock = &app.state.clock;
    clock.set(began);
    writes(app).await;
    runs(app).await;
    saved(app).await;
    preferences(app).await;

    // After a week the writes are over, after a month the runs, although the engine has them still.
    clock.set(began + 7 * DAY + 2_000_000);
    let page: WritesPage = app.get(&paths::fill(paths::WRITES, &[LOCAL])).await.json();
    assert_eq!(page.writes, []);
    let runs: RunsPage = app.get(&paths::fill(paths::RUNS, &[LOCAL])).await.json();
    assert_eq!(runs.runs.len(), 2);
    clock.set(began + 30 * DAY + 2_000_000);
    let runs: RunsPage = app.get(&paths::fill(paths::RUNS, &[LOCAL])).await.json();
    assert_eq!(runs.runs, []);
    let kept: SavedList = app.get(&paths::fill(paths::SAVED, &[LOCAL])).await.json();
    assert_eq!(kept.saved.len(), 1, "a name stays until somebody deletes it");
    clock.set(began);
}

async fn writes(app: &TestApp) {
    let writes = app.state.store.writes();
    let list = async |query: &str| -> WritesPage { app.get(&format!("{}{query}", paths::fill(paths::WRITES, &[LOCAL]))).await.json() };

    // Written down before it is done, finished after; the images come back to the byte.
    let (old, now) = (all_types("a", 1), all_types("a", 2));
    let id = writes
        .begin(new("numbers", WriteKind::Edit, Some(old.clone()), Some(now.clone())))
        .await
        .unwrap();
    let begun = get(app, &id).await;
    assert_eq!((begun.before, begun.after), (Some(old.clone()), Some(now)));
    let summary = begun.summary;
    assert_eq!(
        (summary.state, summary.kind, summary.operator.as_str()),
        (WriteState::Begun, WriteKind::Edit, "local")
    );
    assert_eq!(
        (summary.changed, summary.key, summary.table.as_str()),
        (vec!["number".to_owned()], key("a"), "numbers")
    );
    // The engine made something else of it than was expected.
    let found = all_types("a", 3);
    writes.finish(LOCAL, &id, WriteState::Done, Some(found.clone())).await.unwrap();
    let done = get(app, &id).await;
    assert_eq!(
        (done.summary.state, done.before, done.after),
        (WriteState::Done, Some(old), Some(found))
    );

    // It is undone once.
    writes.mark_undone(LOCAL, &id).await.unwrap();
    assert_eq!(get(app, &id).await.summary.state, WriteState::Undone);
    assert_eq!(writes.mark_undone(LOCAL, &id).await.unwrap_err().code, "write_undone");

    // Two images of the largest item there is, which nothing can make smaller.
    let noise: Vec<u8> = std::iter::repeat_with(uuid_bytes).take(25_500).flatten().collect();
    let large: Item = [
        ("pk".to_owned(), AttributeValue::S("a".to_owned())),
        ("noise".to_owned(), AttributeValue::B(noise)),
    ]
    .into();
    assert!((400_000..MAX_ITEM_BYTES).contains(&item_bytes(&large)), "{}", item_bytes(&large));
    let mut other = large.clone();
    other.insert("more".to_owned(), AttributeValue::Null);
    let id = writes
        .begin(new("large", WriteKind::Replace, Some(large.clone()), Some(other.clone())))
        .await
        .unwrap();
    let view = get(app, &id).await;
    assert!(view.before == Some(large) && view.after == Some(other), "every byte of both");

    // Many at once, listed by table in pages, the newest first.
    let many: Vec<_> = (0..120)
        .map(|number| new("letters", WriteKind::Create, None, Some(all_types("a", number))))
        .collect();
    let ids = writes.begin_many(&many).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("?table=letters{after}")).await;
        seen.extend(page.writes.into_iter().map(|write| write.id));
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert!(seen.iter().rev().eq(&ids), "all of one table, newest first");
    let newest = list("").await;
    assert_eq!((newest.writes.len(), newest.writes[0].id.as_str()), (50, ids[119].as_str()));
    assert_eq!(newest.writes[0].changed.len(), 14, "all that was created");

    app.get(&paths::fill(paths::WRITE, &[LOCAL, "nothing"]))
        .await
        .refused(404, "write_not_found");
    app.get(&format!("{}?after=x", paths::fill(paths::WRITES, &[LOCAL])))
        .await
        .refused(400, "cursor_invalid");
    app.get(&format!("{}?before=x", paths::fill(paths::WRITES, &[LOCAL])))
        .await
        .refused(400, "invalid_query");
    let unknown = writes.finish(LOCAL, &"0".repeat(26), WriteState::Done, None).await;
    assert_eq!(unknown.unwrap_err().code, "write_not_found");

    let last = writes
        .begin(new("letters", WriteKind::Delete, None, Some(all_types("a", 1))))
        .await
        .unwrap();
    writes.finish(LOCAL, &last, WriteState::Failed, None).await.unwrap();
}

fn uuid_bytes() -> [u8; 16] {
    // The standard library's only source of chance.
    use std::hash::{BuildHasher, RandomState};
    let hash = || RandomState::new().hash_one(0).to_le_bytes();
    [hash(), hash()].concat().try_into().unwrap()
}

async fn runs(app: &TestApp) {
    let path = paths::fill(paths::RUNS, &[LOCAL]);
    let add = async |body: serde_json::Value| -> RunView { app.post(&path, &body).await.json() };
    let first = add(json!({"run": run("orders"), "result": "20 items, 0.5 RCU"})).await;
    let again = add(json!({"run": run("orders"), "result": "21 items"})).await;
    let statement = json!({"parti_ql": {"text": "SELECT * FROM \"orders\" WHERE pk = ?", "parameters": [{"S": "a"}]}});
    let other = add(json!({"run": statement})).await;
    let gone = add(json!({"run": run("gone")})).await;
    app.delete(&format!("{path}/{}", gone.id), &json!({})).await.json::<()>();
    let page: RunsPage = app.get(&path).await.json();
    assert_eq!(page.runs, [other, again]);
    assert_ne!(page.runs[1].id, first.id, "asked twice, kept once");
    let long = json!({"run": run("orders"), "result": "x".repeat(501)});
    app.post(&path, &long).await.refused(400, "invalid_run");
    let huge = json!({"run": {"parti_ql": {"text": "x".repeat(70_000)}}});
    app.post(&path, &huge).await.refused(400, "invalid_run");
    app.post(&path, &json!({"run": {"shell": {}}})).await.refused(400, "invalid_json");
}

async fn saved(app: &TestApp) {
    let path = paths::fill(paths::SAVED, &[LOCAL]);
    let save = async |name: &str, table: &str| app.post(&path, &json!({"name": name, "run": run(table)})).await;
    let late: SavedView = save("  Late orders ", "orders").await.json();
    assert_eq!(late.name, "Late orders");
    save("late ORDERS", "other").await.refused(409, "name_taken");
    for bad in ["", " ", &"x".repeat(101), "a\nb"] {
        let error = save(bad, "orders").await.refused(400, "invalid_name");
        assert_eq!(error.fields[0].field, "name");
    }
    let _: SavedView = save(&"é".repeat(100), "orders").await.json();

    let replace = json!({"name": "Late orders", "run": run("other"), "replace": late.id});
    let replaced: SavedView = app.post(&path, &replace).await.json();
    assert_eq!((&replaced.id, replaced.run == late.run), (&late.id, false));
    let rename = json!({"name": "kept", "run": replaced.run, "replace": late.id});
    let renamed: SavedView = app.post(&path, &rename).await.json();
    app.post(&path, &rename).await.refused(404, "saved_not_found");
    let taken = json!({"name": "é".repeat(100), "run": replaced.run, "replace": renamed.id});
    app.post(&path, &taken).await.refused(409, "name_taken");

    let list: SavedList = app.get(&path).await.json();
    assert_eq!(list.saved.len(), 2);
    assert_eq!(list.saved[0], renamed);
    let other = fill_one(&format!("{path}/{{}}"), &list.saved[1].id);
    app.delete(&other, &json!({})).await.json::<()>();
    app.delete(&other, &json!({})).await.refused(404, "saved_not_found");
    app.delete(&format!("{path}/nothing"), &json!({}))
        .await
        .refused(404, "saved_not_found");
}

async fn preferences(app: &TestApp) {
    let put = async |values: serde_json::Value| app.put(paths::PREFERENCES, &json!({"values": values})).await;
    put(json!({"theme": "dark", "widths": {"pk": 120}})).await.json::<Preferences>();
    let after: Preferences = put(json!({"density": "compact", "widths": null})).await.json();
    assert_eq!(json!(after.values), json!({"theme": "dark", "density": "compact"}));
    assert_eq!(app.get(paths::PREFERENCES).await.json::<Preferences>(), after);
    put(json!({"": 1})).await.refused(400, "invalid_preferences");
    put(json!({"x": "y".repeat(20_000)})).await.refused(400, "invalid_preferences");
    put(json!({"theme": null, "density": null})).await.json::<Preferences>();
}
