//! Editing from this page: what is edited, what an edit does to the rows, and what may not be lost.

use dynadesk_shared::Item;
use leptos::prelude::*;

use super::item_panel::Opened;
use super::{View, refresh};
use crate::components::TableScope;
use crate::components::item_editor::{Patches, blank};
use crate::ui::focus;

impl View {
    /// Does what would close the editor; asks first where something in it is not saved.
    pub fn leaving(self, run: impl Fn() + Send + Sync + 'static) {
        let dirty = self.dirty.get_untracked();
        let what = dirty.then(|| "What you changed in the item is not saved.".to_owned());
        self.unsaved.ask(what, run);
    }

    /// Closes the editor and shows the item, if there is one.
    pub fn stop_editing(self) {
        self.editing.set(false);
        self.adding.set(None);
        if self.untold.try_update_value(std::mem::take) == Some(true) {
            self.opened.notify();
        }
    }

    /// Whether an item is edited or made, in the panel.
    pub fn in_editor(self) -> bool {
        self.editing.get_untracked() || self.adding.with_untracked(Option::is_some)
    }

    /// Puts the focus into the panel, after the editor and the focus in it went.
    pub fn back_to_panel(self) {
        focus::back(&[".item-actions button", ".ui-side button", ".grid"]);
    }
}

/// Why no item can be added.
pub fn why_not_add(scope: &TableScope) -> Signal<Option<String>> {
    let (details, read_only) = (scope.details, scope.why_not_write());
    Signal::derive(move || {
        let waits = details.ready(|_| ()).is_none();
        read_only
            .clone()
            .or_else(|| waits.then(|| "The table's key is not known yet".to_owned()))
    })
}

/// Begins a new item.
pub fn add(view: View, scope: &TableScope) {
    if scope.why_not_write().is_some() {
        return;
    }
    if let Some(item) = scope.details.ready_untracked(blank) {
        begin(view, item);
    }
}

/// Begins a new item with the content of another one.
pub fn begin(view: View, item: Item) {
    view.leaving(move || {
        view.editing.set(false);
        view.adding.set(Some(item.clone()));
    });
}

/// Edits the item that is open.
pub fn edit(view: View, scope: &TableScope) {
    if scope.why_not_write().is_none() && view.opened.with_untracked(Option::is_some) && view.adding.with_untracked(Option::is_none) {
        view.editing.set(true);
    }
}

/// Shows what was written where it belongs: in its row, and beside the grid where it is open.
pub fn patched(view: View, patches: &Patches) {
    // An undo comes when the page may be gone, and then there is nothing to show it in.
    if view.scan.rows.try_get_untracked().is_none() {
        return;
    }
    // A change of key that is taken back, as it was made: the panel goes along to the other key.
    if let [(from, None), (to, Some(item))] = patches.as_slice()
        && !view.dirty.get_untracked()
        && view
            .opened
            .with_untracked(|opened| opened.as_ref().is_some_and(|opened| opened.key.same_as(from)))
    {
        view.opened.set(Some(Opened {
            key: to.clone(),
            item: Some(item.clone()),
            row: None,
        }));
    }
    let mut new = false;
    let reads = view.reads.get_untracked();
    for (key, item) in patches {
        // The row goes on showing what was asked for, and no more.
        let shown = item
            .as_ref()
            .map(|item| reads.as_ref().map_or_else(|| item.clone(), |reads| reads.of(item)));
        let known = view.scan.patch(key, shown);
        new |= !known && item.is_some();
        // An editor that holds something typed is not told before it is closed, because it would be made
        // anew; what it saves meets an ordinary conflict.
        let told = !view.dirty.get_untracked();
        view.opened.maybe_update(|opened| match opened {
            Some(opened) if opened.key.same_as(key) => {
                opened.item.clone_from(item);
                view.untold.set_value(!told);
                told
            }
            _ => false,
        });
    }
    // A new item has a place that only the engine knows; a short list is read anew for it.
    let short = view.scan.ended.get_untracked() && view.scan.rows.get_untracked() < 1_000;
    if new && short && view.first_row.get_untracked() == 0 {
        refresh(view);
    }
}

/// What an edit has written: the rows show it, and so does the panel.
pub fn written(view: View, patches: Patches) {
    view.dirty.set(false);
    let shown = patches.last().cloned();
    let row = view.opened.with_untracked(|opened| opened.as_ref().and_then(|opened| opened.row));
    let added = view.adding.with_untracked(Option::is_some);
    view.stop_editing();
    if let Some((key, item)) = shown {
        // After a move or for a new item the row beside it is another one's.
        let row = row.filter(|_| !added && patches.len() == 1);
        view.opened.set(Some(Opened { key, item, row }));
    }
    patched(view, &patches);
    view.back_to_panel();
}
