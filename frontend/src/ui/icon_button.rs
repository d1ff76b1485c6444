//! A button that is only an icon; its label is its tooltip.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::tooltip::Tooltip;

#[component]
pub fn IconButton(
    icon: IconName,
    /// What it does: read out, and shown as a tooltip.
    #[prop(into)]
    label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    /// For a button that switches something: whether it is on.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <Tooltip text=label>
            <button
                type="button"
                class="ui-icon-button"
                aria-label=label
                aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
                disabled=disabled
                on:click=move |_| on_press.run(())
            >
                <Icon name=icon />
            </button>
        </Tooltip>
    }
}
