//! Which item is open beside the grid.

use leptos::prelude::*;

use super::View;
use super::item_panel::Opened;
use crate::components::TableScope;

/// Opens the item of a row.
pub fn open_row(view: View, scope: &TableScope, row: usize) {
    let found = scope.details.ready_untracked(|table| {
        view.scan
            .row(row, |item| table.key.key_of(item).ok().map(|key| (key, item.clone())))
    });
    if let Some((key, item)) = found.flatten().flatten() {
        let item = is_whole(view, row).then_some(item);
        show(view, Opened { key, item, row: Some(row) });
    }
}

/// Whether the row holds the item as it is: a page of an index, or one with a projection, may hold only
/// a part of each, and one that was deleted is there only to keep its number.
fn is_whole(view: View, row: usize) -> bool {
    view.asked.with_untracked(|asked| asked.whole()) && !view.scan.is_deleted(row)
}

/// Shows an item in the place of what is open, unless that is not saved and shall not be lost.
fn show(view: View, opened: Opened) {
    view.leaving(move || {
        view.stop_editing();
        view.opened.set(Some(opened.clone()));
    });
}

/// Closes the item and gives the focus back to its row.
pub fn close(view: View) {
    view.leaving(move || close_now(view));
}

fn close_now(view: View) {
    if view.in_editor() {
        view.stop_editing();
        return view.back_to_panel();
    }
    let row = view.opened.with_untracked(|opened| opened.as_ref().and_then(|opened| opened.row));
    view.opened.set(None);
    if let Some(row) = row {
        view.grid.focus_row(row);
    }
}

/// Opens the next row or the one before.
pub fn step(view: View, by: isize) {
    let row = view.opened.with_untracked(|opened| opened.as_ref().and_then(|opened| opened.row));
    let Some(next) = row.and_then(|row| row.checked_add_signed(by)) else {
        return;
    };
    let opened = view.opened.get_untracked();
    let key_names: Vec<String> = opened.iter().flat_map(|opened| opened.key.0.keys().cloned()).collect();
    let found = view.scan.row(next, |item| {
        let key = key_names
            .iter()
            .filter_map(|name| item.get(name).map(|value| (name.clone(), value.clone())))
            .collect();
        (dynadesk_shared::Key(key), item.clone())
    });
    if let Some((key, item)) = found {
        let item = is_whole(view, next).then_some(item);
        show(
            view,
            Opened {
                key,
                item,
                row: Some(next),
            },
        );
        view.grid.reveal(next);
    }
}
