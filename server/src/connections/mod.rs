//! The registry of connections: named places with tables, each with its engine.

mod open;

use std::sync::Arc;
use std::time::Instant;

use dynadesk_shared::api::connections::{ConnectionHealth, ConnectionList, ConnectionView};
use dynadesk_shared::api::session::Way;

use crate::budgets::ScanBudgets;
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::items::KnownKeys;
use crate::who::Person;
pub use open::open;

/// A named place with tables.
#[derive(Debug)]
pub struct Connection {
    /// What the browser may know of it. Holds no credentials.
    pub view: ConnectionView,
    pub engine: Engine,
    /// What it remembers of its tables' keys.
    pub keys: KnownKeys,
    /// What people may read of whole tables in an hour.
    pub scan_budgets: ScanBudgets,
    /// Whether no other server reaches the same tables: the engine is inside this one.
    pub alone: bool,
    /// Dynadesk's own table, where it can be reached through this connection and people sign in: whoever
    /// could write it could become anybody.
    pub reserved: Option<String>,
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

    /// 403 `store_table` for Dynadesk's own table, which holds sessions and images of every connection.
    pub fn is_not_ours(&self, table: &str) -> Result<()> {
        if self.reserved.as_deref() == Some(table) {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "store_table",
                format!("table {table:?} is Dynadesk's own: its sessions and its history are reached through Dynadesk only"),
            ));
        }
        Ok(())
    }

    /// Whether both lead to the same tables, as far as can be told.
    pub fn is_same_place(&self, other: &Self) -> bool {
        let (one, other) = (&self.view, &other.view);
        (one.name == other.name) || (one.engine == other.engine && one.place == other.place && one.place != "memory")
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
            .ok_or_else(|| not_found(name))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.0.iter()
    }

    /// What a person may know of, each with what they may do there.
    pub fn list(&self, person: &Person) -> ConnectionList {
        let seen = self.0.iter().filter_map(|connection| {
            person.grants.on_some_of(&connection.view.name)?;
            let mut view = connection.view.clone();
            view.access = (person.way != Way::Local).then(|| person.grants.clone());
            Some(view)
        });
        ConnectionList {
            connections: seen.collect(),
            version: crate::VERSION.to_owned(),
        }
    }
}

pub fn not_found(name: &str) -> Error {
    Error::not_found("connection_not_found", format!("there is no connection {name:?}"))
}
