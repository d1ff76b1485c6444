//! One module for each command.

pub mod bench;
pub mod ci;
pub mod conform;
pub mod deny;
pub mod dev;
pub mod dist;
pub mod run;
pub mod soak;
pub mod test;
pub mod ui;
