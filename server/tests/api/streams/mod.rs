//! A table's stream, read by the walker and watched by browsers.

mod sse;
mod walker;
mod watch;
