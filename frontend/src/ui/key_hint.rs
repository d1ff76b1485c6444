//! Keys as they stand on a keyboard.

use leptos::prelude::*;

#[component]
pub fn KeyHint(
    /// One or more keys, separated by spaces: `g t`.
    #[prop(into)]
    keys: String,
) -> impl IntoView {
    let keys: Vec<_> = keys
        .split(' ')
        .map(|key| view! { <kbd class="ui-key">{key.to_owned()}</kbd> })
        .collect();
    view! { <span class="ui-keys">{keys}</span> }
}
