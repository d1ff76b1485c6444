//! One of two to five values, all of them in sight: radio buttons in one frame.

use leptos::prelude::*;

use super::id;
use super::select::Choice;

#[component]
pub fn SegmentedControl(
    /// What is chosen, read out.
    #[prop(into)]
    label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    choices: Vec<Choice>,
) -> impl IntoView {
    let name = id::unique("segment");
    view! {
        <div class="ui-segmented" role="radiogroup" aria-label=label>
            {choices
                .into_iter()
                .map(|choice| {
                    let (own, sent) = (choice.value.clone(), choice.value.clone());
                    view! {
                        <label class="ui-segment">
                            <input
                                type="radio"
                                name=name.clone()
                                value=choice.value
                                disabled=choice.disabled
                                prop:checked=move || value.with(|value| *value == own)
                                on:change=move |_| on_change.run(sent.clone())
                            />
                            <span>{choice.label}</span>
                        </label>
                    }
                })
                .collect_view()}
        </div>
    }
}
