//! Components that know the domain: connections, tables, requests to the engine.

pub mod breadcrumbs;
pub mod code_editor;
pub mod command_palette;
pub mod connection_bar;
pub mod download;
pub mod failure_panel;
pub mod first_run;
pub mod global_commands;
pub mod grid;
pub mod identity_health;
pub mod item_diff;
pub mod item_editor;
pub mod job_panel;
pub mod page;
pub mod pattern_cost;
pub mod request_panel;
pub mod saved_queries;
pub mod scope;
pub mod server_banner;
pub mod shell;
pub mod shortcut_sheet;
pub mod sidebar;
pub mod store_notice;
pub mod stream_on;
pub mod table_page;
pub mod undo;
pub mod unsaved_dialog;
pub mod who;

pub use failure_panel::FailurePanel;
pub use page::Page;
pub use request_panel::{RequestButton, RequestPanel, RequestPreview, RequestsButton};
pub use scope::TableScope;
pub use stream_on::StreamOn;
pub use table_page::TableFrame;
