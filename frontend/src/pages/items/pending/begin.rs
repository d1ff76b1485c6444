//! Begins to change a cell, or says why it cannot be changed where it stands.

use dynadesk_shared::{Item, Key};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::{View, editing, opening};
use super::draft::{Draft, Kind};
use super::{Editing, Typed};
use crate::api;
use crate::components::TableScope;
use crate::components::grid::EditAsked;
use crate::ui::focus::Since;

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
    // More letters for the cell whose item is on its way.
    let followed = view.pending.typed.try_update_value(|typed| match typed {
        Some(typed) if typed.cell == asked.cell && typed.column == asked.column => {
            typed.text.push_str(asked.typed.as_deref().unwrap_or_default());
            true
        }
        _ => false,
    });
    if followed == Some(true) {
        return true;
    }
    view.pending.typed.set_value(None);
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
        let typed = asked.typed.clone().map(|text| Typed {
            cell: asked.cell,
            column: asked.column.clone(),
            replaces: true,
            text,
        });
        open(view, scope, asked, key, base, typed);
        return true;
    }
    view.pending.typed.set_value(Some(Typed {
        cell: asked.cell,
        column: asked.column.clone(),
        replaces: by_letter,
        text: asked.typed.clone().unwrap_or_default(),
    }));
    let scope = scope.clone();
    let (from, since) = (view.grid.focused(), Since::now());
    // The row holds only a part of its item, and what is saved is conditional on all of it.
    spawn_local(async move {
        let answer = api::items::get(&scope.connection.name, &scope.table, key.clone()).await;
        // The operator types into another cell by now, or the page is gone.
        if view.begun.try_get_value() != Some(turn) {
            return;
        }
        let typed = view.pending.typed.try_update_value(Option::take).flatten();
        // Whoever went on, to another cell or out of the grid, would type into an editor that nobody asked for.
        let stays = match &from {
            Some(_) => view.grid.focused() == from,
            None => !since.overtaken(),
        };
        let there = |item: &Item| scope.details.ready_untracked(|table| table.key.key_of(item).ok()).flatten();
        if !stays || view.scan.row(row, there).flatten().as_ref() != Some(&key) {
            return;
        }
        match answer {
            Ok(answer) => match answer.item {
                Some(item) => open(view, &scope, asked, key, item, typed),
                None => view.toasts.note("The item is not in the table any more"),
            },
            Err(failure) => view.toasts.failed("The item could not be read", &failure),
        }
    });
    true
}

fn open(view: View, scope: &TableScope, asked: EditAsked, key: Key, base: Item, typed: Option<Typed>) {
    let EditAsked { cell, column, .. } = asked;
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
            view.pending.newer.set_value(Vec::new());
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

/// The draft after its first letters, which take the place of what was there or follow it.
fn begun(before: &Draft, typed: &Typed) -> Draft {
    if typed.text.is_empty() {
        return before.clone();
    }
    let follows = match before.kind {
        Kind::S | Kind::N | Kind::B if !typed.replaces => before.text.as_str(),
        _ => "",
    };
    let typed = &*format!("{follows}{}", typed.text);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_take_the_place_of_a_value_or_follow_it() {
        let before = |kind, text: &str| Draft {
            kind,
            text: text.to_owned(),
        };
        let typed = |replaces, text: &str| Typed {
            cell: Default::default(),
            column: "n".to_owned(),
            replaces,
            text: text.to_owned(),
        };
        let begun = |draft: Draft, letters| (begun(&draft, &letters).kind, begun(&draft, &letters).text);
        assert_eq!(begun(before(Kind::N, "41"), typed(true, "7")), (Kind::N, "7".to_owned()));
        assert_eq!(begun(before(Kind::N, "41"), typed(false, "75")), (Kind::N, "4175".to_owned()));
        assert_eq!(begun(before(Kind::S, "a"), typed(false, "")), (Kind::S, "a".to_owned()));
        assert_eq!(
            begun(before(Kind::Bool, "true"), typed(true, "f")),
            (Kind::Bool, "false".to_owned())
        );
        assert_eq!(begun(before(Kind::Absent, ""), typed(false, "new")), (Kind::S, "new".to_owned()));
    }
}
