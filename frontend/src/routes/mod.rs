//! Which page shows a route. A page is built anew when its connection, table or kind changes, and
//! only told of the rest, so that a chat does not start over when another conversation is opened.

mod chunks;
mod lazy;

use leptos::prelude::*;

use crate::components::scope::{TableScope, with_connection};
use crate::nav::{Route, Section};
use crate::pages::home::HomePage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::tables::TablesPage;
use crate::state::use_navigation;

#[component]
pub fn CurrentPage() -> impl IntoView {
    let route = use_navigation().route();
    let page = Memo::new(move |_| page_of(route.get()));
    lazy::fetch_ahead(page);
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
        Route::People => lazy::page(chunks::fetch_users, chunks::users_page),
        Route::CognitoIds => lazy::page(chunks::fetch_cognito_ids, chunks::cognito_ids_page),
        Route::Integrity => lazy::page(chunks::fetch_integrity, chunks::integrity_page),
        Route::Audit => lazy::page(chunks::fetch_audit, chunks::audit_page),
        Route::Sessions => lazy::page(chunks::fetch_sessions, chunks::sessions_page),
        Route::SignIn => view! { <SignInPage /> }.into_any(),
        Route::Tables { connection } => with_connection(connection, |connection| view! { <TablesPage connection /> }.into_any()),
        Route::TableNew { connection } => with_connection(connection, |connection| {
            lazy::page(chunks::fetch_table_new, move || chunks::table_new_page(connection.clone()))
        }),
        Route::PartiQl { connection } => with_connection(connection, |connection| {
            lazy::page(chunks::fetch_partiql, move || chunks::partiql_page(connection.clone()))
        }),
        Route::History { connection } => with_connection(connection, |connection| {
            lazy::page(chunks::fetch_history, move || chunks::history_page(connection.clone()))
        }),
        Route::Jobs { connection } => with_connection(connection, |connection| {
            lazy::page(chunks::fetch_jobs, move || chunks::jobs_page(connection.clone()))
        }),
        Route::Job { connection, job } => with_connection(connection, move |connection| {
            let job = job.clone();
            lazy::page(chunks::fetch_job, move || chunks::job_page(connection.clone(), job.clone()))
        }),
        Route::Table {
            connection,
            table,
            section,
        } => with_connection(connection, move |connection| {
            let scope = TableScope::enter(connection, table.clone());
            match section {
                Section::Overview => lazy::page(chunks::fetch_overview, move || chunks::overview_page(scope.clone())),
                Section::Items => lazy::page(chunks::fetch_items, move || chunks::items_page(scope.clone())),
                Section::Seed => lazy::page(chunks::fetch_seed, move || chunks::seed_page(scope.clone())),
                Section::Conversations { .. } => lazy::page(chunks::fetch_conversations, move || chunks::conversations_page(scope.clone())),
                Section::Settings => lazy::page(chunks::fetch_settings, move || chunks::settings_page(scope.clone())),
                Section::Monitoring => lazy::page(chunks::fetch_monitoring, move || chunks::monitoring_page(scope.clone())),
                Section::Backups => lazy::page(chunks::fetch_backups, move || chunks::backups_page(scope.clone())),
                Section::Expiry => lazy::page(chunks::fetch_expiry, move || chunks::expiry_page(scope.clone())),
                Section::Stream => lazy::page(chunks::fetch_stream, move || chunks::stream_page(scope.clone())),
                Section::Relay => lazy::page(chunks::fetch_relay, move || chunks::relay_page(scope.clone())),
                Section::Patterns => lazy::page(chunks::fetch_patterns, move || chunks::patterns_page(scope.clone())),
            }
        }),
    }
}
