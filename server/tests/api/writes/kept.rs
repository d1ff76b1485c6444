//! What is written down of writes, whoever makes them, and writes when nothing can be written down.

use dynadesk_server::config::StoreConfig;
use dynadesk_shared::api::conversations::{ConversationStart, MessageSend, MessageSent, UserRef};
use dynadesk_shared::api::history::{Undone, WriteKind, WriteState, WriteView, WritesPage};
use dynadesk_shared::api::items::ItemView;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::writes::{ItemsWritten, Outcome};
use dynadesk_shared::cruddur;
use serde_json::json;

use crate::support::fake::Fake;
use crate::support::{LOCAL, TestApp, pk_sk_table};

fn user(name: &str) -> UserRef {
    UserRef {
        uuid: name.to_owned(),
        display_name: name.to_owned(),
        handle: name.to_owned(),
    }
}

async fn start(app: &TestApp) -> MessageSent {
    let asked = ConversationStart {
        from: user("ann"),
        to: user("bob"),
        text: "hello".to_owned(),
    };
    app.post(&fill(paths::CONVERSATION_START, &[LOCAL, "notes"]), &asked).await.json()
}

/// Every write of a table with its images, newest first.
async fn kept(app: &TestApp) -> Vec<WriteView> {
    let page: WritesPage = app.get(&format!("{}?table=notes", fill(paths::WRITES, &[LOCAL]))).await.json();
    let mut all = Vec::new();
    for write in page.writes {
        all.push(app.get(&fill(paths::WRITE, &[LOCAL, &write.id])).await.json());
    }
    all
}

#[tokio::test]
async fn the_rows_of_a_message_are_one_group_with_their_images() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let started = start(&app).await;
    assert_eq!(started.unkept, None);
    let begun = kept(&app).await;
    assert_eq!(begun.len(), 3, "two group rows and a message");
    for write in &begun {
        assert_eq!((write.summary.kind, write.summary.state), (WriteKind::Message, WriteState::Done));
        assert_eq!(
            (write.summary.group.as_str(), &write.before),
            (begun[0].summary.group.as_str(), &None)
        );
    }

    let asked = MessageSend {
        group: started.message.group.clone(),
        sender: "bob".to_owned(),
        text: "hi".to_owned(),
    };
    let sent: MessageSent = app.post(&fill(paths::MESSAGE_SEND, &[LOCAL, "notes"]), &asked).await.json();
    let all = kept(&app).await;
    let second: Vec<_> = all.iter().filter(|write| write.summary.group != begun[0].summary.group).collect();
    let came = second
        .iter()
        .filter(|write| write.before.is_none() && write.after.is_some())
        .count();
    let went = second
        .iter()
        .filter(|write| write.before.is_some() && write.after.is_none())
        .count();
    assert_eq!((came, went), (3, 2), "the message, and both group rows under their new time");
    assert!(second.iter().all(|write| write.summary.state == WriteState::Done));

    // The message can be taken back.
    let message = cruddur::message_item(&sent.message);
    let write = second.iter().find(|write| write.after.as_ref() == Some(&message)).unwrap();
    let undone: Undone = app
        .post(&fill(paths::WRITE_UNDO, &[LOCAL, &write.summary.id]), &json!({}))
        .await
        .json();
    assert!(matches!(undone.outcome, Outcome::Written { item: None, .. }), "{undone:?}");
    let key = json!({"key": {"pk": message["pk"], "sk": message["sk"]}});
    let found: ItemView = app.post(&fill(paths::ITEMS_GET, &[LOCAL, "notes"]), &key).await.json();
    assert_eq!(found.item, None);
}

#[tokio::test]
async fn a_write_that_lost_is_written_down_as_failed() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let create = |sk: &str| json!({"create": {"item": {"pk": {"S": "p"}, "sk": {"S": sk}}}});
    let path = fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]);
    app.post(&path, &json!({"changes": [create("taken")]})).await.json::<ItemsWritten>();
    // The old item is as it was seen, so only the transaction finds that the new key is taken.
    let free = json!({"pk": {"S": "p"}, "sk": {"S": "free"}});
    let taken = json!({"pk": {"S": "p"}, "sk": {"S": "taken"}});
    app.post(&path, &json!({"changes": [create("free")]})).await.json::<ItemsWritten>();
    let moved = json!({"changes": [{"edit": {"base": free, "item": taken}}]});
    let written: ItemsWritten = app.post(&path, &moved).await.json();
    assert!(matches!(written.outcomes[0], Outcome::Conflict { theirs: Some(_) }));
    let all = kept(&app).await;
    let states: Vec<_> = all.iter().map(|write| write.summary.state).collect();
    assert_eq!(states, [WriteState::Failed, WriteState::Done, WriteState::Done]);
    app.post(&fill(paths::WRITE_UNDO, &[LOCAL, &all[0].summary.id]), &json!({}))
        .await
        .refused(409, "nothing_to_undo");
}

/// The client sends it again, finds the item gone, and nobody can tell who deleted it.
#[tokio::test]
async fn a_deletion_whose_answer_was_lost_can_be_undone() {
    let fake = Fake::start().await;
    let app = TestApp::with(|config| fake.connect(config)).await;
    let item = json!({"pk": {"S": "p"}, "sk": {"S": "1"}, "n": {"N": "1"}});
    fake.items.lock().unwrap().insert("\"p\" \"1\"".to_owned(), item.clone());
    fake.disturb(1);
    let delete = json!({"changes": [{"delete": {"base": item}}]});
    let written: ItemsWritten = app.post(&fill(paths::ITEMS_WRITE, &["fake", "notes"]), &delete).await.json();
    assert_eq!(written.outcomes, [Outcome::Conflict { theirs: None }]);
    assert_eq!(fake.len(), 0);
    let page: WritesPage = app.get(&fill(paths::WRITES, &["fake"])).await.json();
    assert_eq!(page.writes[0].state, WriteState::Begun);
    let undo = fill(paths::WRITE_UNDO, &["fake", &page.writes[0].id]);
    let undone: Undone = app.post(&undo, &json!({})).await.json();
    assert!(matches!(undone.outcome, Outcome::Written { .. }));
    assert_eq!(fake.items.lock().unwrap().values().collect::<Vec<_>>(), [&item]);
}

#[tokio::test]
async fn where_the_store_is_off_everything_is_written_and_says_that_it_cannot_be_undone() {
    let app = TestApp::with(|config| {
        config.store = Some(StoreConfig {
            connection: LOCAL.to_owned(),
            table: "notes".to_owned(),
        });
    })
    .await;
    // The store finds somebody else's table under its name.
    app.create_table(pk_sk_table("notes")).await;
    let create = json!({"changes": [{"create": {"item": {"pk": {"S": "p"}, "sk": {"S": "1"}}}}]});
    let written: ItemsWritten = app.post(&fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]), &create).await.json();
    assert!(matches!(
        written.outcomes[0],
        Outcome::Written {
            item: Some(_),
            write: None
        }
    ));
    assert!(written.unkept.unwrap().contains("other keys"));
    assert!(start(&app).await.unkept.unwrap().contains("other keys"));
    app.post(&fill(paths::WRITE_UNDO, &[LOCAL, "0"]), &json!({}))
        .await
        .refused(404, "write_not_found");
}
