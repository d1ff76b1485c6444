//! What a batch of stream records asks of the relay: new messages, the newest of each conversation.

use std::collections::BTreeMap;

use dynadesk_shared::api::conversations::MessageView;
use dynadesk_shared::api::streams::{ChangeKind, StreamRecord};
use dynadesk_shared::cruddur::{self, Row};
use dynadesk_shared::{AttributeValue, Item, Key};

use crate::store::NewAside;

/// A batch, sorted out.
#[derive(Debug, Default)]
pub struct Heard {
    /// The newest message of each conversation, with the record that brought it.
    pub newest: Vec<(MessageView, NewAside)>,
    /// Messages whose rows are malformed.
    pub malformed: Vec<NewAside>,
    /// New messages.
    pub messages: u64,
    /// Everything else.
    pub ignored: u64,
}

/// Only the newest message of a conversation moves its rows, so the others of a batch cost nothing.
pub fn hear(records: &[StreamRecord]) -> Heard {
    let mut heard = Heard::default();
    let mut newest = BTreeMap::<String, (MessageView, &StreamRecord)>::new();
    for record in records {
        if record.kind != ChangeKind::Insert || !is_message_key(&record.key) {
            heard.ignored += 1;
            continue;
        }
        heard.messages += 1;
        match message(record.new.as_ref()) {
            Ok(message) => {
                let later = |held: &(MessageView, &StreamRecord)| (held.0.at_micros, &held.0.sk) < (message.at_micros, &message.sk);
                if newest.get(&message.group).is_none_or(later) {
                    newest.insert(message.group.clone(), (message, record));
                }
            }
            Err(why) => heard.malformed.push(aside(record, "malformed_message", why)),
        }
    }
    // What is told of a record that cannot be dealt with is filled in where that is known.
    let with_record = |(message, record)| (message, aside(record, "", String::new()));
    heard.newest = newest.into_values().map(with_record).collect();
    heard
}

/// Reads a message row, or says what is wrong with it.
pub fn message(item: Option<&Item>) -> Result<MessageView, String> {
    let item = item.ok_or("the stream record has no new image")?;
    let Some(Row::Message(message)) = cruddur::row(item) else {
        return Err("its key is not that of a message row: `pk` and `sk` are strings, and `pk` begins with MSG#".to_owned());
    };
    if message.group.is_empty() {
        return Err("its `pk` names no conversation after MSG#".to_owned());
    }
    if message.at_micros.is_none() {
        return Err(format!("its sort key {:?} is no ISO time", message.sk));
    }
    match item.get("message") {
        Some(AttributeValue::S(_)) => Ok(message),
        Some(other) => Err(format!("its `message` is of type {}, not a string", other.type_name())),
        None => Err("it has no `message`".to_owned()),
    }
}

fn is_message_key(key: &Item) -> bool {
    let pk = key.get("pk").and_then(AttributeValue::as_s);
    pk.is_some_and(|pk| pk.starts_with(cruddur::MESSAGE_PREFIX))
}

fn aside(record: &StreamRecord, code: &str, reason: String) -> NewAside {
    NewAside {
        name: format!("{}#{}", record.shard, record.sequence_number),
        key: Key(record.key.clone()),
        code: code.to_owned(),
        reason,
        item: record.new.clone(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(kind: ChangeKind, sequence: u32, item: serde_json::Value) -> StreamRecord {
        let item: Item = serde_json::from_value(item).unwrap();
        let key = item.iter().filter(|(name, _)| *name == "pk" || *name == "sk");
        StreamRecord {
            event_id: sequence.to_string(),
            kind,
            by_ttl: false,
            shard: "shard".to_owned(),
            sequence_number: sequence.to_string(),
            at: None,
            key: key.map(|(name, value)| (name.clone(), value.clone())).collect(),
            old: None,
            new: Some(item),
            size_bytes: 0,
            view_type: None,
        }
    }

    fn said(group: &str, sk: &str) -> serde_json::Value {
        json!({"pk": {"S": format!("MSG#{group}")}, "sk": {"S": sk}, "message": {"S": sk}, "user_uuid": {"S": "u"}})
    }

    #[test]
    fn only_new_messages_count_and_of_a_conversation_the_newest_by_time() {
        let heard = hear(&[
            record(ChangeKind::Insert, 1, said("a", "2023-03-24T10:00:00+02:00")),
            record(ChangeKind::Insert, 2, said("a", "2023-03-24T09:00:00")),
            record(ChangeKind::Insert, 3, said("a", "2023-03-24T08:30:00")),
            record(ChangeKind::Insert, 4, said("b", "2023-03-24T07:00:00")),
            record(ChangeKind::Modify, 5, said("a", "2024-01-01T00:00:00")),
            record(ChangeKind::Remove, 6, said("a", "2024-01-01T00:00:00")),
            record(
                ChangeKind::Insert,
                7,
                json!({"pk": {"S": "GRP#u"}, "sk": {"S": "2024-01-01T00:00:00"}}),
            ),
            record(ChangeKind::Insert, 8, json!({"pk": {"N": "7"}, "sk": {"S": "x"}})),
        ]);
        let newest: Vec<_> = heard
            .newest
            .iter()
            .map(|(message, aside)| (message.sk.as_str(), aside.name.as_str()))
            .collect();
        assert_eq!(newest, [("2023-03-24T09:00:00", "shard#2"), ("2023-03-24T07:00:00", "shard#4")]);
        assert_eq!((heard.messages, heard.ignored, heard.malformed.len()), (4, 4, 0));
    }

    #[test]
    fn a_malformed_row_is_told_in_words_and_stops_nothing() {
        let mut bare = record(ChangeKind::Insert, 5, said("a", "2023-03-24T09:00:00"));
        bare.new = None;
        let heard = hear(&[
            record(ChangeKind::Insert, 1, said("a", "yesterday")),
            record(ChangeKind::Insert, 2, said("", "2023-03-24T09:00:00")),
            record(
                ChangeKind::Insert,
                3,
                json!({"pk": {"S": "MSG#a"}, "sk": {"S": "2023-03-24T09:00:00"}}),
            ),
            record(
                ChangeKind::Insert,
                4,
                json!({"pk": {"S": "MSG#a"}, "sk": {"S": "2023-03-24T09:00:00"}, "message": {"N": "1"}}),
            ),
            bare,
            record(ChangeKind::Insert, 6, said("a", "2023-03-24T09:00:00")),
        ]);
        assert_eq!((heard.newest.len(), heard.malformed.len(), heard.messages), (1, 5, 6));
        let reasons: Vec<&str> = heard.malformed.iter().map(|aside| aside.reason.as_str()).collect();
        assert!(
            reasons[0].contains("\"yesterday\" is no ISO time") && reasons[1].contains("names no conversation"),
            "{reasons:?}"
        );
        assert!(reasons[2].contains("no `message`") && reasons[3].contains("not a string") && reasons[4].contains("no new image"));
    }
}
