//! The history of writes: each is written down with both images before it is done, and finished
//! after it, so that a server that dies in between leaves a trace.

use std::collections::BTreeSet;

use dynadesk_shared::api::history::{WriteKind, WriteState, WriteSummary, WriteView, WritesPage};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::value::same;
use dynadesk_shared::{AttributeValue, Item, Key, time};

use super::images::{self, Images};
use super::rows::{self, DAY, EXPIRES_AT, OF_TABLE, PK, SK, from_json, json, n, number, s, text};
use super::{Fault, Inner, groups, id, packs};
use crate::error::{Error, Result};
use crate::who;

/// How long operators have a write, and can undo it. The audit log may keep it for longer.
pub(super) const LIVES: i64 = 7 * DAY;
/// Writes of one page.
const PAGE: u32 = 50;
/// Names of changed attributes that a summary has, and how much of each: the images have the rest.
const CHANGED: usize = 20;
const CHANGED_CHARACTERS: usize = 200;

/// Whether the write's group has more than it.
const GROUPED: &str = "grouped";
const BEGUN: &str = "begun";
const FOUND: &str = "found";

/// A write that is about to be done.
#[derive(Clone, Debug)]
pub struct NewWrite {
    pub connection: String,
    pub table: String,
    /// The item's key before the write, or after it where there was none.
    pub key: Key,
    pub kind: WriteKind,
    /// The same for all writes of one request: [`Writes::group`].
    pub group: String,
    /// Whether the group has more writes than this.
    pub grouped: bool,
    pub before: Option<Item>,
    /// As far as it is known; [`Writes::finish`] may know better.
    pub after: Option<Item>,
}

#[derive(Clone, Copy, Debug)]
pub struct Writes<'a>(pub(super) &'a Inner);

impl Writes<'_> {
    /// A name for the writes of one request.
    pub fn group(self) -> String {
        self.0.ids.next(self.0.now())
    }

    /// Writes one write down, before it is done; answers its id.
    pub async fn begin(self, new: NewWrite) -> Result<String> {
        Ok(self.begin_many(&[new]).await?.remove(0))
    }

    /// Writes many down, before any is done; answers their ids in the same order. Where it fails,
    /// some may stand there as begun although nothing was done.
    pub async fn begin_many(self, new: &[NewWrite]) -> Result<Vec<String>> {
        let now = self.0.now();
        let expires_at = rows::expiry(now, self.0.history);
        let (mut ids, mut all) = (Vec::new(), Vec::new());
        for write in new {
            let id = self.0.ids.next(now);
            let images = Images {
                before: write.before.clone(),
                after: write.after.clone(),
            };
            let parts = images::split(&images::pk(&id), BEGUN, &images, expires_at).map_err(Error::internal)?;
            all.push(summary_row(&id, now, expires_at, write, parts.len()));
            // Batches are taken from the end: a summary never stands there without its images.
            all.extend(parts);
            if write.grouped {
                all.push(groups::member(&write.connection, &write.group, &id, expires_at));
            }
            ids.push(id);
        }
        self.0.table.put_all(all).await?;
        Ok(ids)
    }

    /// Says what became of a write. `after` is the item as the engine has it now, where it was not
    /// known when the write began.
    pub async fn finish(self, connection: &str, id: &str, state: WriteState, after: Option<Item>) -> Result<()> {
        let mut update = Expression {
            text: "SET #state = :state".to_owned(),
            names: [("#pk".to_owned(), PK.to_owned()), ("#state".to_owned(), "state".to_owned())].into(),
            values: [(":state".to_owned(), json(&state))].into(),
        };
        if let Some(after) = after {
            let (row, begun) = self.begun(connection, id).await?;
            let expires_at = number(&row, EXPIRES_AT).unwrap_or_default();
            let changed = changed(begun.before.as_ref(), Some(&after));
            let parts = images::split(&images::pk(id), FOUND, &after, expires_at).map_err(Error::internal)?;
            update.text.push_str(", #found = :found, #changed = :changed");
            update.names.insert("#found".to_owned(), FOUND.to_owned());
            update.names.insert("#changed".to_owned(), "changed".to_owned());
            update.values.insert(":found".to_owned(), n(parts.len()));
            update.values.insert(":changed".to_owned(), changed);
            self.0.table.put_all(parts).await?;
        }
        let there = "attribute_exists(#pk)";
        match self.0.table.update(&rows::key(&pk(connection), id), &update, there).await {
            Err(Fault::Condition) => Err(missing(id)),
            other => Ok(other?),
        }
    }

    /// Whether a write is kept for the audit log alone by now, by its id.
    pub fn is_old(self, id: &str) -> bool {
        *id < *id::floor(self.0.now() - LIVES)
    }

    /// A page of the newest writes, of one table or of all; `after` is the `next` of the page before.
    pub async fn list(self, connection: &str, table: Option<&str>, after: Option<&str>) -> Result<WritesPage> {
        if let Some(after) = after.filter(|after| !id::is_id(after)) {
            return Err(Error::invalid(
                "cursor_invalid",
                format!("{after:?} is no `next` of a page of writes"),
            ));
        }
        let oldest = id::floor(self.0.now() - LIVES);
        let pk = pk(connection);
        // Every id begins with a hexadecimal digit, so all are before "g".
        let mut query = match table {
            None => rows::rows_of(self.0.table.name(), &pk, SK, Some((oldest, "g".to_owned()))),
            Some(table) => {
                let between = (of_table(table, &oldest), of_table(table, "g"));
                rows::rows_of(self.0.table.name(), &pk, OF_TABLE, Some(between))
            }
        };
        query.newest_first = true;
        query.limit = PAGE + 1;
        query.start = after.map(|after| {
            let mut start = rows::key(&pk, after).0;
            if let Some(table) = table {
                start.insert(OF_TABLE.to_owned(), s(of_table(table, after)));
            }
            start
        });
        let (mut found, last) = self.0.table.page(&query).await?;
        let more = last.is_some() || found.len() > PAGE as usize;
        found.truncate(PAGE as usize);
        let next = found.last().filter(|_| more).and_then(|row| text(row, SK)).map(str::to_owned);
        Ok(WritesPage {
            // A row of another version of Dynadesk may say what this one cannot read.
            writes: found.iter().filter_map(|row| summary(row, self.0.now())).collect(),
            next,
        })
    }

    /// One write with its images.
    pub async fn get(self, connection: &str, id: &str) -> Result<WriteView> {
        let row = self.row(connection, id).await?;
        let summary = summary(&row, self.0.now()).ok_or_else(|| damaged(id))?;
        if summary.packed {
            return Ok(WriteView {
                summary,
                before: None,
                after: None,
            });
        }
        let (row, begun) = self.begun(connection, id).await?;
        let after = match number(&row, FOUND) {
            None => begun.after,
            Some(parts) => Some(self.image(id, FOUND, parts).await?),
        };
        Ok(WriteView {
            summary,
            before: begun.before,
            after,
        })
    }

    /// Marks a write as taken back: 409 `write_undone` where it is already.
    pub async fn mark_undone(self, connection: &str, id: &str) -> Result<()> {
        let update = Expression {
            text: "SET #state = :undone".to_owned(),
            names: [("#pk".to_owned(), PK.to_owned()), ("#state".to_owned(), "state".to_owned())].into(),
            values: [(":undone".to_owned(), json(&WriteState::Undone))].into(),
        };
        let open = "attribute_exists(#pk) AND #state <> :undone";
        match self.0.table.update(&rows::key(&pk(connection), id), &update, open).await {
            Err(Fault::Condition) => {
                self.row(connection, id).await?;
                Err(Error::conflict("write_undone", "this write was undone already"))
            }
            other => Ok(other?),
        }
    }

    pub(super) async fn row(self, connection: &str, id: &str) -> Result<Item> {
        if !id::is_id(id) {
            return Err(missing(id));
        }
        let row = self.0.table.get(&rows::key(&pk(connection), id)).await?;
        row.filter(|row| !rows::is_over(row, self.0.now())).ok_or_else(|| missing(id))
    }

    /// A write's row, and its images as they were when it began.
    async fn begun(self, connection: &str, id: &str) -> Result<(Item, Images)> {
        let row = self.row(connection, id).await?;
        let parts = number(&row, BEGUN).ok_or_else(|| damaged(id))?;
        let images = self.image(id, BEGUN, parts).await?;
        Ok((row, images))
    }

    async fn image<T: for<'de> serde::Deserialize<'de>>(self, id: &str, part: &str, parts: i64) -> Result<T> {
        let between = (format!("{part}#"), format!("{part}$"));
        let query = rows::rows_of(self.0.table.name(), &images::pk(id), SK, Some(between));
        let found = self.0.table.all(query).await?;
        let parts = usize::try_from(parts).unwrap_or_default();
        images::join(&found, part, parts).ok_or_else(|| damaged(id))
    }
}

pub(super) fn pk(connection: &str) -> String {
    format!("WRITES#{connection}")
}

/// No table name holds a `#`.
pub(super) fn of_table(table: &str, id: &str) -> String {
    format!("{table}#{id}")
}

fn summary_row(id: &str, now: i64, expires_at: i64, new: &NewWrite, parts: usize) -> Item {
    let mut row: Item = [
        (PK, s(pk(&new.connection))),
        (SK, s(id)),
        (OF_TABLE, s(of_table(&new.table, id))),
        ("at", n(now)),
        ("operator", s(who::name())),
        ("table", s(&new.table)),
        ("key", AttributeValue::M(new.key.0.clone())),
        ("kind", json(&new.kind)),
        ("state", json(&WriteState::Begun)),
        ("changed", changed(new.before.as_ref(), new.after.as_ref())),
        ("group", s(&new.group)),
        (BEGUN, n(parts)),
        (EXPIRES_AT, n(expires_at)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if new.grouped {
        row.insert(GROUPED.to_owned(), AttributeValue::Bool(true));
    }
    row
}

pub(super) fn summary(row: &Item, now: i64) -> Option<WriteSummary> {
    let AttributeValue::M(key) = row.get("key")? else { return None };
    let AttributeValue::L(changed) = row.get("changed")? else {
        return None;
    };
    let at = number(row, "at")?;
    let (undone_until, kept_until) = (rows::expiry(at, LIVES), number(row, EXPIRES_AT)?);
    let until = if rows::expiry(now, 0) < undone_until {
        undone_until.min(kept_until)
    } else {
        kept_until
    };
    Some(WriteSummary {
        id: text(row, SK)?.to_owned(),
        at: time::to_iso_offset(at),
        operator: text(row, "operator")?.to_owned(),
        table: text(row, "table")?.to_owned(),
        key: Key(key.clone()),
        kind: from_json(row, "kind")?,
        state: from_json(row, "state")?,
        changed: changed.iter().filter_map(AttributeValue::as_s).map(str::to_owned).collect(),
        group: text(row, "group")?.to_owned(),
        grouped: row.contains_key(GROUPED),
        packed: row.contains_key(packs::PACKED),
        items: number(row, packs::ITEMS).and_then(|items| u64::try_from(items).ok()),
        expires_at: time::to_iso_offset(until * 1_000_000),
    })
}

fn changed(before: Option<&Item>, after: Option<&Item>) -> AttributeValue {
    AttributeValue::L(changed_names(before, after).into_iter().map(s).collect())
}

/// The names of the attributes that differ, as far as a summary has room.
pub fn changed_names(before: Option<&Item>, after: Option<&Item>) -> Vec<String> {
    let none = Item::new();
    let (before, after) = (before.unwrap_or(&none), after.unwrap_or(&none));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = names.into_iter().filter(|name| !same(before.get(*name), after.get(*name)));
    let shown = differ.take(CHANGED).map(|name| match name.char_indices().nth(CHANGED_CHARACTERS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.clone(),
    });
    shown.collect()
}

pub(super) fn missing(id: &str) -> Error {
    Error::not_found(
        "write_not_found",
        format!("there is no write {id:?} here: writes are kept for 7 days"),
    )
}

fn damaged(id: &str) -> Error {
    Error::not_found("write_not_found", format!("the images of write {id:?} are incomplete"))
}
