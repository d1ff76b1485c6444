//! The last records of a stream, bounded in bytes. Every watcher reads the same ring at a place of
//! its own, so a slow one costs nothing: what leaves the ring before it was read is skipped, and counted.

use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use dynadesk_shared::api::streams::{Positions, ShardPosition, StreamRecord, compare_sequence};

use super::walker::{Batch, Gap};

/// What a record costs beside its images.
const OVERHEAD: u64 = 512;

/// One batch as it waits for its watchers.
#[derive(Debug)]
pub struct Entry {
    pub shard: String,
    pub records: Vec<StreamRecord>,
    pub position: ShardPosition,
    pub gap: Option<Gap>,
    bytes: u64,
    /// Records that passed through the ring before these.
    before: u64,
}

#[derive(Debug)]
pub struct Ring {
    entries: VecDeque<Arc<Entry>>,
    /// The number of the first entry.
    first: u64,
    bytes: u64,
    most_bytes: u64,
    passed: u64,
    /// The positions in front of the first entry and after the last.
    start: Positions,
    tip: Positions,
    /// The shards that were read at least once.
    read: BTreeSet<String>,
}

/// What a watcher finds at its place.
#[derive(Debug)]
pub enum Found {
    Entry(Arc<Entry>),
    /// It was too slow: this many records are gone, and it goes on at this place.
    Skipped {
        records: u64,
        at: u64,
        start: Positions,
    },
    Nothing,
}

impl Ring {
    pub fn new(most_bytes: u64) -> Self {
        Self {
            entries: VecDeque::new(),
            first: 0,
            bytes: 0,
            most_bytes,
            passed: 0,
            start: Positions::new(),
            tip: Positions::new(),
            read: BTreeSet::new(),
        }
    }

    /// Whether everything that is written from now on will come: a shard that begins at its newest
    /// record does so when it is first read, and not when it is listed.
    pub fn is_ready(&self) -> bool {
        let waits =
            |(shard, position): (&String, &ShardPosition)| matches!(position, ShardPosition::Since(_)) && !self.read.contains(shard);
        !self.tip.iter().any(waits)
    }

    /// Takes the positions of shards that were just found.
    pub fn found(&mut self, positions: &Positions) {
        for (shard, position) in positions {
            if !self.tip.contains_key(shard) {
                self.tip.insert(shard.clone(), position.clone());
                self.start.insert(shard.clone(), position.clone());
            }
        }
    }

    pub fn push(&mut self, batch: Batch) {
        self.read.insert(batch.shard.clone());
        let known = self.tip.insert(batch.shard.clone(), batch.position.clone());
        if known.as_ref() == Some(&batch.position) && batch.records.is_empty() && batch.gap.is_none() {
            return;
        }
        if known.is_none() {
            self.start.insert(batch.shard.clone(), ShardPosition::TrimHorizon);
        }
        let bytes = batch.records.iter().map(|record| record.size_bytes + OVERHEAD).sum::<u64>() + OVERHEAD;
        let before = self.passed;
        self.passed += batch.records.len() as u64;
        self.bytes += bytes;
        self.entries.push_back(Arc::new(Entry {
            shard: batch.shard,
            records: batch.records,
            position: batch.position,
            gap: batch.gap,
            bytes,
            before,
        }));
        // The newest stays, however large it is.
        while self.bytes > self.most_bytes && self.entries.len() > 1 {
            if let Some(gone) = self.entries.pop_front() {
                self.bytes -= gone.bytes;
                self.first += 1;
                self.start.insert(gone.shard.clone(), gone.position.clone());
            }
        }
    }

    /// The place after the newest entry, and the positions there.
    pub fn end(&self) -> (u64, Positions) {
        (self.first + self.entries.len() as u64, self.tip.clone())
    }

    pub fn tip(&self) -> &Positions {
        &self.tip
    }

    /// What stands at a place; `passed` counts the records that the watcher was shown or spared.
    pub fn at(&self, place: u64, passed: u64) -> Found {
        match place.checked_sub(self.first) {
            Some(index) => match usize::try_from(index).ok().and_then(|index| self.entries.get(index)) {
                Some(entry) => Found::Entry(entry.clone()),
                None => Found::Nothing,
            },
            None => Found::Skipped {
                records: self
                    .entries
                    .front()
                    .map_or(self.passed, |entry| entry.before)
                    .saturating_sub(passed),
                at: self.first,
                start: self.start.clone(),
            },
        }
    }

    /// Records that passed in front of a place.
    pub fn passed_before(&self, place: u64) -> u64 {
        let index = place.checked_sub(self.first).and_then(|index| usize::try_from(index).ok());
        index
            .and_then(|index| self.entries.get(index))
            .map_or(self.passed, |entry| entry.before)
    }

    /// Whether one who stands at `own` finds everything that follows in the ring. `quiet` says of a
    /// shard that it was read to where nothing follows, as far as that can be known.
    pub fn covers(&self, own: &Positions, quiet: impl Fn(&str) -> bool) -> bool {
        self.start.iter().all(|(shard, start)| match (own.get(shard), start) {
            // Positions are of every listed shard: one that is not among them is not listed any more, and what was
            // left unread of it is a gap that was told.
            (Some(ShardPosition::Done), _) | (_, ShardPosition::TrimHorizon) | (None, ShardPosition::Done) => true,
            (Some(ShardPosition::After(own)), ShardPosition::After(start)) => compare_sequence(own, start) != Ordering::Less,
            (Some(ShardPosition::Since(own)), ShardPosition::Since(start)) => own >= start || quiet(shard),
            (Some(ShardPosition::After(own)), ShardPosition::Since(_)) => self.holds(shard, own) || quiet(shard),
            (Some(ShardPosition::TrimHorizon), ShardPosition::Since(_)) => quiet(shard),
            (Some(ShardPosition::Since(_) | ShardPosition::TrimHorizon), ShardPosition::After(_)) => quiet(shard),
            _ => false,
        })
    }

    /// The oldest place that holds something after these positions, and how many records passed before it.
    pub fn place_after(&self, own: &Positions) -> (u64, u64) {
        let seen = |entry: &&Arc<Entry>| {
            let mine = own.get(&entry.shard);
            !is_ahead(mine, &entry.position) && !entry.records.iter().any(|record| is_after(record, mine))
        };
        let place = self.first + self.entries.iter().take_while(seen).count() as u64;
        (place, self.passed_before(place))
    }

    /// Whether a record of the shard with this number or a smaller one is here.
    fn holds(&self, shard: &str, number: &str) -> bool {
        let of_shard = self.entries.iter().filter(|entry| entry.shard == shard);
        let first = of_shard.flat_map(|entry| &entry.records).next();
        first.is_some_and(|record| compare_sequence(&record.sequence_number, number) != Ordering::Greater)
    }
}

/// Whether a record comes after a position of its shard.
pub fn is_after(record: &StreamRecord, position: Option<&ShardPosition>) -> bool {
    match position {
        Some(ShardPosition::Done) => false,
        Some(ShardPosition::After(number)) => compare_sequence(&record.sequence_number, number) == Ordering::Greater,
        _ => true,
    }
}

/// Moves a position on, never back.
pub fn advance(own: &mut Positions, shard: &str, position: &ShardPosition) {
    if is_ahead(own.get(shard), position) {
        own.insert(shard.to_owned(), position.clone());
    }
}

/// Whether a position is further on than one's own.
fn is_ahead(own: Option<&ShardPosition>, position: &ShardPosition) -> bool {
    match (own, position) {
        (Some(ShardPosition::Done), _) => false,
        (Some(ShardPosition::After(own)), ShardPosition::After(next)) => compare_sequence(own, next) == Ordering::Less,
        (Some(ShardPosition::After(_)), ShardPosition::Since(_) | ShardPosition::TrimHorizon) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::api::streams::ChangeKind;

    fn after(number: u64) -> ShardPosition {
        ShardPosition::After(number.to_string())
    }

    fn batch(shard: &str, numbers: std::ops::RangeInclusive<u64>) -> Batch {
        let record = |number: u64| StreamRecord {
            event_id: number.to_string(),
            kind: ChangeKind::Insert,
            by_ttl: false,
            shard: shard.to_owned(),
            sequence_number: number.to_string(),
            at: None,
            key: Default::default(),
            old: None,
            new: None,
            size_bytes: 1000,
            view_type: None,
        };
        Batch {
            shard: shard.to_owned(),
            position: after(*numbers.end()),
            records: numbers.map(record).collect(),
            gap: None,
        }
    }

    #[test]
    fn a_slow_watcher_is_told_how_many_it_missed() {
        let mut ring = Ring::new(5_000);
        ring.found(&[("s".to_owned(), ShardPosition::Since(1))].into());
        let (place, _) = ring.end();
        for first in (1..=20).step_by(2) {
            ring.push(batch("s", first..=first + 1));
        }
        assert!(ring.bytes <= 5_000);
        let Found::Skipped { records, at, start } = ring.at(place, 0) else {
            panic!()
        };
        let Found::Entry(next) = ring.at(at, records) else { panic!() };
        assert_eq!(next.records[0].sequence_number, (records + 1).to_string());
        assert_eq!(start["s"], after(records));
        assert_eq!(ring.passed_before(at), records);
    }

    #[test]
    fn a_place_is_covered_when_nothing_before_the_ring_is_missing() {
        let mut ring = Ring::new(1_000_000);
        ring.found(&[("s".to_owned(), ShardPosition::Since(5))].into());
        let own = |position: ShardPosition| Positions::from([("s".to_owned(), position)]);
        assert!(ring.covers(&own(ShardPosition::Since(5)), |_| false));
        assert!(!ring.covers(&own(ShardPosition::Since(4)), |_| false));
        assert!(!ring.covers(&own(after(3)), |_| false));
        assert!(ring.covers(&own(after(3)), |_| true));
        assert!(!ring.is_ready());
        ring.push(batch("s", 10..=12));
        assert!(ring.is_ready());
        assert!(ring.covers(&own(after(10)), |_| false));
        assert!(!ring.covers(&own(after(9)), |_| false));
        assert!(!ring.covers(&Positions::new(), |_| true));
        ring.push(batch("child", 13..=14));
        assert!(ring.covers(&own(after(11)), |_| false));
    }

    #[test]
    fn a_shard_that_is_not_listed_any_more_keeps_nobody_out() {
        let mut ring = Ring::new(1_000_000);
        ring.found(&[("closed".to_owned(), ShardPosition::Done), ("s".to_owned(), after(5))].into());
        assert!(ring.covers(&Positions::from([("s".to_owned(), after(5))]), |_| false));
    }

    #[test]
    fn a_shard_in_which_nothing_happens_keeps_nobody_out() {
        let mut ring = Ring::new(2_000);
        ring.found(&[("s".to_owned(), ShardPosition::Since(9))].into());
        let own = |position: ShardPosition| Positions::from([("s".to_owned(), position)]);
        assert!(!ring.covers(&own(ShardPosition::Since(4)), |_| false));
        assert!(ring.covers(&own(ShardPosition::Since(4)), |_| true));
        // Its first records have left the ring.
        ring.push(batch("s", 1..=3));
        ring.push(batch("s", 4..=5));
        assert!(!ring.covers(&own(ShardPosition::Since(4)), |_| false));
        assert!(ring.covers(&own(ShardPosition::Since(4)), |_| true));
    }

    #[test]
    fn whoever_joins_begins_behind_what_was_seen() {
        let mut ring = Ring::new(1_000_000);
        ring.found(&[("s".to_owned(), ShardPosition::Since(1))].into());
        for first in [1, 3, 5] {
            ring.push(batch("s", first..=first + 1));
        }
        let own = |position: ShardPosition| Positions::from([("s".to_owned(), position)]);
        assert_eq!(ring.place_after(&own(after(4))), (2, 4));
        assert_eq!(ring.place_after(&own(after(3))), (1, 2), "half an entry is left");
        assert_eq!(ring.place_after(&own(after(6))), (3, 6));
        assert_eq!(ring.place_after(&own(ShardPosition::Since(1))), (0, 0));
    }

    #[test]
    fn one_large_entry_stays() {
        let mut ring = Ring::new(10);
        ring.push(batch("s", 1..=3));
        assert!(matches!(ring.at(0, 0), Found::Entry(_)));
    }

    #[test]
    fn positions_only_move_on() {
        let mut own = Positions::from([("s".to_owned(), after(9))]);
        advance(&mut own, "s", &after(5));
        assert_eq!(own["s"], after(9));
        advance(&mut own, "s", &after(10));
        assert_eq!(own["s"], after(10));
    }
}
