//! Why the last attempt failed, read out when it comes.

use leptos::prelude::*;

use super::badge::Tone;
use super::notice::Notice;

#[component]
pub fn Problem(#[prop(into)] text: Signal<Option<String>>) -> impl IntoView {
    view! {
        // What is read out has to be there before anything is in it.
        <div class="ui-problem" aria-live="assertive">
            {move || text.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
        </div>
    }
}
