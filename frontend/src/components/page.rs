//! The frame of a page: its header, its title in the browser's tab, and the focus on arrival.

use leptos::prelude::*;

use crate::state::use_navigation;
use crate::ui::PageHeader;

#[component]
pub fn Page(
    #[prop(into)] title: Signal<String>,
    /// What the tab of the browser says before the connection; the title where nothing is said.
    #[prop(optional, into)]
    tab_title: Option<Signal<String>>,
    #[prop(optional, into)] meta: ViewFn,
    #[prop(optional, into)] actions: ViewFn,
    #[prop(optional, into)] tabs: ViewFn,
    /// The page fills the window and scrolls by itself, as a grid or a chat does.
    #[prop(optional)]
    fill: bool,
    /// The page is as narrow as a form.
    #[prop(optional)]
    narrow: bool,
    children: Children,
) -> impl IntoView {
    let route = use_navigation().route();
    Effect::new(move |_| {
        let title = tab_title.unwrap_or(title).get();
        let place = route.with(|route| route.connection().map(str::to_owned));
        let parts: Vec<String> = [Some(title), place].into_iter().flatten().filter(|part| !part.is_empty()).collect();
        document().set_title(&format!("{} · Dynadesk", parts.join(" · ")));
    });
    view! {
        <div class="page" class:is-filling=fill class:is-narrow=narrow>
            <PageHeader title meta actions tabs />
            {children()}
        </div>
    }
}
