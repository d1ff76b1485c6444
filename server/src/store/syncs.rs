//! Reports of "update Cognito ids": each is written down before the transaction, and finished after
//! it, so that a server that dies in between leaves a trace.

use dynadesk_shared::api::identity::{SyncList, SyncReport, SyncRow, SyncState, SyncSummary};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{Item, time};

use super::rows::{self, DAY, EXPIRES_AT, PK, SK, from_json, json, n, number, s, text};
use super::{Fault, Inner, OPERATOR, id, images};
use crate::error::{Error, Result};

/// How long a report is kept, and a sync can be undone.
const LIVES: i64 = 90 * DAY;
/// Reports of the list.
const PAGE: u32 = 50;

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
            operator: OPERATOR.to_owned(),
            place,
            state: SyncState::Begun,
            rows,
            undoes,
        }
    }

    /// Writes it down, before it is done.
    pub async fn begin(self, summary: &SyncSummary, planned: &[SyncRow]) -> Result<()> {
        let expires_at = rows::expiry(self.0.now(), LIVES);
        let parts = images::split(&images::pk(&summary.id), BEGUN, &planned, expires_at).map_err(Error::internal)?;
        let row: Item = [
            (PK, s(KEY)),
            (SK, s(&summary.id)),
            ("sync", json(summary)),
            ("state", json(&summary.state)),
            ("part", s(BEGUN)),
            ("parts", n(parts.len())),
            (EXPIRES_AT, n(expires_at)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        // The rows first: a summary never stands there without them.
        self.0.table.put_all(parts).await?;
        Ok(self.0.table.put(&row, None).await?)
    }

    /// Says how it ended, row by row. One that was taken back meanwhile stays so.
    pub async fn finish(self, id: &str, state: SyncState, ended: &[SyncRow]) -> Result<()> {
        let expires_at = rows::expiry(self.0.now(), LIVES);
        let parts = images::split(&images::pk(id), ENDED, &ended, expires_at).map_err(Error::internal)?;
        let update = Expression {
            text: "SET #state = :state, #part = :part, #parts = :parts".to_owned(),
            names: [("#pk", PK), ("#state", "state"), ("#part", "part"), ("#parts", "parts")]
                .map(|(place, name)| (place.to_owned(), name.to_owned()))
                .into(),
            values: [
                (":state", json(&state)),
                (":part", s(ENDED)),
                (":parts", n(parts.len())),
                (":begun", json(&SyncState::Begun)),
            ]
            .map(|(place, value)| (place.to_owned(), value))
            .into(),
        };
        self.0.table.put_all(parts).await?;
        let open = "attribute_exists(#pk) AND #state = :begun";
        match self.0.table.update(&rows::key(KEY, id), &update, open).await {
            Err(Fault::Condition) => Err(Error::conflict(
                "sync_undone",
                "this sync was undone before its end was written down",
            )),
            other => Ok(other?),
        }
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

    /// One with its rows: 404 `sync_not_found`.
    pub async fn get(self, id: &str) -> Result<SyncReport> {
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
        let part = text(&row, "part").ok_or_else(missing)?;
        let between = (format!("{part}#"), format!("{part}$"));
        let parts = self
            .0
            .table
            .all(rows::rows_of(self.0.table.name(), &images::pk(id), SK, Some(between)))
            .await?;
        let count = usize::try_from(number(&row, "parts").unwrap_or_default()).unwrap_or_default();
        Ok(SyncReport {
            summary: summary(&row).ok_or_else(missing)?,
            rows: images::join(&parts, part, count).ok_or_else(missing)?,
            unkept: None,
        })
    }
}

fn summary(row: &Item) -> Option<SyncSummary> {
    let summary: SyncSummary = from_json(row, "sync")?;
    Some(SyncSummary {
        state: from_json(row, "state")?,
        ..summary
    })
}
