//! A list that grows page by page, the newest first.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiFailure;
use crate::state::store;

/// A page of rows, and the `next` of it.
pub type Part<T> = (Vec<T>, Option<String>);

type Fetch<T> = Box<dyn Fn(Option<String>) -> Pin<Box<dyn Future<Output = Result<Part<T>, ApiFailure>>>>>;

/// Whether two rows are one.
type Same<T> = fn(&T, &T) -> bool;

/// Cheap to copy; lives as long as the page that made it.
pub struct Pager<T: Send + Sync + 'static> {
    /// Nothing until the first page is here.
    pub rows: RwSignal<Option<Vec<T>>>,
    pub next: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    /// Counts the requests, so that a late answer of an older one is dropped.
    turn: StoredValue<u64>,
    /// The newest are to be read again once the answer that is on its way is here.
    behind: StoredValue<Option<Same<T>>>,
    fetch: StoredValue<Fetch<T>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for Pager<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Pager<T> {}

impl<T: Send + Sync + 'static> Pager<T> {
    pub fn new<F>(fetch: impl Fn(Option<String>) -> F + 'static) -> Self
    where
        F: Future<Output = Result<Part<T>, ApiFailure>> + 'static,
    {
        Self {
            rows: RwSignal::new(None),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            turn: StoredValue::new(0),
            behind: StoredValue::new(None),
            fetch: StoredValue::new_local(Box::new(move |after| Box::pin(fetch(after)))),
        }
    }

    /// Begins again with the newest. What is on the screen stays until they are here.
    pub fn reload(self) {
        self.ask(None, |_, newest| newest);
    }

    /// Adds the page after the last one.
    pub fn more(self) {
        if let Some(next) = self.next.get_untracked().filter(|_| !self.busy.get_untracked()) {
            self.ask(Some(next), |(mut rows, _), (older, next)| {
                rows.extend(older);
                (rows, next)
            });
        }
    }

    /// Reads the newest again and keeps what was read beyond them. `same` says whether two rows are one.
    /// What is on its way, rows of other filters or older ones, is waited for.
    pub fn catch_up(self, same: Same<T>) {
        if self.busy.get_untracked() {
            return self.behind.set_value(Some(same));
        }
        self.ask(None, move |known, newest| caught_up(known, newest, same));
    }

    /// Asks for a page; `join` puts it together with what is there by then.
    fn ask(self, after: Option<String>, join: impl FnOnce(Part<T>, Part<T>) -> Part<T> + 'static) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let answer = self.fetch.with_value(|fetch| fetch(after));
        self.busy.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // The page may be gone by now, and then so are its signals.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    let known = self.rows.try_update_untracked(Option::take).flatten().unwrap_or_default();
                    let (rows, next) = join((known, self.next.get_untracked()), page);
                    self.rows.set(Some(rows));
                    self.next.set(next);
                    self.failure.set(None);
                }
                Err(failure) => {
                    store::heard(&failure);
                    self.failure.set(Some(failure));
                }
            }
            if let Some(same) = self.behind.try_update_value(Option::take).flatten() {
                self.catch_up(same);
            }
        });
    }
}

/// What is known, with the newest page read again. Rows may have come by themselves while that was on its way.
fn caught_up<T>((mut known, next): Part<T>, (newest, its_next): Part<T>, same: Same<T>) -> Part<T> {
    let is_in = |row: &T| newest.iter().any(|new| same(new, row));
    let (Some(first), Some(last)) = (known.iter().position(is_in), known.iter().rposition(is_in)) else {
        // They do not meet: what lies between them is on neither.
        return (newest, its_next);
    };
    let beyond = known.split_off(last + 1);
    known.truncate(first);
    let next = if beyond.is_empty() { its_next } else { next };
    known.extend(newest);
    known.extend(beyond);
    (known, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(known: &[u32], newest: &[u32]) -> Part<u32> {
        let part = |rows: &[u32], next: &str| (rows.to_vec(), Some(next.to_owned()));
        caught_up(part(known, "old"), part(newest, "new"), |one, other| one == other)
    }

    #[test]
    fn what_was_read_further_back_stays_when_the_newest_meet_it() {
        assert_eq!(
            joined(&[5, 4, 3, 2], &[7, 6, 5, 4]),
            (vec![7, 6, 5, 4, 3, 2], Some("old".to_owned()))
        );
    }

    #[test]
    fn what_came_by_itself_meanwhile_stays() {
        assert_eq!(joined(&[8, 5, 4], &[7, 6, 5]), (vec![8, 7, 6, 5, 4], Some("old".to_owned())));
    }

    #[test]
    fn a_list_that_the_newest_do_not_meet_begins_anew() {
        assert_eq!(joined(&[2, 1], &[7, 6]), (vec![7, 6], Some("new".to_owned())));
        assert_eq!(joined(&[], &[7]), (vec![7], Some("new".to_owned())));
        assert_eq!(joined(&[6, 5], &[7, 6, 5, 4]), (vec![7, 6, 5, 4], Some("new".to_owned())));
    }
}
