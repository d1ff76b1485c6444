//! A walk through a table: pages as they come, what they cost, and what is still to read.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::items::{ItemsPage, ScanRequest, Segment};
use dynadesk_shared::size::item_bytes;
use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::query::Asked;
use crate::api::{self, ApiFailure};
use crate::format::cell;
use crate::grid::columns::Columns;
use crate::grid::pages::{Budget, Pages};

/// The first page is small, so that rows are there at once.
const FIRST: u32 = 50;
/// One press of Continue, or one scroll to the end, gathers so many rows …
const ENOUGH: usize = 50;
/// … or gives up after so many requests and says so.
const REQUESTS: u32 = 10;

/// What fetches a page again.
#[derive(Clone, Debug)]
pub struct Origin {
    cursor: Option<String>,
    limit: u32,
    segment: Option<Segment>,
}

/// Where one segment of the walk stands.
#[derive(Clone, Debug)]
struct Front {
    segment: Option<Segment>,
    cursor: Option<String>,
    begun: bool,
    ended: bool,
}

impl Front {
    fn new(segment: Option<Segment>) -> Self {
        Self {
            segment,
            cursor: None,
            begun: false,
            ended: false,
        }
    }
}

/// What was read so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    pub scanned: u64,
    pub matched: u64,
    pub units: f64,
    pub requests: u64,
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
    /// "Load all" came to its limit.
    Budget,
}

/// How far "Load all" may go.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    pub items: Option<u64>,
    pub units: Option<f64>,
}

struct State {
    connection: String,
    table: String,
    asked: Asked,
    pages: Pages<Item, Origin>,
    fronts: Vec<Front>,
}

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
}

impl Scan {
    pub fn new(connection: String, table: String, asked: Asked, columns: Columns) -> Self {
        Self {
            state: StoredValue::new_local(State {
                connection,
                table,
                asked,
                pages: Pages::new(Budget::default()),
                fronts: vec![Front::new(None)],
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
        }
    }

    /// Reads a row that is kept, without following it.
    pub fn row<T>(self, row: usize, read: impl FnOnce(&Item) -> T) -> Option<T> {
        self.state.try_with_value(|state| state.pages.row(row).map(read)).flatten()
    }

    /// Begins anew, with another question or the same one.
    pub fn restart(self, asked: Asked, segments: u16) {
        self.state.update_value(|state| {
            state.asked = asked;
            state.pages = Pages::new(Budget::default());
            state.fronts = match segments {
                0 | 1 => vec![Front::new(None)],
                of => (0..of).map(|number| Front::new(Some(Segment { number, of }))).collect(),
            };
        });
        self.next_turn();
        self.near.set_value(0);
        self.rows.set(0);
        self.totals.set(Totals::default());
        self.ended.set(false);
        self.changed.set(false);
        self.failure.set(None);
        self.pause.set(Pause::None);
        self.phase.set(Phase::Idle);
        self.version.update(|version| *version += 1);
    }

    fn next_turn(self) -> u64 {
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
        self.pause.set(Pause::None);
        self.failure.set(None);
        let before = self.rows.get_untracked();
        let goal = (before + ENOUGH).max(until);
        spawn_local(async move {
            let (mut requests, mut rows) = (0, before);
            while self.is_turn(turn) {
                let Some(front) = self.open_front() else { break };
                if !self.read_page(turn, front, None).await {
                    return;
                }
                let grown = self.rows.try_get_untracked().unwrap_or_default();
                // On the way to a row that a link names, only pages that bring nothing count.
                if grown == rows || grown >= until {
                    requests += 1;
                }
                rows = grown;
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

    /// Walks to the end within limits, several segments at a time where the engine likes that.
    pub fn load_all(self, limits: Limits, segments: u16) {
        let asked = self.state.with_value(|state| state.asked.clone());
        let split = self.state.with_value(|state| state.fronts.len());
        // Cursors belong to their segment, so a walk in parallel begins anew.
        if segments > 1 && split != usize::from(segments) {
            self.restart(asked, segments);
        }
        let turn = self.next_turn();
        self.phase.set(Phase::LoadingAll);
        self.pause.set(Pause::None);
        self.failure.set(None);
        let fronts = self.state.with_value(|state| state.fronts.len());
        for front in 0..fronts {
            spawn_local(async move {
                while self.is_turn(turn) && self.is_open(front) {
                    if self.over(limits) {
                        self.next_turn();
                        self.phase.try_set(Phase::Idle);
                        self.pause.try_set(Pause::Budget);
                        return;
                    }
                    if !self.read_page(turn, front, Some(1_000)).await {
                        return;
                    }
                }
                if self.is_turn(turn) && self.open_front().is_none() {
                    self.phase.try_set(Phase::Idle);
                }
            });
        }
    }

    fn over(self, limits: Limits) -> bool {
        self.totals.try_get_untracked().is_none_or(|totals| {
            limits.items.is_some_and(|most| totals.matched >= most) || limits.units.is_some_and(|most| totals.units >= most)
        })
    }

    fn open_front(self) -> Option<usize> {
        self.state
            .try_with_value(|state| state.fronts.iter().position(|front| !front.ended))
            .flatten()
    }

    fn is_open(self, front: usize) -> bool {
        self.state.try_with_value(|state| !state.fronts[front].ended).unwrap_or(false)
    }

    /// Reads the next page of a front. False when this turn is over.
    async fn read_page(self, turn: u64, front: usize, limit: Option<u32>) -> bool {
        let Some((connection, table, origin, request)) = self.state.try_with_value(|state| {
            let at = &state.fronts[front];
            let first = !at.begun && state.fronts.len() == 1 && state.asked.limit > FIRST;
            let limit = limit.unwrap_or(if first { FIRST } else { state.asked.limit });
            let origin = Origin {
                cursor: at.cursor.clone(),
                limit,
                segment: at.segment,
            };
            let request = request(&state.asked, &origin);
            (state.connection.clone(), state.table.clone(), origin, request)
        }) else {
            return false;
        };
        let answer = api::items::scan(&connection, &table, &request).await;
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

    fn take(self, front: usize, origin: Origin, page: ItemsPage) {
        self.totals.update(|totals| {
            totals.scanned += page.scanned;
            totals.matched += page.items.len() as u64;
            totals.units += page.exchange.consumed.unwrap_or_default();
            totals.requests += 1;
        });
        self.see(&page.items);
        let near = self.near.get_value();
        let (rows, ended) = self
            .state
            .try_update_value(|state| {
                let at = &mut state.fronts[front];
                at.begun = true;
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
    }

    /// Takes notice of the attributes of items.
    fn see(self, items: &[Item]) {
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
        let resting = self.pause.get_untracked() == Pause::None && self.failure.with_untracked(Option::is_none);
        if rows > 0 && resting && last + view * 2 >= rows {
            self.more(0);
        }
    }

    fn refetch(self, page: usize, origin: Origin) {
        let Some((connection, table, request)) = self
            .state
            .try_with_value(|state| (state.connection.clone(), state.table.clone(), request(&state.asked, &origin)))
        else {
            return;
        };
        let asked = self.state.with_value(|state| state.asked.clone());
        spawn_local(async move {
            let answer = api::items::scan(&connection, &table, &request).await;
            // The walk may have begun anew with another question meanwhile.
            if self.state.try_with_value(|state| state.asked == asked) != Some(true) {
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
                    self.totals.update(|totals| {
                        totals.units += answer.exchange.consumed.unwrap_or_default();
                        totals.requests += 1;
                    });
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

fn request(asked: &Asked, origin: &Origin) -> ScanRequest {
    ScanRequest {
        index: asked.index.clone(),
        filter: asked.filter.clone(),
        limit: origin.limit,
        cursor: origin.cursor.clone(),
        segment: origin.segment,
        consistent: asked.consistent,
        projection: Vec::new(),
        count: false,
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
