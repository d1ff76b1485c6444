//! The main job on every implementation: load the sample, load it again, read a conversation, send.

use dynadesk_shared::api::conversations::{ConversationStart, ConversationsPage, MessageSent, MessagesPage, UserRef, UsersPage};
use dynadesk_shared::api::jobs::JobState;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::SeedSource;
use dynadesk_shared::cruddur;
use serde_json::json;

use crate::engine_story::at;
use crate::support::TestApp;
use crate::support::ministack::Ministack;
use crate::support::seed::{request, seed_on};

#[tokio::test]
async fn embedded() {
    story(&TestApp::new().await, "local").await;
}

#[tokio::test]
async fn ministack() {
    let peer = Ministack::start().await;
    let app = at(&peer.url).await;
    story(&app, "peer").await;
}

async fn story(app: &TestApp, connection: &str) {
    let create = json!({"request": {
        "TableName": cruddur::TABLE, "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "message_group_uuid", "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": cruddur::GROUP_INDEX, "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            "KeySchema": [{"AttributeName": "message_group_uuid", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        }],
    }});
    let created = app.post(&paths::fill(paths::TABLES, &[connection]), &create).await;
    assert!(created.status < 300, "{}", created.text());
    let path = |pattern: &str| paths::fill(pattern, &[connection, cruddur::TABLE]);

    let first = seed_on(app, connection, cruddur::TABLE, &request(SeedSource::Sample)).await;
    assert_eq!(first.state, JobState::Done, "{:?}", first.error);
    assert_eq!(first.progress.written, first.progress.total);
    let second = seed_on(app, connection, cruddur::TABLE, &request(SeedSource::Sample)).await;
    assert_eq!(second.progress.unchanged, second.progress.total);

    let users: UsersPage = app.post(&path(paths::USERS), &json!({})).await.json();
    let person = |handle: &str| -> UserRef { users.users.iter().find(|found| found.user.handle == handle).unwrap().user.clone() };
    let (mira, jonas, tomas) = (person("mira"), person("jonas"), person("tomas"));
    let list =
        async |user: &UserRef| -> ConversationsPage { app.post(&path(paths::CONVERSATIONS), &json!({"user": user.uuid})).await.json() };
    let before = list(&mira).await.conversations;
    let group = before.iter().find(|one| one.with == jonas).unwrap().group.clone();

    let said = json!({"group": group, "sender": mira.uuid, "text": "Still there? 👋"});
    let sent: MessageSent = app.post(&path(paths::MESSAGE_SEND), &said).await.json();
    assert_eq!(sent.message.from, mira);
    let after = list(&mira).await.conversations;
    assert_eq!((after.len(), after[0].group.as_str()), (before.len(), group.as_str()));
    let page: MessagesPage = app.post(&path(paths::MESSAGES), &json!({"group": group})).await.json();
    assert_eq!(page.messages.last(), Some(&sent.message));
    assert_eq!(list(&jonas).await.conversations[0].last_message, "Still there? 👋");

    let begin = ConversationStart {
        from: mira.clone(),
        to: tomas.clone(),
        text: "We have never talked".to_owned(),
    };
    let new: MessageSent = app.post(&path(paths::CONVERSATION_START), &begin).await.json();
    let again: MessageSent = app.post(&path(paths::CONVERSATION_START), &begin).await.json();
    assert!(!new.existing && again.existing);
    assert_eq!(new.message.group, again.message.group);
    assert_eq!(list(&tomas).await.conversations.iter().filter(|one| one.with == mira).count(), 1);
}
