//! The relay: for each new message, from whoever wrote it, the group rows of its conversation move to
//! it. Declared per table in the store, so every server knows; docs/RELAY.md says how it works.

mod batch;
mod hear;
mod lost;
pub mod name;
mod shard;
mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dynadesk_shared::api::relay::{Hindrance, HindranceKind, RelayRetried, RelayShard, RelayView};
use dynadesk_shared::api::streams::ShardPosition;
use dynadesk_shared::time;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::table::{TableRelay, label, look};
use crate::clock::Clock;
use crate::connections::{Connection, Connections};
use crate::conversations;
use crate::error::{Error, Result};
use crate::store::{LEASE, ShardRow, Store};

/// How often the store is asked which tables have a relay: other servers turn them on and off too.
const LOOK: Duration = Duration::from_secs(5);

/// Between a connection's name, which never has it, and the server that alone has its tables.
const AT: char = '@';

/// How far the shards of a connection that this server works are behind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lag {
    pub shards: usize,
    /// The slowest one's.
    pub lag_ms: u64,
}

/// The relays of this server. Cheap to clone.
#[derive(Clone)]
pub struct Relays(Arc<Inner>);

struct Inner {
    connections: Connections,
    store: Store,
    clock: Clock,
    /// The name of this server, as leases and pages have it.
    server: String,
    /// Whether other servers have the store too.
    shared: bool,
    stopping: CancellationToken,
    running: TaskTracker,
    wake: Notify,
    tables: Mutex<BTreeMap<(String, String), Arc<TableRelay>>>,
}

impl std::fmt::Debug for Relays {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Relays")
            .field("server", &self.0.server)
            .finish_non_exhaustive()
    }
}

impl Relays {
    /// Nothing runs before [`Relays::start`].
    /// `shared` says whether other servers have the store too.
    pub fn new(
        connections: Connections,
        (store, shared): (Store, bool),
        clock: Clock,
        server: String,
        stopping: CancellationToken,
    ) -> Self {
        Self(Arc::new(Inner {
            connections,
            store,
            shared,
            clock,
            server,
            stopping,
            running: TaskTracker::new(),
            wake: Notify::new(),
            tables: Mutex::default(),
        }))
    }

    /// Works the declared relays from now on, until the server stops.
    pub fn start(&self) {
        let relays = self.clone();
        self.0.running.spawn(async move {
            while !relays.0.stopping.is_cancelled() {
                // A store that does not answer leaves everything as it is.
                match relays.0.store.relays().all().await {
                    Ok(declared) => {
                        let on = declared.into_iter().filter(|relay| relay.on);
                        relays.align(on.map(|relay| (relay.connection, relay.table)).collect());
                    }
                    Err(error) => tracing::debug!(%error, "relays cannot be looked up"),
                }
                tokio::select! {
                    () = relays.0.stopping.cancelled() => {}
                    () = relays.0.wake.notified() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        });
    }

    /// Returns when every relay has let go of its shards. Comes after the server was told to stop.
    pub async fn stopped(&self) {
        self.0.running.close();
        self.0.running.wait().await;
    }

    /// Where the store has the relays of a connection. Tables that only this server has are others than those
    /// which another server has under the same name.
    fn place(&self, connection: &Connection) -> String {
        let name = &connection.view.name;
        match self.0.shared && connection.alone {
            true => format!("{name}{AT}{}", self.0.server),
            false => name.clone(),
        }
    }

    /// The connection whose relays stand there, where this server has it: another one may know others.
    fn connection_of(&self, place: &str) -> Option<Arc<Connection>> {
        let name = place.split_once(AT).map_or(place, |(name, _)| name);
        let connection = self.0.connections.get(name).ok()?;
        (self.place(&connection) == place).then_some(connection)
    }

    /// Starts what is declared and does not run, and stops what runs and is not declared any more.
    fn align(&self, declared: Vec<(String, String)>) {
        let mut tables = self.0.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.retain(|place, relay| {
            let stays = declared.contains(place);
            if !stays {
                relay.stop.cancel();
            }
            stays
        });
        for place in declared {
            let Some(connection) = self.connection_of(&place.0) else {
                continue;
            };
            tables.entry(place).or_insert_with_key(|(place, table)| {
                let (store, clock, server) = (self.0.store.clone(), self.0.clock.clone(), self.0.server.clone());
                let stop = self.0.stopping.child_token();
                let relay = Arc::new(TableRelay::new(
                    connection,
                    (place.clone(), table.clone()),
                    store,
                    clock,
                    server,
                    stop,
                ));
                self.0.running.spawn(relay.clone().run());
                relay
            });
        }
    }

    /// How the relay of a table stands.
    pub async fn view(&self, connection: &Connection, table: &str) -> Result<RelayView> {
        let (relays, place) = (self.0.store.relays(), &self.place(connection));
        let (look, declared) = tokio::join!(look(connection, table), relays.one(place, table));
        let declared = declared?;
        let (shards, asides) = tokio::join!(relays.shards(place, table), relays.asides(place, table));
        let (aside, more_aside) = asides?;
        let now = self.0.clock.now();
        let of_stream = |row: &ShardRow| match &look.arn {
            // What an older one still has is worked, too.
            Some(arn) => row.name.split('#').next() == Some(label(arn)) || row.progress.position != Some(ShardPosition::Done),
            None => true,
        };
        let shards = shards?.into_iter().filter(of_stream).map(|row| shard_view(row, now)).collect();
        let error = {
            let tables = self.0.tables.lock().unwrap_or_else(PoisonError::into_inner);
            let running = tables.get(&(place.clone(), table.to_owned()));
            running.and_then(|relay| relay.error.lock().unwrap_or_else(PoisonError::into_inner).clone())
        };
        Ok(RelayView {
            on: declared.as_ref().is_some_and(|relay| relay.on),
            changed_at: declared.map(|relay| time::to_iso_offset(relay.at)),
            hindrance: look.hindrance,
            stream_view: look.stream_view,
            index: look.index,
            server: self.0.server.clone(),
            shards,
            error,
            aside,
            more_aside,
        })
    }

    /// How the shards stand that this server works, by connection.
    pub async fn lags(&self) -> Result<BTreeMap<String, Lag>> {
        let places: Vec<_> = {
            let tables = self.0.tables.lock().unwrap_or_else(PoisonError::into_inner);
            tables.keys().cloned().collect()
        };
        let (now, mut lags) = (self.0.clock.now(), BTreeMap::<String, Lag>::new());
        for (place, table) in places {
            let shards = self.0.store.relays().shards(&place, &table).await?;
            let connection = place.split_once(AT).map_or(place.as_str(), |(name, _)| name);
            let lag = lags.entry(connection.to_owned()).or_default();
            for shard in shards.into_iter().map(|row| shard_view(row, now)) {
                if shard.owner.as_ref() == Some(&self.0.server) {
                    lag.shards += 1;
                    lag.lag_ms = lag.lag_ms.max(shard.lag_ms.unwrap_or_default());
                }
            }
        }
        Ok(lags)
    }

    /// Turns the relay of a table on or off: 409 `relay_impossible` where there can be none.
    pub async fn set(&self, connection: &Connection, table: &str, on: bool) -> Result<RelayView> {
        if on && let Some(hindrance) = look(connection, table).await.hindrance {
            return Err(Error::conflict("relay_impossible", hindrance.why));
        }
        self.0.store.relays().declare(&self.place(connection), table, on).await?;
        self.0.wake.notify_one();
        Ok(self
            .view(connection, table)
            .await
            .unwrap_or_else(|error| self.declared_only(on, &error)))
    }

    /// The answer where the relay was turned on or off and only the look afterwards failed.
    fn declared_only(&self, on: bool, error: &Error) -> RelayView {
        let word = if on { "on" } else { "off" };
        RelayView {
            on,
            changed_at: Some(time::to_iso_offset(self.0.clock.now())),
            hindrance: Some(Hindrance {
                kind: HindranceKind::Waiting,
                why: format!(
                    "the relay was turned {word}; how it stands could not be looked up: {}",
                    error.message
                ),
            }),
            stream_view: None,
            index: None,
            server: self.0.server.clone(),
            shards: Vec::new(),
            error: None,
            aside: Vec::new(),
            more_aside: false,
        }
    }

    /// Tries a message again that was set aside, as its row is by now.
    pub async fn retry(&self, connection: &Connection, table: &str, id: &str) -> Result<RelayRetried> {
        let (relays, place) = (self.0.store.relays(), &self.place(connection));
        let aside = relays.aside(place, table, id).await?;
        // A record that nobody could read names no row.
        if aside.key.0.is_empty() {
            return Err(Error::conflict("message_gone", aside.reason));
        }
        let tried = self.bring(connection, table, &aside.key).await;
        match tried {
            Ok(moved) => {
                relays.dismiss(place, table, id).await?;
                Ok(RelayRetried { moved })
            }
            Err(error) => {
                relays.tried(place, table, id, &error.code, &error.message).await?;
                Err(error)
            }
        }
    }

    async fn bring(&self, connection: &Connection, table: &str, key: &dynadesk_shared::Key) -> Result<u64> {
        let look = look(connection, table).await;
        let (item, _) = connection
            .engine
            .get(table, key)
            .await
            .map_err(|error| crate::tables::of_table(table, error))?;
        let item = item.ok_or_else(|| {
            let why = "the message row is gone from the table: there is nothing to move to, so dismiss it";
            Error::conflict("message_gone", why)
        })?;
        let message = hear::message(Some(&item)).map_err(|why| Error::conflict("malformed_message", why))?;
        let brought = conversations::bring(&connection.engine, table, look.index.as_deref(), &message, true).await?;
        match brought.left {
            Some(left) => Err(Error::conflict(left.code, left.why)),
            None => Ok(brought.rows),
        }
    }

    /// Forgets a message that was set aside.
    pub async fn dismiss(&self, connection: &Connection, table: &str, id: &str) -> Result<()> {
        self.0.store.relays().dismiss(&self.place(connection), table, id).await
    }
}

fn shard_view(row: ShardRow, now: i64) -> RelayShard {
    let owner = row.owner.filter(|_| row.until > now);
    let behind = match row.progress.caught_up {
        true => Some(0),
        false => row.progress.last_at.map(|at| u64::try_from(now - at).unwrap_or(0) / 1000),
    };
    RelayShard {
        shard: row.name.split_once('#').map_or(row.name.as_str(), |(_, shard)| shard).to_owned(),
        lag_ms: behind.filter(|_| owner.is_some()),
        owner,
        progress: row.progress,
        beat_at: time::to_iso_offset(row.until - LEASE),
    }
}
