//! Reports of "update Cognito ids": each is written down before the transaction, and finished after
//! it, so that a server that dies in between leaves a trace. The rows of a report are kept in chunks, so
//! that a page of it costs what it shows and no report is too large.

use std::collections::BTreeMap;

use dynadesk_shared::api::identity::{REPORT_ROWS, SyncEnd, SyncList, SyncReport, SyncRow, SyncState, SyncSummary};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{Item, time};

use super::rows::{self, DAY, EXPIRES_AT, PK, SK, from_json, json, n, s, text};
use super::{Fault, Inner, id, images};
use crate::error::{Error, Result};
use crate::who;

/// How long a report is kept, and a sync can be undone.
const LIVES: i64 = 90 * DAY;
/// Reports of the list.
const PAGE: u32 = 50;
/// Chunks that are deflated and written together: a report of 100,000 rows holds up nobody else.
const TOGETHER: usize = 20;

const KEY: &str = "SYNCS";
const BEGUN: &str = "begun";
const ENDED: &str = "ended";

#[derive(Clone, Copy, Debug)]
pub struct Syncs<'a>(pub(super) &'a Inner);

impl Syncs<'_> {
    /// What is about to be done; it is not written down yet.
    pub fn summary(self, place: String, rows: u64, undoes: Option<String>) -> SyncSummary {
        let now = self.0.now();
        SyncSummary {
            id: self.0.ids.next(now),
            at: time::to_iso_offset(now),
            operator: who::name(),
            place,
            state: SyncState::Begun,
            rows,
            undoes,
        }
    }

    /// Writes it down, before it is done.
    pub async fn begin(self, planned: &SyncReport) -> Result<()> {
        let summary = &planned.summary;
        let expires_at = rows::expiry(self.0.now(), LIVES);
        // The rows first: a summary never stands there without them.
        let parts = self.keep(&summary.id, BEGUN, &planned.rows, expires_at).await?;
        let row: Item = [
            (PK, s(KEY)),
            (SK, s(&summary.id)),
            ("sync", json(summary)),
            ("state", json(&summary.state)),
            ("counts", json(&planned.counts)),
            ("part", s(BEGUN)),
            ("parts", json(&parts)),
            (EXPIRES_AT, n(expires_at)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        Ok(self.0.table.put(&row, None).await?)
    }

    /// Says how it ended, row by row. One that was taken back meanwhile stays so.
    pub async fn finish(self, ended: &SyncReport) -> Result<()> {
        let id = &ended.summary.id;
        let expires_at = rows::expiry(self.0.now(), LIVES);
        let parts = self.keep(id, ENDED, &ended.rows, expires_at).await?;
        let set = [
            ("state", json(&ended.summary.state)),
            ("counts", json(&ended.counts)),
            ("part", s(ENDED)),
            ("parts", json(&parts)),
        ];
        let mut update = Expression {
            text: format!("SET {}", set.each_ref().map(|(name, _)| format!("#{name} = :{name}")).join(", ")),
            names: [("#pk".to_owned(), PK.to_owned())].into(),
            values: [(":begun".to_owned(), json(&SyncState::Begun))].into(),
        };
        for (name, value) in set {
            update.names.insert(format!("#{name}"), name.to_owned());
            update.values.insert(format!(":{name}"), value);
        }
        let open = "attribute_exists(#pk) AND #state = :begun";
        match self.0.table.update(&rows::key(KEY, id), &update, open).await {
            Err(Fault::Condition) => Err(Error::conflict(
                "sync_undone",
                "this sync was undone before its end was written down",
            )),
            other => Ok(other?),
        }
    }

    /// Writes the rows in chunks; answers with the number of parts that each has.
    async fn keep(self, id: &str, part: &str, all: &[SyncRow], expires_at: i64) -> Result<Vec<usize>> {
        let mut sizes = Vec::new();
        let chunks: Vec<&[SyncRow]> = all.chunks(REPORT_ROWS).collect();
        for some in chunks.chunks(TOGETHER) {
            let mut rows = Vec::new();
            for chunk in some {
                let parts = images::split(&images::pk(id), &named(part, sizes.len()), chunk, expires_at).map_err(Error::internal)?;
                sizes.push(parts.len());
                rows.extend(parts);
            }
            self.0.table.put_all(rows).await?;
        }
        Ok(sizes)
    }

    /// Marks a sync as taken back: 409 `sync_undone` where it is already.
    pub async fn mark_undone(self, id: &str) -> Result<()> {
        let update = Expression {
            text: "SET #state = :undone".to_owned(),
            names: [("#pk".to_owned(), PK.to_owned()), ("#state".to_owned(), "state".to_owned())].into(),
            values: [(":undone".to_owned(), json(&SyncState::Undone))].into(),
        };
        let open = "attribute_exists(#pk) AND #state <> :undone";
        match self.0.table.update(&rows::key(KEY, id), &update, open).await {
            Err(Fault::Condition) => Err(Error::conflict("sync_undone", "this sync was undone already")),
            other => Ok(other?),
        }
    }

    /// The newest, without their rows.
    pub async fn list(self) -> Result<SyncList> {
        let oldest = id::floor(self.0.now() - LIVES);
        let mut query = rows::rows_of(self.0.table.name(), KEY, SK, Some((oldest, "g".to_owned())));
        query.newest_first = true;
        query.limit = PAGE;
        let (found, _) = self.0.table.page(&query).await?;
        Ok(SyncList {
            syncs: found.iter().filter_map(summary).collect(),
        })
    }

    /// One with all of its rows: 404 `sync_not_found`, 409 `sync_damaged`.
    pub async fn get(self, id: &str) -> Result<SyncReport> {
        let kept = self.kept(id).await?;
        let mut report = kept.report(id)?;
        for chunk in 0..kept.parts.len() {
            report.rows.extend(self.chunk(id, &kept, chunk).await?);
        }
        Ok(report)
    }

    /// One with its first rows.
    pub async fn first(self, id: &str) -> Result<SyncReport> {
        let kept = self.kept(id).await?;
        let mut report = kept.report(id)?;
        if !kept.parts.is_empty() {
            report.rows = self.chunk(id, &kept, 0).await?;
        }
        Ok(report)
    }

    /// Rows of one from this place on, as many as one answer carries.
    pub async fn rows(self, id: &str, offset: u64) -> Result<Vec<SyncRow>> {
        let kept = self.kept(id).await?;
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let (chunk, skip) = (offset / REPORT_ROWS, offset % REPORT_ROWS);
        if chunk >= kept.parts.len() {
            return Ok(Vec::new());
        }
        let mut rows = self.chunk(id, &kept, chunk).await?;
        rows.drain(..skip.min(rows.len()));
        Ok(rows)
    }

    async fn kept(self, id: &str) -> Result<Kept> {
        let missing = || {
            Error::not_found(
                "sync_not_found",
                format!("there is no sync {id:?} here: reports are kept for 90 days"),
            )
        };
        if !id::is_id(id) {
            return Err(missing());
        }
        let row = self.0.table.get(&rows::key(KEY, id)).await?;
        let row = row.filter(|row| !rows::is_over(row, self.0.now())).ok_or_else(missing)?;
        let parts = from_json(&row, "parts").ok_or_else(|| damaged(id))?;
        Ok(Kept { row, parts })
    }

    async fn chunk(self, id: &str, kept: &Kept, chunk: usize) -> Result<Vec<SyncRow>> {
        let part = named(text(&kept.row, "part").ok_or_else(|| damaged(id))?, chunk);
        let between = (format!("{part}#"), format!("{part}$"));
        let query = rows::rows_of(self.0.table.name(), &images::pk(id), SK, Some(between));
        let found = self.0.table.all(query).await?;
        let parts = kept.parts.get(chunk).copied().unwrap_or_default();
        images::join(&found, &part, parts).ok_or_else(|| damaged(id))
    }
}

/// The row of a sync, and how many parts each chunk of its rows has.
struct Kept {
    row: Item,
    parts: Vec<usize>,
}

impl Kept {
    /// Without its rows.
    fn report(&self, id: &str) -> Result<SyncReport> {
        let counts: Option<BTreeMap<SyncEnd, u64>> = from_json(&self.row, "counts");
        Ok(SyncReport {
            summary: summary(&self.row).ok_or_else(|| damaged(id))?,
            counts: counts.ok_or_else(|| damaged(id))?,
            rows: Vec::new(),
            unkept: None,
        })
    }
}

/// What a chunk is called among the images of its sync, in an order that a query keeps.
fn named(part: &str, chunk: usize) -> String {
    format!("{part}#{chunk:05}")
}

fn damaged(id: &str) -> Error {
    Error::conflict(
        "sync_damaged",
        format!("the report of sync {id:?} is damaged or a part of it is missing: it can be neither shown nor undone"),
    )
}

fn summary(row: &Item) -> Option<SyncSummary> {
    let summary: SyncSummary = from_json(row, "sync")?;
    Some(SyncSummary {
        state: from_json(row, "state")?,
        ..summary
    })
}

#[cfg(test)]
#[path = "syncs_tests.rs"]
mod tests;
