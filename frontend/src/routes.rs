//! Which page shows a route. A page is built anew when its connection, table or kind changes, and
//! only told of the rest, so that a chat does not start over when another conversation is opened.

use leptos::prelude::*;

use crate::components::scope::{TableScope, with_connection};
use crate::nav::{Route, Section};
use crate::pages::conversations::ConversationsPage;
use crate::pages::home::HomePage;
use crate::pages::items::ItemsPage;
use crate::pages::jobs::{JobPage, JobsPage};
use crate::pages::not_found::NotFoundPage;
use crate::pages::seed::SeedPage;
use crate::pages::tables::{TableNewPage, TablePage, TablesPage};
use crate::state::use_navigation;

#[component]
pub fn CurrentPage() -> impl IntoView {
    let route = use_navigation().route();
    let page = Memo::new(move |_| page_of(route.get()));
    move || show(page.get())
}

/// The route without what its page follows by itself.
fn page_of(route: Route) -> Route {
    match route {
        Route::Table {
            connection,
            table,
            section: Section::Conversations { .. },
        } => Route::Table {
            connection,
            table,
            section: Section::USERS,
        },
        other => other,
    }
}

fn show(route: Route) -> AnyView {
    match route {
        Route::Home => view! { <HomePage /> }.into_any(),
        Route::NotFound => view! { <NotFoundPage /> }.into_any(),
        Route::Tables { connection } => with_connection(connection, |connection| view! { <TablesPage connection /> }.into_any()),
        Route::TableNew { connection } => with_connection(connection, |connection| view! { <TableNewPage connection /> }.into_any()),
        Route::Jobs { connection } => with_connection(connection, |connection| view! { <JobsPage connection /> }.into_any()),
        Route::Job { connection, job } => with_connection(connection, move |connection| {
            view! { <JobPage connection job=job.clone() /> }.into_any()
        }),
        Route::Table {
            connection,
            table,
            section,
        } => with_connection(connection, move |connection| {
            let scope = TableScope::enter(connection, table.clone());
            match section {
                Section::Overview => view! { <TablePage scope /> }.into_any(),
                Section::Items => view! { <ItemsPage scope /> }.into_any(),
                Section::Seed => view! { <SeedPage scope /> }.into_any(),
                Section::Conversations { .. } => view! { <ConversationsPage scope /> }.into_any(),
            }
        }),
    }
}
