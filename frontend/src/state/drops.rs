//! Requests to drop tables of the connection at hand, where that takes two people: asked for again and
//! again while somebody is there.

use dynadesk_shared::api::drops::DropRequest;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::clock::ticks;
use super::{store, use_connections, use_navigation};
use crate::api::{self, gate};

/// A page that nobody touches stops asking after so long: each question keeps a session alive.
const THERE_MS: f64 = 5.0 * 60.0 * 1000.0;

#[derive(Clone, Copy)]
pub struct Drops {
    /// The connection at hand, where dropping a table takes two people.
    connection: Memo<Option<String>>,
    list: RwSignal<Vec<DropRequest>>,
    busy: StoredValue<bool>,
    /// Counts the questions, so that a late answer of an older one is dropped.
    turn: StoredValue<u64>,
}

pub fn use_drops() -> Drops {
    expect_context()
}

impl Drops {
    pub fn provide() {
        let (route, connections) = (use_navigation().route(), use_connections());
        let connection = Memo::new(move |_| {
            let name = route.with(|route| route.connection().map(str::to_owned))?;
            let here = connections.named(&name).filter(|one| one.second_person);
            here.map(|one| one.name)
        });
        let drops = Self {
            connection,
            list: RwSignal::new(Vec::new()),
            busy: StoredValue::new(false),
            turn: StoredValue::new(0),
        };
        provide_context(drops);
        let seen = StoredValue::new(js_sys::Date::now());
        let touched = move || seen.set_value(js_sys::Date::now());
        // They last as long as the console itself.
        window_event_listener(ev::pointermove, move |_| touched());
        window_event_listener(ev::keydown, move |_| touched());
        let is_there = move || js_sys::Date::now() - seen.get_value() < THERE_MS;
        let ticks = ticks(move || connection.with_untracked(Option::is_some) && is_there());
        Effect::new(move |before: Option<Option<String>>| {
            ticks.track();
            let now = connection.get();
            if before.is_some_and(|before| before != now) {
                drops.list.set(Vec::new());
                drops.busy.set_value(false);
                drops.turn.update_value(|turn| *turn += 1);
            }
            // A slow answer is waited for.
            if !drops.busy.get_value() {
                drops.refresh();
            }
            now
        });
    }

    /// Asks again now. What is on its way was asked before whatever this follows, and counts no more.
    pub fn refresh(self) {
        let Some(connection) = self.connection.get_untracked() else {
            return;
        };
        // What waits for somebody to sign in waits once.
        if untrack(gate::signed_out).is_some() {
            return;
        }
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        self.busy.set_value(true);
        spawn_local(async move {
            let answer = api::drops::list(&connection).await;
            if self.turn.get_value() != turn {
                return;
            }
            self.busy.set_value(false);
            match answer {
                Ok(found) if self.list.with_untracked(|list| *list != found.requests) => self.list.set(found.requests),
                Ok(_) => {}
                // The next tick asks again; that the store is off is said by itself.
                Err(failure) => {
                    store::heard(&failure);
                }
            }
        });
    }

    /// All that may be seen here, reactive.
    pub fn all(self) -> Vec<DropRequest> {
        self.list.get()
    }

    /// The one of a table, reactive.
    pub fn of(self, table: &str) -> Option<DropRequest> {
        self.list.with(|list| list.iter().find(|one| one.table == table).cloned())
    }
}
