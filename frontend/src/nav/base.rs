//! The path before the console, where it has no name of its own: `/desk` of `https://example.com/desk/`.

use std::sync::OnceLock;

static BASE: OnceLock<String> = OnceLock::new();

/// As the page says it; empty where nothing is before our own paths.
pub fn base() -> &'static str {
    BASE.get_or_init(read)
}

/// One of our own paths as the browser asks for it.
pub fn with_base(path: &str) -> String {
    format!("{}{path}", base())
}

/// One of our own paths out of what the browser has.
pub fn without_base(path: &str) -> &str {
    path.strip_prefix(base()).unwrap_or(path)
}

#[cfg(target_arch = "wasm32")]
fn read() -> String {
    let named = leptos::prelude::document().query_selector("meta[name='dynadesk-base']");
    let named = named.ok().flatten().and_then(|meta| meta.get_attribute("content"));
    named.unwrap_or_default()
}

#[cfg(not(target_arch = "wasm32"))]
fn read() -> String {
    String::new()
}
