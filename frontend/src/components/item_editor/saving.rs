//! Sends a change and takes what came of it: written, in conflict, or refused.

use dynadesk_shared::api::error::ErrorBody;
use dynadesk_shared::api::writes::{Change, ItemsWrite, Outcome};
use dynadesk_shared::edit::differences;
use dynadesk_shared::{Item, Key};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiFailure};
use crate::components::TableScope;
use crate::format;
use crate::state::toasts::{ToastQueue, use_toasts};

/// What the grid and the panel have to show now: the item under a key, or nothing.
pub type Patches = Vec<(Key, Option<Item>)>;

/// Why nothing was written, and what can be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Clash {
    /// A new item, or one with a new key, and another one has that key.
    Taken { change: Change, theirs: Item },
    /// Somebody else changed the item since it was read.
    Changed { base: Item, mine: Item, theirs: Item },
    /// Somebody else deleted it.
    Gone { mine: Item },
}

/// Cheap to copy; lives as long as the editor or the panel.
#[derive(Clone, Copy)]
pub struct Saver {
    scope: StoredValue<TableScope>,
    toasts: ToastQueue,
    /// What is about to be written, while the operator looks at it.
    pub review: RwSignal<Option<Change>>,
    pub clash: RwSignal<Option<Clash>>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    /// Outlives the editor: an undo comes later.
    on_patch: Callback<Patches>,
    on_written: Callback<Patches>,
}

impl Saver {
    pub fn new(scope: &TableScope, on_patch: Callback<Patches>, on_written: Callback<Patches>) -> Self {
        Self {
            scope: StoredValue::new(scope.clone()),
            toasts: use_toasts(),
            review: RwSignal::new(None),
            clash: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            on_patch,
            on_written,
        }
    }

    pub fn scope(self) -> TableScope {
        self.scope.get_value()
    }

    /// The key of an item, by the table's schema.
    pub fn key_of(self, item: &Item) -> Option<Key> {
        self.scope
            .with_value(|scope| scope.details.ready_untracked(|table| table.key.key_of(item).ok()))
            .flatten()
    }

    /// Whether the change gives the item another key.
    pub fn moves(self, change: &Change) -> bool {
        match change {
            Change::Edit { base, item } => match (self.key_of(base), self.key_of(item)) {
                (Some(from), Some(to)) => !from.same_as(&to),
                _ => false,
            },
            _ => false,
        }
    }

    /// Writes a change.
    pub fn send(self, change: Change) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let scope = self.scope();
        spawn_local(async move {
            let request = ItemsWrite {
                changes: vec![change.clone()],
                together: false,
            };
            let answer = api::writes::write(&scope.connection.name, &scope.table, &request).await;
            match answer {
                Err(failure) => drop(self.failure.try_set(Some(failure))),
                Ok(mut written) => match written.outcomes.pop() {
                    Some(outcome) => self.take(&scope, change, outcome, written.unkept).await,
                    None => self.refused("internal", "The server said nothing about the change.".to_owned(), None),
                },
            }
            self.busy.try_set(false);
        });
    }

    async fn take(self, scope: &TableScope, change: Change, outcome: Outcome, unkept: Option<String>) {
        match outcome {
            Outcome::Written { item, write } => self.written(scope, &change, item, write, unkept),
            Outcome::Unchanged => {
                self.toasts.note("Nothing differs, so nothing was saved");
                self.done(Vec::new());
            }
            Outcome::Conflict { theirs } => {
                let clash = self.clash_of(scope, change, theirs).await;
                self.review.try_set(None);
                self.clash.try_set(Some(clash));
            }
            Outcome::Refused {
                code,
                message,
                engine_code,
            } => self.refused(&code, message, engine_code),
            Outcome::NotWritten => self.refused("not_written", "Nothing was written.".to_owned(), None),
        }
    }

    async fn clash_of(self, scope: &TableScope, change: Change, theirs: Option<Item>) -> Clash {
        if self.moves(&change)
            && let Change::Edit { item, .. } = &change
            && let Some(key) = self.key_of(item)
            && let Ok(answer) = api::items::get(&scope.connection.name, &scope.table, key).await
            && let Some(taken) = answer.item
        {
            return Clash::Taken { change, theirs: taken };
        }
        match (change, theirs) {
            (change @ Change::Create { .. }, Some(theirs)) => Clash::Taken { change, theirs },
            (Change::Edit { base, item } | Change::Replace { base, item }, Some(theirs)) => Clash::Changed { base, mine: item, theirs },
            (Change::Delete { base }, Some(theirs)) => Clash::Changed {
                mine: base.clone(),
                base,
                theirs,
            },
            (Change::Create { item } | Change::Edit { item, .. } | Change::Replace { item, .. } | Change::Delete { base: item }, None) => {
                Clash::Gone { mine: item }
            }
        }
    }

    fn refused(self, code: &str, message: String, engine_code: Option<String>) {
        self.failure.try_set(Some(ApiFailure::Refused {
            status: 409,
            body: ErrorBody {
                code: code.to_owned(),
                message,
                engine_code,
                ..ErrorBody::default()
            },
        }));
    }

    fn done(self, patches: Patches) {
        self.review.try_set(None);
        self.clash.try_set(None);
        self.on_written.try_run(patches);
    }

    fn written(self, scope: &TableScope, change: &Change, item: Option<Item>, write: Option<String>, unkept: Option<String>) {
        let (forth, back) = self.patches(change, item);
        let name = forth.last().map(|(key, _)| short(&key.to_string())).unwrap_or_default();
        let said = match change {
            Change::Create { .. } => format!("Added {name}"),
            Change::Replace { .. } => format!("Replaced {name}"),
            Change::Delete { .. } => format!("Deleted {name}"),
            Change::Edit { .. } if forth.len() > 1 => format!("Moved to {name}"),
            Change::Edit { base, item } => {
                let count = differences(base, item).len() as u64;
                format!("Saved {} of {name}", format::counted(count, "change", "changes"))
            }
        };
        match (write, unkept) {
            (Some(write), _) => self.offer_undo(scope, said, write, back),
            (None, Some(reason)) => self.toasts.done(format!("{said}. It cannot be undone: {reason}")),
            (None, None) => self.toasts.done(said),
        }
        self.done(forth);
    }

    /// What stands under which key after the change, and after its undo.
    fn patches(self, change: &Change, now: Option<Item>) -> (Patches, Patches) {
        let (base, item) = match change {
            Change::Create { item } => (None, Some(item)),
            Change::Replace { base, item } | Change::Edit { base, item } => (Some(base), Some(item)),
            Change::Delete { base } => (Some(base), None),
        };
        let (from, to) = (base.and_then(|base| self.key_of(base)), item.and_then(|item| self.key_of(item)));
        let base = base.cloned();
        match (from, to) {
            (Some(from), Some(to)) if !from.same_as(&to) => (vec![(from.clone(), None), (to.clone(), now)], vec![(to, None), (from, base)]),
            (Some(key), _) | (None, Some(key)) => (vec![(key.clone(), now)], vec![(key, base)]),
            (None, None) => Default::default(),
        }
    }

    fn offer_undo(self, scope: &TableScope, said: String, write: String, back: Patches) {
        let (toasts, on_patch) = (self.toasts, self.on_patch);
        let connection = scope.connection.name.clone();
        let what = said.clone();
        toasts.action(said, "Undo", move || {
            let (connection, write, back, what) = (connection.clone(), write.clone(), back.clone(), what.clone());
            spawn_local(async move {
                match api::history::undo(&connection, &write).await {
                    Ok(undone) => match undone.outcome {
                        Outcome::Written { .. } | Outcome::Unchanged => {
                            toasts.done(format!("Undone: {what}"));
                            on_patch.try_run(back);
                        }
                        Outcome::Conflict { .. } => toasts.note("Not undone: the item was changed again since"),
                        Outcome::Refused { message, .. } => toasts.note(format!("Not undone: {message}")),
                        Outcome::NotWritten => toasts.note("Not undone"),
                    },
                    Err(failure) => toasts.failed("Not undone", &failure),
                }
            });
        });
    }
}

/// A key as a message has room for it.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A dialog's switch for something that is there or not: closing the dialog takes it away.
pub fn while_some<T: Clone + Send + Sync + 'static>(thing: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let there = thing.with(Option::is_some);
        if open.get_untracked() != there {
            open.set(there);
        }
    });
    Effect::new(move |_| {
        if !open.get() && thing.with_untracked(Option::is_some) {
            thing.set(None);
        }
    });
    open
}
