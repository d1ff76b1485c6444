//! What happened to one table in one minute.

use std::collections::BTreeMap;

use super::latency::Latencies;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Fine,
    /// The engine asked for patience.
    Throttled,
    /// The engine failed or could not be reached: its fault.
    Failed,
    /// The engine refused: ours. A condition that does not hold is one of these.
    Refused,
}

impl Outcome {
    /// As metrics name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

/// Capacity units by what was read or written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Capacity {
    pub read: f64,
    pub write: f64,
}

impl Capacity {
    pub(super) fn add(&mut self, other: Self) {
        self.read += other.read;
        self.write += other.write;
    }
}

/// Capacity units of a table and of its indexes, where the engine told them apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spent {
    pub table: Capacity,
    pub indexes: BTreeMap<String, Capacity>,
}

impl Spent {
    /// Adds what a table, or one of its indexes, consumed.
    pub fn add(&mut self, index: Option<&str>, read: f64, write: f64) {
        let spent = Capacity { read, write };
        match index {
            None => self.table.add(spent),
            Some(name) => self.indexes.entry(name.to_owned()).or_default().add(spent),
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.table.add(other.table);
        for (name, spent) in &other.indexes {
            self.indexes.entry(name.clone()).or_default().add(*spent);
        }
    }

    /// The table and its indexes together.
    pub fn sum(&self) -> Capacity {
        let mut sum = self.table;
        self.indexes.values().for_each(|spent| sum.add(*spent));
        sum
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bucket {
    pub spent: Spent,
    /// Requests by operation, each attempt counted.
    pub operations: BTreeMap<String, u64>,
    pub throttled: u64,
    pub failed: u64,
    pub refused: u64,
    pub latencies: Latencies,
}

impl Bucket {
    pub fn add(&mut self, operation: &str, outcome: Outcome, took_ms: f64, spent: &Spent) {
        match self.operations.get_mut(operation) {
            Some(count) => *count += 1,
            None => _ = self.operations.insert(operation.to_owned(), 1),
        }
        match outcome {
            // Only what was done says how fast the engine is.
            Outcome::Fine => self.latencies.add(took_ms),
            Outcome::Throttled => self.throttled += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Refused => self.refused += 1,
        }
        self.spent.merge(spent);
    }

    pub fn merge(&mut self, other: &Self) {
        for (operation, count) in &other.operations {
            *self.operations.entry(operation.clone()).or_default() += count;
        }
        self.throttled += other.throttled;
        self.failed += other.failed;
        self.refused += other.refused;
        self.latencies.merge(&other.latencies);
        self.spent.merge(&other.spent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_once_and_by_its_outcome() {
        let mut spent = Spent::default();
        spent.add(None, 1.0, 2.0);
        spent.add(Some("by-kind"), 0.5, 1.0);
        let mut bucket = Bucket::default();
        bucket.add("PutItem", Outcome::Fine, 2.0, &spent);
        bucket.add("PutItem", Outcome::Throttled, 2.0, &Spent::default());
        bucket.add("GetItem", Outcome::Refused, 2.0, &Spent::default());
        let mut twice = bucket.clone();
        twice.merge(&bucket);
        assert_eq!(twice.operations["PutItem"], 4);
        assert_eq!((twice.throttled, twice.refused, twice.failed), (2, 2, 0));
        assert_eq!(twice.spent.sum(), Capacity { read: 3.0, write: 6.0 });
        assert_eq!(twice.spent.indexes["by-kind"].write, 2.0);
    }
}
