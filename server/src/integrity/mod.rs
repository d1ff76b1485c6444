//! Whether the users that a table's rows name are those of the application, and bringing the copies of
//! their names up to date.

mod check;
mod refresh;

pub use check::check;
pub use refresh::{KIND as NAMES, resume, start};
