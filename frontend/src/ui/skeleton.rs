//! The shape of what is being loaded.

use leptos::prelude::*;

#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 1)]
    lines: usize,
    /// What is being loaded, read out once.
    #[prop(default = "Loading")]
    label: &'static str,
) -> impl IntoView {
    view! {
        <div class="ui-skeleton" role="status" aria-label=label>
            {(0..lines).map(|_| view! { <span class="ui-skeleton-line"></span> }).collect_view()}
        </div>
    }
}
