//! Items through the one client: pages, single items, batches and transactions, in our own types.
//! Every read carries a `Limit` and every request asks what it consumed.

mod batch;
mod raw;
mod read;
mod request;
mod row;
mod transact;
mod write;

pub use dynadesk_shared::page_request::Expressions;

pub use batch::{BatchPut, Found, jittered};
pub use raw::RawItems;
pub use read::{Page, Query, Scan};
pub use transact::{Action, Condition};
pub use write::{Overwritten, Sent};

/// The most keys of one BatchGetItem.
pub const BATCH_GET: usize = 100;
/// The most items of one BatchWriteItem.
pub const BATCH_WRITE: usize = 25;
/// The most actions of one transaction.
pub const TRANSACT_WRITE: usize = dynadesk_shared::api::writes::MOST_TOGETHER;
