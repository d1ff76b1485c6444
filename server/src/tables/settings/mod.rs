//! Settings of a table: read as one, changed one at a time and only while they are what was seen.

mod change;
mod check;

use dynadesk_shared::api::settings::SettingsView;

use super::of_table;
use crate::connections::Connection;
use crate::error::Result;

pub use change::change;

/// Every setting as the engine describes it now.
pub async fn view(connection: &Connection, table: &str) -> Result<SettingsView> {
    let described = connection.engine.describe_settings(table).await;
    described.map_err(|error| of_table(table, error))
}
