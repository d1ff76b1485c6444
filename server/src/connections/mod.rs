//! The registry of connections: named places with tables, each with its engine.

mod open;

use std::sync::Arc;
use std::time::Instant;

use dynadesk_shared::api::connections::{ConnectionHealth, ConnectionList, ConnectionView};

use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::items::KnownKeys;
pub use open::open;

/// A named place with tables.
#[derive(Debug)]
pub struct Connection {
    /// What the browser may know of it. Holds no credentials.
    pub view: ConnectionView,
    pub engine: Engine,
    /// What it remembers of its tables' keys.
    pub keys: KnownKeys,
}

impl Connection {
    /// 403 `connection_read_only` where nothing may be written.
    pub fn writable(&self) -> Result<()> {
        if self.view.read_only {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "connection_read_only",
                format!("connection {:?} is read-only: nothing was written", self.view.name),
            ));
        }
        Ok(())
    }

    /// Asks the engine for the cheapest answer.
    pub async fn health(&self) -> ConnectionHealth {
        let started = Instant::now();
        let problem = self.engine.ping().await.err().map(|error| error.to_string());
        ConnectionHealth {
            reachable: problem.is_none(),
            problem,
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// All connections in the order of the configuration; the default one is among them.
/// Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Connections(Vec<Arc<Connection>>);

impl Connections {
    pub fn new(connections: Vec<Connection>) -> Self {
        Self(connections.into_iter().map(Arc::new).collect())
    }

    pub fn get(&self, name: &str) -> Result<Arc<Connection>> {
        self.0
            .iter()
            .find(|connection| connection.view.name == name)
            .cloned()
            .ok_or_else(|| Error::not_found("connection_not_found", format!("there is no connection {name:?}")))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.0.iter()
    }

    pub fn list(&self) -> ConnectionList {
        ConnectionList {
            connections: self.0.iter().map(|connection| connection.view.clone()).collect(),
            version: crate::VERSION.to_owned(),
        }
    }
}
