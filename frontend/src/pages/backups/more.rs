//! The foot of a list that has more pages: how many rows are shown, and the button for the next ones.

use dynadesk_shared::api::backups::{BackupsPages, BackupsView};
use dynadesk_shared::backups::MOST_PAGES;
use leptos::prelude::*;

use super::Desk;
use crate::format;
use crate::ui::Button;

/// One of the three lists of the page.
#[derive(Clone, Copy)]
pub enum List {
    Backups,
    Exports,
    Imports,
}

impl List {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Backups => ("backup", "backups"),
            Self::Exports => ("export", "exports"),
            Self::Imports => ("import", "imports"),
        }
    }

    fn pages(self, pages: &mut BackupsPages) -> &mut u32 {
        match self {
            Self::Backups => &mut pages.backups,
            Self::Exports => &mut pages.exports,
            Self::Imports => &mut pages.imports,
        }
    }

    /// How many are shown, and whether there are more.
    fn shown(self, view: &BackupsView) -> (usize, bool) {
        match self {
            Self::Backups => (view.backups.len(), view.more_backups),
            Self::Exports => (view.exports.len(), view.more_exports),
            Self::Imports => (view.imports.len(), view.more_imports),
        }
    }
}

#[component]
pub fn More(desk: Desk, list: List) -> impl IntoView {
    let (view, pages) = (desk.view, desk.pages);
    let shown = Memo::new(move |_| view.ready(|view| list.shown(view)).unwrap_or_default());
    let (one, many) = list.words();
    let full = Signal::derive(move || {
        let all = pages.with(|pages| *list.pages(&mut pages.clone()) >= MOST_PAGES);
        all.then(|| format!("This page shows at most {MOST_PAGES} pages of {many}"))
    });
    let next = move |()| {
        pages.update(|pages| *list.pages(pages) += 1);
        view.refresh();
    };
    let count = move || {
        let rows = format::counted(shown.get().0 as u64, one, many);
        format!("{rows} shown, the newest of them first. There are more.")
    };
    // The button stays where it is while its list grows, and with it the focus.
    view! {
        <Show when=move || shown.get().1>
            <div class="backups-more">
                <span class="muted" role="status">{count}</span>
                <Button small=true busy=view.busy() disabled=full on_press=next>{format!("Show more {many}")}</Button>
            </div>
        </Show>
    }
}
