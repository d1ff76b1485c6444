//! The heavy pages, each in a file of WebAssembly of its own that is fetched when it is first asked
//! for, so that the console opens without them. Only the release build splits (the feature
//! `split`); every other build has the same functions in one piece.

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::components::scope::TableScope;
use crate::nav::{Route, Section};
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
use crate::pages::settings::SettingsPage;
use crate::pages::stream::StreamPage;
use crate::pages::tables::{TableNewPage, TablePage};

/// The page's file did not come: the server is gone, or has a newer console by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

impl From<leptos::wasm_split::SplitLoaderError> for Missing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// `$chunk` names the file; functions of the same name share it. `$fetch` only fetches it.
macro_rules! chunk {
    ($chunk:ident, $fetch:ident, $page:ident($($argument:ident: $kind:ty),*) $body:block) => {
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split($chunk, wasm_split_path = ::leptos::wasm_split, preload($fetch), fallible)]
        pub fn $page($($argument: $kind),*) -> Result<AnyView, Missing> {
            Ok($body.into_any())
        }

        #[cfg(not(feature = "split"))]
        pub async fn $page($($argument: $kind),*) -> Result<AnyView, Missing> {
            Ok($body.into_any())
        }

        #[cfg(not(feature = "split"))]
        pub async fn $fetch() -> Result<(), Missing> {
            Ok(())
        }
    };
}

chunk!(items, fetch_items, items_page(scope: TableScope) { view! { <ItemsPage scope /> } });
chunk!(conversations, fetch_conversations, conversations_page(scope: TableScope) { view! { <ConversationsPage scope /> } });
chunk!(details, fetch_overview, overview_page(scope: TableScope) { view! { <TablePage scope /> } });
chunk!(partiql, fetch_partiql, partiql_page(connection: ConnectionView) { view! { <PartiQlPage connection /> } });
chunk!(forms, fetch_table_new, table_new_page(connection: ConnectionView) { view! { <TableNewPage connection /> } });
chunk!(forms, fetch_seed, seed_page(scope: TableScope) { view! { <SeedPage scope /> } });
chunk!(details, fetch_history, history_page(connection: ConnectionView) { view! { <HistoryPage connection /> } });
chunk!(details, fetch_jobs, jobs_page(connection: ConnectionView) { view! { <JobsPage connection /> } });
chunk!(details, fetch_job, job_page(connection: ConnectionView, job: String) { view! { <JobPage connection job /> } });
chunk!(settings, fetch_settings, settings_page(scope: TableScope) { view! { <SettingsPage scope /> } });
chunk!(monitoring, fetch_monitoring, monitoring_page(scope: TableScope) { view! { <MonitoringPage scope /> } });
chunk!(backups, fetch_backups, backups_page(scope: TableScope) { view! { <BackupsPage scope /> } });
chunk!(expiry, fetch_expiry, expiry_page(scope: TableScope) { view! { <ExpiryPage scope /> } });
chunk!(stream, fetch_stream, stream_page(scope: TableScope) { view! { <StreamPage scope /> } });
chunk!(relay, fetch_relay, relay_page(scope: TableScope) { view! { <RelayPage scope /> } });
chunk!(patterns, fetch_patterns, patterns_page(scope: TableScope) { view! { <PatternsPage scope /> } });

/// Fetches what a route will need, while something else is still being waited for.
pub async fn fetch(route: Route) {
    // A file that does not come is told of when its page is opened.
    let _ = match route {
        Route::TableNew { .. } => fetch_table_new().await.is_ok(),
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
        Route::Home | Route::NotFound | Route::Tables { .. } => true,
    };
}
