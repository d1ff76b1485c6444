//! The Cruddur messages table: its two kinds of rows, read from items and written as items.
//! `user_*` describes the other person in a group row and the sender in a message row.

use crate::api::conversations::{ConversationView, MessageView, UserRef};
use crate::time;
use crate::value::{AttributeValue, Item};

pub const TABLE: &str = "cruddur-messages";
pub const GROUP_INDEX: &str = "message-group-sk-index";
pub const GROUP_PREFIX: &str = "GRP#";
pub const MESSAGE_PREFIX: &str = "MSG#";

/// A row of the table, told apart by its partition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Group(ConversationView),
    Message(MessageView),
}

/// Reads an item as a row, where it is one.
pub fn row(item: &Item) -> Option<Row> {
    let text = |name: &str| item.get(name).and_then(AttributeValue::as_s).unwrap_or_default().to_owned();
    let pk = item.get("pk")?.as_s()?;
    let sk = item.get("sk")?.as_s()?.to_owned();
    let at_micros = time::parse_iso(&sk);
    let user = UserRef {
        uuid: text("user_uuid"),
        display_name: text("user_display_name"),
        handle: text("user_handle"),
    };
    if let Some(owner) = pk.strip_prefix(GROUP_PREFIX) {
        let group = text("message_group_uuid");
        return Some(Row::Group(ConversationView {
            group,
            owner: owner.to_owned(),
            with: user,
            last_message: text("message"),
            sk,
            at_micros,
        }));
    }
    let group = pk.strip_prefix(MESSAGE_PREFIX)?.to_owned();
    Some(Row::Message(MessageView {
        message_uuid: text("message_uuid"),
        group,
        from: user,
        text: text("message"),
        sk,
        at_micros,
    }))
}

/// The item of a group row.
pub fn group_item(view: &ConversationView) -> Item {
    let mut item = user_attributes(&view.with);
    item.insert("pk".to_owned(), s(&format!("{GROUP_PREFIX}{}", view.owner)));
    item.insert("sk".to_owned(), s(&view.sk));
    item.insert("message_group_uuid".to_owned(), s(&view.group));
    item.insert("message".to_owned(), s(&view.last_message));
    item
}

/// The item of a message row.
pub fn message_item(view: &MessageView) -> Item {
    let mut item = user_attributes(&view.from);
    item.insert("pk".to_owned(), s(&format!("{MESSAGE_PREFIX}{}", view.group)));
    item.insert("sk".to_owned(), s(&view.sk));
    item.insert("message_uuid".to_owned(), s(&view.message_uuid));
    item.insert("message".to_owned(), s(&view.text));
    item
}

/// What an item is, for counting: a Cruddur row by its name, anything else by the prefix of its
/// partition key (`USER#1` is `USER`), else just an item.
pub fn entity_name(item: &Item, partition_key: &str) -> String {
    let Some(pk) = item.get(partition_key).and_then(AttributeValue::as_s) else {
        return "item".to_owned();
    };
    match pk.split_once('#') {
        Some(("GRP", _)) => "group row".to_owned(),
        Some(("MSG", _)) => "message".to_owned(),
        Some((prefix, _)) if !prefix.is_empty() => prefix.to_owned(),
        _ => "item".to_owned(),
    }
}

/// A row of this user with the user's names as they are given; nothing where it has them already, or
/// where something else than text stands in their place. A name that is not known takes none away.
pub fn renamed(item: &Item, user: &UserRef) -> Option<Item> {
    let mut named = item.clone();
    for (name, text) in [("user_display_name", &user.display_name), ("user_handle", &user.handle)] {
        match item.get(name) {
            _ if text.is_empty() => None,
            None | Some(AttributeValue::S(_)) => named.insert(name.to_owned(), s(text)),
            Some(_) => return None,
        };
    }
    let is_theirs = item.get("user_uuid").and_then(AttributeValue::as_s) == Some(user.uuid.as_str());
    (is_theirs && row(item).is_some() && named != *item).then_some(named)
}

fn user_attributes(user: &UserRef) -> Item {
    [
        ("user_uuid", &user.uuid),
        ("user_display_name", &user.display_name),
        ("user_handle", &user.handle),
    ]
    .map(|(name, text)| (name.to_owned(), s(text)))
    .into()
}

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_the_round_trip() {
        let with = UserRef {
            uuid: "u2".into(),
            display_name: "Bo".into(),
            handle: "bo".into(),
        };
        let group = ConversationView {
            group: "g".into(),
            owner: "u1".into(),
            with: with.clone(),
            last_message: "hi".into(),
            sk: "2023-03-24T09:45:01.561513".into(),
            at_micros: Some(1_679_651_101_561_513),
        };
        assert_eq!(row(&group_item(&group)), Some(Row::Group(group)));
        let message = MessageView {
            message_uuid: "m".into(),
            group: "g".into(),
            from: with,
            text: "hi".into(),
            sk: "not a time".into(),
            at_micros: None,
        };
        let item = message_item(&message);
        assert!(!item.contains_key("message_group_uuid"));
        assert_eq!(row(&item), Some(Row::Message(message)));
        assert_eq!(row(&Item::new()), None);
    }

    #[test]
    fn a_row_is_renamed_only_where_it_is_the_users_and_has_another_name() {
        let user = |name: &str| UserRef {
            uuid: "u2".into(),
            display_name: name.into(),
            handle: "bo".into(),
        };
        let mut item = message_item(&MessageView {
            message_uuid: "m".into(),
            group: "g".into(),
            from: user("Bo"),
            text: "hi".into(),
            sk: "2023-03-24T09:45:01".into(),
            at_micros: None,
        });
        assert_eq!(renamed(&item, &user("Bo")), None);
        assert_eq!(renamed(&item, &user("")), None);
        let other = UserRef {
            uuid: "u3".into(),
            ..user("Bob")
        };
        assert_eq!(renamed(&item, &other), None);
        let named = renamed(&item, &user("Bob")).expect("renamed");
        assert_eq!(named["user_display_name"], s("Bob"));
        assert_eq!((named["message"].clone(), named.len()), (s("hi"), item.len()));
        item.insert("user_handle".to_owned(), AttributeValue::Bool(true));
        assert_eq!(renamed(&item, &user("Bob")), None, "what is no text stays");
    }
}
