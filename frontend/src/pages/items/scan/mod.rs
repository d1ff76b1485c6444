//! A walk through a table or an index by Scan or Query: pages as they come, what they cost, and what is still to read.

mod gather;
mod order;
mod patch;
mod read;
mod state;

use dynadesk_shared::Item;
use dynadesk_shared::api::exchange::Exchange;
use leptos::prelude::*;
use leptos::task::spawn_local;

pub use self::order::Sort;
use self::order::Sorted;
use self::state::{Front, State};
pub use self::state::{Pause, Phase, Totals};
use super::query::Asked;
use crate::api::ApiFailure;
use crate::grid::columns::Columns;
use crate::grid::pages::{Budget, Pages};
pub use crate::nav::asked::Limits;

/// One press of Continue, or one scroll to the end, gathers so many rows …
const ENOUGH: usize = 50;
/// … or gives up after so many requests and says so.
const REQUESTS: u32 = 10;

/// A walk. Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Scan {
    state: StoredValue<State, LocalStorage>,
    /// A later turn makes answers of an earlier one void.
    turn: StoredValue<u64>,
    /// A row in view; pages far from it are dropped first.
    near: StoredValue<usize>,
    pub columns: RwSignal<Columns>,
    pub rows: RwSignal<usize>,
    pub version: RwSignal<u64>,
    pub totals: RwSignal<Totals>,
    pub phase: RwSignal<Phase>,
    pub pause: RwSignal<Pause>,
    pub ended: RwSignal<bool>,
    /// Whether the table changed under the walk.
    pub changed: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    pub exchange: RwSignal<Option<Exchange>>,
    /// How the rows are sorted on the screen, where they are.
    pub sorted: RwSignal<Option<Sorted>>,
    /// What was read when the operator last said to go on: a budget counts from there.
    budgeted: StoredValue<(u64, f64)>,
}

impl Scan {
    pub fn new(connection: String, table: String, asked: Asked, columns: Columns) -> Self {
        Self {
            state: StoredValue::new_local(State {
                connection,
                table,
                asked,
                pages: Pages::new(Budget::default()),
                fronts: Front::all(1),
                order: None,
            }),
            turn: StoredValue::new(0),
            near: StoredValue::new(0),
            columns: RwSignal::new(columns),
            rows: RwSignal::new(0),
            version: RwSignal::new(0),
            totals: RwSignal::new(Totals::default()),
            phase: RwSignal::new(Phase::Idle),
            pause: RwSignal::new(Pause::None),
            ended: RwSignal::new(false),
            changed: RwSignal::new(false),
            failure: RwSignal::new(None),
            exchange: RwSignal::new(None),
            sorted: RwSignal::new(None),
            budgeted: StoredValue::new((0, 0.0)),
        }
    }

    /// Reads a row that is kept, by its place on the screen, without following it.
    pub fn row<T>(self, row: usize, read: impl FnOnce(&Item) -> T) -> Option<T> {
        self.state
            .try_with_value(|state| state.pages.row(state.place(row)).map(read))
            .flatten()
    }

    /// How many pages brought rows. Reactive.
    pub fn page_count(self) -> usize {
        self.rows.track();
        self.page_count_untracked()
    }

    pub fn page_count_untracked(self) -> usize {
        self.state.try_with_value(|state| state.pages.count()).unwrap_or_default()
    }

    /// The first row of a page.
    pub fn page_first(self, page: usize) -> Option<usize> {
        self.state.try_with_value(|state| state.pages.first_of(page)).flatten()
    }

    /// The page of a row.
    pub fn page_of(self, row: usize) -> Option<usize> {
        self.state.try_with_value(|state| state.pages.page_of(row)).flatten()
    }

    /// Begins anew, with another question or the same one.
    pub fn restart(self, asked: Asked, segments: u16) {
        self.state.update_value(|state| {
            state.asked = asked;
            state.pages = Pages::new(Budget::default());
            state.fronts = Front::all(segments);
            state.order = None;
        });
        self.next_turn();
        self.near.set_value(0);
        self.rows.set(0);
        self.totals.set(Totals::default());
        self.budgeted.set_value((0, 0.0));
        self.ended.set(false);
        self.changed.set(false);
        self.failure.set(None);
        self.pause.set(Pause::None);
        self.phase.set(Phase::Idle);
        self.version.update(|version| *version += 1);
    }

    fn next_turn(self) -> u64 {
        // Nobody takes the answers that are under way any more.
        self.state.try_update_value(|state| {
            for front in &mut state.fronts {
                front.under_way = None;
            }
        });
        self.turn
            .try_update_value(|turn| {
                *turn += 1;
                *turn
            })
            .unwrap_or_default()
    }

    fn is_turn(self, turn: u64) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// Ends what is under way; what was read stays.
    pub fn stop(self) {
        if self.phase.get_untracked() != Phase::Idle {
            self.next_turn();
            self.phase.set(Phase::Idle);
            self.pause.set(Pause::Stopped);
        }
    }

    /// Reads on until there are `until` rows, and at least some new ones, within the budget of one press.
    pub fn more(self, until: usize) {
        if self.phase.get_untracked() != Phase::Idle || self.ended.get_untracked() {
            return;
        }
        let turn = self.next_turn();
        self.phase.set(Phase::Reading);
        let limits = self.state.with_value(|state| state.asked.stop);
        // Another walk, to the end, may have used it up before it was stopped.
        if self.over(limits) {
            self.grant();
        }
        self.pause.set(Pause::None);
        self.failure.set(None);
        let before = self.rows.get_untracked();
        let goal = (before + ENOUGH).max(until);
        spawn_local(async move {
            let (mut requests, mut rows) = (0, before);
            while self.is_turn(turn) {
                let Some(front) = self.open_front() else { break };
                if !self.read_page(turn, front, None, limits).await {
                    return;
                }
                let grown = self.rows.try_get_untracked().unwrap_or_default();
                // On the way to a row that a link names, only pages that bring nothing count.
                if grown == rows || grown >= until {
                    requests += 1;
                }
                rows = grown;
                // The budget stops the walk even where scrolling would go on.
                if self.over(limits) && self.open_front().is_some() {
                    self.pause.try_set(Pause::Budget);
                    break;
                }
                if rows >= goal {
                    break;
                }
                if requests >= REQUESTS {
                    self.pause.try_set(Pause::Thin);
                    break;
                }
            }
            if self.is_turn(turn) {
                self.phase.try_set(Phase::Idle);
            }
        });
    }

    /// Goes on after a pause: with the rows, or with the count.
    pub fn go_on(self) {
        let (count, stop, fronts) = self
            .state
            .with_value(|state| (state.asked.count, state.asked.stop, state.fronts.len()));
        match count {
            true => self.load_all(stop, u16::try_from(fronts).unwrap_or(1)),
            false => self.more(0),
        }
    }

    /// Walks to the end within limits, several segments at a time where the engine likes that.
    pub fn load_all(self, limits: Limits, segments: u16) {
        let asked = self.state.with_value(|state| state.asked.clone());
        let split = self.state.with_value(|state| state.fronts.len());
        // Cursors belong to their segment, so a walk in parallel begins anew.
        if segments > 1 && split != usize::from(segments) {
            self.restart(asked, segments);
        }
        let turn = self.next_turn();
        self.grant();
        self.phase.set(Phase::LoadingAll);
        self.pause.set(Pause::None);
        self.failure.set(None);
        // What a page costs in units is known when it is here, so only one at a time is measured.
        let walkers = match limits.units {
            Some(_) => 1,
            None => self.state.with_value(|state| state.fronts.len()),
        };
        for _ in 0..walkers {
            spawn_local(async move {
                while self.is_turn(turn) {
                    if self.over(limits) {
                        self.next_turn();
                        self.phase.try_set(Phase::Idle);
                        self.pause.try_set(Pause::Budget);
                        return;
                    }
                    let Some(front) = self.free_front() else { break };
                    if !self.read_page(turn, front, Some(1_000), limits).await {
                        return;
                    }
                }
                if self.is_turn(turn) && self.open_front().is_none() {
                    self.phase.try_set(Phase::Idle);
                }
            });
        }
    }

    /// From here on a budget counts anew.
    fn grant(self) {
        let spent = self.totals.with_untracked(|totals| (totals.scanned, totals.units));
        self.budgeted.set_value(spent);
    }

    fn over(self, limits: Limits) -> bool {
        let (scanned, units) = self.budgeted.try_get_value().unwrap_or_default();
        let met = |totals: &Totals| limits.met(totals.scanned.saturating_sub(scanned), totals.units - units);
        self.totals.try_with_untracked(met).unwrap_or(true)
    }

    fn open_front(self) -> Option<usize> {
        self.state
            .try_with_value(|state| state.fronts.iter().position(|front| !front.ended))
            .flatten()
    }

    /// A front that is not at its end and of which no page is under way.
    fn free_front(self) -> Option<usize> {
        self.state
            .try_with_value(|state| state.fronts.iter().position(Front::is_free))
            .flatten()
    }

    /// Begins the columns anew: the keys became known, or the index changed.
    pub fn set_columns(self, columns: Columns) {
        self.columns.set(columns);
        let rows = self.rows.get_untracked();
        let kept: Vec<Item> = self
            .state
            .with_value(|state| state.pages.kept(0..rows.min(2_000)).cloned().collect());
        self.rows.set(0);
        self.see(&kept);
        self.rows.set(rows);
    }

    /// Leaves only the key columns: what is read now may have other attributes.
    pub fn forget_columns(self) {
        self.columns.update(|columns| {
            let pinned: Vec<_> = columns
                .all()
                .iter()
                .filter_map(|column| column.role.map(|role| (column.name.clone(), role)))
                .collect();
            *columns = Columns::new(pinned, columns.remembered().clone());
        });
    }

    /// The rows in view: fetches again what was dropped, and reads on where the end is near.
    pub fn view(self, first: usize, last: usize) {
        self.near.set_value(first);
        let missing = self
            .state
            .try_update_value(|state| state.pages.missing(first..last))
            .unwrap_or_default();
        for (page, origin) in missing {
            self.refetch(page, origin);
        }
        let rows = self.rows.get_untracked();
        let view = last.saturating_sub(first);
        // A row that comes into sorted ones would push others away under the operator's eyes.
        let in_order = self.sorted.with_untracked(Option::is_none);
        let resting = in_order && self.pause.get_untracked() == Pause::None && self.failure.with_untracked(Option::is_none);
        if rows > 0 && resting && last + view * 2 >= rows {
            self.more(0);
        }
    }
}
