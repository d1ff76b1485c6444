//! The write that takes a row back, from its images and from what is there now.

use std::collections::HashMap;

use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::edit::{self, Plan};
use dynadesk_shared::{Item, KeySchema};

use super::rows::Row;
use crate::items::still;
use crate::jobs::note;

/// Items of one table that are read together.
const READ: usize = 50;

/// How one row ended.
pub enum Fate {
    Done,
    /// It is as it is to be already.
    AsBefore,
    /// Somebody changed it since.
    Changed,
    Failed(String),
}

/// Counts one more row of a job by how it ended. `of` says of which row something is said, and
/// `changed` what became of one that somebody changed.
pub fn tally(view: &mut JobView, fate: &Fate, of: impl Fn(&str) -> String, changed: &str) {
    let progress = &mut view.progress;
    progress.processed += 1;
    // There may be more than were counted: rows came since, or a crash came between an item and its count.
    progress.total = progress.total.max(progress.processed);
    let line = progress.processed;
    match fate {
        Fate::Done => progress.written += 1,
        Fate::AsBefore => progress.unchanged += 1,
        Fate::Changed => {
            progress.skipped += 1;
            note(&mut view.skips, line, of(changed));
        }
        Fate::Failed(why) => {
            progress.rejected += 1;
            note(&mut view.rejects, line, of(why));
        }
    }
}

/// Rows in their order, cut wherever the table is another, an item comes again, or there are many.
pub(super) fn of_one_table(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut parts: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        match parts.last_mut() {
            Some(part) if part.len() < READ && part[0].table == row.table && !part.iter().any(|other| other.key.same_as(&row.key)) => {
                part.push(row);
            }
            _ => parts.push(vec![row]),
        }
    }
    parts
}

/// The write that takes a row back, with the item that it is about as it is now; or how the row ends
/// without one.
pub(super) fn plan(row: &Row, schema: &KeySchema, there: &HashMap<String, Item>) -> std::result::Result<(Plan, Option<Item>), Fate> {
    if !row.is_open() {
        return Err(Fate::AsBefore);
    }
    let now_of = |item: &Item| -> std::result::Result<Option<&Item>, Fate> {
        let key = schema.key_of(item).map_err(Fate::Failed)?;
        Ok(there.get(&key.canonical()))
    };
    let key = |item: &Item| schema.key_of(item).map_err(Fate::Failed);
    let is_as_before = |now: Option<&Item>| match still(row.before.as_ref(), now) {
        true => Fate::AsBefore,
        false => Fate::Changed,
    };
    match (&row.before, &row.after) {
        (None, None) => Err(Fate::Failed("no image of this write was kept".to_owned())),
        (Some(before), None) => match now_of(before)? {
            None => Ok((edit::create(before, schema).map_err(Fate::Failed)?, None)),
            now => Err(is_as_before(now)),
        },
        (None, Some(after)) => match now_of(after)? {
            Some(now) if still(Some(after), Some(now)) => Ok((edit::delete(now, schema).map_err(Fate::Failed)?, Some(now.clone()))),
            now => Err(is_as_before(now)),
        },
        (Some(before), Some(after)) if key(before)?.same_as(&key(after)?) => match now_of(after)? {
            Some(now) if still(Some(after), Some(now)) => Ok((put_back(now, before, schema)?, Some(now.clone()))),
            now => Err(is_as_before(now)),
        },
        (Some(before), Some(after)) => match (now_of(after)?, now_of(before)?) {
            (Some(now), None) if still(Some(after), Some(now)) => {
                Ok((edit::update(now, before, schema).map_err(Fate::Failed)?, Some(now.clone())))
            }
            (None, old) => Err(is_as_before(old)),
            _ => Err(Fate::Changed),
        },
    }
}

/// Puts an item over another one, whole: also the spelling of a number comes back.
fn put_back(now: &Item, before: &Item, schema: &KeySchema) -> std::result::Result<Plan, Fate> {
    if now == before {
        return Err(Fate::AsBefore);
    }
    match edit::delete(now, schema).map_err(Fate::Failed)? {
        Plan::Delete { key, condition, whole } => Ok(Plan::Put {
            key,
            item: before.clone(),
            condition,
            whole,
        }),
        other => Ok(other),
    }
}
