//! Cells changed in place: they wait here, are looked over, and are saved together or one by one.

mod bar;
mod begin;
mod cell_editor;
mod conflict;
mod draft;
mod queue;
mod review;
mod save;

use dynadesk_shared::{Item, Key};
use leptos::ev;
use leptos::prelude::*;

pub use self::bar::PendingBar;
pub use self::begin::begin;
pub use self::cell_editor::CellEditor;
use self::draft::Draft;
use self::queue::Queue;
pub use self::review::ReviewDialog;
use super::View;
use crate::api::ApiFailure;
use crate::components::TableScope;
use crate::components::grid::CellShown;
use crate::format;
use crate::format::cell::{CellText, cell};
use crate::grid::cursor::Cell;
use crate::state::commands::{Command, use_commands};
use crate::state::shortcuts::{is_typing, use_shortcuts};
use crate::state::toasts::{ToastQueue, use_toasts};
use crate::state::use_unsaved;
use crate::ui::IconName;

/// The cell that is being changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Editing {
    pub cell: Cell,
    pub column: String,
    pub key: Key,
    /// The item, whole, as it was seen.
    pub base: Item,
    /// What was there when it began, and what the operator typed to begin.
    before: Draft,
    draft: Draft,
}

/// Letters for a cell that cannot be open yet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Typed {
    cell: Cell,
    column: String,
    /// Whether they take the place of what is there, or follow it.
    replaces: bool,
    text: String,
}

/// The changes that wait. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Pending {
    pub queue: RwSignal<Queue>,
    pub editing: RwSignal<Option<Editing>>,
    pub review_open: RwSignal<bool>,
    /// How many items are saved, while they are being saved.
    saving: RwSignal<Option<(usize, usize)>>,
    /// What is typed into a cell while its item is still being read.
    typed: StoredValue<Option<Typed>>,
    /// Items that were saved while a cell of them was open: what is changed now stands on these.
    newer: StoredValue<Vec<(Key, Item)>>,
    failure: RwSignal<Option<ApiFailure>>,
    toasts: ToastQueue,
}

impl Pending {
    pub fn new() -> Self {
        Self {
            queue: RwSignal::new(Queue::default()),
            editing: RwSignal::new(None),
            review_open: RwSignal::new(false),
            saving: RwSignal::new(None),
            typed: StoredValue::new(None),
            newer: StoredValue::new(Vec::new()),
            failure: RwSignal::new(None),
            toasts: use_toasts(),
        }
    }

    /// `3 changes in 2 items`, reactive.
    fn words(self) -> String {
        let (changes, items) = self.queue.with(|queue| queue.count());
        format!(
            "{} in {}",
            format::counted(changes as u64, "change", "changes"),
            format::counted(items as u64, "item", "items")
        )
    }

    /// What waits to take the place of a cell's value; nothing where nothing waits for it.
    pub fn shown(self, row: &Item, name: &str) -> Option<CellShown> {
        self.queue.with_untracked(|queue| {
            let edited = queue.of_row(row)?;
            let difference = edited.differences().into_iter().find(|one| one.name == name)?;
            Some(CellShown {
                text: difference.after.as_ref().map_or_else(CellText::missing, cell),
                mark: difference.after.as_ref().map(|value| value.type_name()),
                unsaved: true,
            })
        })
    }

    /// Takes the last change back.
    fn undo(self) {
        self.queue.update(|queue| {
            queue.undo();
        });
    }

    /// Does it again.
    fn redo(self) {
        self.queue.update(|queue| {
            queue.redo();
        });
    }

    fn discard_all(self) {
        let before = self.queue.get_untracked();
        let (changes, _) = before.count();
        self.queue.update(|queue| queue.clear());
        self.review_open.set(false);
        let said = format!("{} discarded", format::counted(changes as u64, "change", "changes"));
        self.toasts.action(said, "Restore", move || {
            // The page may be gone by then.
            self.queue.try_update(|queue| queue.restore(&before));
        });
    }

    /// Shows what would be saved, unless a cell is still open because its text cannot be.
    pub fn review(self) {
        if self.editing.with_untracked(Option::is_some) {
            self.toasts
                .note("A cell holds what cannot be saved: mend it, or press Escape in it");
        } else if self.queue.with_untracked(Queue::is_empty) {
            self.toasts.note("No change waits to be saved");
        } else {
            self.review_open.set(true);
        }
    }
}

/// The actions in the palette, the keys, and the question before the page is left.
pub fn register(view: View, scope: &TableScope) {
    let (pending, group) = (view.pending, scope.table.clone());
    use_unsaved().hold(Signal::derive(move || {
        let waits = pending.queue.with(|queue| !queue.is_empty());
        waits.then(|| format!("Not saved yet: {}.", pending.words()))
    }));
    let undo = move || pending.undo();
    let redo = move || pending.redo();
    let review = move || pending.review();
    let kept = StoredValue::new(scope.clone());
    let edit = move || {
        if let Some((cell, column)) = view.grid.active() {
            let asked = crate::components::grid::EditAsked { cell, column, typed: None };
            kept.with_value(|scope| begin(view, scope, asked));
        }
    };
    use_commands().register(vec![
        Command::new(&group, "Change the cell", IconName::Code, edit).keys("F2"),
        Command::new(&group, "Review and save the changes", IconName::Check, review).keys("Ctrl S"),
        Command::new(&group, "Undo the last change that is not saved", IconName::ArrowLeft, undo).keys("Ctrl Z"),
        Command::new(&group, "Redo the change", IconName::Refresh, redo).keys("Ctrl Shift Z"),
        Command::new(&group, "Discard all changes", IconName::Trash, move || pending.discard_all()),
    ]);
    let shortcuts = use_shortcuts();
    shortcuts.tell("F2", "Change the cell where it stands");
    shortcuts.tell("Ctrl Z", "Undo the last change that is not saved");
    shortcuts.tell("Ctrl Shift Z", "Redo it");
    shortcuts.tell("Ctrl S", "Review and save the changes");
    let keys = window_event_listener(ev::keydown, move |event| {
        let control = event.ctrl_key() || event.meta_key();
        if !control || event.alt_key() || event.default_prevented() || is_typing(&event) {
            return;
        }
        match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
            ("z", false) => undo(),
            ("z", true) | ("y", false) => redo(),
            // In the editor of an item the key saves the item.
            ("s", false) if !view.in_editor() => review(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
}
