//! Bringing a conversation's group rows to a message that somebody else wrote: each row moves in one
//! conditional transaction, and whatever is newer already stays. Doing it twice, or for messages in
//! any order, ends the same.

use std::collections::BTreeMap;
use std::time::Duration;

use dynadesk_shared::api::conversations::MessageView;
use dynadesk_shared::{AttributeValue, Key, cruddur, time};

use super::actions::{moves, new_row, put_new};
use super::find;
use super::missing::{Absent, EARLIER, Missing, missing};
use super::rows::{self, GroupRow};
use super::send::{is_race, pause};
use crate::engine::items::{Action, TRANSACT_WRITE};
use crate::engine::{Engine, EngineError, EngineErrorKind};
use crate::error::{Error, ErrorKind, Result};
use crate::tables::of_table;

/// How often the rows are read again when other writers moved them meanwhile.
const ATTEMPTS: u32 = 10;
/// Messages of one instant in one conversation that are told apart by their sort keys.
const TIES: u32 = 5;
/// A transaction has 4 MB at most: the rows that move have their part, and this is left to duplicates,
/// each of which is named whole in its condition.
const DUPLICATE_BYTES: usize = 2_000_000;
/// How often one message goes on where duplicates were left for another transaction.
const ROUNDS: u32 = 1_000;
/// How long a row that is missing is waited for: whoever moves rows by deleting and putting them is in
/// between the two.
const SETTLES: Duration = Duration::from_secs(2);
/// Of what is listed in one reason.
const NAMED: usize = 5;
/// What became of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Group rows that were moved, made, changed or deleted; none where all stood right already.
    pub rows: u64,
    /// What is left to a person, although the message was dealt with.
    pub left: Option<Left>,
}

/// Something about a conversation's rows that only a person can put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    pub code: &'static str,
    /// For a person.
    pub why: String,
}

/// Moves every group row of the message's conversation to it, unless they are newer. `index` is one
/// by conversation, where the table has it. Where no row stands at all, rows are made only when a person
/// says so (`from_nothing`): whoever wrote the message may be about to write them.
pub async fn bring(engine: &Engine, table: &str, index: Option<&str>, message: &MessageView, from_nothing: bool) -> Result<Brought> {
    let mut taken = Taken::default();
    let mut brought = Brought::default();
    let (mut attempt, mut rounds, mut settled) = (0, 0, from_nothing);
    while attempt < ATTEMPTS && rounds < ROUNDS {
        // An index lags behind its table: after a lost race the partitions themselves are read.
        let (found, earlier) = group_rows(engine, table, index.filter(|_| attempt == 0 && rounds == 0), message).await?;
        let later = earlier
            .iter()
            .flatten()
            .find(|said| found.is_empty() && said.at_micros > message.at_micros)
            .cloned();
        let missing = missing(engine, table, &found, message, earlier).await?;
        if found.is_empty() && (missing.make.is_empty() || !from_nothing) {
            return Err(nobody(message, &missing));
        }
        if !missing.make.is_empty() && !settled {
            settled = true;
            tokio::time::sleep(SETTLES).await;
            continue;
        }
        let tied = found
            .iter()
            .any(|row| row.view.at_micros == message.at_micros && row.view.last_message != message.text);
        let last = match tied {
            true => last_of(&found, &tie(engine, table, message).await?),
            false => last_of(&found, later.as_ref().unwrap_or(message)),
        };
        let plan = plan(&found, &missing.make, &last, &taken)?;
        brought.left = left(&missing.unknown, &plan.standing);
        if plan.actions.is_empty() {
            return Ok(brought);
        }
        match engine.transact_write(table, &plan.actions).await {
            Ok(_) => {
                brought.rows += plan.rows;
                rounds += 1;
                if !plan.more {
                    return Ok(brought);
                }
            }
            Err(error) if is_race(&error.kind) => {
                taken.look(engine, table, &plan, &error, &last).await?;
                pause(attempt).await;
                attempt += 1;
            }
            // The engine asks for patience: whoever calls waits.
            Err(error) if error.is_transient() => return Err(Error::new(ErrorKind::Throttled, "engine_throttled", error.message)),
            Err(error) => return Err(of_table(table, error)),
        }
    }
    Err(Error::conflict(
        "conversation_busy",
        format!(
            "other writers changed the group rows of conversation {:?} {ATTEMPTS} times in a row",
            message.group
        ),
    ))
}

/// The group rows of the message's conversation, and its newest messages where they had to be asked.
async fn group_rows(
    engine: &Engine,
    table: &str,
    index: Option<&str>,
    message: &MessageView,
) -> Result<(Vec<GroupRow>, Option<Vec<MessageView>>)> {
    let group = &message.group;
    let found = find::group_rows(engine, table, index, group, vec![message.from.uuid.clone()]).await?;
    if !found.is_empty() {
        return Ok((found, None));
    }
    // The sender has no row, but whoever wrote earlier may have one.
    let earlier = rows::newest(engine, table, group, EARLIER).await?;
    let senders = earlier.iter().map(|message| message.from.uuid.clone()).collect();
    let found = find::group_rows(engine, table, None, group, senders).await?;
    Ok((found, Some(earlier)))
}

fn nobody(message: &MessageView, missing: &Missing) -> Error {
    let mut why = vec!["neither its senders nor an index lead to one".to_owned()];
    match (&missing.make[..], &missing.unknown[..]) {
        ([], []) => why.push("its messages do not tell of two people".to_owned()),
        (_, []) => why.push("Retry makes them, since both people wrote".to_owned()),
        (_, unknown) => why.extend_from_slice(unknown),
    }
    Error::not_found(
        "group_rows_not_found",
        format!("no group row of conversation {:?} was found: {}", message.group, why.join("; ")),
    )
}

fn left(unknown: &[String], standing: &[String]) -> Option<Left> {
    let code = match (unknown, standing) {
        ([], []) => return None,
        ([], _) => "duplicate_row_stays",
        _ => "group_row_missing",
    };
    let all = [unknown, standing].concat();
    let mut why = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if all.len() > NAMED {
        why.push_str(&format!("; and {} more", all.len() - NAMED));
    }
    Some(Left { code, why })
}

/// Of several messages of one instant, the last by sort key, whichever is delivered last.
async fn tie(engine: &Engine, table: &str, message: &MessageView) -> Result<MessageView> {
    let newest = rows::newest(engine, table, &message.group, TIES).await?;
    let same = newest.into_iter().filter(|other| other.at_micros == message.at_micros);
    Ok(same.max_by(|a, b| a.sk.cmp(&b.sk)).unwrap_or_else(|| message.clone()))
}

/// The conversation's last message as far as this one and the rows tell: a row that is newer knows of
/// a later one.
fn last_of(found: &[GroupRow], message: &MessageView) -> MessageView {
    let newest = found
        .iter()
        .max_by(|a, b| (a.view.at_micros, &a.view.sk).cmp(&(b.view.at_micros, &b.view.sk)));
    match newest {
        Some(row) if row.view.at_micros > message.at_micros => MessageView {
            sk: row.view.sk.clone(),
            at_micros: row.view.at_micros,
            text: row.view.last_message.clone(),
            ..message.clone()
        },
        _ => message.clone(),
    }
}

/// One transaction.
#[derive(Default)]
struct Plan {
    actions: Vec<Action>,
    /// Rows that it moves, makes, changes or deletes.
    rows: u64,
    /// Whether duplicates are left for another one, or may have come about.
    more: bool,
    /// Duplicates that stay.
    standing: Vec<String>,
}

fn plan(found: &[GroupRow], absent: &[Absent], last: &MessageView, taken: &Taken) -> Result<Plan> {
    let mut owners: Vec<&str> = found.iter().map(|row| row.view.owner.as_str()).collect();
    owners.sort_unstable();
    owners.dedup();
    let (mut plan, mut duplicates, mut nothing) = (Plan::default(), Vec::new(), true);
    for owner in owners {
        let last = taken.spelled(owner, last)?;
        let Some(moves) = moves(found.iter().filter(|row| row.view.owner == owner), &last)? else {
            continue;
        };
        nothing &= moves.is_nothing();
        plan.rows += u64::from(moves.row.iter().any(|action| !matches!(action, Action::Check { .. })));
        plan.actions.extend(moves.row);
        duplicates.extend(moves.duplicates);
        plan.standing.extend(moves.standing);
    }
    for Absent { owner, with } in absent {
        let last = taken.spelled(&owner.uuid, last)?;
        plan.actions.push(put_new(new_row(owner, with, &last))?);
        plan.rows += 1;
        // Somebody else may make or move the same person's row meanwhile: it is looked at again.
        (plan.more, nothing) = (true, false);
    }
    if nothing {
        let standing = plan.standing;
        return Ok(Plan {
            standing,
            ..Plan::default()
        });
    }
    let mut room = TRANSACT_WRITE.checked_sub(plan.actions.len()).ok_or_else(|| {
        let why = format!("its group rows need more than the {TRANSACT_WRITE} actions of one transaction");
        Error::conflict("conversation_too_large", why)
    })?;
    let mut bytes = DUPLICATE_BYTES;
    for (action, of_row) in duplicates {
        if room == 0 || of_row > bytes {
            plan.more = true;
            break;
        }
        (room, bytes) = (room - 1, bytes - of_row);
        plan.rows += 1;
        plan.actions.push(action);
    }
    Ok(plan)
}

/// Keys under which another conversation's row stands: an owner may get two messages of the same
/// microsecond. Such a row goes under the other spelling of its instant.
#[derive(Debug, Default)]
struct Taken(BTreeMap<String, usize>);

impl Taken {
    fn spelled(&self, owner: &str, last: &MessageView) -> Result<MessageView> {
        let mut spellings = vec![last.sk.clone()];
        for other in last
            .at_micros
            .iter()
            .flat_map(|at| [time::to_iso_offset(*at), time::to_iso_naive(*at)])
        {
            if !spellings.contains(&other) {
                spellings.push(other);
            }
        }
        let sk = self.0.get(owner).map_or(Some(&last.sk), |tried| spellings.get(*tried)).cloned();
        let sk = sk.ok_or_else(|| {
            let why = format!(
                "other conversations of user {owner:?} stand under every spelling of the time {}",
                last.sk
            );
            Error::conflict("group_row_key_taken", why)
        })?;
        Ok(MessageView { sk, ..last.clone() })
    }

    /// After a lost race: which rows could not be put because another conversation's stands there.
    async fn look(&mut self, engine: &Engine, table: &str, plan: &Plan, error: &EngineError, last: &MessageView) -> Result<()> {
        let EngineErrorKind::TransactionCancelled { reasons } = &error.kind else {
            return Ok(());
        };
        for (action, reason) in plan.actions.iter().zip(reasons) {
            let Action::Put { item, .. } = action else { continue };
            if reason.code != "ConditionalCheckFailed" {
                continue;
            }
            let key = ["pk", "sk"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
            let (there, _) = engine
                .get(table, &Key(key.collect()))
                .await
                .map_err(|error| of_table(table, error))?;
            let group = there
                .as_ref()
                .and_then(|item| item.get("message_group_uuid"))
                .and_then(AttributeValue::as_s);
            let owner = item
                .get("pk")
                .and_then(AttributeValue::as_s)
                .and_then(|pk| pk.strip_prefix(cruddur::GROUP_PREFIX));
            if let Some(owner) = owner.filter(|_| there.is_some() && group != Some(last.group.as_str())) {
                *self.0.entry(owner.to_owned()).or_default() += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "relay_tests.rs"]
mod tests;
