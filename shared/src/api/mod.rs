//! What each endpoint takes and answers, by noun. [`paths`] has every URL once.

pub mod audit;
pub mod backups;
pub mod budgets;
pub mod connections;
pub mod conversations;
pub mod drops;
pub mod error;
pub mod exchange;
pub mod expiry;
pub mod history;
pub mod identity;
pub mod integrity;
pub mod items;
pub mod jobs;
pub mod monitoring;
pub mod partiql;
pub mod paths;
pub mod patterns;
pub mod relay;
pub mod seed;
pub mod session;
pub mod settings;
pub mod store;
pub mod streams;
pub mod tables;
pub mod writes;
