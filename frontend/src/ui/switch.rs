//! On or off, at once.

use leptos::prelude::*;

#[component]
pub fn Switch(#[prop(into)] on: Signal<bool>, #[prop(into)] on_change: Callback<bool>, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ui-switch"
            role="switch"
            aria-checked=move || on.get().to_string()
            on:click=move |_| on_change.run(!on.get_untracked())
        >
            <span class="ui-switch-track" aria-hidden="true"></span>
            {label}
        </button>
    }
}
