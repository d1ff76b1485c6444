//! Which tables are shown, and in what order.

use std::cmp::Ordering;
use std::collections::HashMap;

use dynadesk_shared::api::tables::TableView;
use leptos::prelude::*;

use crate::state::tables::{Detail, Shelf};
use crate::ui::Sort;

pub const NAME: &str = "name";
pub const STATUS: &str = "status";
pub const ITEMS: &str = "items";
pub const SIZE: &str = "size";
pub const BILLING: &str = "billing";
pub const INDEXES: &str = "indexes";

/// The names that pass the filter, sorted.
#[derive(Clone)]
pub struct Order {
    pub found: Memo<Vec<String>>,
    sort: RwSignal<Sort>,
    details: ArcRwSignal<HashMap<String, Detail>>,
}

impl Order {
    pub fn new(shelf: &Shelf, filter: RwSignal<String>, sort: RwSignal<Sort>) -> Self {
        let (names, details) = (shelf.names.clone(), shelf.details.clone());
        let found = Memo::new(move |_| {
            let wanted = filter.get().to_lowercase();
            let mut found: Vec<String> = names.with(|names| {
                names
                    .list
                    .iter()
                    .filter(|name| name.to_lowercase().contains(&wanted))
                    .cloned()
                    .collect()
            });
            let sort = sort.get();
            if sort.by == NAME {
                found.sort();
                if sort.descending {
                    found.reverse();
                }
            } else {
                details.with(|details| found.sort_by(|a, b| compare(a, b, sort, details)));
            }
            found
        });
        Self {
            found,
            sort,
            details: shelf.details.clone(),
        }
    }

    /// Where the order needs details that are not all here: how many are, and of how many.
    pub fn sorted_by_details(&self) -> Option<(u64, u64)> {
        if self.sort.get().by == NAME {
            return None;
        }
        let known = self.details.with(|details| {
            self.found
                .with(|found| found.iter().filter(|name| details.contains_key(*name)).count())
        });
        let all = self.found.with(Vec::len);
        (known < all).then_some((known as u64, all as u64))
    }
}

/// Tables without details come last, whichever way the order runs; equals are ordered by name.
fn compare(a: &str, b: &str, sort: Sort, details: &HashMap<String, Detail>) -> Ordering {
    let view = |name: &str| details.get(name).and_then(|detail| detail.as_ref().ok());
    let by_name = a.cmp(b);
    match (view(a), view(b)) {
        (Some(one), Some(other)) => {
            let order = values(one, other, sort.by);
            if sort.descending { order.reverse() } else { order }.then(by_name)
        }
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => by_name,
    }
}

fn values(a: &TableView, b: &TableView, by: &str) -> Ordering {
    match by {
        STATUS => a.status.cmp(&b.status),
        ITEMS => a.item_count.cmp(&b.item_count),
        SIZE => a.size_bytes.cmp(&b.size_bytes),
        BILLING => a.billing_mode.cmp(&b.billing_mode),
        INDEXES => a.indexes.len().cmp(&b.indexes.len()),
        _ => Ordering::Equal,
    }
}
