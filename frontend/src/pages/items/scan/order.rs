//! Sorting on the screen: only rows that were read, and the page says so.

use std::cmp::Ordering;

use dynadesk_shared::AttributeValue;
use dynadesk_shared::value::number;
use leptos::prelude::*;

use super::Scan;

/// What rows are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    pub attribute: String,
    pub descending: bool,
}

/// A sort and the rows that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    pub by: Sort,
    pub rows: usize,
}

impl Scan {
    /// Sorts the rows that were read, or puts them back into the engine's order. False where some of
    /// them are no longer kept, so that there is nothing to compare.
    pub fn sort(self, by: Option<Sort>) -> bool {
        let done = match by {
            None => {
                self.state.update_value(|state| state.order = None);
                self.sorted.set(None);
                true
            }
            Some(by) => {
                let order = self.state.with_value(|state| {
                    let values = (0..state.pages.len())
                        .map(|row| state.pages.row(row).map(|item| item.get(&by.attribute)))
                        .collect::<Option<Vec<_>>>()?;
                    Some(ordered(&values, by.descending))
                });
                let rows = order.as_ref().map(Vec::len);
                self.state.update_value(|state| state.order = order);
                self.sorted.set(rows.map(|rows| Sorted { by, rows }));
                rows.is_some()
            }
        };
        self.version.update(|version| *version += 1);
        done
    }

    /// Rows came: they find their places among the others.
    pub(super) fn sort_again(self) {
        if let Some(sorted) = self.sorted.get_untracked() {
            self.sort(Some(sorted.by));
        }
    }
}

/// Places in sorted order; equal ones stay as they came, and items without the attribute come last
/// in both directions.
fn ordered(values: &[Option<&AttributeValue>], descending: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| match (values[*a], values[*b]) {
        (Some(a), Some(b)) if descending => compare(b, a),
        (Some(a), Some(b)) => compare(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    order
}

/// By type, then as DynamoDB orders keys: strings and binaries by their bytes, numbers by value.
/// What has no order of its own goes by its text.
fn compare(a: &AttributeValue, b: &AttributeValue) -> Ordering {
    use AttributeValue::{B, Bool, N, S};
    match (a, b) {
        (S(a), S(b)) => a.as_bytes().cmp(b.as_bytes()),
        (N(a), N(b)) => number::compare(a, b),
        (B(a), B(b)) => a.cmp(b),
        (Bool(a), Bool(b)) => a.cmp(b),
        (a, b) => rank(a).cmp(&rank(b)).then_with(|| text(a).cmp(&text(b))),
    }
}

fn rank(value: &AttributeValue) -> usize {
    let names = ["N", "S", "B", "BOOL", "NULL", "NS", "SS", "BS", "L", "M"];
    names.iter().position(|name| *name == value.type_name()).unwrap_or(names.len())
}

fn text(value: &AttributeValue) -> String {
    dynadesk_shared::value::plain_json::to_string(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_by_value_and_missing_ones_last() {
        let n = |text: &str| AttributeValue::N(text.into());
        let (ten, nine, exact, word) = (n("10"), n("9"), n("9007199254740993"), AttributeValue::S("a".into()));
        let values = [Some(&ten), None, Some(&word), Some(&exact), Some(&nine)];
        assert_eq!(ordered(&values, false), [4, 0, 3, 2, 1]);
        assert_eq!(ordered(&values, true), [2, 3, 0, 4, 1]);
    }
}
