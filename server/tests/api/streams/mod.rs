//! A table's stream, read by the walker and watched by browsers.

pub mod sse;
mod walker;
mod watch;
