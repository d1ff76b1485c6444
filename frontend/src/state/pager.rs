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

/// Cheap to copy; lives as long as the page that made it.
pub struct Pager<T: Send + Sync + 'static> {
    /// Nothing until the first page is here.
    pub rows: RwSignal<Option<Vec<T>>>,
    pub next: RwSignal<Option<String>>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    /// Counts the requests, so that a late answer of an older one is dropped.
    turn: StoredValue<u64>,
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
            fetch: StoredValue::new_local(Box::new(move |after| Box::pin(fetch(after)))),
        }
    }

    /// Begins again with the newest. What is on the screen stays until they are here.
    pub fn reload(self) {
        self.ask(None);
    }

    /// Adds the page after the last one.
    pub fn more(self) {
        if let Some(next) = self.next.get_untracked().filter(|_| !self.busy.get_untracked()) {
            self.ask(Some(next));
        }
    }

    fn ask(self, after: Option<String>) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let first = after.is_none();
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
                Ok((rows, next)) => {
                    self.rows.update(|all| match all {
                        Some(all) if !first => all.extend(rows),
                        all => *all = Some(rows),
                    });
                    self.next.set(next);
                    self.failure.set(None);
                }
                Err(failure) => {
                    store::heard(&failure);
                    self.failure.set(Some(failure));
                }
            }
        });
    }
}
