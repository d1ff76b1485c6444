//! Saying something: the message and the group rows of all participants move in one transaction,
//! so that no reader ever sees one without the other. Rows that an earlier race left twice are
//! brought together on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::conversations::{ConversationStart, ConversationView, MessageSend, MessageSent, MessageView, UserRef};
use dynadesk_shared::filter::compile::Placeholders;
use dynadesk_shared::{AttributeValue, Item, Key, cruddur, size, time};
use uuid::Uuid;

use super::rows;
use crate::clock::Clock;
use crate::connections::Connection;
use crate::engine::items::{Action, Condition, Query, TRANSACT_WRITE, jittered};
use crate::engine::{Engine, EngineErrorKind};
use crate::error::{Error, Result};
use crate::tables::of_table;

/// How often a send is tried again when another writer moved the rows meanwhile.
const ATTEMPTS: u32 = 6;
/// Two people who start a conversation with each other at the same moment start the same one.
const NAMESPACE: Uuid = Uuid::from_u128(0x1b0e_52c4_9a77_4d0b_8f3c_c0de_c0a7_0001);

/// The participants of a conversation and their group rows as they were read.
struct Found {
    rows: Vec<ConversationView>,
    people: BTreeMap<String, UserRef>,
}

/// Sends a message to a conversation: 409 `not_a_participant` for anyone else.
pub async fn send(connection: &Connection, table: &str, clock: &Clock, asked: &MessageSend) -> Result<MessageSent> {
    let index = prepare(connection, table, &asked.text).await?;
    deliver(&connection.engine, table, index, clock, asked, None).await
}

/// Starts a conversation between two people, or sends to the one that they have.
pub async fn start(connection: &Connection, table: &str, clock: &Clock, asked: &ConversationStart) -> Result<MessageSent> {
    let index = prepare(connection, table, &asked.text).await?;
    let (from, to) = (&asked.from, &asked.to);
    if from.uuid.is_empty() || to.uuid.is_empty() || from.uuid == to.uuid {
        return Err(Error::invalid(
            "invalid_participants",
            "a conversation needs two different users, each with an id",
        ));
    }
    for attempt in 0..ATTEMPTS {
        if let Some(group) = existing(&connection.engine, table, from, to).await? {
            let send = MessageSend {
                group,
                sender: from.uuid.clone(),
                text: asked.text.clone(),
            };
            return deliver(&connection.engine, table, index, clock, &send, Some((from, to))).await;
        }
        let mut pair = [from.uuid.as_str(), to.uuid.as_str()];
        pair.sort_unstable();
        let group = Uuid::new_v5(&NAMESPACE, pair.join(" ").as_bytes()).to_string();
        let message = message(&group, from, &asked.text, clock.now());
        too_large(&message)?;
        let row = |owner: &UserRef, with: &UserRef| moved(owner, with, &group, &message);
        let actions = [
            put_new(cruddur::message_item(&message)),
            put_new(cruddur::group_item(&row(from, to))),
            put_new(cruddur::group_item(&row(to, from))),
        ];
        match connection.engine.transact_write(table, &actions).await {
            Ok(exchange) => {
                return Ok(MessageSent {
                    message,
                    existing: false,
                    exchange,
                });
            }
            Err(error) if is_race(&error.kind) => pause(attempt).await,
            Err(error) => return Err(of_table(table, error)),
        }
    }
    Err(busy())
}

/// Checks what can be checked beforehand; whether the table has the index by group.
async fn prepare(connection: &Connection, table: &str, text: &str) -> Result<bool> {
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
    Ok(view.indexes.iter().any(|index| {
        index.name == cruddur::GROUP_INDEX
            && index.projection == "ALL"
            && index.status.as_deref().is_none_or(|status| status == "ACTIVE")
            && index
                .key
                .partition
                .first()
                .is_some_and(|attribute| attribute.name == "message_group_uuid")
    }))
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

/// Sends, reading the rows again whenever another writer was faster.
async fn deliver(
    engine: &Engine,
    table: &str,
    index: bool,
    clock: &Clock,
    asked: &MessageSend,
    known: Option<(&UserRef, &UserRef)>,
) -> Result<MessageSent> {
    for attempt in 0..ATTEMPTS {
        // An index lags behind its table: after a lost race the partitions themselves are read.
        let found = find(engine, table, index && attempt == 0, asked, known).await?;
        let Some(sender) = found.people.get(&asked.sender).filter(|_| found.people.len() > 1) else {
            return Err(Error::conflict(
                "not_a_participant",
                format!("user {:?} takes no part in conversation {:?}", asked.sender, asked.group),
            ));
        };
        let newest = rows::newest(engine, table, &asked.group, 5).await?.into_iter().next();
        let mut message = message(&asked.group, sender, &asked.text, clock.now());
        if attempt > 0 {
            // The key may have been taken by another message or row of this very microsecond.
            message = self::message(&asked.group, sender, &asked.text, clock.now() + i64::from(attempt));
        }
        too_large(&message)?;
        let last = newest.filter(|newest| newest.at_micros > message.at_micros);
        let actions = actions(&found, &asked.group, &message, last.as_ref().unwrap_or(&message));
        match engine.transact_write(table, &actions).await {
            Ok(exchange) => {
                return Ok(MessageSent {
                    message,
                    existing: true,
                    exchange,
                });
            }
            Err(error) if is_race(&error.kind) => pause(attempt).await,
            Err(error) => return Err(of_table(table, error)),
        }
    }
    Err(busy())
}

/// The group rows of a conversation, through the index or through the participants' partitions.
async fn find(engine: &Engine, table: &str, index: bool, asked: &MessageSend, known: Option<(&UserRef, &UserRef)>) -> Result<Found> {
    let mut found = Vec::new();
    if index {
        let mut query = Query {
            table: table.to_owned(),
            index: Some(cruddur::GROUP_INDEX.to_owned()),
            limit: 1000,
            ..Query::default()
        };
        query.expressions.key_condition = Some(rows::equals(&mut query.expressions, "message_group_uuid", &asked.group)?);
        found = rows::groups(&rows::all(engine, query).await.map_err(|error| of_table(table, error))?);
    }
    // A row names the other person. Whoever has no row in the index has it in the own partition,
    // because the index lags behind.
    let mut read: BTreeSet<String> = found.iter().map(|row| row.owner.clone()).collect();
    let mut owners: Vec<String> = found.iter().map(|row| row.with.uuid.clone()).collect();
    owners.push(asked.sender.clone());
    owners.extend(known.iter().flat_map(|(from, to)| [from.uuid.clone(), to.uuid.clone()]));
    while let Some(owner) = owners.pop() {
        if !owner.is_empty() && read.insert(owner.clone()) {
            let rows = rows::of_owner(engine, table, &owner, &asked.group).await?;
            owners.extend(rows.iter().map(|row| row.with.uuid.clone()));
            found.extend(rows);
        }
    }
    let mut people = BTreeMap::<String, UserRef>::new();
    for row in &found {
        people.entry(row.owner.clone()).or_insert_with(|| UserRef {
            uuid: row.owner.clone(),
            ..UserRef::default()
        });
    }
    // A person's names stand in the rows of the others, or came with the request.
    for user in found
        .iter()
        .map(|row| &row.with)
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

/// The transaction: the message, every old group row out, one new group row for each participant.
fn actions(found: &Found, group: &str, message: &MessageView, last: &MessageView) -> Vec<Action> {
    let mut actions = vec![put_new(cruddur::message_item(message))];
    let people: Vec<&UserRef> = found.people.values().collect();
    for (at, owner) in people.iter().enumerate() {
        let old: Vec<_> = found.rows.iter().filter(|row| row.owner == owner.uuid).collect();
        let with = old.first().map(|row| row.with.clone()).or_else(|| {
            let other = people.iter().enumerate().find(|(other, _)| *other != at);
            other.map(|(_, user)| (*user).clone())
        });
        let Some(with) = with else { continue };
        let row = moved(owner, &with, group, last);
        let there = old.iter().find(|old| old.sk == row.sk);
        match there {
            Some(same) if **same == row => actions.push(Action::Check {
                key: key_of(same),
                condition: as_read(same),
            }),
            Some(same) => actions.push(Action::Put {
                item: cruddur::group_item(&row),
                condition: Some(as_read(same)),
            }),
            None => actions.push(put_new(cruddur::group_item(&row))),
        }
        for duplicate in old.iter().filter(|old| old.sk != row.sk) {
            actions.push(Action::Delete {
                key: key_of(duplicate),
                condition: Some(as_read(duplicate)),
            });
        }
    }
    // More duplicates than fit are left for the next message; the new rows come before them.
    let (mut first, rest): (Vec<_>, Vec<_>) = actions.into_iter().partition(|action| !matches!(action, Action::Delete { .. }));
    first.extend(rest);
    first.truncate(TRANSACT_WRITE);
    first
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

fn moved(owner: &UserRef, with: &UserRef, group: &str, last: &MessageView) -> ConversationView {
    ConversationView {
        group: group.to_owned(),
        owner: owner.uuid.clone(),
        with: with.clone(),
        last_message: last.text.clone(),
        sk: last.sk.clone(),
        at_micros: last.at_micros,
    }
}

/// Both rows of a message hold its text, so the larger group row decides.
fn too_large(message: &MessageView) -> Result<()> {
    let group_row = moved(&message.from, &message.from, &message.group, message);
    let bytes = size::item_bytes(&cruddur::message_item(message)).max(size::item_bytes(&cruddur::group_item(&group_row)));
    if bytes > size::MAX_ITEM_BYTES {
        return Err(Error::invalid(
            "invalid_text",
            format!(
                "the message makes an item of {bytes} bytes, DynamoDB takes at most {} (400 KB)",
                size::MAX_ITEM_BYTES
            ),
        ));
    }
    Ok(())
}

fn put_new(item: Item) -> Action {
    let mut places = Placeholders::default();
    let pk = places.name("pk".to_owned());
    Action::Put {
        item,
        condition: Some(Condition {
            text: format!("attribute_not_exists({pk})"),
            names: places.names,
            values: places.values,
        }),
    }
}

/// Holds while a group row is still what was read: the same conversation with the same last words.
fn as_read(row: &ConversationView) -> Condition {
    let mut condition = Condition::default();
    let mut texts = Vec::new();
    for (at, (name, text)) in [("message_group_uuid", &row.group), ("message", &row.last_message)]
        .into_iter()
        .enumerate()
    {
        condition.names.insert(format!("#n{at}"), name.to_owned());
        if name == "message" && text.is_empty() {
            // A row without a text and one with an empty text read the same.
            condition.values.insert(format!(":v{at}"), AttributeValue::S(String::new()));
            texts.push(format!("(attribute_not_exists(#n{at}) OR #n{at} = :v{at})"));
            continue;
        }
        condition.values.insert(format!(":v{at}"), AttributeValue::S(text.clone()));
        texts.push(format!("#n{at} = :v{at}"));
    }
    condition.text = texts.join(" AND ");
    condition
}

fn key_of(row: &ConversationView) -> Key {
    let mut item = cruddur::group_item(row);
    item.retain(|name, _| name == "pk" || name == "sk");
    Key(item)
}

fn is_race(kind: &EngineErrorKind) -> bool {
    let EngineErrorKind::TransactionCancelled { reasons } = kind else {
        return false;
    };
    let race = |code: &str| matches!(code, "ConditionalCheckFailed" | "TransactionConflict");
    reasons.iter().any(|reason| race(&reason.code)) && reasons.iter().all(|reason| reason.code == "None" || race(&reason.code))
}

async fn pause(attempt: u32) {
    tokio::time::sleep(jittered(Duration::from_millis(20), attempt, Duration::from_millis(500))).await;
}

fn busy() -> Error {
    Error::conflict(
        "conversation_busy",
        "other writers kept changing this conversation: nothing was sent, try again",
    )
}
