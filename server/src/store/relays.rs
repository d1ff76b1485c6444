//! Relays: which tables have one, how far each shard is and who works it, and what was set aside.
//! A shard's row is checkpoint and lease in one, so whoever lost the lease cannot write a checkpoint.

use dynadesk_shared::api::relay::{RelayAside, RelayProgress};
use dynadesk_shared::size::item_bytes;
use dynadesk_shared::{AttributeValue, Item, Key, time, token};

use super::leases::{LEASE, Lease};
use super::rows::{self, DAY, EXPIRES_AT, PK, SK, expression, from_json, json, n, number, s, text};
use super::{Fault, Inner};
use crate::error::{Error, Result};
use crate::who;

const RELAYS: &str = "RELAYS";
/// A stream keeps a day; a checkpoint outlives it by far.
const SHARD_LIVES: i64 = 7 * DAY;
const ASIDE_LIVES: i64 = 30 * DAY;
/// An image beside its row's other attributes stays below DynamoDB's 400 KB.
const IMAGE_BYTES: usize = 390_000;
/// What was set aside, of one page.
const ASIDES: u32 = 100;

#[derive(Clone, Copy, Debug)]
pub struct Relays<'a>(pub(super) &'a Inner);

/// That a table has a relay, or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub connection: String,
    pub table: String,
    pub on: bool,
    /// Microseconds since 1970.
    pub at: i64,
}

/// A shard's row.
#[derive(Clone, Debug)]
pub struct ShardRow {
    /// `<stream>#<shard>`.
    pub name: String,
    pub owner: Option<String>,
    /// Until when the owner's lease holds.
    pub until: i64,
    pub fence: i64,
    pub progress: RelayProgress,
}

/// A record that could not be dealt with.
#[derive(Clone, Debug)]
pub struct NewAside {
    /// `<shard>#<sequence number>`: the same record is set aside once, however often it is read.
    pub name: String,
    pub key: Key,
    pub code: String,
    pub reason: String,
    pub item: Option<Item>,
}

impl Relays<'_> {
    /// Turns the relay of a table on or off.
    pub async fn declare(self, connection: &str, table: &str, on: bool) -> Result<()> {
        let row: Item = [
            (PK, s(RELAYS)),
            (SK, s(format!("{connection}#{table}"))),
            ("connection", s(connection)),
            ("table", s(table)),
            ("on", AttributeValue::Bool(on)),
            ("at", n(self.0.now())),
            ("operator", s(who::name())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        Ok(self.0.table.put(&row, None).await?)
    }

    /// All that were ever declared.
    pub async fn all(self) -> Result<Vec<Declared>> {
        let query = rows::rows_of(self.0.table.name(), RELAYS, SK, None);
        Ok(self.0.table.all(query).await?.iter().filter_map(declared).collect())
    }

    pub async fn one(self, connection: &str, table: &str) -> Result<Option<Declared>> {
        let row = self.0.table.get(&rows::key(RELAYS, &format!("{connection}#{table}"))).await?;
        Ok(row.as_ref().and_then(declared))
    }

    /// The shards of a table's streams that were ever worked, by name.
    pub async fn shards(self, connection: &str, table: &str) -> Result<Vec<ShardRow>> {
        let between = ("SHARD#".to_owned(), "SHARD$".to_owned());
        let query = rows::rows_of(self.0.table.name(), &pk(connection, table), SK, Some(between));
        Ok(self.0.table.all(query).await?.iter().filter_map(shard).collect())
    }

    /// Takes a shard that nobody works, whose owner is silent for too long, or that this owner had
    /// before it was killed. Nothing where another one holds it or was faster.
    pub async fn claim(self, connection: &str, table: &str, name: &str, owner: &str) -> Result<Option<(Lease, RelayProgress)>> {
        let key = rows::key(&pk(connection, table), &format!("SHARD#{name}"));
        let now = self.0.now();
        let seen = self.0.table.get(&key).await?.as_ref().and_then(shard);
        let held = |row: &ShardRow| row.owner.as_deref().is_some_and(|other| other != owner) && row.until > now;
        if seen.as_ref().is_some_and(held) {
            return Ok(None);
        }
        let fence = seen.as_ref().map(|row| row.fence);
        let progress = seen.map(|row| row.progress).unwrap_or_default();
        let beside = [("progress", json(&progress)), (EXPIRES_AT, n(rows::expiry(now, SHARD_LIVES)))];
        let lease = Lease::claim(self.0, (key, owner), fence, &beside, None).await?;
        Ok(lease.map(|lease| (lease, progress)))
    }

    /// Writes a checkpoint and holds the lease on. False where somebody else has taken the shard: then
    /// nothing was written.
    pub async fn keep(self, lease: &Lease, progress: &RelayProgress) -> Result<bool> {
        let now = self.0.now();
        let set = [
            ("progress", json(progress)),
            ("until", n(now + LEASE)),
            (EXPIRES_AT, n(rows::expiry(now, SHARD_LIVES))),
        ];
        lease.change(self.0, &set, &[]).await
    }

    /// Lets go of a shard, so that another server need not wait.
    pub async fn release(self, lease: &Lease) -> Result<bool> {
        lease.change(self.0, &[("until", n(self.0.now()))], &["owner"]).await
    }

    /// Sets records aside, under the same name however often they are read.
    pub async fn set_aside(self, connection: &str, table: &str, new: Vec<NewAside>) -> Result<()> {
        let now = self.0.now();
        let rows = new.into_iter().map(|aside| {
            let mut row = rows::key(&pk(connection, table), &format!("ASIDE#{}", aside.name)).0;
            let values = [
                ("key", AttributeValue::M(aside.key.0)),
                ("code", s(aside.code)),
                ("reason", s(aside.reason)),
                ("at", n(now)),
                (EXPIRES_AT, n(rows::expiry(now, ASIDE_LIVES))),
            ];
            row.extend(values.map(|(name, value)| (name.to_owned(), value)));
            // As text: inside a map it would be nested one level deeper, and an item may be at the limit.
            let image = aside.item.as_ref().map(rows::json);
            if let Some(AttributeValue::S(text)) =
                image.filter(|image| matches!(image, AttributeValue::S(text) if text.len() + item_bytes(&row) < IMAGE_BYTES))
            {
                row.insert("image".to_owned(), s(text));
            }
            row
        });
        Ok(self.0.table.put_all(rows.collect()).await?)
    }

    /// What was set aside first, and whether there is more.
    pub async fn asides(self, connection: &str, table: &str) -> Result<(Vec<RelayAside>, bool)> {
        let between = ("ASIDE#".to_owned(), "ASIDE$".to_owned());
        let mut query = rows::rows_of(self.0.table.name(), &pk(connection, table), SK, Some(between));
        query.limit = ASIDES;
        let (found, last) = self.0.table.page(&query).await?;
        let now = self.0.now();
        let open = found.iter().filter(|row| !rows::is_over(row, now));
        Ok((open.filter_map(aside).collect(), last.is_some()))
    }

    /// One that was set aside: 404 `aside_not_found` where it is gone.
    pub async fn aside(self, connection: &str, table: &str, id: &str) -> Result<RelayAside> {
        let row = self.0.table.get(&aside_key(connection, table, id)?).await?;
        row.as_ref().and_then(aside).ok_or_else(missing)
    }

    /// It was tried again, in vain.
    pub async fn tried(self, connection: &str, table: &str, id: &str, code: &str, reason: &str) -> Result<()> {
        let update = expression(
            "SET #code = :code, #reason = :reason ADD #retries :one",
            &[("#pk", PK), ("#code", "code"), ("#reason", "reason"), ("#retries", "retries")],
            &[(":code", s(code)), (":reason", s(reason)), (":one", n(1))],
        );
        match self
            .0
            .table
            .update(&aside_key(connection, table, id)?, &update, "attribute_exists(#pk)")
            .await
        {
            Err(Fault::Condition) => Err(missing()),
            other => Ok(other?),
        }
    }

    /// It is dealt with, or an operator wants no more of it.
    pub async fn dismiss(self, connection: &str, table: &str, id: &str) -> Result<()> {
        let there = expression("attribute_exists(#pk)", &[("#pk", PK)], &[]);
        match self.0.table.delete(&aside_key(connection, table, id)?, Some(&there)).await {
            Err(Fault::Condition) => Err(missing()),
            other => Ok(other?),
        }
    }
}

fn pk(connection: &str, table: &str) -> String {
    format!("RELAY#{connection}#{table}")
}

fn declared(row: &Item) -> Option<Declared> {
    let AttributeValue::Bool(on) = row.get("on")? else { return None };
    Some(Declared {
        connection: text(row, "connection")?.to_owned(),
        table: text(row, "table")?.to_owned(),
        on: *on,
        at: number(row, "at")?,
    })
}

fn shard(row: &Item) -> Option<ShardRow> {
    Some(ShardRow {
        name: text(row, SK)?.strip_prefix("SHARD#")?.to_owned(),
        owner: text(row, "owner").map(str::to_owned),
        until: number(row, "until")?,
        fence: number(row, "fence")?,
        progress: from_json(row, "progress")?,
    })
}

fn aside(row: &Item) -> Option<RelayAside> {
    let AttributeValue::M(key) = row.get("key")? else { return None };
    Some(RelayAside {
        id: token::encode(&text(row, SK)?.strip_prefix("ASIDE#")?),
        key: Key(key.clone()),
        code: text(row, "code")?.to_owned(),
        reason: text(row, "reason")?.to_owned(),
        at: time::to_iso_offset(number(row, "at")?),
        retries: number(row, "retries").and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
        item: from_json(row, "image"),
    })
}

fn aside_key(connection: &str, table: &str, id: &str) -> Result<Key> {
    let name: String = token::decode(id).map_err(|_| missing())?;
    Ok(rows::key(&pk(connection, table), &format!("ASIDE#{name}")))
}

fn missing() -> Error {
    Error::not_found(
        "aside_not_found",
        "this message is no longer set aside: it was dealt with or dismissed",
    )
}

#[cfg(test)]
#[path = "relays_tests.rs"]
mod tests;
