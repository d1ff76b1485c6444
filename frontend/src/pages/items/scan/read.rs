//! One page of a walk: asked for, taken in, and asked for again after it was dropped.

use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::cost::Measured;
use dynadesk_shared::size::item_bytes;
use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Limits;
use super::Scan;
use super::state::{Origin, Phase, Spent, State, Totals};
use crate::api::{self, ApiFailure};
use crate::format::cell;
use crate::pages::items::query::Asked;

/// The first page of a table that is merely opened is small, so that rows are there at once.
const FIRST: u32 = 50;

impl Scan {
    /// Reads the next page of a front, as large as `page` and the limits allow. False when this turn is
    /// over, or when pages under way take all that is left.
    pub(super) async fn read_page(self, turn: u64, front: usize, page: Option<u32>, limits: Limits) -> bool {
        let spent = self.spent();
        let claimed = self.state.try_update_value(|state| {
            let plain = state.asked == Asked::default() && state.order.is_none();
            let opening = !state.fronts[front].begun && state.fronts.len() == 1 && plain;
            // Sorted rows do not go on by themselves, so there should be many at once.
            let page = page.unwrap_or(if opening { FIRST } else { state.asked.limit });
            let limit = limits.next_page(page, spent, &state.asked)?;
            let at = &mut state.fronts[front];
            at.under_way = Some(limit);
            let origin = Origin {
                cursor: at.cursor.clone(),
                limit,
                segment: at.segment,
            };
            Some((state.connection.clone(), state.table.clone(), state.asked.clone(), origin))
        });
        let Some((connection, table, asked, origin)) = claimed.flatten() else {
            return false;
        };
        let answer = fetch(&connection, &table, &asked, &origin).await;
        if !self.is_turn(turn) {
            return false;
        }
        match answer {
            Ok(page) => {
                self.take(front, origin, page);
                true
            }
            Err(failure) => {
                self.next_turn();
                self.failure.set(Some(failure));
                self.phase.set(Phase::Idle);
                false
            }
        }
    }

    /// How much of a budget is used.
    fn spent(self) -> Spent {
        let (items, units) = self.budgeted.try_get_value().unwrap_or_default();
        let totals = |totals: &Totals| Spent {
            items: totals.scanned.saturating_sub(items),
            units: totals.units - units,
            under_way: 0,
            measured: Measured {
                units: totals.units,
                items: totals.scanned,
            },
        };
        let under_way = |state: &State| state.fronts.iter().filter_map(|front| front.under_way).map(u64::from).sum();
        Spent {
            under_way: self.state.try_with_value(under_way).unwrap_or_default(),
            ..self.totals.try_with_untracked(totals).unwrap_or_else(|| totals(&Totals::default()))
        }
    }

    fn take(self, front: usize, origin: Origin, page: ItemsPage) {
        self.totals.update(|totals| {
            totals.scanned += page.scanned;
            // A server that knows no counts gives nothing but the items.
            totals.matched += page.matched.max(page.items.len() as u64);
            totals.pay(&page.exchange);
        });
        self.see(&page.items);
        let near = self.near.get_value();
        let (rows, ended) = self
            .state
            .try_update_value(|state| {
                let at = &mut state.fronts[front];
                at.begun = true;
                at.under_way = None;
                at.ended = page.next.is_none();
                at.cursor = page.next;
                let bytes = page.items.iter().map(kept_bytes).sum();
                state.pages.push(page.items, bytes, origin, near);
                (state.pages.len(), state.fronts.iter().all(|front| front.ended))
            })
            .unwrap_or_default();
        self.rows.set(rows);
        self.ended.set(ended);
        self.exchange.set(Some(page.exchange));
        self.sort_again();
    }

    /// Takes notice of the attributes of items.
    pub(super) fn see(self, items: &[Item]) {
        let first_time = self.rows.get_untracked() == 0;
        self.columns.maybe_update(|columns| {
            let before = columns.all().len();
            let mut changed = first_time;
            for item in items {
                for (name, value) in item {
                    changed |= columns.see(name, value.type_name());
                }
            }
            if first_time {
                for item in items.iter().take(40) {
                    for (name, value) in item {
                        columns.fit(name, cell::cell(value).text.chars().take(60).count());
                    }
                }
            }
            if columns.all().len() != before {
                columns.arrange();
            }
            changed
        });
    }

    pub(super) fn refetch(self, page: usize, origin: Origin) {
        let Some((walk, connection, table, asked)) = self.state.try_with_value(|state| {
            let walk = state.pages.walk();
            (walk, state.connection.clone(), state.table.clone(), state.asked.clone())
        }) else {
            return;
        };
        spawn_local(async move {
            let answer = fetch(&connection, &table, &asked, &origin).await;
            // The walk may have begun anew meanwhile, with another question or with the same.
            if self.state.try_with_value(|state| state.pages.walk() == walk) != Some(true) {
                return;
            }
            let near = self.near.get_value();
            match answer {
                Ok(answer) => {
                    let bytes = answer.items.iter().map(kept_bytes).sum();
                    let changed = self.state.try_update_value(|state| {
                        state.pages.refill(page, answer.items, bytes, near);
                        state.pages.changed
                    });
                    self.changed.set(changed.unwrap_or_default());
                    self.totals.update(|totals| totals.pay(&answer.exchange));
                    self.version.update(|version| *version += 1);
                }
                Err(failure) => {
                    self.state.update_value(|state| state.pages.gave_up(page));
                    self.failure.set(Some(failure));
                }
            }
        });
    }
}

/// Asks for one page: a Query where the key is given, a Scan otherwise.
pub(super) async fn fetch(connection: &str, table: &str, asked: &Asked, origin: &Origin) -> Result<ItemsPage, ApiFailure> {
    match &asked.key {
        Some(key) => api::items::query(connection, table, &asked.query(key, origin.limit, origin.cursor.clone())).await,
        None => api::items::scan(connection, table, &asked.scan(origin.limit, origin.cursor.clone(), origin.segment)).await,
    }
}

/// About what an item takes in the tab's memory: its content, and the nodes of its maps.
fn kept_bytes(item: &Item) -> usize {
    fn nodes(value: &AttributeValue) -> usize {
        match value {
            AttributeValue::L(list) => list.iter().map(|inner| 32 + nodes(inner)).sum(),
            AttributeValue::M(members) => members.values().map(|inner| 96 + nodes(inner)).sum(),
            AttributeValue::Ss(set) | AttributeValue::Ns(set) => 24 * set.len(),
            AttributeValue::Bs(set) => 24 * set.len(),
            _ => 0,
        }
    }
    item_bytes(item) + item.values().map(|value| 96 + nodes(value)).sum::<usize>()
}
