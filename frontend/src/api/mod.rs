//! The only HTTP of the console: one function for each endpoint, by noun, over the shared paths.

pub mod backups;
pub mod connections;
pub mod conversations;
pub mod events;
pub mod expiry;
pub mod failure;
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
pub mod settings;
pub mod store;
pub mod streams;
pub mod tables;
pub mod writes;

pub use failure::ApiFailure;
pub use http::{delete, get, post, put};
