//! The counts of a page: of one user, or of all that are listed, a few at once and until somebody stops it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::counts::{Counts, count};
use super::table::Picked;
use crate::format;
use crate::state::toasts::ToastQueue;
use crate::ui::{Button, IconName};

/// Users that are counted beside each other.
const LANES: usize = 4;

/// Cheap to copy; lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct Counting {
    table: Picked,
    toasts: ToastQueue,
    /// Nothing for a user who is being counted.
    known: RwSignal<BTreeMap<String, Option<Counts>>>,
    /// How many of how many, while many are counted.
    progress: RwSignal<Option<(usize, usize)>>,
    turn: StoredValue<u64>,
}

impl Counting {
    pub fn new(table: Picked, toasts: ToastQueue) -> Self {
        let counting = Self {
            table,
            toasts,
            known: RwSignal::new(BTreeMap::new()),
            progress: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        // A number belongs to the table that it was counted in.
        Effect::new(move |_| {
            table.place();
            counting.stop();
            counting.known.set(BTreeMap::new());
        });
        counting
    }

    /// The counts of a user; nothing where nobody asked, or where they are not here yet.
    pub fn of(self, uuid: &str) -> Option<Counts> {
        self.known.with(|known| known.get(uuid).copied().flatten())
    }

    pub fn is_counting(self, uuid: &str) -> bool {
        self.known.with(|known| known.get(uuid) == Some(&None))
    }

    /// Counts one user.
    pub fn one(self, uuid: String) {
        let turn = self.turn.get_value();
        spawn_local(async move {
            self.count(uuid, turn).await;
        });
    }

    /// Counts those of these who were not counted yet.
    pub fn all(self, uuids: Vec<String>) {
        let new = self
            .known
            .with_untracked(|known| uuids.into_iter().filter(|uuid| !known.contains_key(uuid)).rev().collect::<Vec<_>>());
        if new.is_empty() {
            return;
        }
        self.progress.set(Some((0, new.len())));
        let turn = self.turn.get_value();
        let queue = Rc::new(RefCell::new(new));
        for _ in 0..LANES {
            let queue = queue.clone();
            spawn_local(async move {
                self.lane(&queue, turn).await;
                // The last lane holds the queue alone.
                if Rc::strong_count(&queue) == 1 && self.turn.try_get_value() == Some(turn) {
                    self.progress.set(None);
                }
            });
        }
    }

    async fn lane(self, queue: &RefCell<Vec<String>>, turn: u64) {
        loop {
            let next = queue.borrow_mut().pop();
            let Some(uuid) = next else { return };
            if !self.count(uuid, turn).await {
                // What could not be asked for one cannot be asked for the others either.
                queue.borrow_mut().clear();
                return;
            }
            self.progress
                .update(|progress| *progress = progress.map(|(done, all)| (done + 1, all)));
        }
    }

    /// Whatever is on its way is not waited for any more.
    pub fn stop(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.progress.set(None);
        self.known.update(|known| known.retain(|_, counts| counts.is_some()));
    }

    /// Whether the user was counted.
    async fn count(self, uuid: String, turn: u64) -> bool {
        let (connection, name) = untrack(|| self.table.place());
        self.known.update(|known| {
            known.insert(uuid.clone(), None);
        });
        let answer = count(&connection, &name, &uuid).await;
        // The page may be gone by now, or the table another one.
        if self.turn.try_get_value() != Some(turn) {
            return false;
        }
        match answer {
            Ok(counts) => {
                self.known.update(|known| {
                    known.insert(uuid, Some(counts));
                });
                true
            }
            Err(failure) => {
                self.known.update(|known| {
                    known.remove(&uuid);
                });
                self.toasts.failed("The conversations could not be counted", &failure);
                false
            }
        }
    }
}

/// Counts all that are listed, and stops.
#[component]
pub fn CountAll(
    counting: Counting,
    #[prop(into)] listed: Callback<(), Vec<String>>,
    /// Why nobody can be counted.
    #[prop(into)]
    why_not: Signal<Option<String>>,
) -> impl IntoView {
    let running = Memo::new(move |_| counting.progress.with(Option::is_some));
    let so_far = move || {
        counting
            .progress
            .get()
            .map(|(done, all)| format!("Stop counting ({} of {})", format::count(done as u64), format::count(all as u64)))
    };
    move || {
        match running.get() {
        true => view! { <Button icon=IconName::Stop on_press=move |()| counting.stop()>{so_far}</Button> }.into_any(),
        false => {
            view! { <Button icon=IconName::Chat disabled=why_not on_press=move |()| counting.all(listed.run(()))>"Count all listed"</Button> }.into_any()
        }
    }
    }
}
