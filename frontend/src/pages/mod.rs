//! The pages, by noun. They never import each other.

pub mod audit;
pub mod backups;
pub mod conversations;
pub mod expiry;
pub mod history;
pub mod home;
pub mod items;
pub mod jobs;
pub mod monitoring;
pub mod not_found;
pub mod partiql;
pub mod patterns;
pub mod relay;
pub mod seed;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod stream;
pub mod tables;
pub mod users;
