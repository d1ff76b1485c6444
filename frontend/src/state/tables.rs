//! The tables of each connection: names at once, details as they are wanted. Kept while the
//! console is open, so that the sidebar, the list and the palette ask only once.

use std::collections::{BTreeMap, HashMap};

use dynadesk_shared::api::tables::TableView;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::storage;
use crate::api::{self, ApiFailure};

/// How many tables are described at once.
const AT_ONCE: usize = 6;
/// How many tables are remembered as recent, a connection.
const RECENT: usize = 5;

/// The names of a connection's tables, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// In the engine's order.
    pub list: Vec<String>,
    /// Whether the last page was read.
    pub complete: bool,
    pub loading: bool,
    pub failure: Option<ApiFailure>,
}

/// What is known of a table beyond its name.
pub type Detail = Result<TableView, ApiFailure>;

/// The tables of one connection. Cheap to clone.
#[derive(Clone)]
pub struct Shelf {
    connection: String,
    pub names: ArcRwSignal<Names>,
    pub details: ArcRwSignal<HashMap<String, Detail>>,
    /// Names the operator opened last, newest first.
    pub recent: ArcRwSignal<Vec<String>>,
    waiting: ArcStoredValue<Vec<String>>,
    /// Wanted whether they are in view or not, once nothing else waits.
    later: ArcStoredValue<Vec<String>>,
    under_way: ArcStoredValue<Vec<String>>,
}

#[derive(Clone, Copy)]
pub struct Tables(StoredValue<BTreeMap<String, Shelf>>);

pub fn use_tables() -> Tables {
    expect_context()
}

impl Tables {
    pub fn provide() -> Self {
        let tables = Self(StoredValue::new(BTreeMap::new()));
        provide_context(tables);
        tables
    }

    /// The tables of a connection; the first call asks for the names.
    pub fn of(self, connection: &str) -> Shelf {
        if let Some(shelf) = self.0.with_value(|all| all.get(connection).cloned()) {
            return shelf;
        }
        let shelf = Shelf {
            connection: connection.to_owned(),
            names: ArcRwSignal::default(),
            details: ArcRwSignal::default(),
            recent: ArcRwSignal::new(storage::read(&recent_key(connection)).unwrap_or_default()),
            waiting: ArcStoredValue::new(Vec::new()),
            later: ArcStoredValue::new(Vec::new()),
            under_way: ArcStoredValue::new(Vec::new()),
        };
        self.0.update_value(|all| {
            all.insert(connection.to_owned(), shelf.clone());
        });
        shelf.reload();
        shelf
    }
}

fn recent_key(connection: &str) -> String {
    format!("recent.{connection}")
}

/// The first one that is not being asked for.
fn next_of(waiting: &mut Vec<String>, busy: &[String]) -> Option<String> {
    waiting.retain(|name| !busy.contains(name));
    (!waiting.is_empty()).then(|| waiting.remove(0))
}

impl Shelf {
    /// Asks for all names again, page by page, and forgets the details.
    pub fn reload(&self) {
        if self.names.with_untracked(|names| names.loading) {
            return;
        }
        self.names.update(|names| {
            names.loading = true;
            names.failure = None;
        });
        let shelf = self.clone();
        spawn_local(async move {
            let (mut found, mut after) = (Vec::new(), None);
            let failure = loop {
                match api::tables::names(&shelf.connection, after.take()).await {
                    Err(failure) => break Some(failure),
                    Ok(page) => {
                        found.extend(page.names);
                        after = page.next;
                        // The first visit shows each page as it comes; a reload swaps the whole list at the end.
                        let first_visit = shelf.names.with_untracked(|names| !names.complete);
                        if first_visit {
                            shelf.names.update(|names| names.list.clone_from(&found));
                        }
                        if after.is_none() {
                            break None;
                        }
                    }
                }
            };
            shelf.details.update(|details| details.retain(|name, _| found.contains(name)));
            shelf.names.update(|names| {
                names.loading = false;
                names.complete |= failure.is_none();
                if failure.is_none() {
                    names.list = found;
                }
                names.failure = failure;
            });
        });
    }

    /// Asks for the details of the tables in view, a few at a time. What was wanted before and is
    /// no longer in view is not asked for any more.
    pub fn want(&self, names: Vec<String>) {
        self.waiting.set_value(self.unknown(names));
        self.pump();
    }

    /// Asks for the details of all these tables, after those in view.
    pub fn want_all(&self, names: Vec<String>) {
        self.later.set_value(self.unknown(names));
        self.pump();
    }

    fn unknown(&self, names: Vec<String>) -> Vec<String> {
        self.details
            .with_untracked(|details| names.into_iter().filter(|name| !details.contains_key(name)).collect())
    }

    /// Asks for a table's details whatever is known of it.
    pub fn refresh(&self, name: &str) {
        self.waiting.update_value(|waiting| waiting.insert(0, name.to_owned()));
        self.pump();
    }

    fn pump(&self) {
        while self.under_way.with_value(Vec::len) < AT_ONCE {
            let busy = self.under_way.get_value();
            let next = self.waiting.try_update_value(|waiting| next_of(waiting, &busy)).flatten();
            let next = next.or_else(|| {
                // Some of them came into view meanwhile.
                let later = self.unknown(self.later.get_value());
                self.later.set_value(later);
                self.later.try_update_value(|later| next_of(later, &busy)).flatten()
            });
            let Some(name) = next else { return };
            self.under_way.update_value(|busy| busy.push(name.clone()));
            let shelf = self.clone();
            spawn_local(async move {
                let answer = api::tables::describe(&shelf.connection, &name).await;
                shelf.under_way.update_value(|busy| busy.retain(|other| *other != name));
                shelf.put(&name, answer);
                shelf.pump();
            });
        }
    }

    /// Takes what a page learned of a table.
    pub fn put(&self, name: &str, detail: Detail) {
        // It was listed while it was being deleted, say by this very person a moment ago.
        if detail.as_ref().is_err_and(|failure| failure.code() == "table_not_found") {
            return self.forget(name);
        }
        let known = self.names.with_untracked(|names| names.list.iter().any(|other| other == name));
        if detail.is_ok() && !known {
            self.names.update(|names| names.list.push(name.to_owned()));
        }
        self.details.update(|details| {
            details.insert(name.to_owned(), detail);
        });
    }

    /// Forgets a table that was dropped.
    pub fn forget(&self, name: &str) {
        self.names.update(|names| names.list.retain(|other| other != name));
        self.details.update(|details| {
            details.remove(name);
        });
        self.recent.update(|recent| recent.retain(|other| other != name));
        storage::write(&recent_key(&self.connection), &self.recent.get_untracked());
    }

    /// The operator opened a table.
    pub fn visited(&self, name: &str) {
        self.recent.update(|recent| {
            recent.retain(|other| other != name);
            recent.insert(0, name.to_owned());
            recent.truncate(RECENT);
        });
        storage::write(&recent_key(&self.connection), &self.recent.get_untracked());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_one_is_the_first_that_is_not_being_asked_for() {
        let names = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let mut waiting = names(&["a", "b", "c"]);
        assert_eq!(next_of(&mut waiting, &names(&["a"])).as_deref(), Some("b"));
        assert_eq!(waiting, names(&["c"]));
        assert_eq!(next_of(&mut waiting, &names(&["c"])), None);
        assert_eq!(waiting, names(&[]), "what is being asked for waits no more");
    }
}
