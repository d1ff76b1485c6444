//! A dot and the word it stands for: colour never speaks alone.

use leptos::prelude::*;

use super::badge::Tone;

#[component]
pub fn StatusDot(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] label: Signal<String>,
    /// Something is under way.
    #[prop(optional, into)]
    pulsing: Signal<bool>,
) -> impl IntoView {
    view! {
        <span class=move || format!("ui-status {}", tone.get().class()) class:is-pulsing=pulsing>
            <span class="ui-status-dot" aria-hidden="true"></span>
            {label}
        </span>
    }
}
