//! Begins to change a cell, or says why it cannot be changed where it stands.

use dynadesk_shared::{Item, Key};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::{View, editing, opening};
use super::Editing;
use super::draft::{Draft, Kind};
use crate::api;
use crate::components::TableScope;
use crate::components::grid::EditAsked;

/// Answers whether the page took it. A letter that it does not take goes its usual way.
pub fn begin(view: View, scope: &TableScope, asked: EditAsked) -> bool {
    let by_letter = asked.typed.is_some();
    // Beside an open item the letters step from row to row.
    let beside = view.opened.with_untracked(Option::is_some) || view.adding.with_untracked(Option::is_some);
    if by_letter && beside {
        return false;
    }
    let refuse = move |reason: String| {
        if !by_letter {
            view.toasts.note(reason);
        }
        !by_letter
    };
    if let Some(reason) = scope.why_not_write() {
        return refuse(reason);
    }
    if view.key_names.with_untracked(|names| names.contains(&asked.column)) {
        return refuse(format!("{} is part of the key: open the item to change its key", asked.column));
    }
    let Some((row, seen)) = usize::try_from(asked.cell.row)
        .ok()
        .and_then(|row| view.scan.row(row, |item| (row, item.clone())))
    else {
        return false;
    };
    if view.scan.is_deleted(row) {
        return refuse("The item is deleted".to_owned());
    }
    let Some(key) = scope.details.ready_untracked(|table| table.key.key_of(&seen).ok()).flatten() else {
        return false;
    };
    let Some(turn) = view.begun.try_update_value(|turn| {
        *turn += 1;
        *turn
    }) else {
        return false;
    };
    let known = view
        .pending
        .queue
        .with_untracked(|queue| queue.get(&key).map(|edited| edited.base.clone().unwrap_or_default()));
    let whole = view.asked.with_untracked(|asked| asked.whole());
    if let Some(base) = known.or_else(|| whole.then_some(seen)) {
        open(view, scope, asked, key, base);
        return true;
    }
    let scope = scope.clone();
    // The row holds only a part of its item, and what is saved is conditional on all of it.
    spawn_local(async move {
        let answer = api::items::get(&scope.connection.name, &scope.table, key.clone()).await;
        // The operator types into another cell by now, or the page is gone.
        if view.begun.try_get_value() != Some(turn) {
            return;
        }
        match answer {
            Ok(answer) => match answer.item {
                Some(item) => open(view, &scope, asked, key, item),
                None => view.toasts.note("The item is not in the table any more"),
            },
            Err(failure) => view.toasts.failed("The item could not be read", &failure),
        }
    });
    true
}

fn open(view: View, scope: &TableScope, asked: EditAsked, key: Key, base: Item) {
    let EditAsked { cell, column, typed } = asked;
    let now = view
        .pending
        .queue
        .try_with_untracked(|queue| queue.get(&key).map(|edited| edited.item.clone()));
    let Some(now) = now else { return };
    let usual = view
        .scan
        .columns
        .with_untracked(|columns| columns.named(&column).map_or("", |column| column.kind));
    match Draft::of(now.as_ref().unwrap_or(&base).get(&column), usual) {
        Ok(before) => {
            let draft = typed.map_or_else(|| before.clone(), |typed| begun(&before, &typed));
            view.pending.editing.set(Some(Editing {
                cell,
                column,
                key,
                base,
                before,
                draft,
            }));
        }
        Err(what) => {
            view.toasts.note(format!("{column} holds {what}: change it in the item"));
            if let Ok(row) = usize::try_from(cell.row) {
                opening::open_row(view, scope, row);
                editing::edit(view, scope);
            }
        }
    }
}

/// The draft after its first letter, which takes the place of what was there.
fn begun(before: &Draft, typed: &str) -> Draft {
    let (kind, text) = match before.kind {
        Kind::Bool if typed == "t" => (Kind::Bool, "true"),
        Kind::Bool if typed == "f" => (Kind::Bool, "false"),
        Kind::Bool | Kind::Null | Kind::Absent => (Kind::S, typed),
        kind => (kind, typed),
    };
    Draft {
        kind,
        text: text.to_owned(),
    }
}
