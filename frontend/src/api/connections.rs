//! Connections and the health of each, and of the server itself.

use dynadesk_shared::api::connections::{ConnectionHealth, ConnectionList};
use dynadesk_shared::api::paths;

use super::{ApiFailure, get};

pub async fn list() -> Result<ConnectionList, ApiFailure> {
    get(paths::CONNECTIONS).await
}

/// Whether the engine behind a connection answers.
pub async fn health(connection: String) -> Result<ConnectionHealth, ApiFailure> {
    get(&paths::fill(paths::CONNECTION_HEALTH, &[&connection])).await
}

/// Whether Dynadesk's own server answers.
pub async fn server() -> Result<serde_json::Value, ApiFailure> {
    get(paths::HEALTH).await
}
