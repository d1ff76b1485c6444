//! What is written to each conversation: each has its own text, its own message on the way and its own failure,
//! whichever of them is looked at when an answer comes.

use std::collections::HashMap;

use crate::api::ApiFailure;

/// A conversation, and whose side is taken.
pub type Place = (String, String);

/// What stands in the box of one conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Letter {
    pub text: String,
    /// A message is on its way.
    pub busy: bool,
    /// Why the last one was not sent.
    pub failure: Option<ApiFailure>,
}

#[derive(Debug, Default)]
pub struct Letters(HashMap<Place, Letter>);

impl Letters {
    pub fn at(&self, place: &Place) -> Letter {
        self.0.get(place).cloned().unwrap_or_default()
    }

    fn of(&mut self, place: &Place) -> &mut Letter {
        self.0.entry(place.clone()).or_default()
    }

    pub fn write(&mut self, place: &Place, text: String) {
        self.of(place).text = text;
    }

    /// Takes what is written to send it: the box is free for the next message. Nothing where nothing is written, and
    /// while another message is on its way.
    pub fn send(&mut self, place: &Place) -> Option<String> {
        let letter = self.of(place);
        let text = letter.text.trim().to_owned();
        if letter.busy || text.is_empty() {
            return None;
        }
        *letter = Letter {
            busy: true,
            ..Letter::default()
        };
        Some(text)
    }

    pub fn sent(&mut self, place: &Place) {
        self.of(place).busy = false;
    }

    /// Puts the message back. Where the next one is begun already it stands before that, and neither is lost.
    pub fn failed(&mut self, place: &Place, text: String, why: ApiFailure) {
        let letter = self.of(place);
        letter.busy = false;
        letter.failure = Some(why);
        letter.text = match letter.text.is_empty() {
            true => text,
            false => format!("{text}\n{}", letter.text),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(group: &str) -> Place {
        (group.to_owned(), "me".to_owned())
    }

    fn begun(group: &str, text: &str) -> Letters {
        let mut letters = Letters::default();
        letters.write(&place(group), text.to_owned());
        letters
    }

    #[test]
    fn what_is_typed_while_a_message_is_on_its_way_stays() {
        let mut letters = begun("g", " one\n");
        assert_eq!(letters.send(&place("g")).as_deref(), Some("one"));
        assert_eq!(letters.at(&place("g")).text, "");
        letters.write(&place("g"), "two".to_owned());
        assert_eq!(letters.send(&place("g")), None, "one after the other");
        letters.sent(&place("g"));
        assert_eq!(letters.at(&place("g")).text, "two");
        assert_eq!(letters.send(&place("g")).as_deref(), Some("two"));
    }

    #[test]
    fn a_message_that_was_not_sent_comes_back_and_takes_nothing_away() {
        let mut letters = begun("g", "one");
        letters.send(&place("g"));
        letters.failed(&place("g"), "one".to_owned(), ApiFailure::Unreachable);
        let letter = letters.at(&place("g"));
        assert_eq!((letter.text.as_str(), letter.busy), ("one", false));
        assert_eq!(letter.failure, Some(ApiFailure::Unreachable));
        letters.send(&place("g"));
        assert_eq!(letters.at(&place("g")).failure, None, "it is tried again");
        letters.write(&place("g"), "two".to_owned());
        letters.failed(&place("g"), "one".to_owned(), ApiFailure::Unreachable);
        assert_eq!(letters.at(&place("g")).text, "one\ntwo");
    }

    #[test]
    fn each_conversation_and_each_side_of_it_has_its_own() {
        let mut letters = begun("a", "for a");
        let other_side = ("a".to_owned(), "you".to_owned());
        assert_eq!(letters.at(&place("b")), Letter::default());
        assert_eq!(letters.at(&other_side), Letter::default());
        letters.send(&place("a"));
        letters.write(&place("b"), "for b".to_owned());
        letters.failed(&place("a"), "for a".to_owned(), ApiFailure::Unreachable);
        assert_eq!(letters.at(&place("b")).text, "for b");
        assert_eq!(letters.at(&place("b")).failure, None);
        assert_eq!(
            letters.send(&place("b")).as_deref(),
            Some("for b"),
            "that of another waits for nothing"
        );
        assert_eq!(letters.send(&place("c")), None, "nothing is written");
    }
}
