//! What was written through Dynadesk: written down before it is done, and the way back.

mod recorder;
mod undo;

pub use recorder::{Begin, Kept, Recorder};
pub use undo::undo;
