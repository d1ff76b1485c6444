//! The top of a page: what it is, what is known of it, what can be done.

use leptos::prelude::*;

#[component]
pub fn PageHeader(
    #[prop(into)] title: Signal<String>,
    /// Small facts beside the title.
    #[prop(optional, into)]
    meta: ViewFn,
    /// Buttons, the most important one last.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Tabs below the title.
    #[prop(optional, into)]
    tabs: ViewFn,
) -> impl IntoView {
    view! {
        <header class="ui-page-header">
            <div class="ui-page-header-row">
                <div class="ui-page-header-title">
                    <h1 id="page-title" tabindex="-1">{title}</h1>
                    <div class="ui-page-header-meta">{move || meta.run()}</div>
                </div>
                <div class="ui-page-header-actions">{move || actions.run()}</div>
            </div>
            {tabs.run()}
        </header>
    }
}
