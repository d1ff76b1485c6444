//! Text for machines, to read and to copy.

use leptos::prelude::*;

use super::copy_button::CopyButton;

#[component]
pub fn CodeBlock(
    #[prop(into)] text: Signal<String>,
    /// What it is: `Request as JSON`.
    #[prop(into)]
    label: String,
    /// Breaks long lines instead of scrolling them.
    #[prop(optional)]
    wrap: bool,
) -> impl IntoView {
    let copy = format!("Copy {}", lower_first(&label));
    view! {
        <figure class="ui-code">
            <figcaption class="ui-code-head">
                <span>{label.clone()}</span>
                <CopyButton text label=copy />
            </figcaption>
            // A region that scrolls must be reachable by keyboard.
            <pre class="ui-code-body" class:is-wrapped=wrap tabindex="0" role="region" aria-label=label>
                <code>{text}</code>
            </pre>
        </figure>
    }
}

/// `Request as JSON` in the middle of a sentence; an acronym keeps its capitals.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
