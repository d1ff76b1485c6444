//! The sample: six conversations of five people who build and run a small social app and live
//! beside it. One text file each; ids and times are fixed, so that seeding twice changes nothing.

use dynadesk_shared::api::conversations::{MessageView, UserRef};
use dynadesk_shared::time;
use uuid::Uuid;

use super::conversation::{Conversation, message_uuid, named_uuid};
use crate::error::{Error, Result};

/// Handle and display name.
const PEOPLE: [(&str, &str); 5] = [
    ("mira", "Mira Okafor"),
    ("jonas", "Jonas Lindqvist"),
    ("priya", "Priya Raman"),
    ("tomas", "Tomás Rivera"),
    ("hana", "Hana Kimura 🌱"),
];

const CONVERSATIONS: [(&str, &str); 6] = [
    ("launch", include_str!("launch.txt")),
    ("garden", include_str!("garden.txt")),
    ("band", include_str!("band.txt")),
    ("trip", include_str!("trip.txt")),
    ("kitchen", include_str!("kitchen.txt")),
    ("on-call", include_str!("on-call.txt")),
];

/// All conversations, or what is wrong with a file of ours.
pub fn conversations() -> Result<Vec<Conversation>> {
    let parsed = CONVERSATIONS
        .iter()
        .map(|(name, text)| parse(name, text).map_err(|why| Error::internal(format!("sample {name}: {why}"))));
    parsed.collect()
}

fn person(handle: &str) -> std::result::Result<UserRef, String> {
    let (handle, display_name) = PEOPLE
        .iter()
        .find(|(known, _)| *known == handle)
        .ok_or_else(|| format!("nobody is called {handle:?}"))?;
    Ok(UserRef {
        uuid: named_uuid(&format!("sample user {handle}")),
        display_name: (*display_name).to_owned(),
        handle: (*handle).to_owned(),
    })
}

/// The first line names the two people. `= 2024-03-02 18:05:00` begins a sitting at that time in
/// UTC; with a `+` behind it, its rows carry `+00:00`, as some real ones do. `\n` in a message is a
/// line break.
fn parse(name: &str, text: &str) -> std::result::Result<Conversation, String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let between = lines
        .next()
        .and_then(|line| line.split_once(" and "))
        .ok_or("the first line is not `a and b`")?;
    let people = [person(between.0)?, person(between.1)?];
    let group = named_uuid(&format!("sample conversation {name}"));
    let (mut at, mut offset) = (None, false);
    let mut messages: Vec<(u64, MessageView)> = Vec::new();
    for line in lines {
        if let Some(start) = line.strip_prefix("= ") {
            let plain = start.strip_suffix(" +");
            offset = plain.is_some();
            let start = time::parse_iso(plain.unwrap_or(start)).ok_or_else(|| format!("{start:?} is no time"))?;
            if at.is_some_and(|at| start <= at) {
                return Err(format!("{start:?} is before what was said last"));
            }
            at = Some(start);
            continue;
        }
        let (speaker, said) = line.split_once(": ").ok_or_else(|| format!("{line:?} is no message"))?;
        let from = people
            .iter()
            .find(|person| person.handle == speaker)
            .ok_or_else(|| format!("{speaker:?} is not here"))?;
        let place = messages.len();
        let id = message_uuid(&group, place);
        let now = at.ok_or("a message stands before any time")? + pause(&id, said);
        at = Some(now);
        messages.push((
            place as u64 + 1,
            MessageView {
                message_uuid: id,
                group: group.clone(),
                from: from.clone(),
                text: said.replace("\\n", "\n"),
                sk: if offset {
                    time::to_iso_offset(now)
                } else {
                    time::to_iso_naive(now)
                },
                at_micros: Some(now),
            },
        ));
    }
    Ok(Conversation { group, people, messages })
}

/// How long someone takes to answer: longer for more words, never twice the same, always equal for
/// the same message.
fn pause(id: &str, said: &str) -> i64 {
    let chance = Uuid::parse_str(id).map_or(0, |id| (id.as_u128() % 100_000_000) as i64);
    7_000_000 + chance + said.len() as i64 * 120_000
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_sample_is_what_it_promises() {
        let all = conversations().expect("readable");
        let messages: Vec<&MessageView> = all.iter().flat_map(|one| one.messages.iter().map(|(_, message)| message)).collect();
        let people: BTreeSet<&str> = messages.iter().map(|message| message.from.handle.as_str()).collect();
        assert_eq!((all.len(), people.len()), (6, 5));
        assert!(messages.len() >= 400, "{} messages", messages.len());
        let texts: BTreeSet<&str> = messages.iter().map(|message| message.text.as_str()).collect();
        assert!(texts.len() * 100 >= messages.len() * 97, "the same words too often");
        assert!(messages.iter().filter(|message| message.text.len() > 400).count() >= 5);
        assert!(
            messages
                .iter()
                .filter(|message| message.text.chars().any(|c| c >= '\u{1f300}'))
                .count()
                >= 30
        );
        assert!(messages.iter().any(|message| message.sk.ends_with("+00:00")));
        assert!(messages.iter().any(|message| !message.sk.ends_with("+00:00")));
        let years: BTreeSet<&str> = messages.iter().map(|message| &message.sk[..4]).collect();
        assert_eq!(years.into_iter().collect::<Vec<_>>(), ["2024", "2025", "2026"]);
        let end = time::parse_iso("2026-06-01T00:00:00");
        for one in &all {
            assert!(one.messages.windows(2).all(|pair| pair[0].1.at_micros < pair[1].1.at_micros));
            assert!(one.last().is_some_and(|last| last.at_micros < end));
        }
    }
}
