//! Time to live of a table.

use dynadesk_shared::api::expiry::{ExpiryChange, ExpiryChanged, ExpiryView};
use dynadesk_shared::api::paths;

use super::{ApiFailure, get, post};

pub async fn describe(connection: &str, table: &str) -> Result<ExpiryView, ApiFailure> {
    get(&paths::fill(paths::EXPIRY, &[connection, table])).await
}

/// Turns it on or off where it is still what was seen.
pub async fn change(connection: &str, table: &str, asked: &ExpiryChange) -> Result<ExpiryChanged, ApiFailure> {
    post(&paths::fill(paths::EXPIRY, &[connection, table]), asked).await
}
