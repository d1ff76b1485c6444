//! Tables of a connection: the list, one table, a new one.

mod key_names;
mod list;
mod new;
mod overview;

pub use list::TablesPage;
pub use new::TableNewPage;
pub use overview::TablePage;
