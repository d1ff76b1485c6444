//! One story on each engine: what moves, what does not, what is set aside.

use dynadesk_shared::api::conversations::{MessageSend, MessageSent};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::relay::{HindranceKind, RelayAsideId, RelayRetried, RelaySet, RelayView};
use dynadesk_shared::api::tables::TableCreate;
use dynadesk_shared::{Item, Key};

use super::{TABLE, group_row, message, rows_of, set, table, until, view};
use crate::engine_story::at;
use crate::support::ministack::Ministack;
use crate::support::{LOCAL, TestApp};

#[tokio::test]
async fn on_the_embedded_engine() {
    story(&TestApp::new().await, LOCAL).await;
}

#[tokio::test]
async fn on_ministack() {
    let peer = Ministack::start().await;
    let app = at(&peer.url).await;
    story(&app, "peer").await;
}

#[tokio::test]
async fn an_engine_that_is_gone_is_waited_for() {
    let peer = Ministack::start().await;
    let app = at(&peer.url).await;
    let create = TableCreate {
        request: table(Some("NEW_IMAGE")),
        ttl_attribute: None,
    };
    app.post(&paths::fill(paths::TABLES, &["peer"]), &create)
        .await
        .json::<serde_json::Value>();
    app.state.relays.start();
    set(&app, "peer", true).await;
    until(&app, "peer", "the first look", |view| {
        view.shards.iter().any(|shard| shard.progress.caught_up)
    })
    .await;
    drop(peer);
    let seen = until(&app, "peer", "the trouble", |view| {
        view.shards.iter().any(|shard| shard.progress.problem.is_some())
    })
    .await;
    assert_eq!(seen.hindrance.unwrap().kind, HindranceKind::Waiting);
    assert!(seen.error.unwrap().message.contains("could not be reached"));
    app.state.stopping.cancel();
    app.state.relays.stopped().await;
}

fn key_of(item: &Item) -> Key {
    Key(["pk", "sk"].map(|name| (name.to_owned(), item[name].clone())).into())
}

async fn story(app: &TestApp, connection: &str) {
    let engine = app.state.connections.get(connection).unwrap().engine.clone();
    let create = TableCreate {
        request: table(Some("NEW_AND_OLD_IMAGES")),
        ttl_attribute: None,
    };
    app.post(&paths::fill(paths::TABLES, &[connection]), &create)
        .await
        .json::<serde_json::Value>();
    let put = async |item: &Item| {
        engine.put(TABLE, item, None).await.unwrap();
    };
    // A row of each, and one that an earlier race left twice; a message from before the relay.
    for item in [
        group_row("ann", "bob", "g", "2023-03-01T10:00:00"),
        group_row("bob", "ann", "g", "2023-03-01T10:00:00+00:00"),
        group_row("bob", "ann", "g", "2023-02-01T10:00:00"),
        message("ann", "g", "2023-03-02T10:00:00", "from before"),
    ] {
        put(&item).await;
    }
    app.state.relays.start();
    assert!(!view(app, connection).await.on);
    let on = set(app, connection, true).await;
    assert!(on.on && on.hindrance.is_none() && on.changed_at.is_some());
    let moved = |count: u64| move |view: &RelayView| view.shards.iter().map(|shard| shard.progress.moved).sum::<u64>() >= count;
    let messages = |count: u64| move |view: &RelayView| view.shards.iter().map(|shard| shard.progress.messages).sum::<u64>() >= count;
    until(app, connection, "the first move", moved(3)).await;
    let expected = vec![("2023-03-02T10:00:00".to_owned(), "from before".to_owned())];
    assert_eq!(rows_of(&engine, "ann").await, expected);
    assert_eq!(rows_of(&engine, "bob").await, expected, "the duplicate is gone");

    // Later by time although earlier as text; an older one afterwards; changes and removals.
    let newest = message("bob", "g", "2023-03-05T01:00:00+02:00", "newest");
    put(&newest).await;
    let older = message("ann", "g", "2023-03-04T22:30:00", "older");
    put(&older).await;
    let mut changed = message("ann", "g", "2023-03-02T10:00:00", "changed");
    changed.insert("pk".to_owned(), older["pk"].clone());
    put(&changed).await;
    engine.delete_row(TABLE, &key_of(&changed), None).await.unwrap();
    // Malformed, and one whose conversation nobody has: neither holds up what comes next.
    put(&message("ann", "g", "some day", "no time")).await;
    put(&message("eve", "nowhere", "2023-03-06T10:00:00", "lost")).await;
    put(&message("bob", "g", "2023-03-07T10:00:00", "after the poison")).await;
    let seen = until(app, connection, "both set aside", |view| view.aside.len() == 2 && messages(6)(view)).await;
    let expected = vec![("2023-03-07T10:00:00".to_owned(), "after the poison".to_owned())];
    assert_eq!(rows_of(&engine, "ann").await, expected);
    assert_eq!(rows_of(&engine, "bob").await, expected);
    let find = |code: &str| seen.aside.iter().find(|aside| aside.code == code).unwrap().clone();
    let (malformed, lost) = (find("malformed_message"), find("group_rows_not_found"));
    assert!(malformed.reason.contains("\"some day\" is no ISO time"), "{}", malformed.reason);
    assert_eq!(lost.item.as_ref().and_then(|item| item["message"].as_s()), Some("lost"));

    // Retried in vain, then with the row that was missing, then gone; and one dismissed.
    let retry = paths::fill(paths::RELAY_RETRY, &[connection, TABLE]);
    let asked = RelayAsideId { id: lost.id.clone() };
    app.post(&retry, &asked).await.refused(404, "group_rows_not_found");
    let again = view(app, connection).await;
    assert_eq!(again.aside.iter().find(|aside| aside.id == lost.id).unwrap().retries, 1);
    put(&group_row("eve", "zoe", "nowhere", "2023-01-01T10:00:00")).await;
    let retried: RelayRetried = app.post(&retry, &asked).await.json();
    assert_eq!(retried.moved, 2, "hers moves, and the other person gets one");
    assert_eq!(rows_of(&engine, "eve").await[0].1, "lost");
    assert_eq!(rows_of(&engine, "zoe").await[0].1, "lost");
    app.post(&retry, &asked).await.refused(404, "aside_not_found");
    let asked = RelayAsideId { id: malformed.id };
    let rest: RelayView = app
        .post(&paths::fill(paths::RELAY_DISMISS, &[connection, TABLE]), &asked)
        .await
        .json();
    assert_eq!(rest.aside, []);

    // What is sent through Dynadesk moves its rows itself: the relay finds nothing to do.
    let before = view(app, connection).await;
    let moved_before: u64 = before.shards.iter().map(|shard| shard.progress.moved).sum();
    let send = MessageSend {
        group: "g".to_owned(),
        sender: "id-ann".to_owned(),
        text: "through Dynadesk".to_owned(),
    };
    let sent: MessageSent = app
        .post(&paths::fill(paths::MESSAGE_SEND, &[connection, TABLE]), &send)
        .await
        .json();
    let after = until(app, connection, "the sent message", messages(7)).await;
    assert_eq!(after.shards.iter().map(|shard| shard.progress.moved).sum::<u64>(), moved_before);
    assert_eq!(rows_of(&engine, "ann").await[0].0, sent.message.sk);

    // Off, nothing moves; on again, it goes on where it was.
    set(app, connection, false).await;
    until(app, connection, "the shards let go of", |view| {
        view.shards.iter().all(|shard| shard.owner.is_none())
    })
    .await;
    put(&message("bob", "g", "2099-01-01T10:00:00", "while off")).await;
    assert_eq!(rows_of(&engine, "ann").await[0].0, sent.message.sk);
    set(app, connection, true).await;
    let end = until(app, connection, "what was missed", messages(8)).await;
    assert_eq!(
        rows_of(&engine, "ann").await,
        [("2099-01-01T10:00:00".to_owned(), "while off".to_owned())]
    );
    assert_eq!(end.aside, []);
    app.state.stopping.cancel();
    app.state.relays.stopped().await;
}

#[tokio::test]
async fn without_what_it_needs_it_says_why() {
    let app = TestApp::new().await;
    let put = |on| (paths::fill(paths::RELAY, &[LOCAL, TABLE]), RelaySet { on, confirm: None });
    app.create_table(table(None)).await;
    let seen = view(&app, LOCAL).await;
    assert_eq!(seen.hindrance.unwrap().kind, HindranceKind::Stream);
    let (path, body) = put(true);
    let refused = app.put(&path, &body).await.refused(409, "relay_impossible");
    assert!(refused.message.contains("no stream"), "{}", refused.message);

    let app = TestApp::new().await;
    app.create_table(table(Some("KEYS_ONLY"))).await;
    let why = view(&app, LOCAL).await.hindrance.unwrap();
    assert!(why.kind == HindranceKind::Stream && why.why.contains("KEYS_ONLY"), "{why:?}");

    let app = TestApp::new().await;
    let refused = app.put(&path, &body).await.refused(409, "relay_impossible");
    assert!(refused.message.contains("there is no table"), "{}", refused.message);
}
