//! The pages, by noun. They never import each other.

pub mod conversations;
pub mod history;
pub mod home;
pub mod items;
pub mod jobs;
pub mod not_found;
pub mod partiql;
pub mod seed;
pub mod tables;
