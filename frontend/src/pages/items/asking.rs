//! Asking: another question, the same one again, and how a walk begins.

use leptos::prelude::*;

use super::View;
use super::expiring::as_of_now;
use super::query::{Asked, ItemsQuery};
use crate::ui::focus;

/// Whether the window is as narrow as a phone: the bound of the style sheets.
pub fn is_narrow() -> bool {
    let query = window().match_media("(max-width: 820px)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// How many segments serve a question: a Query reads in order, a Scan as the engine likes it.
pub fn segments(view: View, asked: &Asked) -> u16 {
    if asked.key.is_some() { 1 } else { view.segments.max(1) }
}

/// Asks another question; the builder shows it.
pub fn ask(view: View, asked: Asked) {
    view.draft.load(&asked);
    start(view, asked);
}

/// Runs what the operator wrote into the builder. Back returns to the question before it.
pub fn run(view: View, asked: Asked) {
    leaving_item(view, move || run_now(view, asked.clone()));
}

/// Runs a question that was made outside the builder, which shows it from then on.
pub fn run_elsewhere(view: View, asked: Asked) {
    // The builder, too, shows it only once the operator has decided.
    leaving_item(view, move || {
        view.draft.load(&asked);
        run_now(view, asked.clone());
    });
}

/// Whether something typed would be lost with the item that is open. A new item is not bound to it.
pub fn holds_typed(view: View) -> bool {
    view.dirty.get_untracked() && view.adding.with_untracked(Option::is_none)
}

/// Does what closes the open item; asks first where what was typed into its editor would be lost.
pub fn leaving_item(view: View, run: impl Fn() + Send + Sync + 'static) {
    if !holds_typed(view) {
        return run();
    }
    view.leaving(move || {
        // It was given up: what follows need not ask again.
        view.dirty.set(false);
        view.stop_editing();
        run();
    });
}

fn run_now(view: View, asked: Asked) {
    let sort = view
        .scan
        .sorted
        .with_untracked(|sorted| sorted.as_ref().map(|sorted| sorted.by.clone()));
    let link = ItemsQuery {
        asked: asked.clone(),
        sort,
        columns: view.scan.columns.with_untracked(|columns| Some(columns.remembered().clone())),
        ..ItemsQuery::default()
    };
    if is_narrow() && view.builder_open.get_untracked() {
        // There is room for one of them: the answer.
        view.builder_open.set(false);
        focus::back(&[".items-bar button"]);
    }
    // Another question is no run of the pattern any more.
    view.pattern.set(None);
    start(view, asked.clone());
    view.ran.set(Some(asked));
    view.navigation.go(&view.path.with_value(|path| link.href(path)));
}

pub fn refresh(view: View) {
    let asked = view.asked.get_untracked();
    let ttl = view.ttl.get_untracked();
    start(view, as_of_now(asked, ttl.as_deref()));
}

fn start(view: View, asked: Asked) {
    let (index, projection) = view
        .asked
        .with_untracked(|before| (before.index.clone(), before.projection.clone()));
    let other_columns = index != asked.index || projection != asked.projection;
    view.asked.set(asked.clone());
    view.first_row.set(0);
    view.last_row.set(0);
    view.page.set(None);
    // The item stays open, but its row is another one now. An editor that holds something typed is not
    // told, because it would be made anew.
    let told = !view.dirty.get_untracked();
    view.opened
        .maybe_update(|opened| opened.as_mut().and_then(|opened| opened.row.take()).is_some() && told);
    view.scan.restart(asked, 1);
    if other_columns {
        view.scan.forget_columns();
    }
    view.grid.scroll_to(0);
    begin(view, 0);
}

/// Begins a walk: to a row, or to the end where it only counts.
pub fn begin(view: View, until: usize) {
    let asked = view.asked.get_untracked();
    if asked.count {
        view.scan.load_all(asked.stop, segments(view, &asked));
    } else {
        view.scan.more(until);
    }
}
