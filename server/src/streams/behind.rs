//! How far behind a stream its reader is, shard by shard: everything that was written before a moment was read.

use std::collections::BTreeMap;
use std::time::Duration;

use dynadesk_shared::api::streams::{Positions, ShardPosition};

use super::walker::Batch;

/// Up to when each shard that is not over was read: microseconds since 1970.
#[derive(Debug, Default)]
pub struct Behind(BTreeMap<String, i64>);

impl Behind {
    /// Shards as they are listed: nothing of a new one was read yet, and those that are over are behind nothing.
    pub fn listed(&mut self, positions: &Positions, now: i64) {
        let open = |shard: &String| positions.get(shard).is_some_and(|position| *position != ShardPosition::Done);
        self.0.retain(|shard, _| open(shard));
        for shard in positions.keys().filter(|shard| open(shard)) {
            self.0.entry(shard.clone()).or_insert(now);
        }
    }

    /// An answer with nothing in it was the end of the shard; else the last record is as far as it was read.
    pub fn read(&mut self, batch: &Batch, now: i64) {
        if batch.position == ShardPosition::Done {
            self.0.remove(&batch.shard);
            return;
        }
        let until = batch.records.last().map_or(Some(now), |record| record.at);
        if let Some(until) = until {
            self.0.insert(batch.shard.clone(), until.min(now));
        }
    }

    /// Of the slowest shard.
    pub fn most(&self, now: i64) -> Duration {
        let oldest = self.0.values().min().map_or(0, |until| now.saturating_sub(*until));
        Duration::from_micros(u64::try_from(oldest).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(shard: &str, position: ShardPosition) -> Batch {
        Batch {
            shard: shard.to_owned(),
            records: Vec::new(),
            position,
            gap: None,
        }
    }

    #[test]
    fn the_slowest_shard_that_is_not_over_counts() {
        let mut behind = Behind::default();
        assert_eq!(behind.most(9_000), Duration::ZERO, "nothing is read");
        let begun = |shard: &str| (shard.to_owned(), ShardPosition::TrimHorizon);
        behind.listed(&Positions::from([begun("a"), begun("b")]), 1_000);
        behind.read(&batch("a", ShardPosition::TrimHorizon), 4_000);
        assert_eq!(behind.most(9_000), Duration::from_micros(8_000), "nothing of b was read yet");
        behind.read(&batch("b", ShardPosition::TrimHorizon), 5_000);
        assert_eq!(behind.most(9_000), Duration::from_micros(5_000));
        behind.read(&batch("a", ShardPosition::Done), 6_000);
        assert_eq!(behind.most(9_000), Duration::from_micros(4_000));
        behind.listed(&Positions::from([("b".to_owned(), ShardPosition::Done)]), 7_000);
        assert_eq!(behind.most(9_000), Duration::ZERO, "all are over");
    }
}
