//! The only HTTP of the console: one function for each endpoint, by noun, over the shared paths.

pub mod audit;
pub mod backups;
pub mod budgets;
pub mod connections;
pub mod conversations;
pub mod drops;
pub mod events;
pub mod expiry;
pub mod failure;
pub mod gate;
pub mod history;
mod http;
pub mod identity;
pub mod integrity;
pub mod items;
pub mod jobs;
pub mod monitoring;
pub mod partiql;
pub mod patterns;
pub mod reachability;
pub mod relay;
pub mod seed;
pub mod session;
pub mod settings;
pub mod store;
pub mod streams;
pub mod tables;
pub mod writes;

pub use failure::ApiFailure;
pub use http::{delete, get, post, put};

/// Waits where a stream was refused because nobody is signed in, until somebody is.
pub async fn signed_in_for_streams() {
    let is_out = match session::view().await {
        Ok(view) => view.person.is_none(),
        // A proxy knows nobody any more.
        Err(failure) => failure.status() == Some(401),
    };
    if is_out {
        gate::sign_in("session_ended").await;
    }
}
