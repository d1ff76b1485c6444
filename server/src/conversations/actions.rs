//! The transaction of a message. An operator may keep attributes in a group row that we know nothing
//! of, so a row moves as it was read, and only while it is still what was read.

use std::collections::BTreeMap;

use dynadesk_shared::api::conversations::{ConversationView, MessageView, UserRef};
use dynadesk_shared::api::history::WriteKind;
use dynadesk_shared::filter::compile::Placeholders;
use dynadesk_shared::{AttributeValue, Item, Key, cruddur, size};

use super::rows::GroupRow;
use crate::engine::items::{Action, Condition, TRANSACT_WRITE};
use crate::error::{Error, Result};
use crate::history::Begin;

/// What a row of ours always has.
const KNOWN: [&str; 5] = ["message", "message_group_uuid", "user_uuid", "user_handle", "user_display_name"];
/// What every row of a conversation has for itself: where it stands, and what was said then.
const ITS_OWN: [&str; 3] = ["pk", "sk", "message"];

/// The participants of a conversation and their group rows as they were read.
pub struct Found {
    pub rows: Vec<GroupRow>,
    pub people: BTreeMap<String, UserRef>,
}

/// The message goes in, and each participant's group row moves to the conversation's last one.
/// Duplicates that an earlier race left go out, and leave what only they hold to the row that stays.
pub fn actions(found: &Found, message: &MessageView, last: &MessageView) -> Result<Vec<Action>> {
    let mut actions = vec![put_new(cruddur::message_item(message))?];
    let mut duplicates = Vec::new();
    for owner in found.people.values() {
        let rows = found.rows.iter().filter(|row| row.view.owner == owner.uuid);
        if let Some(moves) = moves(rows, last)? {
            actions.extend(moves.row);
            duplicates.extend(moves.duplicates.into_iter().map(|(action, _)| action));
        } else if let Some(with) = found.people.values().find(|other| other.uuid != owner.uuid) {
            actions.push(put_new(new_row(owner, with, last))?);
        }
    }
    // More duplicates than fit are left for the next message.
    duplicates.truncate(TRANSACT_WRITE.saturating_sub(actions.len()));
    actions.extend(duplicates);
    Ok(actions)
}

/// What brings one owner's rows of a conversation to its last message.
pub struct Moves {
    /// The row that stays: deleted and put anew, changed in place, or only checked.
    pub row: Vec<Action>,
    /// The row that stays, as it will be but for its key.
    pub whole: Item,
    /// Other rows of the same owner and conversation, which go, with their bytes.
    pub duplicates: Vec<(Action, usize)>,
    /// Duplicates that stay, for a person: what only they hold makes the row that stays too large.
    pub standing: Vec<String>,
}

impl Moves {
    /// Whether everything is as it should be already.
    pub fn is_nothing(&self) -> bool {
        self.duplicates.is_empty() && self.row.iter().all(|action| matches!(action, Action::Check { .. }))
    }
}

/// Nothing where the owner has no row.
pub fn moves<'a>(rows: impl Iterator<Item = &'a GroupRow>, last: &MessageView) -> Result<Option<Moves>> {
    let mut rows: Vec<_> = rows.collect();
    // The newest stays, or the one that stands where the newest would go.
    rows.sort_by_key(|row| (row.view.sk == last.sk, is_at(row, last), row.view.at_micros, &row.view.sk));
    let Some(newest) = rows.pop() else { return Ok(None) };
    let (mut kept, mut duplicates, mut standing) = (newest.clone(), Vec::new(), Vec::new());
    // Of what several older rows hold, the newest of them is right.
    for duplicate in rows.into_iter().rev() {
        let whole = taken_over(&kept.item, &duplicate.item);
        // The text may grow, too: half of what an item may have is left to it.
        if whole.len() > kept.item.len() && size::item_bytes(&whole) > size::MAX_ITEM_BYTES / 2 {
            standing.push(format!(
                "user {:?} has two group rows of conversation {:?}: the one at {:?} stays, because the other would be too large with what only this \
                 one holds",
                duplicate.view.owner, duplicate.view.group, duplicate.view.sk
            ));
            continue;
        }
        kept.item = whole;
        duplicates.push((delete(duplicate)?, size::item_bytes(&duplicate.item)));
    }
    let row = match is_at(newest, last) {
        true => vec![stay(newest, &kept.item, last)?],
        false => vec![put_new(moved(&kept, last))?, delete(newest)?],
    };
    let whole = said(&kept, last);
    Ok(Some(Moves {
        row,
        whole,
        duplicates,
        standing,
    }))
}

/// A row with what only an older one of the same owner and conversation holds. Of what both hold the
/// newer is right; who the other person is counts as held where it is not empty.
fn taken_over(newer: &Item, older: &Item) -> Item {
    let empty = |value: &AttributeValue| value.as_s().is_some_and(str::is_empty);
    let mut whole = newer.clone();
    for (name, value) in older.iter().filter(|(name, _)| !ITS_OWN.contains(&name.as_str())) {
        let held = newer.get(name).is_some_and(|own| !name.starts_with("user_") || !empty(own));
        if !held {
            whole.insert(name.clone(), value.clone());
        }
    }
    whole
}

/// Whether a row stands at the time of a message, in whatever spelling.
fn is_at(row: &GroupRow, last: &MessageView) -> bool {
    row.view.sk == last.sk || (row.view.at_micros.is_some() && row.view.at_micros == last.at_micros)
}

/// The group row of someone who had none.
pub fn new_row(owner: &UserRef, with: &UserRef, last: &MessageView) -> Item {
    cruddur::group_item(&ConversationView {
        group: last.group.clone(),
        owner: owner.uuid.clone(),
        with: with.clone(),
        last_message: last.text.clone(),
        sk: last.sk.clone(),
        at_micros: last.at_micros,
    })
}

/// Puts an item where its key is free: 400 `invalid_text` where it would be too large.
pub fn put_new(item: Item) -> Result<Action> {
    fits(&item)?;
    let mut places = Placeholders::default();
    let pk = places.name("pk".to_owned());
    let condition = condition(format!("attribute_not_exists({pk})"), places);
    Ok(Action::Put {
        item,
        condition: Some(condition),
    })
}

/// The history of an action: what there was, and what there will be. A check writes nothing.
pub fn begin(table: &str, action: &Action, rows: &[GroupRow], last: &MessageView) -> Option<Begin> {
    let read = |key: &Key| rows.iter().find(|row| key_of(row) == *key);
    let (key, before, after) = match action {
        Action::Put { item, .. } => (key_in(item), None, Some(item.clone())),
        Action::Delete { key, .. } => (key.clone(), read(key).map(|row| row.item.clone()), None),
        Action::Update { key, .. } => {
            let row = read(key);
            (
                key.clone(),
                row.map(|row| row.item.clone()),
                row.map(|row| updated(row, rows, last)),
            )
        }
        Action::Check { .. } => return None,
    };
    Some(Begin {
        table: table.to_owned(),
        key,
        kind: WriteKind::Message,
        before,
        after,
    })
}

/// A row that stays where it is, as an update leaves it.
fn updated(row: &GroupRow, rows: &[GroupRow], last: &MessageView) -> Item {
    let same = |other: &&GroupRow| other.view.owner == row.view.owner && other.view.group == row.view.group;
    match moves(rows.iter().filter(same), last) {
        Ok(Some(Moves { whole, .. })) => whole,
        _ => said(row, last),
    }
}

/// A row as it was read, but for the last message and its time.
fn moved(row: &GroupRow, last: &MessageView) -> Item {
    let mut item = said(row, last);
    item.insert("sk".to_owned(), AttributeValue::S(last.sk.clone()));
    item
}

/// A row as it was read, but for the last message.
fn said(row: &GroupRow, last: &MessageView) -> Item {
    let mut item = row.item.clone();
    item.insert("message".to_owned(), AttributeValue::S(last.text.clone()));
    item
}

/// A row whose time is right already: what differs in it is set.
fn stay(row: &GroupRow, kept: &Item, last: &MessageView) -> Result<Action> {
    let mut item = kept.clone();
    item.insert("message".to_owned(), AttributeValue::S(last.text.clone()));
    let mut places = Placeholders::default();
    let as_read = as_read(&mut places, &row.item)?;
    if item == row.item {
        return Ok(Action::Check {
            key: key_of(row),
            condition: condition(as_read, places),
        });
    }
    let mut sets = Vec::new();
    for (name, value) in item.iter().filter(|(name, value)| row.item.get(*name) != Some(value)) {
        let name = places.name(name.clone());
        let value = places.value(value).map_err(Error::internal)?;
        sets.push(format!("{name} = {value}"));
    }
    fits(&item)?;
    Ok(Action::Update {
        key: key_of(row),
        update: condition(format!("SET {}", sets.join(", ")), places),
        condition: Some(as_read),
    })
}

fn delete(row: &GroupRow) -> Result<Action> {
    let mut places = Placeholders::default();
    let as_read = as_read(&mut places, &row.item)?;
    Ok(Action::Delete {
        key: key_of(row),
        condition: Some(condition(as_read, places)),
    })
}

/// Holds while an item is what was read, attribute by attribute. DynamoDB cannot ask whether there
/// is any other, so of those that are missing only the known ones are asked for.
fn as_read(places: &mut Placeholders, item: &Item) -> Result<String> {
    let mut texts = Vec::new();
    for (name, value) in item.iter().filter(|(name, _)| !is_key(name)) {
        let name = places.name(name.clone());
        let value = places.value(value).map_err(Error::internal)?;
        texts.push(format!("{name} = {value}"));
    }
    for name in KNOWN.into_iter().filter(|name| !item.contains_key(*name)) {
        texts.push(format!("attribute_not_exists({})", places.name(name.to_owned())));
    }
    Ok(texts.join(" AND "))
}

fn fits(item: &Item) -> Result<()> {
    let (bytes, most) = (size::item_bytes(item), size::MAX_ITEM_BYTES);
    if bytes > most {
        return Err(Error::invalid(
            "invalid_text",
            format!("the message makes an item of {bytes} bytes, DynamoDB takes at most {most} (400 KB)"),
        ));
    }
    Ok(())
}

fn condition(text: String, places: Placeholders) -> Condition {
    Condition {
        text,
        names: places.names,
        values: places.values,
    }
}

fn key_of(row: &GroupRow) -> Key {
    key_in(&row.item)
}

fn key_in(item: &Item) -> Key {
    let key = item.iter().filter(|(name, _)| is_key(name));
    Key(key.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn is_key(name: &str) -> bool {
    name == "pk" || name == "sk"
}
