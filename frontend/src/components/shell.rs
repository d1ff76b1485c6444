//! What stands around every page.

use leptos::html;
use leptos::prelude::*;

use super::breadcrumbs::Breadcrumbs;
use super::connection_bar::ConnectionBar;
use super::drops::DropStrip;
use super::server_banner::ServerBanner;
use super::sidebar::Sidebar;
use super::store_notice::StoreNotice;
use crate::nav::Route;
use crate::state::use_navigation;
use crate::ui::focus::{self, Since};

#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let route = use_navigation().route();
    // On a phone the sidebar is a drawer; going anywhere closes it.
    let drawer = RwSignal::new(false);
    let main = NodeRef::<html::Main>::new();
    Effect::new(move |before: Option<Route>| {
        let now = route.get();
        drawer.set(false);
        if before.as_ref().is_some_and(|before| !same_heading(before, &now)) {
            arrive(main);
        }
        now
    });
    view! {
        <a class="skip-link" href="#main">"Skip to the page"</a>
        <div class="shell" class:has-drawer=drawer>
            <ConnectionBar drawer />
            <ServerBanner />
            <StoreNotice />
            <DropStrip />
            <div class="shell-body">
                <Sidebar drawer />
                <main id="main" class="shell-main" tabindex="-1" node_ref=main>
                    <Breadcrumbs />
                    {children()}
                </main>
            </div>
        </div>
    }
}

/// Whether the operator is still on the same page, so that its heading need not be read again.
fn same_heading(before: &Route, now: &Route) -> bool {
    match (before, now) {
        (
            Route::Table {
                connection: c1,
                table: t1,
                section: s1,
            },
            Route::Table {
                connection: c2,
                table: t2,
                section: s2,
            },
        ) => c1 == c2 && t1 == t2 && s1.same_page(s2),
        (before, now) => before == now,
    }
}

/// Moves to the top of the new page and puts the focus on its heading, so that a screen reader says it.
fn arrive(main: NodeRef<html::Main>) {
    let since = Since::now();
    request_animation_frame(move || {
        let Some(main) = main.get_untracked() else { return };
        main.set_scroll_top(0);
        // A page that put the focus into its first field has said where to begin.
        let begun = focus::field().is_some_and(|field| main.contains(Some(&field)));
        if begun || since.overtaken() {
            return;
        }
        let heading = document().get_element_by_id("page-title");
        let heading = heading.and_then(|heading| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(heading).ok());
        // Without a heading yet, the page itself takes the focus.
        let _ = heading.as_ref().unwrap_or(&main).focus();
    });
}
