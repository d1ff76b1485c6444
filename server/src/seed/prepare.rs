//! From what the operator chose to one text of items, whatever the source: the plan, the job and
//! a resumed job then all read the same thing.

use std::sync::Arc;

use dynadesk_shared::api::seed::SeedSource;
use dynadesk_shared::cruddur::{self, Row};
use dynadesk_shared::{AttributeValue, Item, time};

use super::check::Rules;
use super::conversation::{Conversation, Script, render};
use super::sample;
use crate::engine::Engine;
use crate::engine::items::{Expressions, Query};
use crate::error::{Error, ErrorKind, Result};

/// The largest source.
const MAX_SOURCE_BYTES: usize = 64 * 1024 * 1024;

/// A source that is ready to be read.
#[derive(Debug)]
pub struct Prepared {
    pub text: Arc<str>,
    /// The form in words, where the text is not the operator's own.
    pub format: Option<String>,
    /// What a job calls it.
    pub title: String,
    /// The start of a conversation whose start was ours to choose.
    pub start: Option<i64>,
}

/// `chosen` is the start that an earlier plan chose: the job writes what the plan showed.
pub async fn prepare(engine: &Engine, rules: &Rules, source: SeedSource, chosen: Option<i64>, now: i64) -> Result<Prepared> {
    match source {
        SeedSource::Items { text } => {
            if text.len() > MAX_SOURCE_BYTES {
                return Err(Error::new(
                    ErrorKind::TooLarge,
                    "source_too_large",
                    format!("the source has {} bytes, at most {MAX_SOURCE_BYTES} (64 MB) are taken", text.len()),
                ));
            }
            Ok(Prepared {
                text: text.into(),
                format: None,
                title: "items".to_owned(),
                start: None,
            })
        }
        SeedSource::Sample => {
            cruddur_keys(rules)?;
            let mut items = Vec::new();
            for conversation in sample::conversations()? {
                items.extend(rows(engine, rules, &conversation).await?.into_iter().map(|(_, item)| item));
            }
            let items: Vec<_> = items.into_iter().enumerate().map(|(at, item)| (at as u64 + 1, item)).collect();
            Ok(Prepared {
                text: render(&items)?.into(),
                format: Some("the Cruddur sample".to_owned()),
                title: "the Cruddur sample".to_owned(),
                start: None,
            })
        }
        SeedSource::Conversation {
            text,
            person1,
            person2,
            start,
        } => {
            cruddur_keys(rules)?;
            let script = Script::parse(&text, &person1, &person2)?;
            let start = resolve_start(engine, rules, &script, start.as_deref(), chosen, now).await?;
            let conversation = script.at(start);
            let items = rows(engine, rules, &conversation).await?;
            Ok(Prepared {
                text: render(&items)?.into(),
                format: Some("a Cruddur conversation".to_owned()),
                title: format!("a conversation of {} and {}", person1.handle, person2.handle),
                start: Some(start),
            })
        }
    }
}

/// The table must have the keys of a Cruddur table: 409 `not_a_cruddur_table`.
fn cruddur_keys(rules: &Rules) -> Result<()> {
    if crate::conversations::has_cruddur_keys(&rules.key) {
        return Ok(());
    }
    Err(crate::conversations::not_a_cruddur_table(&rules.table))
}

/// A conversation that is in the table already keeps its start, so that seeding twice changes
/// nothing. Else it is the operator's, or the plan's, or such that the last message is an hour old.
async fn resolve_start(engine: &Engine, rules: &Rules, script: &Script, asked: Option<&str>, chosen: Option<i64>, now: i64) -> Result<i64> {
    let asked = match asked.map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(
            time::parse_iso(text)
                .ok_or_else(|| Error::invalid("invalid_start", format!("{text:?} is no ISO time such as 2024-03-24T09:45:00")))?,
        ),
    };
    let found = match edge(engine, rules, script.group(), false).await? {
        Some(Row::Message(first)) => first.at_micros.and_then(|at| script.start_of(&first.message_uuid, at)),
        _ => None,
    };
    if let (Some(found), Some(asked)) = (found, asked)
        && found != asked
    {
        return Err(Error::conflict(
            "conversation_exists",
            format!(
                "this conversation is in the table already and begins at {}: leave the start out to seed it again",
                time::to_iso_offset(found)
            ),
        ));
    }
    let start = found.or(asked).or(chosen).unwrap_or_else(|| script.default_start(now));
    if script.end(start) >= now {
        return Err(Error::invalid(
            "conversation_in_future",
            format!(
                "the conversation would end at {}, which is not past yet: it must begin earlier",
                time::to_iso_offset(script.end(start))
            ),
        ));
    }
    Ok(start)
}

/// The rows of a conversation. Its group rows stay out where a newer message has moved them: a
/// second row for the same conversation would show it twice.
async fn rows(engine: &Engine, rules: &Rules, conversation: &Conversation) -> Result<Vec<(u64, Item)>> {
    let newest = match edge(engine, rules, &conversation.group, true).await? {
        Some(Row::Message(newest)) => newest.at_micros,
        _ => None,
    };
    let moved = newest > conversation.last().and_then(|last| last.at_micros);
    Ok(conversation.items(!moved))
}

/// The first or the last message of a conversation in the table.
async fn edge(engine: &Engine, rules: &Rules, group: &str, newest: bool) -> Result<Option<Row>> {
    let mut expressions = Expressions::default();
    let pk = expressions.places.name("pk".to_owned());
    let value = AttributeValue::S(format!("{}{group}", cruddur::MESSAGE_PREFIX));
    let value = expressions.places.value(&value).map_err(Error::internal)?;
    expressions.key_condition = Some(format!("{pk} = {value}"));
    let page = engine
        .query(&Query {
            table: rules.table.clone(),
            expressions,
            limit: 1,
            newest_first: newest,
            consistent: true,
            ..Query::default()
        })
        .await?;
    Ok(page.items.into_items()?.first().and_then(cruddur::row))
}
