//! Conversations of a Cruddur-shaped table: who is in it, what they said, and saying more.

mod actions;
mod find;
mod live;
mod missing;
mod read;
mod relay;
mod rows;
mod send;

pub use find::index_by_group;
pub use live::LiveFeeds;
pub use read::{list, messages, stretch, users};
pub use relay::{Left, bring};
pub use send::{send, start};

use dynadesk_shared::KeySchema;

use crate::error::Error;

/// Whether a table has `pk` and `sk`, both strings.
pub fn has_cruddur_keys(key: &KeySchema) -> bool {
    let is = |attributes: &[dynadesk_shared::KeyAttribute], name: &str| matches!(attributes, [only] if only.name == name && only.kind == dynadesk_shared::ScalarType::S);
    is(&key.partition, "pk") && is(&key.sort, "sk")
}

/// 409 `not_a_cruddur_table`.
pub fn not_a_cruddur_table(table: &str) -> Error {
    Error::conflict(
        "not_a_cruddur_table",
        format!("table {table} has no Cruddur keys: conversations need `pk` and `sk`, both strings"),
    )
}
