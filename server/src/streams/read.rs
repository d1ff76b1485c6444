//! One shard and one turn at reading it.

use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::api::streams::{ShardPosition, StreamRecord, compare_sequence};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::{pace, readers};
use crate::engine::streams::{Damaged, IteratorStart, RecordPage};
use crate::engine::{Engine, EngineError, EngineErrorKind};

/// What a page should hold at most, where the engine itself sets no bound.
const PAGE_BYTES: u64 = 1024 * 1024;
/// A record is two images of 400 KB at most, so the first page of a shard asks for few.
const FIRST_LIMIT: u64 = 50;
const MOST_RECORDS: u64 = 1000;
/// Iterators that may be refused one after the other before it is taken for a fault of the engine.
const RENEWALS: u32 = 3;

/// Where records are read from, and how many calls may be under way at once.
#[derive(Clone)]
pub struct Source {
    pub engine: Engine,
    pub arn: Arc<str>,
    pub calls: Arc<Semaphore>,
}

/// One shard on its way from its position to its end.
#[derive(Debug)]
pub struct Reader {
    pub shard: String,
    pub position: ShardPosition,
    iterator: Option<String>,
    /// Nothing was asked yet, so a position in time begins at the newest record.
    fresh: bool,
    /// The iterator began before the position in time, so that older records are to be left out.
    /// Nothing is left out after the newest record: the engine's clock is not ours.
    from_before: bool,
    /// Records were trimmed before they were read, and nobody was told yet.
    trimmed: bool,
    /// Empty pages in a row.
    idle: u32,
    failures: u32,
    limit: u64,
}

/// What one turn gave.
#[derive(Debug)]
pub enum Turn {
    Read {
        records: Vec<StreamRecord>,
        /// Records among them that nobody can read.
        damaged: Vec<Damaged>,
        /// Records between the old position and these were trimmed before they were read.
        trimmed: bool,
    },
    /// Not now: the same turn may succeed later.
    Refused(EngineError),
    /// The engine does not find the shard; whether it is still listed says if it is gone for good.
    Gone,
    Failed(EngineError),
}

impl Reader {
    /// `fresh` says that a position in time is that of this very moment.
    pub fn new(shard: String, position: ShardPosition, fresh: bool) -> Self {
        Self {
            shard,
            position,
            iterator: None,
            fresh,
            from_before: false,
            trimmed: false,
            idle: 0,
            failures: 0,
            limit: FIRST_LIMIT,
        }
    }

    /// Waits until its time, reads one page, and says how long to rest.
    pub async fn turn(mut self, source: Source, at: Instant) -> (Self, Turn, Duration) {
        tokio::time::sleep_until(at).await;
        let _turn = readers::turn(&self.shard).await;
        // Nobody closes the semaphore.
        let _call = source.calls.acquire().await;
        let started = Instant::now();
        let limit = self.limit;
        let turn = self.page(&source).await;
        let rest = match &turn {
            Turn::Read { records, .. } => {
                self.failures = 0;
                self.idle = if records.is_empty() { self.idle.saturating_add(1) } else { 0 };
                let bytes = self.learn(records);
                let full = records.len() as u64 >= limit || bytes >= PAGE_BYTES / 2;
                pace::rest(self.idle, full, started.elapsed())
            }
            Turn::Gone | Turn::Refused(_) | Turn::Failed(_) => {
                self.failures = self.failures.saturating_add(1);
                pace::back_off(self.failures)
            }
        };
        (self, turn, rest)
    }

    /// The bytes of a page, which say how many records the next one should have.
    fn learn(&mut self, records: &[StreamRecord]) -> u64 {
        let bytes: u64 = records.iter().map(|record| record.size_bytes).sum();
        if !records.is_empty() {
            let each = (bytes / records.len() as u64).max(1);
            self.limit = (PAGE_BYTES / each).clamp(FIRST_LIMIT / 2, MOST_RECORDS);
        }
        bytes
    }

    async fn page(&mut self, source: &Source) -> Turn {
        let mut renewals = 0;
        loop {
            let answer = match self.ask(source).await {
                Ok(Some(page)) => Ok(page),
                Ok(None) => {
                    self.position = ShardPosition::Done;
                    return Turn::Read {
                        records: Vec::new(),
                        damaged: Vec::new(),
                        trimmed: std::mem::take(&mut self.trimmed),
                    };
                }
                Err(error) => Err(error),
            };
            renewals += 1;
            match answer {
                Ok(page) => {
                    let (records, damaged) = self.take(page);
                    return Turn::Read {
                        records,
                        damaged,
                        trimmed: std::mem::take(&mut self.trimmed),
                    };
                }
                Err(error) if error.kind == EngineErrorKind::ExpiredIterator && renewals < RENEWALS => self.iterator = None,
                Err(error) if error.kind == EngineErrorKind::TrimmedData && renewals < RENEWALS => {
                    // Whoever begins at the oldest record misses nothing when that moves on.
                    self.trimmed |= self.position != ShardPosition::TrimHorizon;
                    self.position = ShardPosition::TrimHorizon;
                    self.iterator = None;
                }
                Err(error) if error.is_not_found() => {
                    self.iterator = None;
                    return Turn::Gone;
                }
                Err(error) if error.is_transient() => return Turn::Refused(error),
                Err(error) if matches!(error.kind, EngineErrorKind::ExpiredIterator | EngineErrorKind::TrimmedData) => {
                    self.iterator = None;
                    return Turn::Refused(error);
                }
                Err(error) => return Turn::Failed(error),
            }
        }
    }

    /// Asks once, with an iterator from the position where there is none. Nothing at the shard's end.
    async fn ask(&mut self, source: &Source) -> Result<Option<RecordPage>, EngineError> {
        if self.iterator.is_none() {
            let start = match &self.position {
                ShardPosition::TrimHorizon => IteratorStart::TrimHorizon,
                ShardPosition::Since(_) if self.fresh => IteratorStart::Latest,
                ShardPosition::Since(_) => IteratorStart::TrimHorizon,
                ShardPosition::After(number) => IteratorStart::After(number.clone()),
                ShardPosition::Done => return Ok(None),
            };
            self.iterator = source.engine.shard_iterator(&source.arn, &self.shard, &start).await?;
            self.from_before = matches!(self.position, ShardPosition::Since(_)) && start == IteratorStart::TrimHorizon;
            self.fresh = false;
        }
        let Some(iterator) = &self.iterator else {
            return Ok(None);
        };
        let limit = i32::try_from(self.limit).unwrap_or(i32::MAX);
        source.engine.stream_records(&self.shard, iterator, limit).await.map(Some)
    }

    fn take(&mut self, page: RecordPage) -> (Vec<StreamRecord>, Vec<Damaged>) {
        let mut records = page.records;
        if let ShardPosition::Since(start) = self.position
            && self.from_before
        {
            records.retain(|record| record.at.is_none_or(|at| at >= start));
        }
        let numbers = records.iter().map(|record| &record.sequence_number);
        let last = numbers.chain(page.damaged.iter().map(|damaged| &damaged.sequence_number));
        if let Some(last) = last.max_by(|one, other| compare_sequence(one, other)) {
            self.position = ShardPosition::After(last.clone());
        }
        self.iterator = page.next;
        if self.iterator.is_none() {
            self.position = ShardPosition::Done;
        }
        (records, page.damaged)
    }
}
