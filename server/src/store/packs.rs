//! The images of many items that one job writes: one entry in the history, and a pack of images for
//! each batch, written down before the batch is written.

use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::api::history::{WriteKind, WriteState};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{AttributeValue, Item, Key};
use serde::{Deserialize, Serialize};

use super::images;
use super::rows::{self, EXPIRES_AT, OF_TABLE, PK, SK, json, n, number, s, text};
use super::writes::{missing, of_table, pk as writes_pk};
use super::{Fault, Inner, id};
use crate::error::{Error, Result};
use crate::who;

/// Marks the entry of a job in the history.
pub(super) const PACKED: &str = "packed";
pub(super) const ITEMS: &str = "items";

const BEGUN: &str = "begun";
const ENDS: &str = "ends";
/// Of an item that was taken back alone; its place in the pack follows.
const UNDONE: &str = "undone";
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

/// One item of a pack as its write ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    pub place: Place,
    pub table: String,
    pub image: Packed,
    /// Taken back alone.
    pub undone: bool,
}

/// Where one of the many items of an entry is kept; as a text it stands where a write's id does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub entry: String,
    pub pack: String,
    pub at: usize,
}

impl Place {
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (entry, pack, at) = (parts.next()?, parts.next()?, parts.next()?);
        let place = Self {
            entry: entry.to_owned(),
            pack: pack.to_owned(),
            at: at.parse().ok()?,
        };
        // One place has one text.
        (id::is_id(entry) && id::is_id(pack) && place.to_string() == text).then_some(place)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}.{}", self.entry, self.pack, self.at)
    }
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
            ("operator", s(who::name())),
            ("table", s(&new.table)),
            ("key", AttributeValue::M(Item::new())),
            ("kind", json(&new.kind)),
            ("state", json(&WriteState::Begun)),
            ("changed", AttributeValue::L(Vec::new())),
            ("group", s(&id)),
            (PACKED, AttributeValue::Bool(true)),
            (EXPIRES_AT, n(rows::expiry(now, self.0.history))),
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

    /// One item: nothing where it was never written, or is gone.
    pub async fn one(self, place: &Place) -> Result<Option<Ended>> {
        let between = (format!("{}#", place.pack), format!("{}$", place.pack));
        let query = rows::rows_of(self.0.table.name(), &pk(&place.entry), SK, Some(between));
        let found = self.0.table.all(query).await?;
        let rows = joined(&place.entry, &place.pack, &found);
        Ok(rows.into_iter().find(|row| row.place == *place))
    }

    /// Marks one item as taken back: 409 `write_undone` where it is already.
    pub async fn mark_undone(self, place: &Place) -> Result<()> {
        let mut row = rows::key(&pk(&place.entry), &undone(&place.pack, place.at)).0;
        row.insert(EXPIRES_AT.to_owned(), n(rows::expiry(self.0.now(), self.0.history)));
        let new = Expression {
            text: "attribute_not_exists(#pk)".to_owned(),
            names: [("#pk".to_owned(), PK.to_owned())].into(),
            values: BTreeMap::default(),
        };
        match self.0.table.put(&row, Some(&new)).await {
            Err(Fault::Condition) => Err(Error::conflict("write_undone", "this write was undone already")),
            other => Ok(other?),
        }
    }

    /// The newest pack that is older than `below`, as its writes ended; with its id.
    pub async fn newest(self, entry: &str, below: Option<&str>) -> Result<Option<(String, Vec<Ended>)>> {
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
                        let pack = joined(entry, &id, &found);
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
            let pack = joined(entry, &id, &found);
            (id, pack)
        }))
    }

    async fn put<T: Serialize>(self, entry: &str, pack: &str, part: &str, image: &T) -> Result<()> {
        let expires_at = rows::expiry(self.0.now(), self.0.history);
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

fn undone(pack: &str, at: usize) -> String {
    format!("{pack}#{UNDONE}#{at}")
}

/// The items of a pack from its rows. What never was written is left out. A batch is written only when its
/// pack is complete, so one that is not has nothing to take back.
fn joined(entry: &str, pack: &str, found: &[Item]) -> Vec<Ended> {
    let part = |part: &str| format!("{pack}#{part}");
    let begun = part(BEGUN);
    let Some(begun) = parts(found, &begun).and_then(|count| images::join::<Pack>(found, &begun, count)) else {
        tracing::warn!(pack, "a pack of images is incomplete");
        return Vec::new();
    };
    let ends = part(ENDS);
    let ends = parts(found, &ends).and_then(|count| images::join::<BTreeMap<usize, End>>(found, &ends, count));
    let mut ends = ends.unwrap_or_default();
    let marked: BTreeSet<&str> = found.iter().filter_map(|row| text(row, SK)).collect();
    let mut rows = Vec::new();
    for (at, row) in begun.rows.into_iter().enumerate() {
        let image = match ends.remove(&at) {
            None => row,
            Some(End::NotWritten) => continue,
            Some(End::Before(before)) => Packed { before, ..row },
        };
        rows.push(Ended {
            place: Place {
                entry: entry.to_owned(),
                pack: pack.to_owned(),
                at,
            },
            table: begun.table.clone(),
            image,
            undone: marked.contains(undone(pack, at).as_str()),
        });
    }
    rows
}

/// How many rows an image is in, which its first one says.
fn parts(found: &[Item], part: &str) -> Option<usize> {
    let first = s(format!("{part}#000"));
    let row = found.iter().find(|row| row.get(SK) == Some(&first))?;
    usize::try_from(number(row, "parts")?).ok()
}
