//! What passes through an engine, counted at the one place that every request passes: an interceptor
//! of its clients. Kept in memory, a bucket for each minute and table, and bounded.

mod asked;
mod bucket;
mod intercept;
mod latency;
mod roles;
mod totals;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

pub use bucket::{Bucket, Outcome, Spent};
pub use intercept::Counting;
pub use roles::Roles;
pub use totals::{Totals, What};

/// A week, the longest period that a screen asks for.
const MINUTES: i64 = 7 * 24 * 60;
/// At a kilobyte or less each.
const BUCKETS: usize = 20_000;

/// The counters of one engine. Cheap to clone: all clones count together.
#[derive(Clone, Debug)]
pub struct Counters(Arc<Mutex<Ring>>);

#[derive(Debug)]
struct Ring {
    /// When counting began: minutes since 1970.
    since: i64,
    /// Minutes in which something happened, the oldest first.
    minutes: VecDeque<(i64, BTreeMap<String, Bucket>)>,
    buckets: usize,
    totals: Totals,
}

impl Counters {
    /// Begins at this minute since 1970.
    pub fn new(since: i64) -> Self {
        Self(Arc::new(Mutex::new(Ring {
            since,
            minutes: VecDeque::new(),
            buckets: 0,
            totals: Totals::default(),
        })))
    }

    /// Since when everything was counted that is still kept: minutes since 1970.
    pub fn since(&self) -> i64 {
        self.locked().since
    }

    /// Everything since the engine was opened.
    pub fn totals(&self) -> Totals {
        self.locked().totals.clone()
    }

    /// Adds one request to each table that it was about; to none where it was about no items.
    pub fn add(&self, minute: i64, tables: &BTreeMap<String, Spent>, what: What, outcome: Outcome, took_ms: f64) {
        let mut ring = self.locked();
        for (table, spent) in tables {
            ring.bucket(minute, table).add(&what.operation, outcome, took_ms, spent);
        }
        ring.totals.add(what, outcome, took_ms, tables.values());
        ring.trim(minute);
    }

    /// What happened to a table from one minute until before another, in points of so many minutes.
    pub fn read(&self, table: &str, from: i64, until: i64, minutes_a_point: i64) -> BTreeMap<usize, Bucket> {
        let mut points = BTreeMap::<usize, Bucket>::new();
        for (minute, tables) in &self.locked().minutes {
            if let (true, Some(bucket)) = ((from..until).contains(minute), tables.get(table)) {
                let at = usize::try_from((minute - from) / minutes_a_point).unwrap_or_default();
                points.entry(at).or_default().merge(bucket);
            }
        }
        points
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    /// The bucket of a minute. A clock that was set back adds to where it now is.
    fn bucket(&mut self, minute: i64, table: &str) -> &mut Bucket {
        let at = self.minutes.partition_point(|(known, _)| *known < minute);
        if self.minutes.get(at).is_none_or(|(known, _)| *known != minute) {
            self.minutes.insert(at, (minute, BTreeMap::new()));
        }
        let tables = &mut self.minutes[at].1;
        if !tables.contains_key(table) {
            self.buckets += 1;
        }
        tables.entry(table.to_owned()).or_default()
    }

    /// Forgets what is too old, and the oldest where there is too much.
    fn trim(&mut self, now: i64) {
        while let Some((minute, tables)) = self.minutes.front() {
            let aged = *minute <= now - MINUTES;
            if !aged && (self.buckets <= BUCKETS || self.minutes.len() == 1) {
                return;
            }
            self.since = self.since.max(minute + 1);
            self.buckets -= tables.len();
            self.minutes.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(table: &str, read: f64) -> BTreeMap<String, Spent> {
        let mut spent = Spent::default();
        spent.add(None, read, 0.0);
        BTreeMap::from([(table.to_owned(), spent)])
    }

    fn count(counters: &Counters, minute: i64, table: &str) {
        let scan = What::new("DynamoDB", "Scan");
        counters.add(minute, &spent(table, 0.5), scan, Outcome::Fine, 3.0);
    }

    #[test]
    fn minutes_become_points() {
        let counters = Counters::new(100);
        for minute in [100, 100, 104, 105, 111] {
            count(&counters, minute, "a");
        }
        count(&counters, 104, "b");
        let points = counters.read("a", 100, 110, 5);
        let reads: Vec<_> = points.iter().map(|(at, bucket)| (*at, bucket.spent.table.read)).collect();
        assert_eq!(reads, [(0, 1.5), (1, 0.5)]);
        assert_eq!(counters.read("c", 100, 110, 5), BTreeMap::new());
    }

    #[test]
    fn a_clock_that_is_set_back_loses_nothing() {
        let counters = Counters::new(0);
        for minute in [10, 8, 10, 9, 8] {
            count(&counters, minute, "a");
        }
        let minutes: Vec<i64> = counters.locked().minutes.iter().map(|(minute, _)| *minute).collect();
        assert_eq!(minutes, [8, 9, 10]);
        assert_eq!(counters.read("a", 0, 20, 20)[&0].spent.table.read, 2.5);
    }

    #[test]
    fn memory_is_bounded_and_what_was_forgotten_is_told() {
        let counters = Counters::new(0);
        count(&counters, 1, "a");
        count(&counters, 1 + MINUTES, "a");
        assert_eq!(counters.since(), 2);
        for table in 0..BUCKETS {
            count(&counters, 2 + MINUTES, &format!("t{table}"));
        }
        // The minute that is being counted stays whole, whatever it holds.
        assert_eq!(counters.locked().minutes.len(), 1);
        assert_eq!(counters.since(), 2 + MINUTES);
        assert_eq!(counters.locked().buckets, BUCKETS);
    }
}
