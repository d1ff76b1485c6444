//! Two servers on one store and one table: one works the shard, the other takes over without a gap.

use dynadesk_server::config::StoreConfig;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::tables::TableCreate;

use super::{TABLE, group_row, message, rows_of, set, table, until, view};
use crate::support::ministack::Ministack;
use crate::support::served::Served;
use crate::support::{LOCAL, TestApp, endpoint};

async fn server(url: &str) -> TestApp {
    let app = TestApp::with(|config| {
        config.connections.push(endpoint("peer", url));
        config.store = Some(StoreConfig {
            connection: "peer".to_owned(),
            table: "dynadesk".to_owned(),
        });
    })
    .await;
    app.state.clock.set(1_800_000_000_000_000);
    app.state.relays.start();
    app
}

#[tokio::test]
async fn another_server_takes_over_without_a_gap() {
    let peer = Ministack::start().await;
    let (one, two) = (server(&peer.url).await, server(&peer.url).await);
    let create = TableCreate {
        request: table(Some("NEW_IMAGE")),
        ttl_attribute: None,
    };
    one.post(&paths::fill(paths::TABLES, &["peer"]), &create)
        .await
        .json::<serde_json::Value>();
    let engine = one.state.connections.get("peer").unwrap().engine.clone();
    for item in [
        group_row("ann", "bob", "g", "2023-01-01T00:00:00"),
        group_row("bob", "ann", "g", "2023-01-01T00:00:00"),
    ] {
        engine.put(TABLE, &item, None).await.unwrap();
    }
    set(&one, "peer", true).await;
    engine
        .put(TABLE, &message("ann", "g", "2024-01-01T00:00:00", "first"), None)
        .await
        .unwrap();
    let owner = |view: &dynadesk_shared::api::relay::RelayView| view.shards.iter().find_map(|shard| shard.owner.clone());
    let first = until(&one, "peer", "the first message", |view| {
        view.shards.iter().any(|shard| shard.progress.moved >= 2)
    })
    .await;
    let (mine, holder) = (first.server.clone(), owner(&first).unwrap());
    let other = if mine == holder { &two } else { &one };
    let other_name = view(other, "peer").await.server;
    assert_ne!(holder, other_name);

    // For the other one the lease has run out: it takes the shard, and the first one is fenced off.
    other.state.clock.set(1_800_000_000_000_000 + 16_000_000);
    until(other, "peer", "the takeover", |view| owner(view).as_ref() == Some(&other_name)).await;
    engine
        .put(TABLE, &message("bob", "g", "2024-02-01T00:00:00", "second"), None)
        .await
        .unwrap();
    let end = until(other, "peer", "the second message", |view| {
        view.shards.iter().any(|shard| shard.progress.messages >= 2)
    })
    .await;
    let messages: u64 = end.shards.iter().map(|shard| shard.progress.messages).sum();
    assert_eq!(messages, 2, "nothing was read twice and nothing left out");
    assert_eq!(owner(&end).as_ref(), Some(&other_name));
    let expected = [("2024-02-01T00:00:00".to_owned(), "second".to_owned())];
    assert_eq!(
        (rows_of(&engine, "ann").await, rows_of(&engine, "bob").await),
        (expected.to_vec(), expected.to_vec())
    );

    for app in [&one, &two] {
        app.state.stopping.cancel();
        app.state.relays.stopped().await;
    }
}

#[tokio::test]
async fn tables_that_each_server_has_for_itself_have_relays_of_their_own() {
    let served = Served::start(None).await;
    let (one, two) = (server(&served.url).await, server(&served.url).await);
    for app in [&one, &two] {
        app.create_table(table(Some("NEW_IMAGE"))).await;
        let engine = app.state.connections.get(LOCAL).unwrap().engine.clone();
        for (of, with) in [("ann", "bob"), ("bob", "ann")] {
            let row = group_row(of, with, "g", "2023-01-01T00:00:00");
            engine.put(TABLE, &row, None).await.unwrap();
        }
        let said = message("ann", "g", "2024-01-01T00:00:00", "said");
        engine.put(TABLE, &said, None).await.unwrap();
    }
    set(&one, LOCAL, true).await;
    until(&one, LOCAL, "both rows", |view| {
        view.shards.iter().any(|shard| shard.progress.moved >= 2)
    })
    .await;
    assert!(!view(&two, LOCAL).await.on, "it is of the other server's table");
    // Where it worked the other one's table by now, turning it on would find nothing to do.
    set(&two, LOCAL, true).await;
    until(&two, LOCAL, "both rows", |view| {
        view.shards.iter().any(|shard| shard.progress.moved >= 2)
    })
    .await;
    set(&one, LOCAL, false).await;
    assert!(view(&two, LOCAL).await.on, "each is turned off for itself");
    for app in [&one, &two] {
        app.state.stopping.cancel();
        app.state.relays.stopped().await;
    }
}
