//! `/api/c/{connection}/tables/{table}/conversations`.

mod group_rows;

use std::collections::BTreeMap;

use dynadesk_shared::api::conversations::{
    ConversationStart, ConversationView, ConversationsPage, ConversationsRequest, MessageSend, MessageSent, MessageView, MessagesPage,
    MessagesRequest, UserRef, UsersPage, UsersRequest,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::SeedSource;
use dynadesk_shared::api::tables::CreateTable;
use dynadesk_shared::{Item, cruddur, time};
use serde_json::json;

use crate::seed::all_items;
use crate::support::seed::{request, seed, write_items};
use crate::support::{LOCAL, TestApp, pk_sk_table};

fn path(pattern: &str) -> String {
    paths::fill(pattern, &[LOCAL, "notes"])
}

/// A Cruddur table with or without its index by conversation.
fn table(index: bool) -> CreateTable {
    let mut table = serde_json::to_value(pk_sk_table("notes")).unwrap();
    if index {
        table["AttributeDefinitions"]
            .as_array_mut()
            .unwrap()
            .push(json!({"AttributeName": "message_group_uuid", "AttributeType": "S"}));
        table["GlobalSecondaryIndexes"] = json!([{
            "IndexName": cruddur::GROUP_INDEX, "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "message_group_uuid", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        }]);
    }
    serde_json::from_value(table).unwrap()
}

async fn app(index: bool) -> TestApp {
    let app = TestApp::new().await;
    app.create_table(table(index)).await;
    app.state.clock.set(time::parse_iso("2026-06-02T12:00:00").unwrap());
    app
}

fn user(name: &str) -> UserRef {
    UserRef {
        uuid: format!("id-{name}"),
        display_name: format!("{name} Full"),
        handle: name.to_owned(),
    }
}

fn group_row(owner: &str, with: &str, group: &str, sk: &str, text: &str) -> Item {
    cruddur::group_item(&ConversationView {
        group: group.to_owned(),
        owner: format!("id-{owner}"),
        with: user(with),
        last_message: text.to_owned(),
        sk: sk.to_owned(),
        at_micros: None,
    })
}

fn message(from: &str, group: &str, sk: &str, text: &str) -> Item {
    cruddur::message_item(&MessageView {
        message_uuid: format!("id-of-{text}"),
        group: group.to_owned(),
        from: user(from),
        text: text.to_owned(),
        sk: sk.to_owned(),
        at_micros: None,
    })
}

async fn conversations(app: &TestApp, user: &str) -> Vec<ConversationView> {
    let asked = ConversationsRequest {
        user: user.to_owned(),
        ..ConversationsRequest::default()
    };
    let page: ConversationsPage = app.post(&path(paths::CONVERSATIONS), &asked).await.json();
    page.conversations
}

async fn messages(app: &TestApp, group: &str) -> Vec<MessageView> {
    let asked = MessagesRequest {
        group: group.to_owned(),
        cursor: None,
    };
    let page: MessagesPage = app.post(&path(paths::MESSAGES), &asked).await.json();
    page.messages
}

fn send(group: &str, sender: &str, text: &str) -> MessageSend {
    MessageSend {
        group: group.to_owned(),
        sender: format!("id-{sender}"),
        text: text.to_owned(),
    }
}

#[tokio::test]
async fn the_sample_is_read_from_users_to_messages() {
    let app = app(false).await;
    seed(&app, "notes", &request(SeedSource::Sample)).await;
    let page: UsersPage = app.post(&path(paths::USERS), &UsersRequest::default()).await.json();
    assert_eq!((page.users.len(), page.next), (5, None));
    assert!(page.exchange.consumed.is_some());
    let by_handle: BTreeMap<_, _> = page.users.iter().map(|found| (found.user.handle.as_str(), found)).collect();
    let mira = by_handle["mira"];
    assert_eq!((mira.user.display_name.as_str(), mira.conversations), ("Mira Okafor", 2));
    assert!(mira.messages > 50);

    let list = conversations(&app, &mira.user.uuid).await;
    assert_eq!(
        list.iter().map(|one| one.with.handle.as_str()).collect::<Vec<_>>(),
        ["hana", "jonas"]
    );
    assert!(list.windows(2).all(|pair| pair[0].at_micros >= pair[1].at_micros));

    let mut asked = MessagesRequest {
        group: list[0].group.clone(),
        cursor: None,
    };
    let (mut all, mut pages) = (Vec::<MessageView>::new(), 0);
    loop {
        let page: MessagesPage = app.post(&path(paths::MESSAGES), &asked).await.json();
        assert!(page.messages.len() <= 20);
        pages += 1;
        all.splice(0..0, page.messages);
        asked.cursor = page.next;
        if asked.cursor.is_none() {
            break;
        }
    }
    assert!(pages >= 4);
    assert!(
        all.windows(2).all(|pair| pair[0].at_micros < pair[1].at_micros),
        "oldest first over all pages"
    );
    assert_eq!(all.last().map(|last| last.text.as_str()), Some(list[0].last_message.as_str()));

    let other = MessagesRequest {
        group: "another".to_owned(),
        cursor: {
            let page: MessagesPage = app
                .post(
                    &path(paths::MESSAGES),
                    &MessagesRequest {
                        cursor: None,
                        ..asked.clone()
                    },
                )
                .await
                .json();
            page.next
        },
    };
    app.post(&path(paths::MESSAGES), &other).await.refused(400, "cursor_mismatch");
}

#[tokio::test]
async fn time_orders_and_not_its_spelling() {
    let app = app(false).await;
    let rows = [
        message("ann", "g", "2025-03-01T10:00:00.500000", "third"),
        message("bob", "g", "2025-03-01T12:00:00.100000+02:00", "second"),
        message("ann", "g", "2025-03-01T10:00:00+00:00", "first"),
        message("bob", "g", "2025-03-01 10:00:01Z", "fourth"),
        message("bob", "g", "not a time", "oldest"),
    ];
    write_items(&app, "notes", &rows).await;
    let texts: Vec<_> = messages(&app, "g").await.into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["oldest", "first", "second", "third", "fourth"]);
}

#[tokio::test]
async fn a_range_holds_every_spelling_of_its_instants_and_no_year_is_special() {
    let app = app(false).await;
    let rows = [
        group_row("ann", "bob", "g1", "2024-12-31T23:59:59.999999", "before"),
        group_row("ann", "cho", "g2", "2025-01-01T00:00:00+00:00", "at the start"),
        group_row("ann", "dan", "g3", "2025-01-01T01:30:00+02:00", "still 2024 in UTC"),
        group_row("ann", "eve", "g4", "2025-12-31T23:30:00-01:00", "already 2026 in UTC"),
        group_row("ann", "fay", "g5", "2025-12-31T23:59:59", "at the end"),
        group_row("ann", "gil", "g6", "2026-01-01T00:00:00", "after"),
    ];
    write_items(&app, "notes", &rows).await;
    let asked = ConversationsRequest {
        user: "id-ann".to_owned(),
        from_micros: time::parse_iso("2025-01-01T00:00:00"),
        to_micros: time::parse_iso("2026-01-01T00:00:00"),
        cursor: None,
    };
    let page: ConversationsPage = app.post(&path(paths::CONVERSATIONS), &asked).await.json();
    let texts: Vec<_> = page.conversations.iter().map(|row| row.last_message.as_str()).collect();
    assert_eq!(texts, ["at the end", "at the start"]);
    let whole: Vec<_> = conversations(&app, "id-ann").await;
    assert_eq!(whole.len(), 6);
    assert_eq!(whole[0].last_message, "already 2026 in UTC");
}

#[tokio::test]
async fn a_message_appears_and_both_lists_reorder() {
    for index in [false, true] {
        let app = app(index).await;
        write_items(
            &app,
            "notes",
            &[
                message("ann", "g1", "2025-01-01T10:00:00.000000", "old"),
                group_row("ann", "bob", "g1", "2025-01-01T10:00:00.000000", "old"),
                group_row("bob", "ann", "g1", "2025-01-01T10:00:00.000000", "old"),
                group_row("ann", "cho", "g2", "2025-02-01T10:00:00.000000", "newer"),
            ],
        )
        .await;
        let sent: MessageSent = app.post(&path(paths::MESSAGE_SEND), &send("g1", "bob", "hello <b>")).await.json();
        assert!(sent.existing);
        assert_eq!(sent.message.from, user("bob"));
        assert_eq!(sent.message.sk, "2026-06-02T12:00:00.000000+00:00");
        assert_eq!(sent.exchange.operation, "TransactWriteItems");
        assert_eq!(messages(&app, "g1").await.last(), Some(&sent.message));
        let list = conversations(&app, "id-ann").await;
        assert_eq!(list.iter().map(|row| row.group.as_str()).collect::<Vec<_>>(), ["g1", "g2"]);
        assert_eq!((list[0].last_message.as_str(), &list[0].with), ("hello <b>", &user("bob")));
        let other = conversations(&app, "id-bob").await;
        assert_eq!((other.len(), &other[0].sk, &other[0].with), (1, &sent.message.sk, &user("ann")));
    }
}

#[tokio::test]
async fn many_at_once_leave_one_row_each_and_every_message() {
    let app = app(false).await;
    let begin = ConversationStart {
        from: user("ann"),
        to: user("bob"),
        text: "begin".to_owned(),
    };
    let started: MessageSent = app.post(&path(paths::CONVERSATION_START), &begin).await.json();
    let group = started.message.group;
    let (url, first, second) = (path(paths::MESSAGE_SEND), send(&group, "ann", "a"), send(&group, "bob", "b"));
    let (one, two) = tokio::join!(app.post(&url, &first), app.post(&url, &second));
    assert_eq!((one.status, two.status), (200, 200), "{} {}", one.text(), two.text());
    assert_eq!(messages(&app, &group).await.len(), 3);
    for owner in ["id-ann", "id-bob"] {
        assert_eq!(conversations(&app, owner).await.len(), 1);
    }
}

#[tokio::test]
async fn starting_twice_is_one_conversation() {
    let app = app(true).await;
    let start = |from: &str, to: &str, text: &str| ConversationStart {
        from: user(from),
        to: user(to),
        text: text.to_owned(),
    };
    let first: MessageSent = app.post(&path(paths::CONVERSATION_START), &start("ann", "bob", "hi")).await.json();
    assert!(!first.existing);
    assert_eq!(first.exchange.request["TransactItems"].as_array().map(Vec::len), Some(3));
    app.state.clock.set(time::parse_iso("2026-06-02T12:00:05").unwrap());
    let second: MessageSent = app
        .post(&path(paths::CONVERSATION_START), &start("bob", "ann", "hi back"))
        .await
        .json();
    assert!(second.existing);
    assert_eq!(second.message.group, first.message.group);
    for owner in ["id-ann", "id-bob"] {
        let list = conversations(&app, owner).await;
        assert_eq!(list.iter().map(|row| row.last_message.as_str()).collect::<Vec<_>>(), ["hi back"]);
    }
    assert_eq!(messages(&app, &first.message.group).await.len(), 2);
    let alone = start("ann", "ann", "hello me");
    app.post(&path(paths::CONVERSATION_START), &alone)
        .await
        .refused(400, "invalid_participants");
    let mut long = start("ann", "bob", "hi");
    long.to.uuid = "b".repeat(2045);
    app.post(&path(paths::CONVERSATION_START), &long)
        .await
        .refused(400, "invalid_participants");
}

#[tokio::test]
async fn who_may_not_speak_is_told_why() {
    let app = app(false).await;
    write_items(&app, "notes", &[group_row("ann", "bob", "g", "2025-01-01T10:00:00", "x")]).await;
    let url = path(paths::MESSAGE_SEND);
    app.post(&url, &send("g", "eve", "hi")).await.refused(409, "not_a_participant");
    app.post(&url, &send("nothing", "ann", "hi"))
        .await
        .refused(409, "not_a_participant");
    app.post(&url, &send("g", "ann", " \n")).await.refused(400, "invalid_text");
    app.post(&url, &send("g", "ann", &"x".repeat(410_000)))
        .await
        .refused(400, "invalid_text");
    let nowhere = paths::fill(paths::MESSAGE_SEND, &[LOCAL, "nowhere"]);
    app.post(&nowhere, &send("g", "ann", "hi")).await.refused(404, "table_not_found");
}

#[tokio::test]
async fn an_engine_without_transactions_is_not_asked() {
    use dynadesk_shared::api::connections::Feature;
    let fake = crate::support::fake::Fake::start().await;
    let app = TestApp::with(|config| {
        fake.connect(config);
        if let dynadesk_server::config::Place::Endpoint { lacks, .. } = &mut config.connections[1].place {
            lacks.push(Feature::Transactions);
        }
    })
    .await;
    let url = paths::fill(paths::MESSAGE_SEND, &["fake", "notes"]);
    app.post(&url, &send("g", "ann", "hi")).await.refused(409, "feature_missing");
}
