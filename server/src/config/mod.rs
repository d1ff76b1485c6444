//! What Dynadesk was told: flags, environment and `dynadesk.toml`.

use std::path::PathBuf;

use dynadesk_shared::api::connections::ConnectionView;

use crate::connections::Connection;
use crate::engine::{EngineError, embedded};

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    /// The embedded engine forgets everything when the server stops.
    pub in_memory: bool,
    pub read_only: bool,
}

impl Config {
    /// Opens every connection that is configured. Needs a tokio runtime.
    pub async fn open_connections(&self) -> Result<Vec<Connection>, EngineError> {
        let file = self.data_dir.join("embedded.db");
        let engine = embedded::open((!self.in_memory).then_some(file.as_path()))?;
        let view = ConnectionView {
            name: "local".to_owned(),
            label: "Local".to_owned(),
            color: "teal".to_owned(),
            engine: "embedded engine".to_owned(),
            place: if self.in_memory {
                "memory".to_owned()
            } else {
                file.display().to_string()
            },
            region: None,
            profile: None,
            endpoint: None,
            endpoint_source: None,
            read_only: self.read_only,
            production: false,
            is_default: true,
            capabilities: engine.capabilities().clone(),
        };
        Ok(vec![Connection { view, engine }])
    }
}
