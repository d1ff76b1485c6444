//! What a walk holds: its pages, where each segment of it stands, and what it has cost.

use std::collections::BTreeMap;

use dynadesk_shared::Item;
use dynadesk_shared::api::exchange::{CapacitySplit, Exchange};
use dynadesk_shared::api::items::Segment;

use crate::grid::pages::Pages;
use crate::pages::items::query::Asked;

/// What fetches a page again.
#[derive(Clone, Debug)]
pub struct Origin {
    pub cursor: Option<String>,
    pub limit: u32,
    pub segment: Option<Segment>,
}

/// Where one segment of the walk stands.
#[derive(Clone, Debug)]
pub struct Front {
    pub segment: Option<Segment>,
    pub cursor: Option<String>,
    pub begun: bool,
    pub ended: bool,
}

impl Front {
    pub fn new(segment: Option<Segment>) -> Self {
        Self {
            segment,
            cursor: None,
            begun: false,
            ended: false,
        }
    }

    /// One for a walk in order, or one for each segment of a parallel scan.
    pub fn all(segments: u16) -> Vec<Self> {
        match segments {
            0 | 1 => vec![Self::new(None)],
            of => (0..of).map(|number| Self::new(Some(Segment { number, of }))).collect(),
        }
    }
}

/// What was read so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    pub scanned: u64,
    pub matched: u64,
    pub units: f64,
    pub requests: u64,
    /// Where the units went, as far as the engine says it.
    pub split: CapacitySplit,
}

impl Totals {
    /// One more request, and what it cost.
    pub fn pay(&mut self, exchange: &Exchange) {
        self.units += exchange.consumed.unwrap_or_default();
        self.requests += 1;
        if let Some(CapacitySplit { table, indexes }) = &exchange.split {
            self.split.table += table;
            add(&mut self.split.indexes, indexes);
        }
    }
}

fn add(sums: &mut BTreeMap<String, f64>, more: &BTreeMap<String, f64>) {
    for (name, units) in more {
        *sums.entry(name.clone()).or_default() += units;
    }
}

/// What the walk is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Idle,
    /// Reads the next rows.
    Reading,
    /// Walks to the end.
    LoadingAll,
}

/// Why the walk rests although there is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// More comes by itself when somebody scrolls to the end.
    None,
    /// Much was read and little matched; the operator decides.
    Thin,
    Stopped,
    /// The walk came to its limit.
    Budget,
}

/// How far a walk may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Items examined.
    pub items: Option<u64>,
    /// Read capacity units.
    pub units: Option<u64>,
}

impl Limits {
    /// Whether so much was read that the walk ends.
    pub fn met(&self, items: u64, units: f64) -> bool {
        self.items.is_some_and(|most| items >= most) || self.units.is_some_and(|most| units >= most as f64)
    }
}

pub struct State {
    pub connection: String,
    pub table: String,
    pub asked: Asked,
    pub pages: Pages<Item, Origin>,
    pub fronts: Vec<Front>,
    /// The engine's place of each row on the screen, while the rows are sorted there.
    pub order: Option<Vec<usize>>,
}

impl State {
    /// The engine's place of a row on the screen.
    pub fn place(&self, row: usize) -> usize {
        self.order.as_ref().and_then(|order| order.get(row).copied()).unwrap_or(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_summed_by_table_and_index() {
        let exchange = |table, index: Option<f64>| Exchange {
            operation: "Query".into(),
            request: serde_json::Value::Null,
            index: None,
            consumed: Some(table + index.unwrap_or_default()),
            split: Some(CapacitySplit {
                table,
                indexes: index.map(|units| ("by".to_owned(), units)).into_iter().collect(),
            }),
            took_ms: 1,
        };
        let mut totals = Totals::default();
        totals.pay(&exchange(1.0, Some(0.5)));
        totals.pay(&exchange(0.5, Some(1.0)));
        assert_eq!((totals.units, totals.requests), (3.0, 2));
        assert_eq!((totals.split.table, totals.split.indexes["by"]), (1.5, 1.5));
        let limits = Limits {
            items: Some(100),
            units: Some(3),
        };
        assert!(limits.met(1, totals.units) && limits.met(100, 0.0) && !limits.met(99, 2.5));
        assert!(!Limits::default().met(u64::MAX, 1e9));
    }
}
