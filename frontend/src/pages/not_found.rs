//! A URL that leads nowhere.

use leptos::prelude::*;

use crate::components::Page;
use crate::nav;
use crate::ui::{ButtonVariant, EmptyState, IconName, LinkButton};

#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title="Page not found">
            <EmptyState icon=IconName::Search title="There is nothing here" text="The address may be mistyped, or from another version of Dynadesk.">
                <LinkButton variant=ButtonVariant::Primary href=nav::home()>"Go to the start"</LinkButton>
            </EmptyState>
        </Page>
    }
}
