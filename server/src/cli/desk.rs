//! What a command works with: one connection, opened as the server would open it.

use std::fs::File;
use std::sync::Arc;

use dynadesk_shared::limits;

use super::failure::Failure;
use crate::app::AppState;
use crate::config::{Config, Environment, Place};
use crate::connections::Connection;
use crate::data_dir;
use crate::error::Error;

/// What the command is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    Read,
    /// Only says what it would write.
    DryRun,
    Write {
        /// Whether production was agreed to.
        yes_production: bool,
    },
}

pub struct Desk {
    pub state: AppState,
    pub connection: Arc<Connection>,
    /// Held for as long as the command works in the data directory.
    _lock: Option<File>,
}

impl Desk {
    /// Opens one connection. What writes keeps its history in the store, and so needs the data
    /// directory for itself; what reads does not, unless the tables are in there.
    pub async fn open(mut config: Config, name: Option<&str>, intent: Intent) -> Result<Self, Failure> {
        let name = choose(&config, name)?;
        let store = config.store.as_ref().map(|store| store.connection.clone());
        let writes = matches!(intent, Intent::Write { .. });
        config
            .connections
            .retain(|connection| connection.name == name || (writes && Some(&connection.name) == store.as_ref()));
        if !writes {
            config.store = None;
        }
        let in_files = config
            .connections
            .iter()
            .any(|connection| matches!(connection.place, Place::Embedded { file: Some(_) }));
        let not_begun = |why: anyhow::Error| Failure::NotBegun(format!("{why:#}"));
        let lock = (in_files || (writes && crate::lasts(&config)))
            .then(|| data_dir::lock(&config.data_dir))
            .transpose()
            .map_err(not_begun)?;
        let process = |name: &str| std::env::var(name).ok();
        let state = crate::open(&config, &Environment(&process)).await.map_err(not_begun)?;
        let connection = state.connections.get(&name)?;
        guard(&connection, intent)?;
        Ok(Self {
            state,
            connection,
            _lock: lock,
        })
    }
}

/// What a command works with that needs no table.
pub struct Office {
    pub state: AppState,
    /// Whether what goes into the store is there after the command.
    pub lasts: bool,
    /// Held for as long as the command works in the data directory.
    _lock: Option<File>,
}

impl Office {
    /// Opens Dynadesk's own store where it is needed, and then the data directory for itself.
    pub async fn open(mut config: Config, with_store: bool) -> Result<Self, Failure> {
        let lasts = with_store && crate::lasts(&config);
        let store = config.store.as_ref().map(|store| store.connection.clone());
        if with_store {
            // A store of its own lasts where a connection does, so one of those stays.
            let last = config.connections.iter().rfind(|connection| connection.lasts());
            let kept = store.or_else(|| last.map(|connection| connection.name.clone()));
            config.connections.retain(|connection| Some(&connection.name) == kept.as_ref());
        } else {
            config.connections.clear();
            config.store = None;
        }
        let not_begun = |why: anyhow::Error| Failure::NotBegun(format!("{why:#}"));
        let lock = lasts.then(|| data_dir::lock(&config.data_dir)).transpose().map_err(not_begun)?;
        let process = |name: &str| std::env::var(name).ok();
        let state = crate::open(&config, &Environment(&process)).await.map_err(not_begun)?;
        Ok(Self { state, lasts, _lock: lock })
    }
}

/// The connection that was named, or the default one.
fn choose(config: &Config, name: Option<&str>) -> Result<String, Failure> {
    let chosen = config.connections.iter().find(|connection| match name {
        Some(name) => connection.name == name,
        None => connection.is_default,
    });
    chosen.map(|connection| connection.name.clone()).ok_or_else(|| {
        let all: Vec<_> = config.connections.iter().map(|connection| connection.name.as_str()).collect();
        let message = format!(
            "there is no connection {:?}: there are {}",
            name.unwrap_or_default(),
            all.join(", ")
        );
        Failure::Failed(Error::not_found("connection_not_found", message))
    })
}

fn guard(connection: &Connection, intent: Intent) -> Result<(), Failure> {
    let Intent::Write { yes_production } = intent else {
        return Ok(());
    };
    connection.writable()?;
    if connection.view.production && !yes_production {
        return Err(Failure::Refused {
            code: "production_not_confirmed",
            message: format!(
                "connection {:?} is production: nothing was written. Say --yes-production if you mean it, or --dry-run to see what would be",
                connection.view.name
            ),
        });
    }
    Ok(())
}

/// A table's name, as DynamoDB takes it.
pub fn table_name(name: &str) -> Result<(), Failure> {
    limits::table_name(name).map_err(|why| Failure::Failed(Error::invalid("invalid_table_name", why)))
}
