//! What a place without content says: what belongs here, and how it gets here.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

#[component]
pub fn EmptyState(
    icon: IconName,
    #[prop(into)] title: String,
    /// One or two sentences that teach.
    #[prop(into)]
    text: String,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="ui-empty">
            <span class="ui-empty-icon"><Icon name=icon size=20 /></span>
            <h2 class="ui-empty-title">{title}</h2>
            <p class="ui-empty-text">{text}</p>
            {children.map(|children| view! { <div class="ui-empty-actions">{children()}</div> })}
        </div>
    }
}
