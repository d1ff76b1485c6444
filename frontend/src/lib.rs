//! The console of Dynadesk: a single-page app that talks to the server beside it and to nothing else.

pub mod api;
pub mod app;
pub mod components;
pub mod format;
pub mod grid;
pub mod nav;
pub mod pages;
pub mod routes;
pub mod split;
pub mod state;
pub mod ui;

/// Puts the console into the page's body.
pub fn mount() {
    leptos::mount::mount_to_body(app::App);
}
