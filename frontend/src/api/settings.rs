//! Settings of a table: all of them, and a change to one.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::settings::{SettingsChanged, SettingsUpdate, SettingsView};

use super::{ApiFailure, get as fetch, post};

pub async fn get(connection: &str, table: &str) -> Result<SettingsView, ApiFailure> {
    fetch(&paths::fill(paths::SETTINGS, &[connection, table])).await
}

pub async fn change(connection: &str, table: &str, update: &SettingsUpdate) -> Result<SettingsChanged, ApiFailure> {
    post(&paths::fill(paths::SETTINGS, &[connection, table]), update).await
}
