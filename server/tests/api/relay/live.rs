//! Conversations as they change: told to whoever watches, whatever program writes.

use dynadesk_shared::Key;
use dynadesk_shared::api::conversations::ConversationChange;

use super::{TABLE, group_row, message, table};
use crate::support::{LOCAL, TestApp};

#[tokio::test]
async fn what_others_write_is_told_and_what_is_no_conversation_is_not() {
    let app = TestApp::new().await;
    app.create_table(table(Some("NEW_IMAGE"))).await;
    let connection = app.state.connections.get(LOCAL).unwrap();
    let mut told = app.state.live.watch(connection.clone(), TABLE.to_owned());
    let mut beside = app.state.live.watch(connection.clone(), TABLE.to_owned());
    assert_eq!(told.recv().await, Some(ConversationChange::Live));
    assert_eq!(beside.recv().await, Some(ConversationChange::Live));
    let engine = &connection.engine;
    let row = group_row("ann", "bob", "g", "2024-01-01T00:00:00");
    let other = serde_json::from_value(serde_json::json!({"pk": {"S": "USER#1"}, "sk": {"S": "x"}})).unwrap();
    for item in [&other, &message("ann", "g", "2024-01-01T00:00:00", "hello"), &row] {
        engine.put(TABLE, item, None).await.unwrap();
    }
    let key = Key(["pk", "sk"].map(|name| (name.to_owned(), row[name].clone())).into());
    engine.delete_row(TABLE, &key, None).await.unwrap();
    for told in [&mut told, &mut beside] {
        let message = told.recv().await;
        assert!(
            matches!(&message, Some(ConversationChange::Message(message)) if message.text == "hello"),
            "{message:?}"
        );
        let row = told.recv().await;
        assert!(
            matches!(&row, Some(ConversationChange::Row(row)) if row.owner == "id-ann"),
            "{row:?}"
        );
        let gone = ConversationChange::RowGone {
            owner: "id-ann".to_owned(),
            sk: "2024-01-01T00:00:00".to_owned(),
        };
        assert_eq!(told.recv().await, Some(gone));
    }
    app.state.stopping.cancel();
    assert_eq!(told.recv().await, None, "it ends with the server");
}

#[tokio::test]
async fn without_a_stream_it_says_why_nothing_is_told() {
    let app = TestApp::new().await;
    app.create_table(table(None)).await;
    let connection = app.state.connections.get(LOCAL).unwrap();
    let mut told = app.state.live.watch(connection, TABLE.to_owned());
    let first = told.recv().await;
    assert!(
        matches!(&first, Some(ConversationChange::NotLive(not)) if not.stream && not.why.contains("no stream")),
        "{first:?}"
    );
}
