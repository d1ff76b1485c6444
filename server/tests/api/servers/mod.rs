//! Servers that share a store: what one began, the others see, stop, and go on with where it died.

mod jobs;
mod soak;
