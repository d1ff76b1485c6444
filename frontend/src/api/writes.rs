//! Changes to items.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::writes::{ItemsWrite, ItemsWritten};

use super::{ApiFailure, post};

/// Writes changes of items, each conditional on what the operator saw.
pub async fn write(connection: &str, table: &str, request: &ItemsWrite) -> Result<ItemsWritten, ApiFailure> {
    post(&paths::fill(paths::ITEMS_WRITE, &[connection, table]), request).await
}
