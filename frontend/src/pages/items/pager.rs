//! Previous and Next, by the pages that the engine gave: they work on every operation and index,
//! because a page that was read is kept or fetched again by its own cursor.

use leptos::prelude::*;

use super::View;
use super::scan::Phase;
use crate::format;
use crate::ui::Button;

/// The page in view. A page that was gone to counts while its first row is in sight: at the end it
/// may be too short to stand at the top.
fn current(view: View) -> Option<usize> {
    view.scan.rows.track();
    let (first, last) = (view.first_row.get(), view.last_row.get());
    let shown = |page: &usize| {
        view.scan
            .page_first(*page)
            .is_some_and(|row| (first..last.max(first + 1)).contains(&row))
    };
    view.page.get().filter(shown).or_else(|| view.scan.page_of(first))
}

/// Shows a page from its first row.
fn show(view: View, page: usize) {
    if let Some(row) = view.scan.page_first(page) {
        view.page.set(Some(page));
        view.grid.scroll_to(row);
    }
}

#[component]
pub fn Pager(view: View) -> impl IntoView {
    let scan = view.scan;
    // A page that was asked for and is still to come.
    let awaited = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        let (Some(page), _, phase) = (awaited.get(), scan.rows.get(), scan.phase.get()) else {
            return;
        };
        if scan.page_first(page).is_some() {
            awaited.set(None);
            // The grid learns of the new rows first.
            request_animation_frame(move || show(view, page));
        } else if phase == Phase::Idle {
            awaited.set(None);
        }
    });
    // Another question has pages of its own.
    Effect::new(move |_| {
        view.asked.track();
        awaited.set(None);
    });
    let page = Memo::new(move |_| current(view));
    let in_order = move || scan.sorted.with(Option::is_none);
    let unordered = || "Sorted on screen: pages are the engine's order".to_owned();
    let no_previous = Signal::derive(move || match page.get() {
        _ if !in_order() => Some(unordered()),
        Some(page) if page > 0 => None,
        _ => Some("This is the first page".to_owned()),
    });
    let no_next = Signal::derive(move || {
        let count = scan.page_count();
        match page.get() {
            _ if !in_order() => Some(unordered()),
            Some(page) if page + 1 < count => None,
            _ if scan.ended.get() => Some("This is the last page".to_owned()),
            _ => None,
        }
    });
    let previous = move || {
        if let Some(page) = page.get_untracked().filter(|page| *page > 0) {
            show(view, page - 1);
        }
    };
    let next = move || {
        let after = page.get_untracked().map_or(0, |page| page + 1);
        if after < scan.page_count_untracked() {
            show(view, after);
        } else {
            awaited.set(Some(after));
            scan.more(0);
        }
    };
    let says = move || page.get().map(|page| format!("Page {}", format::count(page as u64 + 1)));
    view! {
        <span class="items-pager" role="group" aria-label="Pages">
            <Button small=true disabled=no_previous on_press=move |()| previous()>"Previous"</Button>
            <span class="num">{says}</span>
            <Button small=true disabled=no_next on_press=move |()| next()>"Next"</Button>
        </span>
    }
}
