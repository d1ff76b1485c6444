//! Dynadesk's own store: whether it answers, and what the operator prefers.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::store::{Preferences, StoreStatus};

use super::{ApiFailure, get, put};

/// Asks the store now, even where it did not answer a moment ago.
pub async fn status() -> Result<StoreStatus, ApiFailure> {
    get(paths::STORE).await
}

pub async fn preferences() -> Result<Preferences, ApiFailure> {
    get(paths::PREFERENCES).await
}

/// Keeps the names that are given; the others stay as they are.
pub async fn prefer(chosen: &Preferences) -> Result<Preferences, ApiFailure> {
    put(paths::PREFERENCES, chosen).await
}
