//! What each endpoint takes and answers, by noun. [`paths`] has every URL once.

pub mod connections;
pub mod conversations;
pub mod error;
pub mod exchange;
pub mod items;
pub mod jobs;
pub mod paths;
pub mod seed;
pub mod tables;
