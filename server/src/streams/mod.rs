//! A table's stream, read shard by shard. [`Walker`] is the one reader of streams: it gives batches
//! and the position after each, and whoever takes them decides what is kept of it.

mod pace;
mod plan;
mod read;
mod walker;

pub use read::{Reader, Source, Turn};
pub use walker::{Batch, Gap, Start, Step, Walker};
