//! Dynadesk's own store: the history of writes with their images, what was asked, saved queries and
//! preferences, in one DynamoDB table of its own. docs/STORE.md has its keys and access patterns.
//!
//! Nobody's data depends on it. Every call may answer `store_unavailable`, which callers turn into
//! "not kept: why"; the store comes back by itself when its engine does.

mod audits;
mod budgets;
mod drops;
mod groups;
mod id;
mod images;
mod jobs;
mod leases;
mod packs;
mod patterns;
mod preferences;
mod readings;
mod relays;
mod rows;
mod runs;
mod saved;
mod sessions;
mod syncs;
mod table;
mod unlocks;
mod writes;

use std::path::PathBuf;
use std::sync::Arc;

use dynadesk_shared::api::store::StoreStatus;

pub use audits::{AuditHead, Audited, Audits, Bound, day_of};
pub use budgets::Budgets;
pub use drops::{DropRow, DropRowState, Drops};
pub use groups::Groups;
pub use id::is_id;
pub use jobs::{JobRow, Jobs};
pub use leases::{LEASE, Lease};
pub use packs::{End, Ended, NewPacks, Pack, Packed, Packs, Place};
pub use patterns::Patterns;
pub use preferences::Preferences;
pub use readings::{Head, ReadingOf, Readings, RowsAt, Stage};
pub use relays::{Declared, NewAside, Relays, ShardRow};
pub use runs::Runs;
pub use saved::Saved;
pub use sessions::{Begun, Session, Sessions};
pub use syncs::Syncs;
pub use unlocks::{Unlock, Unlocks};
pub use writes::{NewWrite, Writes, changed_names};

use crate::clock::Clock;
use crate::connections::Connection;
use crate::engine::{EngineError, EngineErrorKind};
use crate::error::{Error, ErrorKind};
use id::Ids;
use table::Table;

/// The name of the table, where the configuration gives none.
pub const TABLE: &str = "dynadesk";

/// Where the store is.
#[derive(Clone, Debug)]
pub enum StorePlace {
    /// An embedded engine of its own, which is no connection; in memory without a file.
    Own { file: Option<PathBuf> },
    /// A table on a connection, which several servers may share.
    Shared { connection: Arc<Connection>, table: String },
}

/// Cheap to clone; all clones are one store.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    table: Table,
    clock: Clock,
    ids: Ids,
    /// How long writes and their images are there, in microseconds.
    history: i64,
}

impl Store {
    /// Touches nothing: the table is looked for when it is first needed.
    pub fn new(place: StorePlace, clock: Clock) -> Self {
        Self::keeping(place, clock, None)
    }

    /// The same with a history that is kept for so many days, where that is longer than undoing needs.
    pub fn keeping(place: StorePlace, clock: Clock, days: Option<i64>) -> Self {
        let history = days.map_or(writes::LIVES, |days| writes::LIVES.max(days.saturating_mul(rows::DAY)));
        Self(Arc::new(Inner {
            table: Table::new(place),
            clock,
            ids: Ids::default(),
            history,
        }))
    }

    /// What was written through Dynadesk, with the images to undo it.
    pub fn writes(&self) -> Writes<'_> {
        Writes(&self.0)
    }

    /// Which writes are of one request.
    pub fn groups(&self) -> Groups<'_> {
        Groups(&self.0)
    }

    /// The images of many items that one job writes.
    pub fn packs(&self) -> Packs<'_> {
        Packs(&self.0)
    }

    /// What was asked through Dynadesk.
    pub fn runs(&self) -> Runs<'_> {
        Runs(&self.0)
    }

    /// Queries with names.
    pub fn saved(&self) -> Saved<'_> {
        Saved(&self.0)
    }

    /// Relays, their checkpoints and what they set aside.
    pub fn relays(&self) -> Relays<'_> {
        Relays(&self.0)
    }

    /// Jobs of servers that share them.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs(&self.0)
    }

    /// Access patterns of a table.
    pub fn patterns<'a>(&'a self, connection: &'a str, table: &'a str) -> Patterns<'a> {
        Patterns {
            inner: &self.0,
            connection,
            table,
        }
    }

    /// What was done to the ids of the application's users.
    pub fn syncs(&self) -> Syncs<'_> {
        Syncs(&self.0)
    }

    /// What was read of the application's users, for every server.
    pub fn readings<'a>(&'a self, of: &'a ReadingOf) -> Readings<'a> {
        Readings { inner: &self.0, of }
    }

    /// Who is signed in.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(&self.0)
    }

    /// Who did what.
    pub fn audits(&self) -> Audits<'_> {
        Audits(&self.0)
    }

    /// Which production is unlocked, and for whom.
    pub fn unlocks(&self) -> Unlocks<'_> {
        Unlocks(&self.0)
    }

    /// How much of whole tables was read.
    pub fn budgets(&self) -> Budgets<'_> {
        Budgets(&self.0)
    }

    /// Which tables of a connection somebody wants to be dropped.
    pub fn drops<'a>(&'a self, connection: &'a str) -> Drops<'a> {
        Drops {
            inner: &self.0,
            connection,
        }
    }

    /// What an operator chose.
    pub fn preferences(&self) -> Preferences<'_> {
        Preferences(&self.0)
    }

    /// Microseconds since 1970, as its rows have them.
    pub fn now(&self) -> i64 {
        self.0.now()
    }

    /// Asks it now, even where it did not answer a moment ago.
    pub async fn status(&self) -> StoreStatus {
        let problem = self.0.table.probe().await.err();
        StoreStatus {
            available: problem.is_none(),
            place: self.0.table.place(),
            problem: problem.map(|why| format!("saved queries, history and undo are not available because {why}")),
        }
    }
}

impl Inner {
    fn now(&self) -> i64 {
        self.clock.now()
    }
}

/// What the table did not do.
#[derive(Debug)]
enum Fault {
    /// The condition of a write did not hold.
    Condition,
    /// It does not answer, or not as it must; in words that go after "because".
    Unavailable(String),
}

impl From<EngineError> for Fault {
    fn from(error: EngineError) -> Self {
        match error.kind {
            EngineErrorKind::ConditionFailed => Self::Condition,
            EngineErrorKind::TransactionCancelled { reasons } if reasons.iter().any(|one| one.code == "ConditionalCheckFailed") => {
                Self::Condition
            }
            _ => Self::Unavailable(error.message),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unavailable(why) => Self::new(
                ErrorKind::Unavailable,
                "store_unavailable",
                format!("Dynadesk's own store is off: {why}"),
            ),
            // Whoever sets a condition says what it means before it comes to this.
            Fault::Condition => Self::conflict("condition_failed", "Dynadesk's own store holds something else by now"),
        }
    }
}
