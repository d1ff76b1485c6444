//! How far something is.

use leptos::prelude::*;

use super::badge::Tone;

#[component]
pub fn ProgressBar(
    /// 0 to 1; nothing while the end is not known.
    #[prop(into)]
    value: Signal<Option<f64>>,
    /// What is under way, read out.
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional, into)] tone: Signal<Tone>,
) -> impl IntoView {
    let percent = move || value.get().map(|part| (part.clamp(0.0, 1.0) * 100.0).round());
    view! {
        <div
            class=move || format!("ui-progress {}", tone.get().class())
            class:is-endless=move || value.get().is_none()
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent().map(|percent| percent.to_string())
        >
            <span class="ui-progress-bar" style:width=move || percent().map_or(String::new(), |percent| format!("{percent}%"))></span>
        </div>
    }
}
