//! What was read of a side for everybody who looks: a head that says which reading is the newest and how far it
//! is, and its rows, deflated in chunks. The rows are there before the head says so, and the head is only changed
//! by whoever still is the newest.

use dynadesk_shared::Item;
use dynadesk_shared::filter::compile::Expression;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::rows::{self, DAY, EXPIRES_AT, PK, SK, expression, from_json, json, n, number, s, text};
use super::{Fault, Inner, images};
use crate::error::{Error, ErrorKind, Result};

const KEY: &str = "READINGS";
const HOUR: i64 = DAY / 24;
/// Rows of a chunk: as many as deflate to one part, or to a few.
const CHUNK: usize = 2000;
/// Chunks that are deflated and written together: many rows hold up nobody else.
const TOGETHER: usize = 4;

/// What is read, and of where: servers that ask other places have other readings.
#[derive(Clone, Debug)]
pub struct ReadingOf {
    name: String,
    lives: i64,
}

impl ReadingOf {
    /// The plan of an update; it may be carried out for a quarter of an hour.
    pub fn plan(place: &str) -> Self {
        Self {
            name: format!("plan#{place}"),
            lives: HOUR,
        }
    }

    /// The users of a pool.
    pub fn pool(place: &str) -> Self {
        Self {
            name: format!("pool#{place}"),
            lives: DAY,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Reading,
    Ready,
    Failed,
    /// It was carried out: nobody needs it any more, and nothing older takes its place.
    Spent,
}

/// The newest reading, without its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Head<V> {
    pub id: String,
    pub stage: Stage,
    /// As it is shown.
    pub view: V,
    /// When it began, and when something was last read into it, in microseconds.
    pub made: i64,
    pub moved: i64,
    /// Which server reads it.
    pub server: String,
    /// The rows that are shown with it; those of an earlier one where it has none of its own.
    pub rows: Option<RowsAt>,
}

/// Where rows are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsAt {
    /// The reading that they are of.
    pub id: String,
    /// How many parts each chunk has.
    pub parts: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
pub struct Readings<'a> {
    pub(super) inner: &'a Inner,
    pub(super) of: &'a ReadingOf,
}

impl Readings<'_> {
    /// The newest.
    pub async fn head<V: DeserializeOwned>(self) -> Result<Option<Head<V>>> {
        let row = self.inner.table.get(&rows::key(KEY, &self.of.name)).await?;
        let row = row.filter(|row| !rows::is_over(row, self.inner.now()));
        row.map(|row| head(&row).ok_or_else(damaged)).transpose()
    }

    /// Puts a new one in the place of the one that was seen. False where that moved on meanwhile, or another
    /// server was faster.
    pub async fn begin<V: Serialize>(self, new: &Head<V>, seen: Option<&Head<V>>) -> Result<bool> {
        let condition = match seen {
            Some(seen) => expression(
                "#id = :id AND #moved = :moved",
                &[("#id", "id"), ("#moved", "moved")],
                &[(":id", s(&seen.id)), (":moved", n(seen.moved))],
            ),
            None => expression(
                "attribute_not_exists(#pk) OR #expires_at <= :now",
                &[("#pk", PK), ("#expires_at", EXPIRES_AT)],
                &[(":now", n(rows::expiry(self.inner.now(), 0)))],
            ),
        };
        self.put(new, &condition).await
    }

    /// Says how far it is. False where it is not being read any more: a newer one has its place, or it is gone.
    pub async fn progress<V: Serialize>(self, id: &str, view: &V, moved: i64) -> Result<bool> {
        let update = expression(
            "SET #view = :view, #moved = :moved, #expires_at = :expires_at",
            &[
                ("#view", "view"),
                ("#moved", "moved"),
                ("#expires_at", EXPIRES_AT),
                ("#id", "id"),
                ("#stage", "stage"),
            ],
            &[
                (":view", json(view)),
                (":moved", n(moved)),
                (":expires_at", n(self.expires_at())),
                (":id", s(id)),
                (":reading", json(&Stage::Reading)),
            ],
        );
        self.update(&update, "#id = :id AND #stage = :reading").await
    }

    /// Says how it ended; also of one that was begun while the store was away. False where a newer one has its place.
    pub async fn publish<V: Serialize>(self, ended: &Head<V>) -> Result<bool> {
        let condition = expression(
            "attribute_not_exists(#pk) OR (#id = :id AND #stage <> :spent) OR (#id <> :id AND #made <= :made)",
            &[("#pk", PK), ("#id", "id"), ("#stage", "stage"), ("#made", "made")],
            &[(":id", s(&ended.id)), (":spent", json(&Stage::Spent)), (":made", n(ended.made))],
        );
        self.put(ended, &condition).await
    }

    /// Takes it out of use, if it still is the newest.
    pub async fn spend(self, id: &str) -> Result<()> {
        let update = expression(
            "SET #stage = :spent",
            &[("#stage", "stage"), ("#id", "id")],
            &[(":spent", json(&Stage::Spent)), (":id", s(id))],
        );
        self.update(&update, "#id = :id").await?;
        Ok(())
    }

    /// Writes its rows; `moved` hears of each stretch.
    pub async fn keep_rows<R: Serialize>(self, id: &str, all: &[R], moved: impl Fn()) -> Result<RowsAt> {
        let mut parts = Vec::new();
        let chunks: Vec<&[R]> = all.chunks(CHUNK).collect();
        for some in chunks.chunks(TOGETHER) {
            let mut rows = Vec::new();
            for chunk in some {
                let split = images::split(&pk(id), &named(parts.len()), chunk, self.expires_at()).map_err(Error::internal)?;
                parts.push(split.len());
                rows.extend(split);
            }
            self.inner.table.put_all(rows).await?;
            moved();
        }
        Ok(RowsAt { id: id.to_owned(), parts })
    }

    /// Reads rows back; nothing where one of them is gone or damaged.
    pub async fn rows<R: DeserializeOwned + Send + 'static>(self, at: &RowsAt) -> Result<Option<Vec<R>>> {
        let query = rows::rows_of(self.inner.table.name(), &pk(&at.id), SK, None);
        let mut found = self.inner.table.all(query).await?;
        found.retain(|row| !rows::is_over(row, self.inner.now()));
        let parts = at.parts.clone();
        let joined = move || {
            let mut all = Vec::new();
            for (chunk, parts) in parts.into_iter().enumerate() {
                all.extend(images::join::<Vec<R>>(&found, &named(chunk), parts)?);
            }
            Some(all)
        };
        tokio::task::spawn_blocking(joined).await.map_err(Error::internal)
    }

    fn expires_at(self) -> i64 {
        rows::expiry(self.inner.now(), self.of.lives)
    }

    async fn put<V: Serialize>(self, head: &Head<V>, condition: &Expression) -> Result<bool> {
        let row: Item = [
            (PK, s(KEY)),
            (SK, s(&self.of.name)),
            ("id", s(&head.id)),
            ("stage", json(&head.stage)),
            ("view", json(&head.view)),
            ("made", n(head.made)),
            ("moved", n(head.moved)),
            ("server", s(&head.server)),
            ("rows", json(&head.rows)),
            (EXPIRES_AT, n(self.expires_at())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        held(self.inner.table.put(&row, Some(condition)).await)
    }

    async fn update(self, update: &Expression, condition: &str) -> Result<bool> {
        held(self.inner.table.update(&rows::key(KEY, &self.of.name), update, condition).await)
    }
}

/// Whether the condition of a write held.
fn held(done: std::result::Result<(), Fault>) -> Result<bool> {
    match done {
        Err(Fault::Condition) => Ok(false),
        other => {
            other?;
            Ok(true)
        }
    }
}

fn head<V: DeserializeOwned>(row: &Item) -> Option<Head<V>> {
    Some(Head {
        id: text(row, "id")?.to_owned(),
        stage: from_json(row, "stage")?,
        view: from_json(row, "view")?,
        made: number(row, "made")?,
        moved: number(row, "moved")?,
        server: text(row, "server")?.to_owned(),
        rows: from_json(row, "rows")?,
    })
}

fn pk(id: &str) -> String {
    format!("READING#{id}")
}

fn named(chunk: usize) -> String {
    format!("rows#{chunk:05}")
}

fn damaged() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "store_unavailable",
        "Dynadesk's own store has what was read in a form that this version of Dynadesk does not know",
    )
}

#[cfg(test)]
#[path = "readings_tests.rs"]
mod tests;
