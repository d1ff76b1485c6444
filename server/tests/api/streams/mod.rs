//! A table's stream, read by the walker and watched by browsers.

mod walker;
