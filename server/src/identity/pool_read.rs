//! The user pool as it was read last, and who of it rows have.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Instant;

use dynadesk_shared::api::identity::{PoolState, ReadProgress};
use dynadesk_shared::identity::PoolUser;
use dynadesk_shared::time;

use super::database::Database;
use super::names::LIVES;
use super::readings::Kind;
use super::{Identity, lock};
use crate::error::{Error, Result};
use crate::store::{Head, Stage};

/// Readings of the pool, as they are kept.
#[derive(Debug)]
pub(super) struct Pools;

impl Kind for Pools {
    type View = PoolState;
    type Row = PoolUser;
    /// Users that are there stay while others are read, and where that failed.
    const FORMER: bool = true;
}

/// Which handles of some users rows have, and since when that is known.
#[derive(Debug)]
pub(super) struct Taken {
    since: Instant,
    of: Weak<Vec<PoolUser>>,
    handles: Arc<BTreeSet<String>>,
}

impl Identity {
    /// Begins to read the pool, unless it is being read on whichever server; says how it stands.
    pub async fn read_pool(&self) -> Result<PoolState> {
        self.pool()?;
        let begun = self.0.pools.begin(|_, _| PoolState::Reading(ReadProgress::default()));
        let (head, is_new) = begun.await?;
        if is_new {
            let (identity, id) = (self.clone(), head.id.clone());
            let task = tokio::spawn(async move { identity.0.pools.while_read(&id, identity.read_all(&id)).await });
            self.0.pools.read_by(&head.id, task.abort_handle());
        }
        Ok(head.view)
    }

    async fn read_all(&self, id: &str) {
        let (pools, Some(pool)) = (&self.0.pools, &self.0.pool) else {
            return;
        };
        let seen = |progress| pools.change(id, |view| *view = PoolState::Reading(progress));
        match pool.users(seen).await {
            Ok(users) => pools.end(id, Stage::Ready, self.read(&users), Some(Arc::new(users))).await,
            Err(error) => pools.end(id, Stage::Failed, PoolState::Failed { why: error.message }, None).await,
        }
    }

    /// Keeps the users that were read for a plan that was begun then.
    pub(super) async fn keep_pool(&self, begun: i64, users: Vec<PoolUser>) {
        self.0.pools.put(begun, self.read(&users), Arc::new(users)).await;
    }

    fn read(&self, users: &[PoolUser]) -> PoolState {
        PoolState::Read {
            users: users.len() as u64,
            at: time::to_iso_offset(self.0.clock.now()),
        }
    }

    pub async fn pool_state(&self) -> PoolState {
        match self.0.pools.newest().await {
            Ok(head) => head.map(|head| self.state_of(head)).unwrap_or_default(),
            Err(error) => unknown(&error),
        }
    }

    fn state_of(&self, head: Head<PoolState>) -> PoolState {
        match self.0.pools.given_up(&head) {
            Some(why) => PoolState::Failed { why },
            None => head.view,
        }
    }

    /// How far it was read, and who is in it. What is not known of it says so, and keeps nobody from the rows.
    pub(super) async fn pool_shown(&self) -> (PoolState, Arc<Vec<PoolUser>>) {
        self.pool_users().await.unwrap_or_else(|error| (unknown(&error), Arc::default()))
    }

    async fn pool_users(&self) -> Result<(PoolState, Arc<Vec<PoolUser>>)> {
        let Some(head) = self.0.pools.newest().await? else {
            return Ok(Default::default());
        };
        let rows = self.0.pools.rows(&head).await?;
        let state = self.state_of(head);
        Ok(match (rows, state) {
            (Some(rows), state) => (state, rows),
            (None, PoolState::Read { .. }) => {
                let why = "the users that were read are gone or damaged: read the pool again".to_owned();
                (PoolState::Failed { why }, Arc::default())
            }
            (None, state) => (state, Arc::default()),
        })
    }

    /// Which of these handles and subs users of the pool have: 409 `pool_unread` where there is a pool and
    /// it was not read yet.
    pub async fn in_pool(&self, handles: &BTreeSet<&str>, subs: &BTreeSet<&str>) -> Result<BTreeSet<String>> {
        if self.0.pool.is_none() {
            return Ok(BTreeSet::new());
        }
        let (state, users) = self.pool_users().await?;
        if !matches!(state, PoolState::Read { .. }) {
            return Err(Error::conflict(
                "pool_unread",
                "the user pool was not read yet, so nobody knows who is in it: read it first",
            ));
        }
        let mut there = BTreeSet::new();
        for user in users.iter() {
            let handle = user.preferred_username.as_deref().filter(|handle| handles.contains(handle));
            let sub = user.sub.as_deref().filter(|sub| subs.contains(sub));
            there.extend([handle, sub].into_iter().flatten().map(str::to_owned));
        }
        Ok(there)
    }

    /// Which handles of the pool rows have. Only these are asked for, and for a short while no second time: each
    /// page and each letter of a search wants them.
    pub(super) async fn taken(&self, database: &Database, users: &Arc<Vec<PoolUser>>) -> Result<Arc<BTreeSet<String>>> {
        let of = Arc::downgrade(users);
        let known = |taken: &Taken| taken.since.elapsed() < LIVES && Weak::ptr_eq(&taken.of, &of);
        if let Some(taken) = lock(&self.0.taken).as_ref().filter(|taken| known(taken)) {
            return Ok(taken.handles.clone());
        }
        let handles = users.iter().filter_map(|user| user.preferred_username.as_deref());
        let handles: BTreeSet<&str> = handles.filter(|handle| !handle.is_empty()).collect();
        let handles: Vec<&str> = handles.into_iter().collect();
        let handles = Arc::new(database.handles(&handles).await?);
        *lock(&self.0.taken) = Some(Taken {
            since: Instant::now(),
            of,
            handles: handles.clone(),
        });
        Ok(handles)
    }
}

/// What was read is in a store that cannot be reached.
fn unknown(error: &Error) -> PoolState {
    PoolState::Failed {
        why: format!("what was read of the pool is not known here: {}", error.message),
    }
}
