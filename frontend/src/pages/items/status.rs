//! The numbers below the grid: what was read, what it cost, and whether that is all.

use leptos::prelude::*;

use super::scan::{Limits, Pause, Phase, Scan};
use crate::format;
use crate::ui::{Button, ButtonVariant, Dialog, Field, IconName, NumberInput};

#[component]
pub fn StatusLine(scan: Scan) -> impl IntoView {
    let Scan {
        totals,
        phase,
        pause,
        ended,
        changed,
        sorted,
        ..
    } = scan;
    let facts = move || {
        totals.with(|totals| {
            format!(
                "{} scanned · {} matched · {} RCU · {}",
                format::count(totals.scanned),
                format::count(totals.matched),
                format::units(totals.units),
                format::counted(totals.requests, "request", "requests")
            )
        })
    };
    let standing = move || match (phase.get(), ended.get(), pause.get()) {
        (Phase::LoadingAll, ..) => "Loading all …",
        (Phase::Reading, ..) => "Reading …",
        (Phase::Idle, true, _) => "End reached",
        (Phase::Idle, false, Pause::Stopped) => "Stopped, there is more",
        (Phase::Idle, false, Pause::Budget) => "Limit reached, there is more",
        (Phase::Idle, false, _) => "There is more",
    };
    // Sorted rows never go on by themselves.
    let thin = move || phase.get() == Phase::Idle && !ended.get() && (pause.get() != Pause::None || sorted.with(Option::is_some));
    view! {
        <div class="items-status">
            <span class="items-status-standing" class:is-busy=move || phase.get() != Phase::Idle role="status">{standing}</span>
            <span class="items-status-facts num">{facts}</span>
            {move || changed.get().then(|| view! { <span class="items-status-note">"The table changed since; refresh to see it as it is"</span> })}
            <span class="items-status-actions">
                {move || {
                    thin()
                        .then(|| {
                            let totals = totals.get_untracked();
                            view! {
                                {(pause.get_untracked() == Pause::Thin)
                                    .then(|| {
                                        format!(
                                            "Scanned {}, matched {}",
                                            format::count(totals.scanned),
                                            format::count(totals.matched),
                                        )
                                    })}
                                <Button small=true icon=IconName::Play on_press=move |()| scan.more(0)>"Continue"</Button>
                            }
                        })
                }}
                {move || {
                    (phase.get() != Phase::Idle)
                        .then(|| view! { <Button small=true icon=IconName::Stop on_press=move |()| scan.stop()>"Stop"</Button> })
                }}
            </span>
        </div>
    }
}

/// Asks how far "Load all" may go.
#[component]
pub fn LoadAllDialog(
    open: RwSignal<bool>,
    scan: Scan,
    /// How many segments serve the engine best.
    segments: u16,
) -> impl IntoView {
    let (items, units) = (RwSignal::new("100000".to_owned()), RwSignal::new(String::new()));
    let read = |text: String| text.trim().replace([',', ' '], "").parse::<u64>();
    let problem = move |text: String| (!text.trim().is_empty() && read(text).is_err()).then(|| "A whole number, or nothing".to_owned());
    let start = move || {
        let (items, units) = (items.get_untracked(), units.get_untracked());
        if problem(items.clone()).or(problem(units.clone())).is_some() {
            return;
        }
        open.set(false);
        let limits = Limits {
            items: read(items).ok(),
            units: read(units).ok(),
        };
        scan.load_all(limits, segments);
    };
    view! {
        <Dialog open title="Load all">
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    start();
                }
            >
                <p class="muted">
                    {if segments > 1 {
                        format!("Reads the whole table in {segments} parallel segments, from the beginning. Stop it at any time; what was read stays.")
                    } else {
                        "Reads on to the end of the table. Stop it at any time; what was read stays.".to_owned()
                    }}
                </p>
                <Field label="Stop after items" hint="Empty for no limit" error=Signal::derive(move || problem(items.get()))>
                    <NumberInput value=items on_input=move |text| items.set(text) />
                </Field>
                <Field label="Stop after read capacity units" hint="Empty for no limit" error=Signal::derive(move || problem(units.get()))>
                    <NumberInput value=units on_input=move |text| units.set(text) />
                </Field>
                <div class="row"><Button variant=ButtonVariant::Primary submit=true icon=IconName::Play>"Load all"</Button></div>
            </form>
        </Dialog>
    }
}
