//! The images of many items that one job writes: one entry in the history, and a pack of images for
//! each batch, written down before the batch is written.

use std::collections::BTreeMap;

use dynadesk_shared::api::history::{WriteKind, WriteState};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{AttributeValue, Item, Key};
use serde::{Deserialize, Serialize};

use super::images;
use super::rows::{self, EXPIRES_AT, OF_TABLE, PK, SK, json, n, number, s, text};
use super::writes::{LIVES, missing, of_table, pk as writes_pk};
use super::{Fault, Inner, OPERATOR, id};
use crate::error::{Error, Result};

/// Marks the entry of a job in the history.
pub(super) const PACKED: &str = "packed";
pub(super) const ITEMS: &str = "items";

const BEGUN: &str = "begun";
const ENDS: &str = "ends";
/// Rows that are read at once: a pack has one, or a few where its items are large.
const ROWS: u32 = 8;

/// A job that is about to write.
#[derive(Clone, Debug)]
pub struct NewPacks {
    pub connection: String,
    pub table: String,
    pub kind: WriteKind,
}

/// Images of one batch, of one table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Pack {
    pub table: String,
    pub rows: Vec<Packed>,
}

/// One item of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Packed {
    pub key: Key,
    pub before: Option<Item>,
    pub after: Option<Item>,
}

/// How a write ended otherwise than it was written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum End {
    NotWritten,
    /// It took the place of this: somebody was there between the read and the write.
    Before(Option<Item>),
}

#[derive(Clone, Copy, Debug)]
pub struct Packs<'a>(pub(super) &'a Inner);

impl Packs<'_> {
    /// Writes the entry down; answers its id, which is its group too.
    pub async fn begin(self, new: &NewPacks) -> Result<String> {
        let now = self.0.now();
        let id = self.0.ids.next(now);
        let row: Item = [
            (PK, s(writes_pk(&new.connection))),
            (SK, s(&id)),
            (OF_TABLE, s(of_table(&new.table, &id))),
            ("at", n(now)),
            ("operator", s(OPERATOR)),
            ("table", s(&new.table)),
            ("key", AttributeValue::M(Item::new())),
            ("kind", json(&new.kind)),
            ("state", json(&WriteState::Begun)),
            ("changed", AttributeValue::L(Vec::new())),
            ("group", s(&id)),
            (PACKED, AttributeValue::Bool(true)),
            (EXPIRES_AT, n(rows::expiry(now, LIVES))),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        self.0.table.put(&row, None).await?;
        Ok(id)
    }

    /// Writes the images of a batch down, before it is written; answers the pack's id.
    pub async fn add(self, entry: &str, pack: &Pack) -> Result<String> {
        let id = self.0.ids.next(self.0.now());
        self.put(entry, &id, BEGUN, pack).await?;
        Ok(id)
    }

    /// Says which writes of a pack ended otherwise, by their place.
    pub async fn correct(self, entry: &str, pack: &str, ends: &BTreeMap<usize, End>) -> Result<()> {
        self.put(entry, pack, ENDS, ends).await
    }

    /// Says what became of the job, and how many items it wrote where that is known. One that was undone
    /// stays so.
    pub async fn finish(self, connection: &str, entry: &str, state: WriteState, items: Option<u64>) -> Result<()> {
        let mut update = Expression {
            text: "SET #state = :state".to_owned(),
            names: [("#pk".to_owned(), PK.to_owned()), ("#state".to_owned(), "state".to_owned())].into(),
            values: [
                (":state".to_owned(), json(&state)),
                (":undone".to_owned(), json(&WriteState::Undone)),
            ]
            .into(),
        };
        if let Some(items) = items {
            update.text.push_str(", #items = :items");
            update.names.insert("#items".to_owned(), ITEMS.to_owned());
            update.values.insert(":items".to_owned(), n(items));
        }
        let key = rows::key(&writes_pk(connection), entry);
        match self
            .0
            .table
            .update(&key, &update, "attribute_exists(#pk) AND #state <> :undone")
            .await
        {
            Err(Fault::Condition) => Err(missing(entry)),
            other => Ok(other?),
        }
    }

    /// Forgets the entry of a job that wrote nothing.
    pub async fn forget(self, connection: &str, entry: &str) -> Result<()> {
        Ok(self.0.table.delete(&rows::key(&writes_pk(connection), entry), None).await?)
    }

    /// The newest pack that is older than `below`, as its writes ended; with its id.
    pub async fn newest(self, entry: &str, below: Option<&str>) -> Result<Option<(String, Pack)>> {
        if let Some(below) = below.filter(|below| !id::is_id(below)) {
            return Err(Error::invalid("cursor_invalid", format!("{below:?} is no `next` of a group")));
        }
        let pk = pk(entry);
        let mut query = rows::rows_of(self.0.table.name(), &pk, SK, None);
        query.newest_first = true;
        query.limit = ROWS;
        // Before every row of that pack.
        query.start = below.map(|below| rows::key(&pk, below).0);
        let mut found: Vec<Item> = Vec::new();
        let mut newest = None::<String>;
        loop {
            let (some, last) = self.0.table.page(&query).await?;
            for row in some {
                let of = text(&row, SK).and_then(|sk| sk.split_once('#')).map(|(pack, _)| pack.to_owned());
                if newest.is_some() && newest != of {
                    return Ok(newest.map(|id| {
                        let pack = joined(&id, &found);
                        (id, pack)
                    }));
                }
                newest = of;
                found.push(row);
            }
            match last {
                Some(last) => query.start = Some(last),
                None => break,
            }
        }
        Ok(newest.map(|id| {
            let pack = joined(&id, &found);
            (id, pack)
        }))
    }

    async fn put<T: Serialize>(self, entry: &str, pack: &str, part: &str, image: &T) -> Result<()> {
        let expires_at = rows::expiry(self.0.now(), LIVES);
        let mut parts = images::split(&pk(entry), &format!("{pack}#{part}"), image, expires_at).map_err(Error::internal)?;
        let count = parts.len();
        if let Some(first) = parts.first_mut() {
            first.insert("parts".to_owned(), n(count));
        }
        Ok(self.0.table.put_all(parts).await?)
    }
}

fn pk(entry: &str) -> String {
    format!("PACKS#{entry}")
}

/// A pack from its rows. What never was written is left out. A batch is written only when its pack is
/// complete, so one that is not has nothing to take back.
fn joined(id: &str, found: &[Item]) -> Pack {
    let part = |part: &str| format!("{id}#{part}");
    let begun = part(BEGUN);
    let Some(mut pack) = parts(found, &begun).and_then(|count| images::join::<Pack>(found, &begun, count)) else {
        tracing::warn!(pack = id, "a pack of images is incomplete");
        return Pack::default();
    };
    let ends = part(ENDS);
    let ends = parts(found, &ends).and_then(|count| images::join::<BTreeMap<usize, End>>(found, &ends, count));
    let mut ends = ends.unwrap_or_default();
    let rows = std::mem::take(&mut pack.rows).into_iter().enumerate();
    pack.rows = rows
        .filter_map(|(at, row)| match ends.remove(&at) {
            None => Some(row),
            Some(End::NotWritten) => None,
            Some(End::Before(before)) => Some(Packed { before, ..row }),
        })
        .collect();
    pack
}

/// How many rows an image is in, which its first one says.
fn parts(found: &[Item], part: &str) -> Option<usize> {
    let first = s(format!("{part}#000"));
    let row = found.iter().find(|row| row.get(SK) == Some(&first))?;
    usize::try_from(number(row, "parts")?).ok()
}
