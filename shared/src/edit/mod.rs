//! Changing items without losing any of them: what differs, the smallest request that writes it, the
//! condition that it is written under, and bringing two changes of one item together.
//!
//! Every write is conditional on the image that the operator loaded. The condition compares as many of
//! its attributes as an expression holds (149, the changed ones first), so it covers items of up to
//! 149 attributes whole. What no condition can ask is whether *other* attributes were added; the server
//! therefore also reads the item before it writes, and compares all of it.

mod condition;
mod diff;
mod merge;
mod plan;
mod preview;
mod update;

pub use diff::{Difference, differences, display_path};
pub use merge::{Merged, Side, State, merge, merged};
pub use plan::{Plan, create, delete, plan, replace, update};
pub use preview::{request_preview, together_preview, transact_item};
