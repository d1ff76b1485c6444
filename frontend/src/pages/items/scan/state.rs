//! What a walk holds: its pages, where each segment of it stands, and what it has cost.

use std::collections::BTreeMap;

use dynadesk_shared::Item;
use dynadesk_shared::api::exchange::{CapacitySplit, Exchange};
use dynadesk_shared::api::items::Segment;
use dynadesk_shared::cost::{Measured, page_within};

use crate::grid::pages::Pages;
use crate::nav::asked::Limits;
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
    /// How many items a page that is under way examines at the most; nothing while none is.
    pub under_way: Option<u32>,
}

impl Front {
    pub fn new(segment: Option<Segment>) -> Self {
        Self {
            segment,
            cursor: None,
            begun: false,
            ended: false,
            under_way: None,
        }
    }

    /// Whether its next page can be asked for.
    pub fn is_free(&self) -> bool {
        !self.ended && self.under_way.is_none()
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

impl Limits {
    /// How many items the next page may examine, of `page` at most, so that the limits are met as exactly
    /// as an engine allows: to the item, and to the unit as far as items are alike
    /// ([`dynadesk_shared::cost::page_within`]). Nothing where pages under way take all of it.
    pub fn next_page(&self, page: u32, spent: Spent, asked: &Asked) -> Option<u32> {
        let left = self.items.map(|most| most.saturating_sub(spent.items + spent.under_way));
        let page = left.map_or(page, |left| page.min(u32::try_from(left).unwrap_or(page)));
        if page == 0 {
            return None;
        }
        Some(match self.units {
            // Attributes that an index does not hold are read from the table, at a price of their own.
            Some(most) => page_within(
                most as f64 - spent.units,
                spent.measured,
                page,
                asked.consistent,
                asked.index.is_some() && !asked.projection.is_empty(),
            ),
            None => page,
        })
    }
}

/// How much of the limits is used, since the operator last said to go on.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    pub items: u64,
    pub units: f64,
    /// Items that pages under way may examine.
    pub under_way: u64,
    /// What the whole walk has measured.
    pub measured: Measured,
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
    fn the_next_page_takes_no_more_than_is_left() {
        let limits = |items, units| Limits { items, units };
        let spent = |items, units, under_way| Spent {
            items,
            units,
            under_way,
            measured: Measured { units, items },
        };
        let asked = Asked::default();
        let next = |limits: Limits, spent| limits.next_page(500, spent, &asked);
        assert_eq!(next(Limits::default(), spent(9, 9.0, 9)), Some(500));
        assert_eq!(next(limits(Some(700), None), spent(300, 9.0, 0)), Some(400));
        // Segments that are read at the same time share what is left.
        assert_eq!(next(limits(Some(700), None), spent(300, 9.0, 350)), Some(50));
        assert_eq!(next(limits(Some(700), None), spent(300, 9.0, 400)), None);
        // Half of the 15 units that are left, at 0.05 for each item.
        assert_eq!(next(limits(None, Some(25)), spent(200, 10.0, 0)), Some(150));
        assert_eq!(next(limits(Some(210), Some(25)), spent(200, 10.0, 0)), Some(10));
    }

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
