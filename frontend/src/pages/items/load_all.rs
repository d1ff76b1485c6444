//! Asks how far "Load all" may go.

use leptos::prelude::*;

use super::scan::{Limits, Scan};
use crate::ui::{Button, ButtonVariant, Dialog, Field, IconName, NumberInput};

#[component]
pub fn LoadAllDialog(
    open: RwSignal<bool>,
    scan: Scan,
    /// How many segments serve the question best.
    #[prop(into)]
    segments: Signal<u16>,
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
        scan.load_all(limits, segments.get_untracked());
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
                    {move || match segments.get() {
                        0 | 1 => "Reads on to the end. Stop it at any time; what was read stays.".to_owned(),
                        many => {
                            format!("Reads everything in {many} parallel segments, from the beginning. Stop it at any time; what was read stays.")
                        }
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
