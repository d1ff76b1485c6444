//! The heavy pages, in files of their own (`crate::split`). Pages that an operator visits together share
//! one: what two files need becomes a third, so many files would be many more.

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::components::scope::TableScope;
use crate::nav::{Route, Section};
use crate::pages::audit::AuditPage;
use crate::pages::backups::BackupsPage;
use crate::pages::conversations::ConversationsPage;
use crate::pages::expiry::ExpiryPage;
use crate::pages::history::HistoryPage;
use crate::pages::items::ItemsPage;
use crate::pages::jobs::{JobPage, JobsPage};
use crate::pages::monitoring::MonitoringPage;
use crate::pages::partiql::PartiQlPage;
use crate::pages::patterns::PatternsPage;
use crate::pages::relay::RelayPage;
use crate::pages::seed::SeedPage;
use crate::pages::sessions::SessionsPage;
use crate::pages::settings::SettingsPage;
use crate::pages::stream::StreamPage;
use crate::pages::tables::{TableNewPage, TablePage};
use crate::pages::users::{CognitoIdsPage, IntegrityPage, UsersPage};
use crate::split::chunk;

chunk!(items, fetch_items, items_page(scope: TableScope) { view! { <ItemsPage scope /> } });
chunk!(conversations, fetch_conversations, conversations_page(scope: TableScope) { view! { <ConversationsPage scope /> } });
chunk!(details, fetch_overview, overview_page(scope: TableScope) { view! { <TablePage scope /> } });
chunk!(partiql, fetch_partiql, partiql_page(connection: ConnectionView) { view! { <PartiQlPage connection /> } });
chunk!(forms, fetch_table_new, table_new_page(connection: ConnectionView) { view! { <TableNewPage connection /> } });
chunk!(forms, fetch_seed, seed_page(scope: TableScope) { view! { <SeedPage scope /> } });
chunk!(details, fetch_history, history_page(connection: ConnectionView) { view! { <HistoryPage connection /> } });
chunk!(details, fetch_jobs, jobs_page(connection: ConnectionView) { view! { <JobsPage connection /> } });
chunk!(details, fetch_job, job_page(connection: ConnectionView, job: String) { view! { <JobPage connection job /> } });
chunk!(table, fetch_settings, settings_page(scope: TableScope) { view! { <SettingsPage scope /> } });
chunk!(table, fetch_monitoring, monitoring_page(scope: TableScope) { view! { <MonitoringPage scope /> } });
chunk!(table, fetch_backups, backups_page(scope: TableScope) { view! { <BackupsPage scope /> } });
chunk!(table, fetch_expiry, expiry_page(scope: TableScope) { view! { <ExpiryPage scope /> } });
chunk!(stream, fetch_stream, stream_page(scope: TableScope) { view! { <StreamPage scope /> } });
chunk!(stream, fetch_relay, relay_page(scope: TableScope) { view! { <RelayPage scope /> } });
chunk!(table, fetch_patterns, patterns_page(scope: TableScope) { view! { <PatternsPage scope /> } });
chunk!(users, fetch_users, users_page() { view! { <UsersPage /> } });
chunk!(users, fetch_cognito_ids, cognito_ids_page() { view! { <CognitoIdsPage /> } });
chunk!(users, fetch_integrity, integrity_page() { view! { <IntegrityPage /> } });
chunk!(details, fetch_audit, audit_page() { view! { <AuditPage /> } });
chunk!(details, fetch_sessions, sessions_page() { view! { <SessionsPage /> } });

/// Fetches what a route will need, while something else is still being waited for.
pub async fn fetch(route: Route) {
    // A file that does not come is told of when its page is opened.
    let _ = match route {
        Route::TableNew { .. } => fetch_table_new().await.is_ok(),
        Route::People => fetch_users().await.is_ok(),
        Route::CognitoIds => fetch_cognito_ids().await.is_ok(),
        Route::Integrity => fetch_integrity().await.is_ok(),
        Route::Audit => fetch_audit().await.is_ok(),
        Route::Sessions => fetch_sessions().await.is_ok(),
        Route::PartiQl { .. } => fetch_partiql().await.is_ok(),
        Route::History { .. } => fetch_history().await.is_ok(),
        Route::Jobs { .. } => fetch_jobs().await.is_ok(),
        Route::Job { .. } => fetch_job().await.is_ok(),
        Route::Table { section, .. } => match section {
            Section::Overview => fetch_overview().await.is_ok(),
            Section::Items => fetch_items().await.is_ok(),
            Section::Seed => fetch_seed().await.is_ok(),
            Section::Conversations { .. } => fetch_conversations().await.is_ok(),
            Section::Settings => fetch_settings().await.is_ok(),
            Section::Monitoring => fetch_monitoring().await.is_ok(),
            Section::Backups => fetch_backups().await.is_ok(),
            Section::Expiry => fetch_expiry().await.is_ok(),
            Section::Stream => fetch_stream().await.is_ok(),
            Section::Relay => fetch_relay().await.is_ok(),
            Section::Patterns => fetch_patterns().await.is_ok(),
        },
        Route::Home | Route::NotFound | Route::SignIn | Route::Tables { .. } => true,
    };
}
