//! A label, a hint and an error around one input, joined for those who cannot see them.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::id;

/// What an input needs to know of the field around it. Inputs find it in their context.
#[derive(Clone)]
pub struct FieldContext {
    pub id: String,
    /// The ids of hint and error, as `aria-describedby` wants them.
    pub described_by: Signal<Option<String>>,
    pub invalid: Signal<bool>,
    pub required: bool,
}

/// The field around an input, or one without a label for an input that brings its own.
pub(super) fn context() -> FieldContext {
    use_context().unwrap_or_else(|| FieldContext {
        id: id::unique("input"),
        described_by: Signal::from(None::<String>),
        invalid: Signal::from(false),
        required: false,
    })
}

#[component]
pub fn Field(
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    /// Keeps the label for those who listen only.
    #[prop(optional)]
    hide_label: bool,
    children: Children,
) -> impl IntoView {
    let id = id::unique("field");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        Signal::derive(move || {
            let hint = hint.with(Option::is_some).then_some(hint_id.as_str());
            let error = error.with(Option::is_some).then_some(error_id.as_str());
            let ids: Vec<&str> = [hint, error].into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let context = FieldContext {
        id: id.clone(),
        described_by,
        invalid: Signal::derive(move || error.with(Option::is_some)),
        required,
    };
    let invalid = context.invalid;
    view! {
        <div class="ui-field" class:is-invalid=invalid>
            <label class="ui-label" class:ui-hidden=hide_label class:is-required=required for=id>
                {label}
            </label>
            <leptos::context::Provider value=context>{children()}</leptos::context::Provider>
            {move || hint.get().map(|text| view! { <p class="ui-hint" id=hint_id.clone()>{text}</p> })}
            // What is read out has to be there before anything is in it.
            <div class="ui-field-said" aria-live="polite">
                {move || {
                    error
                        .get()
                        .map(|text| {
                            let is_sentence = text.starts_with(char::is_alphabetic);
                            view! {
                                <p class="ui-field-error" id=error_id.clone()>
                                    <Icon name=IconName::Alert size=14 />
                                    <span class:is-sentence=is_sentence>{text}</span>
                                </p>
                            }
                        })
                }}
            </div>
        </div>
    }
}
