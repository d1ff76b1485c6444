//! Reading page after page, as each pane does: what comes next, whether a page is on its way, what
//! the last one cost or why it failed. An answer that comes too late is told from the current one.

use dynadesk_shared::api::exchange::Exchange;
use leptos::prelude::*;

use crate::api::ApiFailure;
use crate::components::TableScope;

/// How far one pane has read. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Pages {
    /// The cursor of the page after the last one.
    pub next: RwSignal<Option<String>>,
    /// Whether any page has come.
    pub begun: RwSignal<bool>,
    pub reading: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    /// The request behind the last page.
    pub exchange: RwSignal<Option<Exchange>>,
    place: StoredValue<(String, String)>,
    turn: StoredValue<u64>,
}

/// Where to ask, and for which turn.
pub struct Asked {
    pub connection: String,
    pub table: String,
    turn: u64,
}

impl Pages {
    pub fn new(scope: &TableScope) -> Self {
        Self {
            next: RwSignal::new(None),
            begun: RwSignal::new(false),
            reading: RwSignal::new(false),
            failure: RwSignal::new(None),
            exchange: RwSignal::new(None),
            place: StoredValue::new((scope.connection.name.clone(), scope.table.clone())),
            turn: StoredValue::new(0),
        }
    }

    /// The connection and the table.
    pub fn place(self) -> (String, String) {
        self.place.get_value()
    }

    /// Whatever is on its way is not waited for any more.
    pub fn stop(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.reading.set(false);
    }

    /// The next page is the first one again.
    pub fn restart(self) {
        self.stop();
        self.next.set(None);
    }

    /// Begins to read a page, unless one is on its way.
    pub fn ask(self) -> Option<Asked> {
        if self.reading.get_untracked() {
            return None;
        }
        self.reading.set(true);
        self.failure.set(None);
        let (connection, table) = self.place.get_value();
        let turn = self.turn.get_value();
        Some(Asked { connection, table, turn })
    }

    /// Whether an answer is still wanted: its pane is there and shows the same.
    pub fn wants(self, asked: &Asked) -> bool {
        self.turn.try_get_value() == Some(asked.turn)
    }

    /// A page has come.
    pub fn came(self, next: Option<String>, exchange: Exchange) {
        self.next.set(next);
        self.exchange.set(Some(exchange));
        self.begun.set(true);
    }

    /// Whether more is known to follow. False where the pane is gone.
    pub fn has_more(self) -> bool {
        self.next.try_with_untracked(Option::is_some) == Some(true)
    }
}
