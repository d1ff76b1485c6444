//! One of a few values, the browser's own way.

use leptos::prelude::*;

use super::field;

/// A value and how it reads; one that is not possible says why in its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub disabled: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            disabled: false,
        }
    }
}

#[component]
pub fn Select(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Its label, where no field is around it.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let field = field::context();
    view! {
        <select
            id=field.id
            class="ui-control ui-select"
            aria-label=label
            aria-describedby=field.described_by
            aria-invalid=move || field.invalid.get().then_some("true")
            disabled=disabled
            on:change=move |event| on_change.run(event_target_value(&event))
        >
            {move || {
                choices
                    .get()
                    .into_iter()
                    .map(|choice| {
                        let own = choice.value.clone();
                        view! {
                            <option value=choice.value disabled=choice.disabled prop:selected=move || value.with(|value| *value == own)>
                                {choice.label}
                            </option>
                        }
                    })
                    .collect_view()
            }}
        </select>
    }
}
