//! Yes or no, with the words beside it.

use leptos::prelude::*;

use super::id;

#[component]
pub fn Checkbox(
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    /// Why it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
) -> impl IntoView {
    let id = id::unique("check");
    let hint_id = format!("{id}-hint");
    let described = hint_id.clone();
    let note = move || disabled.get().or_else(|| hint.get());
    view! {
        <div class="ui-check">
            <input
                type="checkbox"
                id=id.clone()
                prop:checked=checked
                disabled=move || disabled.with(Option::is_some)
                aria-describedby=move || note().map(|_| described.clone())
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <div>
                <label for=id>{label}</label>
                {move || note().map(|text| view! { <p class="ui-hint" id=hint_id.clone()>{text}</p> })}
            </div>
        </div>
    }
}
