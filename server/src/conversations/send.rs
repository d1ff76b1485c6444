//! Saying something: the message and the group rows of all participants move in one transaction,
//! so that no reader ever sees one without the other. Rows that an earlier race left twice are
//! brought together on the way.

use std::collections::BTreeMap;
use std::time::Duration;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::conversations::{ConversationStart, MessageSend, MessageSent, MessageView, UserRef};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::{cruddur, time};
use uuid::Uuid;

use super::actions::{Found, actions, begin, new_row, put_new};
use super::find;
use super::rows::{self, GroupRow};
use crate::clock::Clock;
use crate::connections::Connection;
use crate::engine::items::{Action, jittered};
use crate::engine::{Engine, EngineError, EngineErrorKind};
use crate::error::{Error, Result};
use crate::history::Recorder;
use crate::tables::of_table;

/// How often a send is tried again when another writer moved the rows meanwhile.
const ATTEMPTS: u32 = 6;
/// A partition key has at most 2,048 bytes, and four of them are the prefix of a group row.
const MOST_ID_BYTES: usize = 2044;
/// Two people who start a conversation with each other at the same moment start the same one.
const NAMESPACE: Uuid = Uuid::from_u128(0x1b0e_52c4_9a77_4d0b_8f3c_c0de_c0a7_0001);

/// Sends a message to a conversation: 409 `not_a_participant` for anyone else.
pub async fn send(connection: &Connection, table: &str, clock: &Clock, asked: &MessageSend, recorder: Recorder) -> Result<MessageSent> {
    let index = prepare(connection, table, &asked.text).await?;
    let sending = Sending {
        engine: &connection.engine,
        table,
        clock,
        recorder,
    };
    sending.deliver(index, asked, None).await
}

/// Starts a conversation between two people, or sends to the one that they have.
pub async fn start(
    connection: &Connection,
    table: &str,
    clock: &Clock,
    asked: &ConversationStart,
    recorder: Recorder,
) -> Result<MessageSent> {
    let index = prepare(connection, table, &asked.text).await?;
    let (from, to) = (&asked.from, &asked.to);
    if from.uuid.is_empty() || to.uuid.is_empty() || from.uuid == to.uuid {
        return Err(Error::invalid(
            "invalid_participants",
            "a conversation needs two different users, each with an id",
        ));
    }
    if let Some(long) = [from, to]
        .into_iter()
        .map(|user| user.uuid.len())
        .find(|bytes| *bytes > MOST_ID_BYTES)
    {
        return Err(Error::invalid(
            "invalid_participants",
            format!("a user's id stands in a partition key, so it has at most {MOST_ID_BYTES} bytes, not {long}"),
        ));
    }
    let mut sending = Sending {
        engine: &connection.engine,
        table,
        clock,
        recorder,
    };
    for attempt in 0..ATTEMPTS {
        if let Some(group) = existing(&connection.engine, table, from, to).await? {
            let send = MessageSend {
                group,
                sender: from.uuid.clone(),
                text: asked.text.clone(),
            };
            return sending.deliver(index, &send, Some((from, to))).await;
        }
        let mut pair = [from.uuid.as_str(), to.uuid.as_str()];
        pair.sort_unstable();
        let group = Uuid::new_v5(&NAMESPACE, pair.join(" ").as_bytes()).to_string();
        let message = message(&group, from, &asked.text, clock.now());
        let actions = [
            put_new(cruddur::message_item(&message))?,
            put_new(new_row(from, to, &message))?,
            put_new(new_row(to, from, &message))?,
        ];
        match sending.transact(&actions, &[], &message).await {
            Ok(exchange) => return Ok(sending.sent(message, false, exchange)),
            Err(error) if is_race(&error.kind) => pause(attempt).await,
            Err(error) => return Err(of_table(table, error)),
        }
    }
    Err(busy())
}

/// Checks what can be checked beforehand; answers the table's index by group, where it has one.
async fn prepare(connection: &Connection, table: &str, text: &str) -> Result<Option<String>> {
    if let Some(why) = connection.engine.capabilities().why_not(Feature::Transactions) {
        return Err(Error::conflict("feature_missing", format!("sending needs transactions: {why}")));
    }
    if text.trim().is_empty() {
        return Err(Error::invalid("invalid_text", "a message needs some text"));
    }
    let view = connection
        .engine
        .describe_table_only(table)
        .await
        .map_err(|error| of_table(table, error))?;
    if !super::has_cruddur_keys(&view.key) {
        return Err(super::not_a_cruddur_table(table));
    }
    Ok(find::index_by_group(&view))
}

/// The conversation that two people have, the newest if there are several.
async fn existing(engine: &Engine, table: &str, from: &UserRef, to: &UserRef) -> Result<Option<String>> {
    let mut found = rows::with_person(engine, table, &from.uuid, &to.uuid).await?;
    found.extend(rows::with_person(engine, table, &to.uuid, &from.uuid).await?);
    Ok(found
        .into_iter()
        .filter(|row| !row.group.is_empty())
        .max_by(|a, b| (a.at_micros, &a.sk).cmp(&(b.at_micros, &b.sk)))
        .map(|row| row.group))
}

/// One message on its way.
struct Sending<'a> {
    engine: &'a Engine,
    table: &'a str,
    clock: &'a Clock,
    recorder: Recorder,
}

impl Sending<'_> {
    /// Sends, reading the rows again whenever another writer was faster.
    async fn deliver(mut self, index: Option<String>, asked: &MessageSend, known: Option<(&UserRef, &UserRef)>) -> Result<MessageSent> {
        let (engine, table) = (self.engine, self.table);
        for attempt in 0..ATTEMPTS {
            // An index lags behind its table: after a lost race the partitions themselves are read.
            let index = index.as_deref().filter(|_| attempt == 0);
            let found = find(engine, table, index, asked, known).await?;
            let Some(sender) = found.people.get(&asked.sender).filter(|_| found.people.len() > 1) else {
                return Err(Error::conflict(
                    "not_a_participant",
                    format!("user {:?} takes no part in conversation {:?}", asked.sender, asked.group),
                ));
            };
            let newest = rows::newest(engine, table, &asked.group, 5).await?.into_iter().next();
            let mut message = message(&asked.group, sender, &asked.text, self.clock.now());
            if attempt > 0 {
                // The key may have been taken by another message or row of this very microsecond.
                message = self::message(&asked.group, sender, &asked.text, self.clock.now() + i64::from(attempt));
            }
            let last = newest.filter(|newest| newest.at_micros > message.at_micros);
            let last = last.as_ref().unwrap_or(&message);
            let actions = actions(&found, &message, last)?;
            match self.transact(&actions, &found.rows, last).await {
                Ok(exchange) => return Ok(self.sent(message, true, exchange)),
                Err(error) if is_race(&error.kind) => pause(attempt).await,
                Err(error) => return Err(of_table(table, error)),
            }
        }
        Err(busy())
    }

    /// Does all the actions or none, written down beforehand with the rows as they were read.
    async fn transact(&mut self, actions: &[Action], rows: &[GroupRow], last: &MessageView) -> std::result::Result<Exchange, EngineError> {
        let begun = actions.iter().filter_map(|action| begin(self.table, action, rows, last)).collect();
        let kept = self.recorder.begin(begun).await;
        let result = self.engine.transact_write(self.table, actions).await;
        match &result {
            Ok(_) => self.recorder.all_done(&kept).await,
            Err(error) => self.recorder.all_failed(&kept, error).await,
        }
        result
    }

    fn sent(self, message: MessageView, existing: bool, exchange: Exchange) -> MessageSent {
        MessageSent {
            message,
            existing,
            exchange,
            unkept: self.recorder.unkept(),
        }
    }
}

/// The participants of a conversation and their rows.
async fn find(
    engine: &Engine,
    table: &str,
    index: Option<&str>,
    asked: &MessageSend,
    known: Option<(&UserRef, &UserRef)>,
) -> Result<Found> {
    let mut owners = vec![asked.sender.clone()];
    owners.extend(known.iter().flat_map(|(from, to)| [from.uuid.clone(), to.uuid.clone()]));
    let found = find::group_rows(engine, table, index, &asked.group, owners).await?;
    let mut people = BTreeMap::<String, UserRef>::new();
    for row in &found {
        people.entry(row.view.owner.clone()).or_insert_with(|| UserRef {
            uuid: row.view.owner.clone(),
            ..UserRef::default()
        });
    }
    // A person's names stand in the rows of the others, or came with the request.
    for user in found
        .iter()
        .map(|row| &row.view.with)
        .chain(known.iter().flat_map(|(from, to)| [*from, *to]))
    {
        let person = people.entry(user.uuid.clone()).or_default();
        if person.handle.is_empty() && person.display_name.is_empty() {
            *person = user.clone();
        }
    }
    people.remove("");
    if let Some(sender) = people
        .get_mut(&asked.sender)
        .filter(|sender| sender.handle.is_empty() && sender.display_name.is_empty())
    {
        // Where the other row is lost, an earlier message of the sender still has the names.
        let earlier = rows::newest(engine, table, &asked.group, 100).await?;
        if let Some(message) = earlier.into_iter().find(|message| message.from.uuid == sender.uuid) {
            *sender = message.from;
        }
    }
    Ok(Found { rows: found, people })
}

fn message(group: &str, from: &UserRef, text: &str, at: i64) -> MessageView {
    MessageView {
        message_uuid: Uuid::new_v4().to_string(),
        group: group.to_owned(),
        from: from.clone(),
        text: text.to_owned(),
        sk: time::to_iso_offset(at),
        at_micros: Some(at),
    }
}

pub(super) fn is_race(kind: &EngineErrorKind) -> bool {
    let EngineErrorKind::TransactionCancelled { reasons } = kind else {
        return false;
    };
    let race = |code: &str| matches!(code, "ConditionalCheckFailed" | "TransactionConflict");
    reasons.iter().any(|reason| race(&reason.code)) && reasons.iter().all(|reason| reason.code == "None" || race(&reason.code))
}

pub(super) async fn pause(attempt: u32) {
    tokio::time::sleep(jittered(Duration::from_millis(20), attempt, Duration::from_millis(500))).await;
}

fn busy() -> Error {
    Error::conflict(
        "conversation_busy",
        "other writers kept changing this conversation: nothing was sent, try again",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use dynadesk_shared::{Item, Key};
    use serde_json::json;

    use super::*;
    use crate::store::{Store, StorePlace};

    fn item(json: serde_json::Value) -> Item {
        serde_json::from_value(json).unwrap()
    }

    fn row(owner: &str, with: &str) -> Item {
        item(json!({
            "pk": {"S": format!("GRP#{owner}")}, "sk": {"S": "2025-01-01T10:00:00"}, "message_group_uuid": {"S": "g"},
            "user_uuid": {"S": with}, "user_handle": {"S": with}, "message": {"S": "old"},
            "notes": {"M": {"n": {"N": "12345678901234567890123456789012345678"}, "l": {"L": [{"NS": ["2", "1"]}, {"B": "AP8="}]}}},
        }))
    }

    #[tokio::test]
    async fn what_changed_since_it_was_read_is_never_overwritten() {
        let engine = crate::engine::embedded::open(None, true).unwrap();
        let table = json!({
            "TableName": "notes", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        });
        engine.create_table(&serde_json::from_value(table).unwrap()).await.unwrap();
        let asked = MessageSend {
            group: "g".to_owned(),
            sender: "ann".to_owned(),
            text: "new".to_owned(),
        };
        let key = |sk: &str| Key(item(json!({"pk": {"S": "GRP#ann"}, "sk": {"S": sk}})));
        let later = message(&asked.group, &UserRef::default(), "new", 1_800_000_000_000_000);
        // A row that moves is put anew, one whose time is right already is changed in place.
        let stays = MessageView {
            sk: "2025-01-01T10:00:00".to_owned(),
            ..later.clone()
        };
        for last in [&later, &stays] {
            for old in [row("ann", "bob"), row("bob", "ann")] {
                engine.put("notes", &old, None).await.unwrap();
            }
            let found = find(&engine, "notes", None, &asked, None).await.unwrap();
            let actions = actions(&found, &later, last).unwrap();
            let mut changed = row("ann", "bob");
            changed.insert("notes".to_owned(), item(json!({"x": {"N": "2"}})).remove("x").unwrap());
            engine.put("notes", &changed, None).await.unwrap();
            let lost = engine.transact_write("notes", &actions).await.unwrap_err();
            assert!(is_race(&lost.kind), "{lost:?}");
            assert_eq!(engine.get("notes", &key("2025-01-01T10:00:00")).await.unwrap().0, Some(changed));
        }
        let clock = Clock::system();
        let store = Store::new(StorePlace::Own { file: None }, clock.clone());
        let sending = Sending {
            engine: &engine,
            table: "notes",
            clock: &clock,
            recorder: Recorder::new(&store, "local"),
        };
        let sent = sending.deliver(None, &asked, None).await.unwrap();
        let moved = engine.get("notes", &key(&sent.message.sk)).await.unwrap().0.unwrap();
        assert_eq!(moved["notes"], item(json!({"x": {"N": "2"}}))["x"]);
    }
}
