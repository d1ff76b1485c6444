//! The users of the application: in PostgreSQL, in a Cognito user pool, in a users file; each where it
//! is configured. Everything else of Dynadesk works without them.

pub mod database;
mod handles;
mod names;
mod people;
mod planning;
pub mod pool;
mod pool_read;
mod readings;
mod sync;

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dynadesk_shared::api::identity::{DatabaseView, IdentityHealth, IdentityView, PoolView};
use sha2::{Digest as _, Sha256};

pub use planning::{Made, chosen_of};
pub use sync::{csv, sync, sync_made, undo};

use crate::clock::Clock;
use crate::config::{ConfigError, IdentityConfig};
use crate::confirm;
use crate::engine::metrics::Counters;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{ReadingOf, Store};
use database::Database;
use names::Resolver;
use planning::Plans;
use pool::Pool;
use pool_read::{Pools, Taken};
use readings::{Readings, Shared};

/// Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Identity(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    view: IdentityView,
    database: Option<Database>,
    pool: Option<Pool>,
    names: Resolver,
    clock: Clock,
    /// The users of the pool as they were read last.
    pools: Readings<Pools>,
    /// Their handles that rows have.
    taken: Mutex<Option<Taken>>,
    /// The newest plan, and no other: an older one must not be carried out.
    plans: Readings<Plans>,
}

impl Identity {
    /// Connects to nothing yet. `shared` is the store that other servers have too, with this one's name: they all
    /// show what one of them read.
    pub async fn open(config: &IdentityConfig, clock: Clock, shared: Option<(Store, String)>) -> std::result::Result<Self, ConfigError> {
        let database = config.database.as_ref();
        let database = database.map(|database| Database::open(database, config.read_only)).transpose()?;
        let pool = match &config.pool {
            Some(pool) => Some(Pool::open(pool).await),
            None => None,
        };
        let names = Resolver::open(config.users_file.as_deref())?;
        let shared = |of: ReadingOf| shared.clone().map(|(store, server)| Shared { store, server, of });
        let (of_rows, of_pool) = (database.as_ref().map(|one| &one.view), pool.as_ref().map(|one| &one.view));
        let (of_plans, of_pools) = (place(of_rows, of_pool), place(None, of_pool));
        Ok(Self(Arc::new(Inner {
            view: IdentityView {
                database: database.as_ref().map(|database| database.view.clone()),
                pool: pool.as_ref().map(|pool| pool.view.clone()),
                users_file: config.users_file.as_ref().map(|file| file.display().to_string()),
                read_only: config.read_only,
                production: config.production,
            },
            database,
            pool,
            names,
            pools: Readings::new(clock.clone(), shared(ReadingOf::pool(&of_pools))),
            taken: Mutex::default(),
            plans: Readings::new(clock.clone(), shared(ReadingOf::plan(&of_plans))),
            clock,
        })))
    }

    pub fn view(&self) -> IdentityView {
        self.0.view.clone()
    }

    /// Asks both sides at once.
    pub async fn health(&self) -> IdentityHealth {
        let database = async {
            match &self.0.database {
                Some(database) => Some(database.health().await),
                None => None,
            }
        };
        let pool = async {
            match &self.0.pool {
                Some(pool) => Some(pool.health().await),
                None => None,
            }
        };
        let (database, pool) = tokio::join!(database, pool);
        IdentityHealth { database, pool }
    }

    /// What was asked of the user pool, where there is one.
    pub fn counters(&self) -> Option<&Counters> {
        self.0.pool.as_ref().map(Pool::counters)
    }

    fn database(&self) -> Result<&Database> {
        self.0.database.as_ref().ok_or_else(|| {
            Error::conflict(
                "database_not_configured",
                "no PostgreSQL is configured: add [identity.database] to dynadesk.toml",
            )
        })
    }

    fn pool(&self) -> Result<&Pool> {
        self.0.pool.as_ref().ok_or_else(|| {
            Error::conflict(
                "pool_not_configured",
                "no user pool is configured: add [identity.pool] to dynadesk.toml",
            )
        })
    }

    /// 403 `identity_read_only` where the users are marked as read-only.
    pub fn not_read_only(&self) -> Result<()> {
        if self.0.view.read_only {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "identity_read_only",
                "the users are marked as read-only: nothing was written",
            ));
        }
        Ok(())
    }

    /// Refuses where the users are marked as read-only, and on production without the database's name.
    fn writable(&self, confirm: Option<&str>) -> Result<&Database> {
        self.not_read_only()?;
        let database = self.database()?;
        if self.0.view.production {
            confirm::by_name(&database.view.name, confirm)?;
        }
        Ok(database)
    }
}

/// Names where both sides are. Servers that ask other places, or other columns, share nothing that was read.
fn place(database: Option<&DatabaseView>, pool: Option<&PoolView>) -> String {
    let database = database.map(|view| (&view.place, &view.table, &view.columns));
    let pool = pool.map(|view| (&view.endpoint, &view.region, &view.id));
    // Texts alone: this cannot fail.
    URL_SAFE_NO_PAD.encode(Sha256::digest(serde_json::to_vec(&(database, pool)).unwrap_or_default()))
}

/// Nothing panics while it holds one of the locks, so a poisoned one is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A uuid in the one way in which PostgreSQL and Cognito write it; nothing where it is no uuid of 36 signs.
fn plain_uuid(text: &str) -> Option<String> {
    let plain = uuid::Uuid::try_parse(text).ok()?.hyphenated().to_string();
    plain.eq_ignore_ascii_case(text).then_some(plain)
}
