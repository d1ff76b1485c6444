//! Asking: another question, the same one again, and how a walk begins.

use leptos::prelude::*;

use super::View;
use super::query::{Asked, ItemsQuery};

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
    start(view, asked.clone());
    view.ran.set(Some(asked));
    view.navigation.go(&view.path.with_value(|path| link.href(path)));
}

/// Runs a question that was made outside the builder, which shows it from then on.
pub fn run_elsewhere(view: View, asked: Asked) {
    view.draft.load(&asked);
    run(view, asked);
}

pub fn refresh(view: View) {
    start(view, view.asked.get_untracked());
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
    // The item stays open, but its row is another one now.
    view.opened
        .maybe_update(|opened| opened.as_mut().and_then(|opened| opened.row.take()).is_some());
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
