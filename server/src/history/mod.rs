//! What was written through Dynadesk: written down before it is done, and the way back.

mod carry_out;
mod group;
mod packer;
mod recorder;
mod rows;
mod take_back;
mod turns;
mod undo;
mod undo_job;
mod way_back;

pub use carry_out::{Due, carry_out};
pub use group::{undo_group, view_group};
pub use packer::{Entry, Noted, Packer};
pub use recorder::{Begin, Kept, Recorder};
pub use turns::{given_up, may_go_on};
pub use undo::{undo, view_write};
pub use undo_job::{KIND as UNDO, resume};
pub use way_back::{Fate, tally};
