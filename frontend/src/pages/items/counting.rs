//! An exact count: how many items match, as far as was read, in the place of the grid.

use leptos::prelude::*;

use super::query::Asked;
use super::scan::Phase;
use super::{View, ask};
use crate::components::TableScope;
use crate::format;
use crate::ui::{Button, IconName, ProgressBar};

#[component]
pub fn Counting(view: View, scope: TableScope) -> impl IntoView {
    let scan = view.scan;
    let details = scope.details;
    // How many items there are to examine, which the engine knows only about.
    let about = Memo::new(move |_| {
        let (index, query) = view.asked.with(|asked| (asked.index.clone(), asked.key.is_some()));
        let items = details.ready(|table| match &index {
            Some(name) => super::builder::draft::find(table, name).map_or(0, |index| index.item_count),
            None => table.item_count,
        });
        items.filter(|items| !query && *items > 0)
    });
    let standing = move || match (scan.ended.get(), scan.phase.get()) {
        (true, _) => ", counted to the end: this is exact",
        (false, Phase::Idle) => " so far: the rest is not read yet",
        (false, _) => " so far, counting on",
    };
    let progress = move || {
        let scanned = scan.totals.with(|totals| totals.scanned);
        about.get().filter(|_| !scan.ended.get()).map(|about| {
            let share = (scanned as f64 / about as f64).min(1.0);
            view! {
                <ProgressBar value=Some(share) label="Share of the items examined" />
                <p class="muted num">{format!("{} of about {} examined", format::count(scanned), format::count(about))}</p>
            }
        })
    };
    view! {
        <section class="items-count" aria-label="Count">
            <p class="items-count-number num">{move || format::count(scan.totals.with(|totals| totals.matched))}</p>
            <p role="status">{move || format!("{}{}", if scan.totals.with(|totals| totals.matched) == 1 { "item matches" } else { "items match" }, standing())}</p>
            {progress}
            <Button icon=IconName::Table on_press=move |()| ask(view, Asked { count: false, ..view.asked.get_untracked() })>"Show the items"</Button>
        </section>
    }
}
