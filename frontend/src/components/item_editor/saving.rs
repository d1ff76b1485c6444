//! Sends a change and takes what came of it: written, in conflict, or refused.

use dynadesk_shared::api::error::ErrorBody;
use dynadesk_shared::api::writes::{Change, ItemsWrite, Outcome};
use dynadesk_shared::edit::differences;
use dynadesk_shared::{Item, Key};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::ends::Ends;
use crate::api::{self, ApiFailure};
use crate::components::{TableScope, undo};
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
        self.ends(change).moves()
    }

    fn ends(self, change: &Change) -> Ends {
        Ends::of(change, |item| self.key_of(item))
    }

    /// Writes a change.
    pub fn send(self, change: Change) {
        self.write(change, None);
    }

    /// Deletes an item; `typed` is the name that the operator typed, where that was asked for.
    pub fn delete(self, item: Item, typed: Option<String>) {
        self.write(Change::Delete { base: item }, typed);
    }

    fn write(self, change: Change, confirm: Option<String>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let (scope, ends) = (self.scope(), self.ends(&change));
        // From the await on the editor or the panel may be gone: only what does not panic then may follow.
        spawn_local(async move {
            let request = ItemsWrite {
                changes: vec![change.clone()],
                confirm,
                ..ItemsWrite::default()
            };
            let answer = api::writes::write(&scope.connection.name, &scope.table, &request).await;
            match answer {
                Err(failure) => self.failed(failure),
                Ok(mut written) => match written.outcomes.pop() {
                    Some(outcome) => self.take(&scope, change, ends, outcome, written.unkept).await,
                    None => self.refused("internal", "The server said nothing about the change.".to_owned(), None),
                },
            }
            self.busy.try_set(false);
        });
    }

    async fn take(self, scope: &TableScope, change: Change, ends: Ends, outcome: Outcome, unkept: Option<String>) {
        match outcome {
            Outcome::Written { item, write } => self.written(scope, &change, ends, item, write, unkept),
            Outcome::Unchanged => {
                self.toasts.note("Nothing differs, so nothing was saved");
                self.done(Vec::new());
            }
            Outcome::Conflict { theirs } => {
                let clash = clash_of(scope, change, ends, theirs).await;
                self.review.try_set(None);
                // Where the editor is gone, only a message can say it.
                match self.clash.try_set(Some(clash)).flatten() {
                    Some(Clash::Taken { .. }) => self.toasts.note("Nothing was written: another item has the key"),
                    Some(_) => self.toasts.note("Nothing was written: somebody else changed the item"),
                    None => {}
                }
            }
            Outcome::Refused {
                code,
                message,
                engine_code,
            } => self.refused(&code, message, engine_code),
            Outcome::NotWritten => self.refused("not_written", "Nothing was written.".to_owned(), None),
        }
    }

    fn refused(self, code: &str, message: String, engine_code: Option<String>) {
        self.failed(ApiFailure::Refused {
            status: 409,
            body: ErrorBody {
                code: code.to_owned(),
                message,
                engine_code,
                ..ErrorBody::default()
            },
        });
    }

    /// Says it in the editor, or in a message where that is gone.
    fn failed(self, failure: ApiFailure) {
        if let Some(Some(failure)) = self.failure.try_set(Some(failure)) {
            self.toasts.failed("Nothing was written", &failure);
        }
    }

    fn done(self, patches: Patches) {
        self.review.try_set(None);
        self.clash.try_set(None);
        // What is open by now is not what was written where the editor is gone; the rows still show it.
        match self.busy.try_get_untracked() {
            Some(_) => self.on_written.try_run(patches),
            None => self.on_patch.try_run(patches),
        };
    }

    fn written(self, scope: &TableScope, change: &Change, ends: Ends, item: Option<Item>, write: Option<String>, unkept: Option<String>) {
        let (forth, back) = ends.patches(change, item);
        let name = forth.last().map(|(key, _)| format::short(&key.to_string())).unwrap_or_default();
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
            (Some(write), _) => {
                let (connection, on_patch) = (scope.connection.name.clone(), self.on_patch);
                undo::offer(self.toasts, connection, said, vec![write], move |_| {
                    on_patch.try_run(back.clone());
                });
            }
            (None, Some(reason)) => self.toasts.done(format!("{said}. It cannot be undone: {reason}")),
            (None, None) => self.toasts.done(said),
        }
        self.done(forth);
    }
}

/// Why the engine did not take a change.
async fn clash_of(scope: &TableScope, change: Change, ends: Ends, theirs: Option<Item>) -> Clash {
    if ends.moves()
        && let Some(key) = ends.to
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
