//! A conversation that is to be seeded: its messages, and the two group rows with its real last one.

use dynadesk_shared::api::conversations::{ConversationView, MessageView, UserRef};
use dynadesk_shared::{Item, cruddur, time};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Ids of seeded rows live under this name, so that they never meet those of others.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d1f_7b52_3c0e_4a86_9f4e_1d5a_c0de_5eed);
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// A conversation with its messages in the order of time, each with the line where it stands.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub group: String,
    pub people: [UserRef; 2],
    pub messages: Vec<(u64, MessageView)>,
}

impl Conversation {
    pub fn last(&self) -> Option<&MessageView> {
        self.messages.last().map(|(_, message)| message)
    }

    /// The rows: messages, then both group rows unless those have moved on.
    pub fn items(&self, with_group_rows: bool) -> Vec<(u64, Item)> {
        let mut items: Vec<_> = self
            .messages
            .iter()
            .map(|(line, message)| (*line, cruddur::message_item(message)))
            .collect();
        if let (true, Some((line, last))) = (with_group_rows, self.messages.last()) {
            let [first, second] = &self.people;
            for (place, (owner, with)) in [(first, second), (second, first)].into_iter().enumerate() {
                let row = ConversationView {
                    group: self.group.clone(),
                    owner: owner.uuid.clone(),
                    with: with.clone(),
                    last_message: last.text.clone(),
                    sk: last.sk.clone(),
                    at_micros: last.at_micros,
                };
                items.push((line + 1 + place as u64, cruddur::group_item(&row)));
            }
        }
        items
    }
}

/// The id of a message: derived, so that seeding it again writes the same row.
pub fn message_uuid(group: &str, place: usize) -> String {
    Uuid::new_v5(&NAMESPACE, format!("{group}/{place}").as_bytes()).to_string()
}

/// The id of anything that a name stands for.
pub fn named_uuid(name: &str) -> String {
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()
}

/// A conversation file: who says what, by line.
#[derive(Clone, Debug)]
pub struct Script {
    group: String,
    people: [UserRef; 2],
    /// The line, which of the two speaks, and the text.
    said: Vec<(u64, usize, String)>,
}

impl Script {
    /// Reads a conversation file: 400 `invalid_conversation` names the first line at fault.
    pub fn parse(text: &str, person1: &UserRef, person2: &UserRef) -> Result<Self> {
        let invalid = |why: String| Error::invalid("invalid_conversation", why);
        for (person, name) in [(person1, "Person 1"), (person2, "Person 2")] {
            if person.uuid.is_empty() || person.uuid.contains(char::is_whitespace) {
                return Err(invalid(format!("{name} needs a user id without spaces")));
            }
        }
        if person1.uuid == person2.uuid {
            return Err(invalid("Person 1 and Person 2 must be two different users".to_owned()));
        }
        let mut said = Vec::new();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let number = at + 1;
            if line.trim().is_empty() {
                continue;
            }
            let spoken = [(0, "Person 1: "), (1, "Person 2: ")]
                .into_iter()
                .find_map(|(person, prefix)| line.strip_prefix(prefix).map(|text| (person, text)));
            let Some((person, text)) = spoken else {
                return Err(invalid(format!(
                    "line {number}: it must begin with \"Person 1: \" or \"Person 2: \", this begins with {:?}",
                    line.chars().take(20).collect::<String>()
                )));
            };
            if text.trim().is_empty() {
                return Err(invalid(format!("line {number}: the message is empty")));
            }
            said.push((number as u64, person, text.trim_end().to_owned()));
        }
        if said.is_empty() {
            return Err(invalid("the file holds no message".to_owned()));
        }
        // The users and every word make the id; the start does not, so that a second seeding
        // finds the first one whatever the clock says by then.
        let words: Vec<_> = said.iter().map(|(_, person, text)| (person, text)).collect();
        let name = serde_json::to_string(&(&person1.uuid, &person2.uuid, words)).map_err(Error::internal)?;
        Ok(Self {
            group: named_uuid(&name),
            people: [person1.clone(), person2.clone()],
            said,
        })
    }

    pub fn group(&self) -> &str {
        &self.group
    }

    /// From which start a message of the table, by its id and instant, was seeded.
    pub fn start_of(&self, message_uuid_found: &str, at: i64) -> Option<i64> {
        let place = (0..self.said.len()).find(|place| message_uuid(&self.group, *place) == message_uuid_found)?;
        Some(at - place as i64 * MINUTE)
    }

    /// The start that lets the last message be an hour old.
    pub fn default_start(&self, now: i64) -> i64 {
        let start = now - HOUR - self.length();
        start - start.rem_euclid(1_000_000)
    }

    /// When the last message is said.
    pub fn end(&self, start: i64) -> i64 {
        start + self.length()
    }

    fn length(&self) -> i64 {
        (self.said.len() as i64 - 1) * MINUTE
    }

    /// The conversation as it begins at an instant: one message a minute.
    pub fn at(&self, start: i64) -> Conversation {
        let messages = self.said.iter().enumerate().map(|(place, (line, person, text))| {
            let at = start + place as i64 * MINUTE;
            let message = MessageView {
                message_uuid: message_uuid(&self.group, place),
                group: self.group.clone(),
                from: self.people[*person].clone(),
                text: text.clone(),
                sk: time::to_iso_offset(at),
                at_micros: Some(at),
            };
            (*line, message)
        });
        Conversation {
            group: self.group.clone(),
            people: self.people.clone(),
            messages: messages.collect(),
        }
    }
}

/// Items as DynamoDB JSON Lines, each on its own line number, so that a reject names the line of
/// the file that the operator knows.
pub fn render(items: &[(u64, Item)]) -> Result<String> {
    let mut text = String::new();
    let mut line = 1;
    for (wanted, item) in items {
        while line < *wanted {
            text.push('\n');
            line += 1;
        }
        text.push_str(&serde_json::to_string(item).map_err(Error::internal)?);
        text.push('\n');
        line += 1;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserRef {
        UserRef {
            uuid: format!("{name}-uuid"),
            display_name: name.to_owned(),
            handle: name.to_owned(),
        }
    }

    fn script(text: &str) -> Result<Script> {
        Script::parse(text, &user("a"), &user("b"))
    }

    #[test]
    fn a_file_becomes_one_message_a_minute() {
        let script = script("Person 1: hi\r\n\nPerson 2: hello: you\n").expect("valid");
        let found = script.at(0);
        assert_eq!(found.messages.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(found.messages[1].1.text, "hello: you");
        assert_eq!(found.messages[1].1.sk, "1970-01-01T00:01:00.000000+00:00");
        assert_eq!(found.messages[1].1.from.handle, "b");
        let items = found.items(true);
        assert_eq!(items.len(), 4);
        assert_eq!(items[2].1["message"].as_s(), Some("hello: you"));
        assert_eq!(items[2].1["user_handle"].as_s(), Some("b"));
        assert_eq!(items[3].1["user_handle"].as_s(), Some("a"));
        let text = render(&items).expect("renders");
        assert_eq!(text.lines().position(|line| line.contains("hello")), Some(2));
    }

    #[test]
    fn ids_follow_the_words_and_not_the_start() {
        let one = script("Person 1: hi\nPerson 2: yo").expect("valid");
        let windows = script("Person 1: hi\r\n\r\nPerson 2: yo\r\n").expect("valid");
        let other = script("Person 1: hi\nPerson 1: yo").expect("valid");
        assert_eq!(one.group(), windows.group());
        assert_ne!(one.group(), other.group());
        let second = &one.at(7 * MINUTE).messages[1].1;
        assert_eq!(one.start_of(&second.message_uuid, 8 * MINUTE), Some(7 * MINUTE));
        assert_eq!(one.start_of("someone else's", 0), None);
    }

    #[test]
    fn any_other_line_is_named() {
        let why = |text: &str| script(text).expect_err(text).message;
        assert!(why("Person 1: hi\nPerson 3: yo").starts_with("line 2: "));
        assert!(why("Person 1:hi").starts_with("line 1: "));
        assert!(why("Person 1: hi\n\nPerson 2:  ").starts_with("line 3: "));
        assert!(why("\n\n").contains("no message"));
        assert!(Script::parse("Person 1: a", &user("a"), &user("a")).is_err());
    }
}
