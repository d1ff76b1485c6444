//! The relay of a table: how it stands, on and off, what was set aside.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::relay::{RelayAsideId, RelayRetried, RelayRetry, RelaySet, RelayView};

use super::{ApiFailure, get, post, put};

pub async fn view(connection: &str, table: &str) -> Result<RelayView, ApiFailure> {
    get(&paths::fill(paths::RELAY, &[connection, table])).await
}

/// Turns it on or off.
pub async fn set(connection: &str, table: &str, wanted: &RelaySet) -> Result<RelayView, ApiFailure> {
    put(&paths::fill(paths::RELAY, &[connection, table]), wanted).await
}

/// Tries a message again that was set aside, as its row is by now.
pub async fn retry(connection: &str, table: &str, asked: &RelayRetry) -> Result<RelayRetried, ApiFailure> {
    post(&paths::fill(paths::RELAY_RETRY, &[connection, table]), asked).await
}

/// Forgets a message that was set aside.
pub async fn dismiss(connection: &str, table: &str, id: String) -> Result<RelayView, ApiFailure> {
    post(&paths::fill(paths::RELAY_DISMISS, &[connection, table]), &RelayAsideId { id }).await
}
