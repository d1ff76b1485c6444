//! The embedded engine expires items only when it is asked to.

use std::time::Duration;

use dynoxide::Database;

/// DynamoDB deletes within days; a local table should show expiry while one watches.
const EVERY: Duration = Duration::from_secs(60);

/// Sweeps until the last handle of the engine is gone.
pub fn start(database: &Database, alive: std::sync::Weak<()>) {
    let database = database.clone();
    tokio::spawn(async move {
        let mut timer = tokio::time::interval(EVERY);
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            timer.tick().await;
            if alive.upgrade().is_none() {
                return;
            }
            let database = database.clone();
            match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
                Ok(Ok(0)) => {}
                Ok(Ok(expired)) => tracing::info!(expired, "expired items removed from the embedded engine"),
                Ok(Err(cause)) => tracing::warn!(%cause, "expired items could not be removed from the embedded engine"),
                Err(cause) => tracing::warn!(%cause, "the sweep of expired items stopped"),
            }
        }
    });
}
