//! The server's tests, through the router as a browser would: one binary, so that it links once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod assets;
mod backups;
mod cli;
mod config;
mod connections;
mod conversations;
mod copied;
mod engine_story;
mod expiry_story;
mod groups;
mod groups_races;
mod groups_turns;
mod guard;
mod identity;
mod items;
mod jobs;
mod messaging_story;
mod monitoring;
mod partiql;
mod patterns;
mod process;
mod production;
mod query;
mod query_story;
mod relay;
mod round_trip;
mod routes;
mod seed;
mod settings;
mod store_story;
mod streams;
mod support;
mod tables;
mod undo_jobs;
mod writes;
