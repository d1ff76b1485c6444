//! The audit log: entries that are added and never changed, a chain for each server, under a partition
//! for each day, so that none grows for ever. DynamoDB's TTL deletes what is old.

use dynadesk_shared::api::audit::{AuditEntry, AuditRow};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{Item, time};

use super::rows::{self, DAY, EXPIRES_AT, OF_TABLE, PK, SK, n, number, s, text};
use super::{Fault, Inner, id};
use crate::engine::items::Action;
use crate::error::Result;

const HEADS: &str = "AUDIT_CHAINS";

#[derive(Clone, Copy, Debug)]
pub struct Audits<'a>(pub(super) &'a Inner);

/// What is known of a chain without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    pub server: String,
    /// The partitions that may have entries of it, in days since 1970.
    pub first_day: i64,
    pub last_day: i64,
    /// The newest entry, or one that was it a moment ago.
    pub seq: u64,
    pub hash: String,
    /// When that entry goes, in epoch seconds.
    pub expires: i64,
}

/// An entry with its place in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    pub server: String,
    pub day: i64,
    pub seq: u64,
    /// Microseconds since 1970.
    pub at: i64,
    /// The entry as JSON: what its hash is of.
    pub text: String,
    pub hash: String,
    /// Epoch seconds.
    pub expires: i64,
}

impl Audited {
    /// The entry, as far as its text still is one.
    pub fn row(&self) -> Option<AuditRow> {
        Some(AuditRow {
            entry: serde_json::from_str::<AuditEntry>(&self.text).ok()?,
            hash: self.hash.clone(),
        })
    }
}

/// Where reading backwards begins.
#[derive(Clone, Debug)]
pub struct Bound(String);

impl Bound {
    /// All of a day.
    pub fn all() -> Self {
        Self("~".to_owned())
    }

    /// Everything before an entry.
    pub fn before(at: i64, seq: u64) -> Self {
        Self(format!("{}#{}", id::floor(at), place(seq.saturating_sub(1))))
    }

    /// Everything before an instant, with the instant or without it.
    pub fn until(at: i64, with_it: bool) -> Self {
        Self(format!("{}{}", id::floor(at), if with_it { "~" } else { "" }))
    }
}

/// The day of an instant, in days since 1970.
pub fn day_of(micros: i64) -> i64 {
    micros.div_euclid(DAY)
}

impl Audits<'_> {
    /// Every chain that is kept.
    pub async fn heads(self) -> Result<Vec<AuditHead>> {
        let query = rows::rows_of(self.0.table.name(), HEADS, SK, None);
        Ok(self.0.table.all(query).await?.iter().filter_map(head).collect())
    }

    /// That of one server.
    pub async fn head(self, server: &str) -> Result<Option<AuditHead>> {
        let row = self.0.table.get(&rows::key(HEADS, server)).await?;
        Ok(row.as_ref().and_then(head))
    }

    /// Adds an entry and says that it is the newest, both or neither, so that no chain has two ends; false where
    /// the entry is not the next one. `before` is the head as it was, on the day of the entry.
    pub async fn add(self, entry: &Audited, before: &AuditHead) -> Result<bool> {
        let row: Item = [
            (PK, s(pk(&entry.server, entry.day))),
            (SK, s(place(entry.seq))),
            (OF_TABLE, s(format!("{}#{}", id::floor(entry.at), place(entry.seq)))),
            ("at", n(entry.at)),
            ("entry", s(&entry.text)),
            ("hash", s(&entry.hash)),
            (EXPIRES_AT, n(entry.expires)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let after = AuditHead {
            seq: entry.seq,
            hash: entry.hash.clone(),
            expires: entry.expires,
            ..before.clone()
        };
        let added = match self.0.table.has_transactions().await? {
            true => {
                let put = |item, condition| Action::Put {
                    item,
                    condition: Some(condition),
                };
                let actions = [put(row.clone(), free()), put(head_row(&after), follows(before.seq))];
                match self.0.table.transact(&actions).await {
                    // An engine does not always say beforehand what it lacks.
                    Err(Fault::Unavailable(_)) if !self.0.table.has_transactions().await? => self.add_in_turn(&row, before, &after).await,
                    done => done,
                }
            }
            false => self.add_in_turn(&row, before, &after).await,
        };
        match added {
            Err(Fault::Condition) => Ok(false),
            other => {
                other?;
                Ok(true)
            }
        }
    }

    /// The same on an engine without transactions: the head says first on which day to look, and a head that lags
    /// behind is caught up with by [`Audits::newest`].
    async fn add_in_turn(self, row: &Item, before: &AuditHead, after: &AuditHead) -> std::result::Result<(), Fault> {
        let table = &self.0.table;
        table.put(&head_row(before), Some(&follows(before.seq))).await?;
        table.put(row, Some(&free())).await?;
        if let Err(Fault::Unavailable(why)) = table.put(&head_row(after), None).await {
            tracing::info!(why, "the head of the audit log lags behind");
        }
        Ok(())
    }

    /// The newest entry of a chain.
    pub async fn newest(self, head: &AuditHead) -> Result<Option<Audited>> {
        for day in (head.first_day..=head.last_day).rev() {
            let mut query = rows::rows_of(self.0.table.name(), &pk(&head.server, day), SK, None);
            (query.newest_first, query.limit) = (true, 1);
            let (found, _) = self.0.table.page(&query).await?;
            if let Some(row) = found.first() {
                return Ok(audited(&head.server, day, row));
            }
        }
        Ok(None)
    }

    /// Entries of a day after a place in the chain, in its order, and whether more follow.
    pub async fn of_day(self, server: &str, day: i64, after: u64, limit: u32) -> Result<(Vec<Audited>, bool)> {
        let between = Some((place(after.saturating_add(1)), "~".to_owned()));
        let mut query = rows::rows_of(self.0.table.name(), &pk(server, day), SK, between);
        query.limit = limit;
        let (found, last) = self.0.table.page(&query).await?;
        Ok((found.iter().filter_map(|row| audited(server, day, row)).collect(), last.is_some()))
    }

    /// Entries of a day up to a bound, newest first, and whether more follow.
    pub async fn backwards(self, server: &str, day: i64, bound: &Bound, limit: u32) -> Result<(Vec<Audited>, bool)> {
        let between = Some(("0".to_owned(), bound.0.clone()));
        let mut query = rows::rows_of(self.0.table.name(), &pk(server, day), OF_TABLE, between);
        (query.newest_first, query.limit) = (true, limit);
        let (found, last) = self.0.table.page(&query).await?;
        Ok((found.iter().filter_map(|row| audited(server, day, row)).collect(), last.is_some()))
    }
}

fn head_row(head: &AuditHead) -> Item {
    [
        (PK, s(HEADS)),
        (SK, s(&head.server)),
        ("first_day", n(head.first_day)),
        ("last_day", n(head.last_day)),
        ("seq", n(head.seq)),
        ("hash", s(&head.hash)),
        ("expires", n(head.expires)),
        // It outlives the newest entry.
        (EXPIRES_AT, n(head.expires + DAY / 1_000_000)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn free() -> Expression {
    Expression {
        text: "attribute_not_exists(#pk)".to_owned(),
        names: [("#pk".to_owned(), PK.to_owned())].into(),
        values: [].into(),
    }
}

/// Nobody added an entry since the one at this place.
fn follows(seq: u64) -> Expression {
    let none = if seq == 0 { "attribute_not_exists(#seq) OR " } else { "" };
    Expression {
        text: format!("{none}#seq <= :before"),
        names: [("#seq".to_owned(), "seq".to_owned())].into(),
        values: [(":before".to_owned(), n(seq))].into(),
    }
}

fn pk(server: &str, day: i64) -> String {
    let date = time::to_iso_naive(day.saturating_mul(DAY));
    format!("AUDIT#{server}#{}", date.get(..10).unwrap_or(&date))
}

/// Places sort as text.
fn place(seq: u64) -> String {
    format!("{seq:020}")
}

fn head(row: &Item) -> Option<AuditHead> {
    Some(AuditHead {
        server: text(row, SK)?.to_owned(),
        first_day: number(row, "first_day")?,
        last_day: number(row, "last_day")?,
        seq: number(row, "seq")?.try_into().ok()?,
        hash: text(row, "hash")?.to_owned(),
        expires: number(row, "expires")?,
    })
}

fn audited(server: &str, day: i64, row: &Item) -> Option<Audited> {
    Some(Audited {
        server: server.to_owned(),
        day,
        seq: text(row, SK)?.parse().ok()?,
        at: number(row, "at")?,
        text: text(row, "entry")?.to_owned(),
        hash: text(row, "hash")?.to_owned(),
        expires: number(row, EXPIRES_AT)?,
    })
}
