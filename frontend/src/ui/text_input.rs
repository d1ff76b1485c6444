//! Inputs for text and numbers. A number stays text, so that no digit is lost.

use leptos::html;
use leptos::prelude::*;

use super::field;
use super::focus;
use super::icon::{Icon, IconName};

#[component]
pub fn TextInput(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional, into)] placeholder: String,
    /// Set in the monospaced face: for names and keys.
    #[prop(optional)]
    mono: bool,
    /// An icon inside, at the start.
    #[prop(optional, into)]
    icon: Option<IconName>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// Its label, where no field is around it.
    #[prop(optional, into)]
    label: Option<String>,
    /// `search`, `email` and so on.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "text")] inputmode: &'static str,
    /// What the browser may fill in: nothing, unless it is said.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Values that the browser offers.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
    #[prop(optional, into)] on_key: Option<Callback<leptos::ev::KeyboardEvent>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let field = field::context();
    let list = format!("{}-list", field.id);
    let list_id = list.clone();
    if autofocus {
        Effect::new(move |_| {
            if let Some(input) = node_ref.get() {
                focus::appeared(&input);
            }
        });
    }
    view! {
        <span class="ui-input" class:has-icon=icon.is_some()>
            {icon.map(|name| view! { <Icon name /> })}
            <input
                type=kind
                id=field.id
                class="ui-control"
                class:is-mono=mono
                node_ref=node_ref
                inputmode=inputmode
                placeholder=placeholder
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                aria-label=label
                aria-describedby=field.described_by
                aria-invalid=move || field.invalid.get().then_some("true")
                aria-required=field.required.then_some("true")
                disabled=disabled
                list=move || suggestions.with(|all| !all.is_empty()).then(|| list_id.clone())
                prop:value=value
                on:input=move |event| on_input.run(event_target_value(&event))
                on:keydown=move |event| {
                    if let Some(on_key) = on_key {
                        on_key.run(event);
                    }
                }
            />
            {move || {
                let all = suggestions.get();
                let id = list.clone();
                (!all.is_empty())
                    .then(|| {
                        view! {
                            <datalist id=id>
                                {all.into_iter().map(|value| view! { <option value=value></option> }).collect_view()}
                            </datalist>
                        }
                    })
            }}
        </span>
    }
}

/// A whole number as text: the keyboard of a phone shows digits, and nothing is rounded.
#[component]
pub fn NumberInput(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] label: Option<String>,
) -> impl IntoView {
    // `label` is optional here as there; an empty one would hide the field's own.
    match label {
        Some(label) => view! { <TextInput value on_input placeholder disabled inputmode="numeric" label /> }.into_any(),
        None => view! { <TextInput value on_input placeholder disabled inputmode="numeric" /> }.into_any(),
    }
}

#[component]
pub fn TextArea(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional, into)] placeholder: String,
    #[prop(default = 6)] rows: u16,
    #[prop(optional)] mono: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] label: Option<String>,
    #[prop(optional, into)] on_key: Option<Callback<leptos::ev::KeyboardEvent>>,
    #[prop(optional)] node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let field = field::context();
    view! {
        <textarea
            id=field.id
            class="ui-control ui-textarea"
            class:is-mono=mono
            node_ref=node_ref
            rows=rows
            placeholder=placeholder
            autocomplete="off"
            spellcheck="false"
            aria-label=label
            aria-describedby=field.described_by
            aria-invalid=move || field.invalid.get().then_some("true")
            aria-required=field.required.then_some("true")
            disabled=disabled
            prop:value=value
            on:input=move |event| on_input.run(event_target_value(&event))
            on:keydown=move |event| {
                if let Some(on_key) = on_key {
                    on_key.run(event);
                }
            }
        ></textarea>
    }
}
