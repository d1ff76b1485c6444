//! The access patterns that come with the preset of Cruddur's messages table, by name: published
//! letters for them disagree.

use std::collections::BTreeMap;

use super::{Action, KeyPart, KeyTest, Operation, Pattern, Step, Template};
use crate::api::tables::TableView;
use crate::cruddur::{GROUP_INDEX, TABLE};

pub const LIST: &str = "List a user's conversations";
pub const READ: &str = "Read a conversation";
pub const SEND: &str = "Send a message to a conversation";
pub const START: &str = "Start a conversation";
pub const MOVE: &str = "Move the group rows to the newest message";

const USER: &str = "8a3c2f6e-0d4b-4c0f-9a57-1f6f6c1f2b10";
const OTHER: &str = "b7f1d9a2-5e63-4f0c-8c1e-2d9a7e4b6c55";
const GROUP: &str = "5ae290ed-55d1-47a0-bc6d-fe2bc2700399";
const NOW: &str = "2024-03-24T09:45:01.561513";
const BEFORE: &str = "2024-03-23T18:02:44.104201";

/// The preset's patterns where a table is made by it: of its name, or a copy of it.
pub fn of_table(table: &TableView) -> Vec<Pattern> {
    let keys: Vec<&str> = table.key.attributes().map(|key| key.name.as_str()).collect();
    if keys != ["pk", "sk"] || !table.name.contains(TABLE) {
        return Vec::new();
    }
    patterns(table.indexes.iter().any(|index| index.name == GROUP_INDEX))
}

/// The five patterns; the last one uses the index where there is one.
pub fn patterns(with_index: bool) -> Vec<Pattern> {
    vec![list(), read(), send(), start(), move_rows(with_index)]
}

fn list() -> Pattern {
    Pattern {
        name: LIST.into(),
        description: "The group rows of one user, newest first. The year is optional: without it nothing vanishes on 1 January.".into(),
        operation: Operation::Query,
        key: vec![
            equal("pk", "GRP#{user}"),
            KeyPart {
                test: KeyTest::BeginsWith,
                optional: true,
                ..equal("sk", "{year}")
            },
        ],
        descending: true,
        limit: Some(20),
        examples: examples(&[("user", USER)]),
        ..Pattern::default()
    }
}

fn read() -> Pattern {
    Pattern {
        name: READ.into(),
        description: "The newest 20 messages of a conversation, newest first; older pages on demand. Shown oldest to newest.".into(),
        operation: Operation::Query,
        key: vec![equal("pk", "MSG#{group}")],
        descending: true,
        limit: Some(20),
        examples: examples(&[("group", GROUP)]),
        ..Pattern::default()
    }
}

fn send() -> Pattern {
    Pattern {
        name: SEND.into(),
        description: "One message row. Dynadesk moves the group rows in the same transaction.".into(),
        operation: Operation::PutItem,
        steps: vec![step(Action::Put, "MSG#{group}", "{now}", "the message row")],
        examples: examples(&[("group", GROUP), ("now", NOW)]),
        ..Pattern::default()
    }
}

fn start() -> Pattern {
    Pattern {
        name: START.into(),
        description: "Two group rows and one message row with one time, in one transaction: all of them or none.".into(),
        operation: Operation::TransactWriteItems,
        steps: vec![
            step(Action::Put, "GRP#{user}", "{now}", "the group row of who writes"),
            step(Action::Put, "GRP#{other}", "{now}", "the group row of the other"),
            step(Action::Put, "MSG#{group}", "{now}", "the first message"),
        ],
        examples: examples(&[("group", GROUP), ("now", NOW), ("other", OTHER), ("user", USER)]),
        ..Pattern::default()
    }
}

fn move_rows(with_index: bool) -> Pattern {
    let description = if with_index {
        "For each new message: find the group rows of the conversation by the index, delete each and put it again under the new time, \
        in one transaction."
    } else {
        "For each new message: the participants are known from the items, so each group row is deleted and put again under the new time, \
        in one transaction and without an index."
    };
    Pattern {
        name: MOVE.into(),
        description: description.into(),
        operation: Operation::TransactWriteItems,
        index: with_index.then(|| GROUP_INDEX.to_owned()),
        key: with_index.then(|| equal("message_group_uuid", "{group}")).into_iter().collect(),
        steps: vec![
            step(Action::Delete, "GRP#{user}", "{before}", "the old group row of one participant"),
            step(Action::Put, "GRP#{user}", "{now}", "the same at the new time"),
            step(Action::Delete, "GRP#{other}", "{before}", "the old group row of the other"),
            step(Action::Put, "GRP#{other}", "{now}", "the same at the new time"),
        ],
        examples: examples(&[("before", BEFORE), ("group", GROUP), ("now", NOW), ("other", OTHER), ("user", USER)]),
        ..Pattern::default()
    }
}

fn equal(attribute: &str, text: &str) -> KeyPart {
    KeyPart {
        attribute: attribute.into(),
        test: KeyTest::Equal,
        value: Template::s(text),
        high: None,
        optional: false,
    }
}

fn step(action: Action, pk: &str, sk: &str, note: &str) -> Step {
    Step {
        action,
        key: vec![equal("pk", pk), equal("sk", sk)],
        note: note.into(),
    }
}

fn examples(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::advice::tests::cruddur_table;
    use super::*;

    #[test]
    fn the_five_come_with_the_preset_and_with_nothing_else() {
        let names: Vec<String> = of_table(&cruddur_table(true)).into_iter().map(|one| one.name).collect();
        assert_eq!(names, [LIST, READ, SEND, START, MOVE]);
        assert_eq!(of_table(&cruddur_table(false))[4].index, None);
        let mut other = cruddur_table(false);
        other.name = "orders".into();
        assert_eq!(of_table(&other), []);
    }

    #[test]
    fn they_read_as_sentences() {
        let all = patterns(true);
        assert_eq!(all[0].key_words(), "pk = GRP#{user} AND [begins_with(sk, {year})]");
        assert_eq!(all[2].key_words(), "Put pk = MSG#{group}, sk = {now}");
        assert_eq!(all[1].example_words(), format!("pk = MSG#{GROUP}"));
        assert_eq!(all[0].parameters(), ["user", "year"]);
        assert_eq!(all[0].needed().into_iter().collect::<Vec<_>>(), ["user"]);
    }
}
