//! Copies a text and says so.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::icon::{Icon, IconName};
use super::tooltip::Tooltip;

/// Puts a text on the clipboard; whether the browser allowed it.
pub async fn copy_text(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

#[component]
pub fn CopyButton(
    #[prop(into)] text: Signal<String>,
    /// What is copied: `Copy request id`.
    #[prop(into)]
    label: String,
    /// Shows the label beside the icon.
    #[prop(optional)]
    labelled: bool,
) -> impl IntoView {
    let said = RwSignal::new(None::<&'static str>);
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            let answer = if copy_text(&text).await {
                "Copied"
            } else {
                "The browser did not allow it"
            };
            if said.try_set(Some(answer)).is_none() {
                set_timeout(
                    move || {
                        said.try_set(None);
                    },
                    Duration::from_millis(1_600),
                );
            }
        });
    };
    let icon = move || {
        if said.get() == Some("Copied") {
            IconName::Check
        } else {
            IconName::Copy
        }
    };
    let tip = {
        let label = label.clone();
        Signal::derive(move || said.get().map_or_else(|| label.clone(), str::to_owned))
    };
    view! {
        <Tooltip text=tip>
            <button type="button" class="ui-copy" class:is-done=move || said.get().is_some() aria-label=label.clone() on:click=copy>
                {move || view! { <Icon name=icon() /> }}
                {labelled.then(|| view! { <span>{label.clone()}</span> })}
            </button>
            <span class="ui-hidden" role="status">{move || said.get()}</span>
        </Tooltip>
    }
}
