//! The handlers: each takes apart a request, calls one function of the domain and wraps the answer.

pub mod audit;
pub mod backups;
pub mod budgets;
pub mod connections;
pub mod conversations;
pub mod drops;
pub mod error;
pub mod expiry;
pub mod extract;
mod finish;
pub mod health;
pub mod history;
pub mod identity;
pub mod integrity;
pub mod items;
pub mod jobs;
pub mod metrics;
pub mod monitoring;
pub mod partiql;
pub mod patterns;
pub mod relay;
pub mod seed;
pub mod session;
pub mod settings;
pub mod store;
pub mod streams;
pub mod tables;
