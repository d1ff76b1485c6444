//! Expired items among the results: marked where the table is known, and hidden here in the browser, because
//! a statement is sent as it was written.

use leptos::prelude::*;

use super::desk::Desk;
use crate::format::{self, expiry};
use crate::state::clock::ticks;
use crate::ui::Switch;

/// Which of the items are rows of the grid. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Shown {
    desk: Desk,
    hide: RwSignal<bool>,
    /// The TTL attribute of the one table that was read.
    ttl: Memo<Option<String>>,
    /// The place of each row's item.
    pub rows: Memo<Vec<usize>>,
    expired: Memo<usize>,
    /// An item may expire while it is looked at.
    older: ReadSignal<u32>,
}

impl Shown {
    pub fn new(desk: Desk) -> Self {
        let details = desk.shelf.with_value(|shelf| shelf.details.clone());
        Effect::new(move |_| {
            if let Some(table) = desk.table.get() {
                desk.shelf.with_value(|shelf| shelf.want(vec![table]));
            }
        });
        let ttl = Memo::new(move |_| {
            let table = desk.table.get()?;
            details.with(|details| details.get(&table)?.as_ref().ok()?.ttl_attribute.clone())
        });
        // A time to live is shown as a date, too, and needs the room.
        let dated = Memo::new(move |_| ttl.get().filter(|_| desk.rows.get() > 0));
        Effect::new(move |_| {
            if let Some(name) = dated.get() {
                desk.columns.update(|columns| columns.fit_all(&name, expiry::CHARS));
            }
        });
        let hide = RwSignal::new(false);
        let older = ticks(move || ttl.with(Option::is_some));
        let is_expired = move |name: Option<&str>, at: usize, now: i64| {
            let read = |items: &Vec<dynadesk_shared::Item>| items.get(at).is_some_and(|item| expiry::is_expired(item, name, now));
            desk.items.try_with_value(read).unwrap_or(false)
        };
        let count = move |name: Option<&str>| {
            desk.version.track();
            older.track();
            let now = expiry::now();
            (0..desk.rows.get()).filter(|at| is_expired(name, *at, now)).count()
        };
        let rows = Memo::new(move |_| {
            desk.version.track();
            let (all, name, hide, now) = (desk.rows.get(), ttl.get(), hide.get(), expiry::now());
            if hide {
                older.track();
            }
            (0..all)
                .filter(|at| !hide || !is_expired(name.as_deref(), *at, now))
                .collect::<Vec<_>>()
        });
        Self {
            desk,
            hide,
            ttl,
            rows,
            older,
            expired: Memo::new(move |_| ttl.with(|name| name.as_deref().map_or(0, |name| count(Some(name))))),
        }
    }

    /// The place of a row's item, without following it.
    pub fn item(self, row: usize) -> Option<usize> {
        self.rows.try_with_untracked(|rows| rows.get(row).copied()).flatten()
    }

    /// The row of an item, where it is in sight. Reactive.
    pub fn row(self, item: usize) -> Option<usize> {
        self.rows.with(|rows| rows.iter().position(|at| *at == item))
    }

    /// Changes whenever a row may look different. Reactive.
    pub fn version(self) -> u64 {
        self.ttl.track();
        self.rows.track();
        self.older.track();
        self.desk.version.get()
    }

    pub fn is_ttl(self, name: &str) -> bool {
        self.ttl.try_with_untracked(|ttl| ttl.as_deref() == Some(name)).unwrap_or(false)
    }

    pub fn is_expired(self, row: usize) -> bool {
        let (Some(at), Some(Some(name))) = (self.item(row), self.ttl.try_get_untracked()) else {
            return false;
        };
        let read = |items: &Vec<dynadesk_shared::Item>| {
            items
                .get(at)
                .is_some_and(|item| expiry::is_expired(item, Some(&name), expiry::now()))
        };
        self.desk.items.try_with_value(read).unwrap_or(false)
    }
}

/// The switch, where there are expired items, with how many it hides.
#[component]
pub fn ExpiredSwitch(shown: Shown) -> impl IntoView {
    let any = Memo::new(move |_| shown.expired.get() > 0);
    view! {
        <Show when=move || any.get()>
            <div class="partiql-expired">
                <Switch on=shown.hide on_change=move |hide| shown.hide.set(hide) label="Hide expired" />
                <span class="muted" role="status">
                    {move || {
                        let items = format::counted(shown.expired.get() as u64, "expired item", "expired items");
                        let state = if shown.hide.get() { "hidden here; the statement still read them" } else { "not deleted yet" };
                        format!("{items} {state}")
                    }}
                </span>
            </div>
        </Show>
    }
}
