//! What passed through an engine in all, whichever tables it was about.

use std::collections::BTreeMap;

use super::bucket::{Capacity, Outcome, Spent};

/// What was asked of which service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct What {
    /// As AWS names it, in one word: `DynamoDB`, `DynamoDBStreams`, `CloudWatch`.
    pub service: String,
    pub operation: String,
}

impl What {
    pub fn new(service: &str, operation: &str) -> Self {
        Self {
            service: service.replace(' ', ""),
            operation: operation.to_owned(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Attempts by what was asked and how they ended.
    pub calls: BTreeMap<(What, Outcome), Calls>,
    pub spent: Capacity,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calls {
    pub count: u64,
    pub seconds: f64,
}

impl Totals {
    pub fn add<'a>(&mut self, what: What, outcome: Outcome, took_ms: f64, spent: impl Iterator<Item = &'a Spent>) {
        let calls = self.calls.entry((what, outcome)).or_default();
        calls.count += 1;
        calls.seconds += took_ms / 1000.0;
        for spent in spent {
            self.spent.add(spent.sum());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_about_two_tables_is_one_call() {
        let mut spent = Spent::default();
        spent.add(None, 1.0, 2.0);
        spent.add(Some("by-kind"), 0.5, 0.0);
        let mut totals = Totals::default();
        let both = What::new("DynamoDB", "BatchGetItem");
        totals.add(both.clone(), Outcome::Fine, 500.0, [&spent, &spent].into_iter());
        let stream = What::new("DynamoDB Streams", "DescribeStream");
        totals.add(stream.clone(), Outcome::Refused, 250.0, std::iter::empty());
        assert_eq!((totals.calls.len(), stream.service.as_str()), (2, "DynamoDBStreams"));
        let calls = totals.calls[&(both, Outcome::Fine)];
        assert_eq!((calls.count, calls.seconds), (1, 0.5));
        assert_eq!(totals.spent, Capacity { read: 3.0, write: 4.0 });
    }
}
