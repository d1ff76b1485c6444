//! The rows that list a conversation: repaired, moved along, and kept on top.

use super::*;

#[tokio::test]
async fn duplicates_of_the_past_are_repaired() {
    for index in [false, true] {
        let app = app(index).await;
        write_items(
            &app,
            "notes",
            &[
                group_row("ann", "bob", "g", "2025-01-01T10:00:00.000000", "one"),
                group_row("ann", "bob", "g", "2025-01-01T10:00:00.000000+00:00", "one"),
                group_row("ann", "bob", "g", "2025-01-02T10:00:00", "two"),
                group_row("bob", "ann", "g", "2025-01-02T10:00:00", ""),
            ],
        )
        .await;
        app.post(&path(paths::MESSAGE_SEND), &send("g", "ann", "three"))
            .await
            .json::<MessageSent>();
        for owner in ["id-ann", "id-bob"] {
            let list = conversations(&app, owner).await;
            assert_eq!(list.iter().map(|row| row.last_message.as_str()).collect::<Vec<_>>(), ["three"]);
        }
        assert_eq!(all_items(&app, "notes").await.len(), 3);
    }
}

#[tokio::test]
async fn what_an_operator_added_to_a_group_row_moves_along() {
    let extras = |item: &mut Item| {
        let more: Item = serde_json::from_value(json!({
            "pinned": {"BOOL": true}, "labels": {"SS": ["a", "b"]}, "raw": {"B": "AP8="}, "none": {"NULL": true},
            "deep": {"M": {"n": {"N": "12345678901234567890123456789012345678"}, "l": {"L": [{"M": {"k": {"S": ""}}}]}}},
        }))
        .unwrap();
        item.extend(more.clone());
        more
    };
    for (index, newest) in [
        (false, "2025-01-01T10:00:00"),
        (true, "2025-01-01T10:00:00"),
        (false, "2030-01-01T00:00:00"),
    ] {
        let app = app(index).await;
        let mut row = group_row("ann", "bob", "g", newest, "old");
        let more = extras(&mut row);
        // A row of another program may lack what ours always have.
        row.remove("user_display_name");
        let mut older = group_row("ann", "bob", "g", "2024-01-01T10:00:00", "older");
        older.insert("only_here".to_owned(), more["deep"].clone());
        let plain = group_row("ann", "bob", "g", "2023-01-01T10:00:00", "oldest");
        let last = message("bob", "g", newest, "the last");
        write_items(
            &app,
            "notes",
            &[row.clone(), older.clone(), plain, last, group_row("bob", "ann", "g", newest, "x")],
        )
        .await;
        let sent: MessageSent = app.post(&path(paths::MESSAGE_SEND), &send("g", "bob", "hello")).await.json();
        let (sk, text) = if newest > sent.message.sk.as_str() {
            (newest, "the last")
        } else {
            (sent.message.sk.as_str(), "hello")
        };
        let mut expected = row;
        expected.insert("sk".to_owned(), dynadesk_shared::AttributeValue::S(sk.to_owned()));
        expected.insert("message".to_owned(), dynadesk_shared::AttributeValue::S(text.to_owned()));
        let mut rows = all_items(&app, "notes").await;
        rows.retain(|item| item["pk"].as_s() == Some("GRP#id-ann"));
        rows.sort_by_key(|item| item["sk"].as_s().map(str::to_owned));
        // What only the older rows have is taken over.
        expected.insert("only_here".to_owned(), more["deep"].clone());
        expected.insert("user_display_name".to_owned(), older["user_display_name"].clone());
        assert_eq!(rows, [expected]);
    }
}

#[tokio::test]
async fn a_newer_message_in_the_future_stays_on_top() {
    let app = app(false).await;
    write_items(
        &app,
        "notes",
        &[
            message("ann", "g", "2030-01-01T00:00:00", "from the future"),
            group_row("ann", "bob", "g", "2030-01-01T00:00:00", "from the future"),
            group_row("bob", "ann", "g", "2029-01-01T00:00:00", "stale"),
        ],
    )
    .await;
    app.post(&path(paths::MESSAGE_SEND), &send("g", "bob", "now"))
        .await
        .json::<MessageSent>();
    for owner in ["id-ann", "id-bob"] {
        let list = conversations(&app, owner).await;
        assert_eq!(list.len(), 1);
        assert_eq!(
            (list[0].sk.as_str(), list[0].last_message.as_str()),
            ("2030-01-01T00:00:00", "from the future")
        );
    }
    let texts: Vec<_> = messages(&app, "g").await.into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["now", "from the future"]);
}
