//! What outlives a page: where we are, what the operator prefers, what was loaded once.

pub mod clock;
pub mod commands;
pub mod connections;
pub mod drops;
pub mod kept;
pub mod names;
pub mod navigation;
pub mod pager;
pub mod preferences;
pub mod remote;
pub mod rest;
pub mod session;
pub mod shortcuts;
pub mod storage;
pub mod store;
pub mod tables;
pub mod toasts;
pub mod unsaved;
pub mod users;

pub use connections::use_connections;
pub use names::use_names;
pub use navigation::{Navigation, use_navigation};
pub use pager::Pager;
pub use remote::{Load, Remote};
pub use rest::Rest;
pub use session::use_session;
pub use toasts::use_toasts;
pub use unsaved::use_unsaved;
