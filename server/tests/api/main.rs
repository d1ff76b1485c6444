//! The server's tests, through the router as a browser would: one binary, so that it links once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod connections;
mod support;
mod tables;
