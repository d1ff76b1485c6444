//! What every handler shares.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::access::Access;
use crate::assets::Ui;
use crate::audit::Audit;
use crate::budgets::Budgets;
use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::connections::Connections;
use crate::conversations::LiveFeeds;
use crate::identity::Identity;
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::middleware::guard::HostNames;
use crate::ready::Readiness;
use crate::relay::Relays;
use crate::store::Store;
use crate::streams::Hubs;
use crate::tables::FollowUps;

/// Cheap to clone: one reference.
#[derive(Clone, Debug)]
pub struct AppState(Arc<App>);

#[derive(Debug)]
pub struct App {
    pub connections: Connections,
    /// Who may come in.
    pub access: Access,
    /// Who did what.
    pub audit: Audit,
    /// The users of the application, where they are configured.
    pub identity: Identity,
    /// Where Dynadesk keeps what is its own. Exists.
    pub data_dir: PathBuf,
    /// What is still to be done to tables that were just created.
    pub follow_ups: FollowUps,
    /// How much of whole tables people may still read.
    pub budgets: Budgets,
    /// The names under which browsers may reach us.
    pub hosts: HostNames,
    pub ui: Ui,
    /// The path before the console, as `/desk`; empty where it has a name of its own.
    pub base: String,
    /// Fires when the server was asked to stop: it wants no more requests, and still serves those that come.
    pub leaving: CancellationToken,
    /// Fires when the server stops: streams end on it, jobs come to a safe point.
    pub stopping: CancellationToken,
    pub jobs: Jobs,
    /// History, saved queries and preferences; nothing of the operators' own.
    pub store: Store,
    /// What is measured of the server itself, and who may read it beside everything else.
    pub metrics: Metrics,
    pub metrics_token: Option<Secret>,
    pub ready: Readiness,
    pub clock: Clock,
    pub relays: Relays,
    /// Conversations as they change.
    pub live: LiveFeeds,
    /// The streams that somebody watches.
    pub hubs: Hubs,
}

impl AppState {
    pub fn new(app: App) -> Self {
        Self(Arc::new(app))
    }
}

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}
