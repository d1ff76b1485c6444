//! Work that is not saved yet: whoever holds some says so, and nothing leaves it without asking.

use leptos::ev;
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Unsaved {
    /// What would be lost, for a person, by whoever holds it.
    held: RwSignal<Vec<(u64, Signal<Option<String>>)>>,
    next: StoredValue<u64>,
    /// What waits for the operator to decide: what would be lost, and what is done then.
    pub waiting: RwSignal<Option<(String, Callback<()>)>>,
    owner: StoredValue<Owner>,
}

pub fn use_unsaved() -> Unsaved {
    expect_context()
}

impl Unsaved {
    pub fn provide() -> Self {
        let unsaved = Self {
            held: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            waiting: RwSignal::new(None),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        window_event_listener(ev::beforeunload, move |event| {
            if unsaved.is_any() {
                event.prevent_default();
            }
        });
        provide_context(unsaved);
        unsaved
    }

    /// Holds work for as long as the calling component lives; `what` is nothing while all is saved.
    pub fn hold(self, what: impl Into<Signal<Option<String>>>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        let what = what.into();
        self.held.update(|held| held.push((id, what)));
        on_cleanup(move || {
            self.held.try_update(|held| held.retain(|(other, _)| *other != id));
        });
    }

    /// What would be lost now, without following it.
    pub fn what(self) -> Option<String> {
        self.held
            .with_untracked(|held| held.iter().find_map(|(_, what)| what.try_get_untracked().flatten()))
    }

    pub fn is_any(self) -> bool {
        self.what().is_some()
    }

    /// Does what would lose unsaved work: at once where there is none, else when the operator agrees.
    pub fn leave(self, run: impl Fn() + Send + Sync + 'static) {
        self.ask(self.what(), run);
    }

    /// Does what would lose `what`, when the operator agrees; at once where there is nothing to lose.
    pub fn ask(self, what: Option<String>, run: impl Fn() + Send + Sync + 'static) {
        match what {
            // What asks may be gone by the time of the answer, and its callbacks with it.
            Some(what) => {
                let run = self.owner.get_value().with(|| Callback::new(move |()| run()));
                self.waiting.set(Some((what, run)));
            }
            None => run(),
        }
    }

    /// The operator gives the work up.
    pub fn discard(self) {
        if let Some((_, run)) = self.waiting.try_update(Option::take).flatten() {
            run.run(());
        }
    }
}
