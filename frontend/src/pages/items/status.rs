//! The numbers below the grid: what was read, what it cost, and whether that is all.

use leptos::prelude::*;

use super::View;
use super::expiring::hidden;
use super::pager::Pager;
use super::scan::{Pause, Phase, Scan};
use crate::components::scan_budget::ScanBudgetNote;
use crate::format;
use crate::state::use_navigation;
use crate::ui::{Button, IconName};

#[component]
pub fn StatusLine(view: View) -> impl IntoView {
    let Scan {
        totals,
        phase,
        pause,
        ended,
        changed,
        sorted,
        ..
    } = view.scan;
    let scan = view.scan;
    let facts = move || {
        totals.with(|totals| {
            let split = format::split(&totals.split).map(|split| format!(" ({split})"));
            format!(
                "{} scanned · {} matched · {} RCU{} · {}",
                format::count(totals.scanned),
                format::count(totals.matched),
                format::units(totals.units),
                split.unwrap_or_default(),
                format::counted(totals.requests, "request", "requests")
            )
        })
    };
    let standing = move || match (phase.get(), ended.get(), pause.get()) {
        (Phase::LoadingAll, ..) if view.asked.with(|asked| asked.count) => "Counting …",
        (Phase::LoadingAll, ..) => "Loading all …",
        (Phase::Reading, ..) => "Reading …",
        (Phase::Idle, true, _) => "End reached",
        (Phase::Idle, false, Pause::Stopped) => "Stopped, there is more",
        (Phase::Idle, false, Pause::Budget) => "Limit reached, there is more",
        (Phase::Idle, false, _) => "There is more",
    };
    // Sorted rows never go on by themselves.
    let thin = move || phase.get() == Phase::Idle && !ended.get() && (pause.get() != Pause::None || sorted.with(Option::is_some));
    let route = use_navigation().route();
    let scanned = Memo::new(move |_| {
        let table = route.with(|route| route.table().map(str::to_owned))?;
        view.asked.with(|asked| asked.key.is_none()).then_some(table)
    });
    let read = Signal::derive(move || (phase.get() == Phase::Idle).then(|| totals.with(|totals| totals.requests)));
    let counting = Memo::new(move |_| view.asked.with(|asked| asked.count));
    view! {
        <div class="items-status">
            <span class="items-status-standing" class:is-busy=move || phase.get() != Phase::Idle role="status">{standing}</span>
            <span class="items-status-facts num">{facts}</span>
            <Show when=move || !counting.get()>
                <SortNote scan />
            </Show>
            <ScanBudgetNote table=scanned read />
            {move || hidden(view).map(|said| view! { <span class="items-status-note">{said}</span> })}
            {move || changed.get().then(|| view! { <span class="items-status-note">"The table changed since; refresh to see it as it is"</span> })}
            <span class="items-status-actions">
                {move || {
                    thin()
                        .then(|| {
                            let said = totals
                                .with_untracked(|totals| {
                                    format!("Scanned {}, matched {}", format::count(totals.scanned), format::count(totals.matched))
                                });
                            view! {
                                {(pause.get_untracked() == Pause::Thin).then_some(said)}
                                <Button small=true icon=IconName::Play on_press=move |()| scan.go_on()>"Continue"</Button>
                            }
                        })
                }}
                {move || {
                    (phase.get() != Phase::Idle)
                        .then(|| view! { <Button small=true icon=IconName::Stop on_press=move |()| scan.stop()>"Stop"</Button> })
                }}
                <Show when=move || !counting.get()>
                    <Pager view />
                </Show>
            </span>
        </div>
    }
}

/// Says what the order on the screen covers, with the way back to the engine's own.
#[component]
fn SortNote(scan: Scan) -> impl IntoView {
    let unsort = move || {
        // The engine's order is always there.
        let _ = scan.sort(None);
    };
    move || {
        scan.sorted.get().map(|sorted| {
            let direction = if sorted.by.descending { "descending" } else { "ascending" };
            let rows = match (scan.ended.get(), sorted.rows) {
                (true, rows) => format!("all {} rows", format::count(rows as u64)),
                (false, 1) => "this 1 row".to_owned(),
                (false, rows) => format!("these {} rows", format::count(rows as u64)),
            };
            view! {
                <span class="items-status-sort">
                    <span>{format!("Sorted by {} {direction}: {rows}", sorted.by.attribute)}</span>
                    <Button small=true on_press=move |()| unsort()>"Unsort"</Button>
                </span>
            }
        })
    }
}
