//! Items: pages of a scan or a query, one item by its key, and that some are about to leave the console.

use dynadesk_shared::Key;
use dynadesk_shared::api::exported::ItemsExported;
use dynadesk_shared::api::items::{ItemGet, ItemView, ItemsPage, QueryRequest, ScanRequest};
use dynadesk_shared::api::paths;

use super::{ApiFailure, post};

/// One page of a scan; its `next` is the `cursor` of the page after it.
pub async fn scan(connection: &str, table: &str, request: &ScanRequest) -> Result<ItemsPage, ApiFailure> {
    post(&paths::fill(paths::ITEMS_SCAN, &[connection, table]), request).await
}

/// One page of a query; its `next` is the `cursor` of the page after it.
pub async fn query(connection: &str, table: &str, request: &QueryRequest) -> Result<ItemsPage, ApiFailure> {
    post(&paths::fill(paths::ITEMS_QUERY, &[connection, table]), request).await
}

/// One item, whole, whatever an index or a projection left out of it.
pub async fn get(connection: &str, table: &str, key: Key) -> Result<ItemView, ApiFailure> {
    post(&paths::fill(paths::ITEMS_GET, &[connection, table]), &ItemGet { key }).await
}

/// Says what is about to leave in a file or on the clipboard. Where it cannot be written down, it stays.
pub async fn exported(connection: &str, table: &str, asked: &ItemsExported) -> Result<(), ApiFailure> {
    post(&paths::fill(paths::ITEMS_EXPORTED, &[connection, table]), asked).await
}
