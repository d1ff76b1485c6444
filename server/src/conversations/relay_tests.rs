#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use dynadesk_shared::Item;
use dynadesk_shared::api::conversations::{ConversationView, UserRef};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const START: i64 = 1_700_000_000_000_000;

fn user(uuid: &str) -> UserRef {
    UserRef {
        uuid: uuid.to_owned(),
        display_name: uuid.to_uppercase(),
        handle: uuid.to_owned(),
    }
}

/// A time in one of the forms that tables hold; their order as text is not that of time.
fn spelled(at: i64, form: u8) -> String {
    match form % 3 {
        0 => time::to_iso_naive(at),
        1 => time::to_iso_offset(at),
        _ => format!("{}+05:30", time::to_iso_naive(at + 19_800_000_000)),
    }
}

fn message(from: &str, at: i64, form: u8) -> MessageView {
    MessageView {
        message_uuid: at.to_string(),
        group: "g".to_owned(),
        from: user(from),
        text: format!("said at {at}"),
        sk: spelled(at, form),
        at_micros: Some(at),
    }
}

fn row(owner: &str, with: &str, group: &str, sk: &str) -> Item {
    cruddur::group_item(&ConversationView {
        group: group.to_owned(),
        owner: owner.to_owned(),
        with: user(with),
        last_message: "old".to_owned(),
        sk: sk.to_owned(),
        at_micros: None,
    })
}

/// Applies a plan to rows as the table would.
fn apply(rows: Vec<GroupRow>, plan: &Plan) -> Vec<GroupRow> {
    let key = |item: &Item| (item["pk"].clone(), item["sk"].clone());
    let mut items: BTreeMap<String, Item> = BTreeMap::new();
    let name = |item: &Item| format!("{:?}", key(item));
    for row in rows {
        items.insert(name(&row.item), row.item);
    }
    for action in &plan.actions {
        match action {
            Action::Delete { key, .. } => assert!(items.remove(&name(&key.0)).is_some()),
            Action::Put { item, .. } => assert!(items.insert(name(item), item.clone()).is_none()),
            Action::Update { key, update, .. } => {
                let text = update.values.values().next().unwrap().clone();
                items.get_mut(&name(&key.0)).unwrap().insert("message".to_owned(), text);
            }
            Action::Check { key, .. } => assert!(items.contains_key(&name(&key.0))),
        }
    }
    rows::group_rows(items.into_values().collect())
}

proptest! {
    /// Whatever order messages arrive in, however often, and whatever duplicates stand there: one row
    /// of each owner, at the newest message, and another delivery changes nothing.
    #[test]
    fn any_order_ends_at_the_newest(
        sent in proptest::collection::vec((0..40i64, 0..3u8, any::<bool>()), 1..30),
        left in proptest::collection::vec((0..40i64, 0..3u8, any::<bool>()), 0..6),
    ) {
        let mut forms = BTreeMap::new();
        let mut messages = Vec::new();
        for (at, form, from_ann) in sent {
            // One instant is one message; the same one may come again.
            let form = *forms.entry(at).or_insert(form);
            messages.push(message(if from_ann { "ann" } else { "bob" }, START + at * 60_000_000, form));
        }
        let mut items = vec![
            row("ann", "bob", "g", &spelled(START - 1, 0)),
            row("bob", "ann", "g", &spelled(START - 1, 1)),
        ];
        let oldest = messages.iter().filter_map(|one| one.at_micros).min().unwrap();
        for (back, form, of_ann) in left {
            let sk = spelled(oldest - 60_000_000 * (back + 1), form);
            let (owner, with) = if of_ann { ("ann", "bob") } else { ("bob", "ann") };
            items.retain(|item: &Item| item["pk"] != AttributeValue::S(format!("GRP#{owner}")) || item["sk"] != AttributeValue::S(sk.clone()));
            items.push(row(owner, with, "g", &sk));
        }
        let mut rows = rows::group_rows(items);
        for message in &messages {
            let last = last_of(&rows, message);
            let plan = plan(&rows, &[], &last, &Taken::default()).unwrap();
            rows = apply(rows, &plan);
        }
        let newest = messages.iter().max_by_key(|one| one.at_micros).unwrap();
        prop_assert_eq!(rows.len(), 2);
        for row in &rows {
            prop_assert_eq!(row.view.at_micros, newest.at_micros);
            prop_assert_eq!(&row.view.last_message, &newest.text);
        }
        for message in &messages {
            let last = last_of(&rows, message);
            prop_assert!(plan(&rows, &[], &last, &Taken::default()).unwrap().actions.is_empty());
        }
    }
}

async fn engine() -> Engine {
    let engine = crate::engine::embedded::open(None, true).unwrap();
    let table = json!({
        "TableName": "talk", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    });
    engine.create_table(&serde_json::from_value(table).unwrap()).await.unwrap();
    engine
}

async fn rows_of(engine: &Engine, owner: &str) -> Vec<(String, String)> {
    let query = rows::partition("talk", cruddur::GROUP_PREFIX, owner).unwrap();
    let found = rows::groups(&rows::all(engine, query).await.unwrap());
    found.into_iter().map(|row| (row.sk, row.last_message)).collect()
}

#[tokio::test]
async fn a_message_moves_the_rows_once_and_an_older_one_does_not() {
    let engine = engine().await;
    for item in [
        row("ann", "bob", "g", "2023-01-01T00:00:00"),
        row("bob", "ann", "g", "2023-01-01T00:00:00+00:00"),
    ] {
        engine.put("talk", &item, None).await.unwrap();
    }
    let (newer, older) = (message("ann", START + 1, 1), message("bob", START, 0));
    assert_eq!(bring(&engine, "talk", None, &newer, false).await.unwrap().rows, 2);
    assert_eq!(
        bring(&engine, "talk", None, &newer, false).await.unwrap().rows,
        0,
        "again is nothing"
    );
    assert_eq!(
        bring(&engine, "talk", None, &older, false).await.unwrap().rows,
        0,
        "an older one comes later"
    );
    let expected = vec![(newer.sk.clone(), newer.text.clone())];
    assert_eq!(
        (rows_of(&engine, "ann").await, rows_of(&engine, "bob").await),
        (expected.clone(), expected)
    );
}

#[tokio::test]
async fn a_sender_without_a_row_is_reached_through_an_earlier_message() {
    let engine = engine().await;
    engine.put("talk", &row("bob", "", "g", "2023-01-01T00:00:00"), None).await.unwrap();
    let (earlier, now) = (message("bob", START, 0), message("ann", START + 9, 0));
    let lost = bring(&engine, "talk", None, &now, false).await.unwrap_err();
    assert_eq!(lost.code, "group_rows_not_found");
    engine.put("talk", &cruddur::message_item(&earlier), None).await.unwrap();
    assert_eq!(bring(&engine, "talk", None, &now, false).await.unwrap().rows, 2);
    let expected = [(now.sk.clone(), now.text.clone())];
    assert_eq!(rows_of(&engine, "bob").await, expected);
    assert_eq!(rows_of(&engine, "ann").await, expected, "the sender's own row is made");
    assert_eq!(bring(&engine, "talk", None, &now, false).await.unwrap(), Brought::default());
}

#[tokio::test]
async fn a_row_that_is_missing_is_made_where_the_other_person_is_known() {
    let engine = engine().await;
    engine
        .put("talk", &row("ann", "bob", "g", "2023-01-01T00:00:00"), None)
        .await
        .unwrap();
    let first = message("ann", START, 0);
    assert_eq!(bring(&engine, "talk", None, &first, false).await.unwrap().rows, 2);
    let query = rows::partition("talk", cruddur::GROUP_PREFIX, "bob").unwrap();
    let [made] = &rows::groups(&rows::all(&engine, query).await.unwrap())[..] else {
        panic!()
    };
    assert_eq!((&made.with, &made.last_message), (&user("ann"), &first.text));

    // Nobody tells what the other person is called: the row that stands moves, and it is said.
    engine
        .put("talk", &row("eve", "zoe", "other", "2023-01-01T00:00:00"), None)
        .await
        .unwrap();
    let of_other = |from: UserRef, at: i64| MessageView {
        group: "other".to_owned(),
        from,
        ..message("", at, 0)
    };
    let nameless = UserRef {
        handle: String::new(),
        ..user("eve")
    };
    engine
        .put("talk", &cruddur::message_item(&of_other(nameless, START - 1)), None)
        .await
        .unwrap();
    let from_zoe = of_other(user("zoe"), START);
    let brought = bring(&engine, "talk", None, &from_zoe, false).await.unwrap();
    let left = brought.left.unwrap();
    assert_eq!((brought.rows, left.code), (1, "group_row_missing"));
    assert!(left.why.contains("\"zoe\"") && left.why.contains("\"eve\""), "{}", left.why);
    assert_eq!(rows_of(&engine, "eve").await, [(from_zoe.sk.clone(), from_zoe.text.clone())]);
    // She writes, and then it is known.
    let from_eve = of_other(user("eve"), START + 1);
    assert_eq!(
        bring(&engine, "talk", None, &from_eve, false).await.unwrap(),
        Brought { rows: 2, left: None }
    );
    assert_eq!(rows_of(&engine, "zoe").await, [(from_eve.sk, from_eve.text)]);
}

#[tokio::test]
async fn a_duplicate_leaves_what_only_it_holds_to_the_row_that_stays() {
    let engine = engine().await;
    let at = |years: u32, more: &[(&str, AttributeValue)]| {
        let mut item = row("ann", "bob", "g", &format!("202{years}-01-01T00:00:00"));
        item.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        item
    };
    let number = |text: &str| AttributeValue::N(text.to_owned());
    let mut bare = at(2, &[("unread", number("5"))]);
    for name in ["user_uuid", "user_handle", "user_display_name"] {
        bare.remove(name);
    }
    for item in [
        &at(
            0,
            &[
                ("unread", number("1")),
                ("pinned", AttributeValue::Bool(true)),
                ("note", number("1")),
            ],
        ),
        &at(1, &[("unread", number("3")), ("note", number("2"))]),
        &bare,
        &row("bob", "ann", "g", "2021-01-01T00:00:00"),
    ] {
        engine.put("talk", item, None).await.unwrap();
    }
    // It moves, and the next time it stays where it is and a duplicate comes again.
    let now = message("ann", START, 0);
    assert_eq!(
        bring(&engine, "talk", None, &now, false).await.unwrap(),
        Brought { rows: 4, left: None }
    );
    let of_ann = async || {
        let query = rows::partition("talk", cruddur::GROUP_PREFIX, "ann").unwrap();
        rows::all(&engine, query).await.unwrap()
    };
    let [kept] = &of_ann().await[..] else { panic!() };
    let mut expected = at(
        0,
        &[
            ("unread", number("5")),
            ("pinned", AttributeValue::Bool(true)),
            ("note", number("2")),
        ],
    );
    expected.insert("sk".to_owned(), AttributeValue::S(now.sk.clone()));
    expected.insert("message".to_owned(), AttributeValue::S(now.text.clone()));
    assert_eq!(*kept, expected);
    engine
        .put("talk", &at(1, &[("late", AttributeValue::Bool(false))]), None)
        .await
        .unwrap();
    assert_eq!(bring(&engine, "talk", None, &now, false).await.unwrap().rows, 2);
    expected.insert("late".to_owned(), AttributeValue::Bool(false));
    assert_eq!(of_ann().await, [expected]);
}

#[tokio::test]
async fn two_messages_of_one_instant_end_the_same_in_either_order() {
    for turned in [false, true] {
        let engine = engine().await;
        engine
            .put("talk", &row("ann", "bob", "g", "2023-01-01T00:00:00"), None)
            .await
            .unwrap();
        let mut both = [message("ann", START, 0), message("bob", START, 1)];
        both[1].text = "the later by its sort key".to_owned();
        if turned {
            both.reverse();
        }
        for one in &both {
            engine.put("talk", &cruddur::message_item(one), None).await.unwrap();
        }
        for one in both.iter().chain(&both) {
            bring(&engine, "talk", None, one, false).await.unwrap();
        }
        let found = rows_of(&engine, "ann").await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1, "the later by its sort key");
    }
}

#[tokio::test]
async fn a_key_that_another_conversation_has_is_spelled_another_way() {
    let engine = engine().await;
    let now = message("ann", START, 1);
    engine
        .put("talk", &row("ann", "bob", "g", "2023-01-01T00:00:00"), None)
        .await
        .unwrap();
    engine.put("talk", &row("ann", "eve", "other", &now.sk), None).await.unwrap();
    assert_eq!(bring(&engine, "talk", None, &now, false).await.unwrap().rows, 2);
    assert_eq!(bring(&engine, "talk", None, &now, false).await.unwrap().rows, 0);
    let mut found = rows_of(&engine, "ann").await;
    found.sort();
    let naive = (time::to_iso_naive(START), now.text.clone());
    assert_eq!(found, [naive, (now.sk.clone(), "old".to_owned())]);
    // Both spellings are taken: nothing is overwritten, and it says why.
    engine
        .put("talk", &row("ann", "zoe", "third", "2023-01-01T00:00:00"), None)
        .await
        .unwrap();
    let third = MessageView {
        group: "third".to_owned(),
        ..now
    };
    assert_eq!(
        bring(&engine, "talk", None, &third, false).await.unwrap_err().code,
        "group_row_key_taken"
    );
}

#[tokio::test]
async fn a_conversation_without_a_row_gets_both_when_a_person_says_so() {
    let engine = engine().await;
    let (first, last) = (message("ann", START, 0), message("bob", START + 1, 1));
    for said in [&first, &last] {
        engine.put("talk", &cruddur::message_item(said), None).await.unwrap();
    }
    let nobody = bring(&engine, "talk", None, &first, false).await.unwrap_err();
    assert_eq!(nobody.code, "group_rows_not_found");
    assert!(nobody.message.contains("Retry makes them"), "{}", nobody.message);
    assert!(rows_of(&engine, "ann").await.is_empty());
    assert_eq!(
        bring(&engine, "talk", None, &first, true).await.unwrap(),
        Brought { rows: 2, left: None }
    );
    let expected = [(last.sk, last.text)];
    assert_eq!(rows_of(&engine, "ann").await, expected, "at the newest message");
    assert_eq!(rows_of(&engine, "bob").await, expected);
}
