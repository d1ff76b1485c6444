//! Participants of a conversation who have no group row, and whether enough is known to make them one.
//! A group row describes the other person, so that is who has to be known by name.

use std::collections::BTreeSet;

use dynadesk_shared::api::conversations::{MessageView, UserRef};

use super::rows::{self, GroupRow};
use crate::engine::Engine;
use crate::error::Result;

/// Earlier messages that may name a participant.
pub const EARLIER: u32 = 100;

/// A row to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    pub owner: UserRef,
    pub with: UserRef,
}

/// Who has no row.
#[derive(Debug, Default)]
pub struct Missing {
    pub make: Vec<Absent>,
    /// Whose row cannot be made, and why, for a person.
    pub unknown: Vec<String>,
}

/// Who of a conversation's participants has no row. `earlier` are its newest messages, where they were
/// read already.
pub async fn missing(
    engine: &Engine,
    table: &str,
    found: &[GroupRow],
    message: &MessageView,
    earlier: Option<Vec<MessageView>>,
) -> Result<Missing> {
    let people = participants(found, message, earlier.as_deref());
    let has_row = |uuid: &str| found.iter().any(|row| row.view.owner == uuid);
    if people.iter().all(|uuid| has_row(uuid)) {
        return Ok(Missing::default());
    }
    let people: Vec<String> = people.into_iter().collect();
    let [one, two] = &people[..] else {
        // Of more than two nobody knows who the other person is, and of one neither.
        let unknown = people.iter().filter(|_| !found.is_empty()).filter(|uuid| !has_row(uuid));
        return Ok(Missing {
            make: Vec::new(),
            unknown: unknown
                .map(|uuid| {
                    let (group, number) = (&message.group, people.len());
                    format!("user {uuid:?} has no group row of conversation {group:?}, and none can be made: {number} people are in it")
                })
                .collect(),
        });
    };
    let mut absent = vec![(one, two), (two, one)];
    absent.retain(|(owner, _)| !has_row(owner));
    let said = match earlier {
        Some(said) => said,
        None if absent.iter().all(|(_, with)| name_of(with, message, &[]).is_some()) => Vec::new(),
        None => rows::newest(engine, table, &message.group, EARLIER).await?,
    };
    let mut missing = Missing::default();
    for (owner, with) in absent {
        match name_of(with, message, &said) {
            Some(with) => missing.make.push(Absent {
                owner: UserRef {
                    uuid: owner.clone(),
                    ..UserRef::default()
                },
                with,
            }),
            None => missing.unknown.push(format!(
                "user {owner:?} has no group row of conversation {:?}, and none can be made: it would describe user {with:?}, whose name and handle no message tells",
                message.group
            )),
        }
    }
    Ok(missing)
}

/// The rows say who takes part, each its owner and the other person. Where there is none, or none that
/// names another, whoever wrote does.
fn participants(found: &[GroupRow], message: &MessageView, earlier: Option<&[MessageView]>) -> BTreeSet<String> {
    let named = found.iter().flat_map(|row| [&row.view.owner, &row.view.with.uuid]);
    let mut people: BTreeSet<String> = named.filter(|uuid| !uuid.is_empty()).cloned().collect();
    if people.len() < 2 {
        let wrote = earlier.unwrap_or_default().iter().chain([message]).map(|said| &said.from.uuid);
        people.extend(wrote.filter(|uuid| !uuid.is_empty()).cloned());
    }
    people
}

/// A person as the newest message says that names them whole.
fn name_of(uuid: &str, message: &MessageView, said: &[MessageView]) -> Option<UserRef> {
    let mut senders = said.iter().chain([message]).map(|said| &said.from);
    let whole = |from: &&UserRef| from.uuid == uuid && !from.handle.is_empty() && !from.display_name.is_empty();
    senders.find(whole).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::actions::new_row;

    fn user(uuid: &str) -> UserRef {
        UserRef {
            uuid: uuid.to_owned(),
            display_name: uuid.to_uppercase(),
            handle: uuid.to_owned(),
        }
    }

    fn said(from: UserRef) -> MessageView {
        MessageView {
            message_uuid: "m".to_owned(),
            group: "g".to_owned(),
            from,
            text: "text".to_owned(),
            sk: "2023-01-01T00:00:00".to_owned(),
            at_micros: Some(0),
        }
    }

    #[test]
    fn rows_say_who_takes_part_and_else_whoever_wrote() {
        let row = |owner: &str, with: &str| new_row(&user(owner), &user(with), &said(user("x")));
        let found = |items| rows::group_rows(items);
        let people = |found: &[GroupRow], earlier: &[MessageView]| {
            let people = participants(found, &said(user("ann")), Some(earlier));
            people.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(
            people(&found(vec![row("bob", "eve")]), &[]),
            ["bob", "eve"],
            "a stranger who writes is none"
        );
        assert_eq!(people(&found(vec![row("bob", "")]), &[]), ["ann", "bob"]);
        assert_eq!(people(&[], &[said(user("bob")), said(user(""))]), ["ann", "bob"]);
    }

    #[test]
    fn a_name_has_to_be_whole() {
        let bare = UserRef {
            handle: String::new(),
            ..user("bob")
        };
        assert_eq!(name_of("bob", &said(bare.clone()), &[]), None);
        assert_eq!(
            name_of("bob", &said(bare), &[said(user("ann")), said(user("bob"))]),
            Some(user("bob"))
        );
    }
}
