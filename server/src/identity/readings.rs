//! The newest reading of a side and its rows, for everybody who looks. It is in the memory of the process that
//! reads it and, where servers share a store, in there too: each of them shows the newest, whoever read it. While
//! that store cannot be reached a server goes on with what it knows itself, and brings what it read there later.

mod held;
mod keeping;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::lock;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Head, ReadingOf, Stage, Store};
use held::Held;

/// How long nothing may move in one that is being read, in µs: whoever asks for one after that gets a new one.
const STUCK: i64 = 60 * 1_000_000;
/// How often another server may be faster in beginning one.
const TRIES: u32 = 4;

/// What is read.
pub(super) trait Kind: Debug {
    /// As it is shown, without its rows.
    type View: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;
    type Row: Debug + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Whether the rows of the reading before are shown until there are new ones.
    const FORMER: bool;
}

/// The store that several servers share, and what this one is called there.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) server: String,
    pub(super) of: ReadingOf,
}

#[derive(Debug)]
pub(super) struct Readings<K: Kind> {
    clock: Clock,
    shared: Option<Shared>,
    held: Mutex<Held<K>>,
    /// Rows are brought from the store, or into it, one reading at a time.
    moving: tokio::sync::Mutex<()>,
}

impl<K: Kind> Readings<K> {
    pub(super) fn new(clock: Clock, shared: Option<Shared>) -> Self {
        Self {
            clock,
            shared,
            held: Mutex::default(),
            moving: tokio::sync::Mutex::default(),
        }
    }

    /// The one that is being read, on whichever server, or a new one that takes the place of the one before; and
    /// whether it is new: then the caller reads it.
    pub(super) async fn begin(&self, view: impl Fn(&str, i64) -> K::View) -> Result<(Head<K::View>, bool)> {
        for _ in 0..TRIES {
            let mut new = self.new_head(self.clock.now(), &view);
            let Some(shared) = &self.shared else {
                return Ok(self.begin_here(new, false));
            };
            let Ok(seen) = self.stored(shared).await else {
                return Ok(self.begin_here(new, false));
            };
            let newest = lock(&self.held).fresher(seen.clone());
            if let Some(head) = newest.as_ref().filter(|head| self.moves(head)) {
                return Ok((head.clone(), false));
            }
            new.rows = seen.as_ref().and_then(|head| head.rows.clone()).filter(|_| K::FORMER);
            match shared.store.readings(&shared.of).begin(&new, seen.as_ref()).await {
                Ok(true) => return Ok(self.begin_here(new, true)),
                Ok(false) => {}
                Err(_) => return Ok(self.begin_here(new, false)),
            }
        }
        Err(Error::new(
            ErrorKind::Unavailable,
            "store_unavailable",
            "several servers begin to read at once: try again in a moment",
        ))
    }

    fn new_head(&self, made: i64, view: impl Fn(&str, i64) -> K::View) -> Head<K::View> {
        let id = Uuid::now_v7().to_string();
        Head {
            stage: Stage::Reading,
            view: view(&id, made),
            made,
            moved: made,
            server: self.shared.as_ref().map(|shared| shared.server.clone()).unwrap_or_default(),
            rows: None,
            id,
        }
    }

    /// `kept` says that the store has it.
    fn begin_here(&self, mut new: Head<K::View>, kept: bool) -> (Head<K::View>, bool) {
        let mut held = lock(&self.held);
        if !kept {
            let here = held.newest();
            if let Some(head) = here.as_ref().filter(|head| self.moves(head)) {
                return (head.clone(), false);
            }
            new.rows = here.and_then(|head| head.rows).filter(|_| K::FORMER);
        }
        held.take(new.clone(), kept);
        if !K::FORMER {
            held.rows = None;
        }
        (new, true)
    }

    /// Whether it is being read, and goes on.
    fn moves(&self, head: &Head<K::View>) -> bool {
        head.stage == Stage::Reading && self.clock.now() - head.moved < STUCK
    }

    /// Why one that is being read is given up, for a person. A server alone knows better: it still reads.
    pub(super) fn given_up(&self, head: &Head<K::View>) -> Option<String> {
        let lost = self.shared.is_some() && head.stage == Stage::Reading && !self.moves(head);
        lost.then(|| {
            format!(
                "nothing came for a minute: the server that read it ({}) has gone, or is stuck. Read it again",
                head.server
            )
        })
    }

    /// Who reads the one with this id, to be ended when it gives way.
    pub(super) fn read_by(&self, id: &str, task: AbortHandle) {
        match lock(&self.held).mine(id) {
            Some(mine) => mine.task = Some(task),
            None => task.abort(),
        }
    }

    /// The newest, as every server sees it; as this one knows it while the store cannot be reached.
    pub(super) async fn newest(&self) -> Result<Option<Head<K::View>>> {
        let Some(shared) = &self.shared else {
            return Ok(lock(&self.held).newest());
        };
        match self.stored(shared).await {
            Ok(seen) => Ok(lock(&self.held).fresher(seen)),
            Err(error) => match lock(&self.held).newest() {
                Some(head) => Ok(Some(head)),
                None => Err(error),
            },
        }
    }

    /// The same, and an error where it is not certain that it is the newest.
    pub(super) async fn surely_newest(&self) -> Result<Option<Head<K::View>>> {
        let Some(shared) = &self.shared else {
            return Ok(lock(&self.held).newest());
        };
        let seen = self.stored(shared).await?;
        let mut held = lock(&self.held);
        let newest = held.fresher(seen);
        match newest.as_ref().and_then(|head| held.mine(&head.id)) {
            Some(mine) if !mine.kept => Err(Error::new(
                ErrorKind::Unavailable,
                "store_unavailable",
                "what was read is not in Dynadesk's own store yet, so other servers do not know of it: try again in a moment",
            )),
            _ => Ok(newest),
        }
    }

    /// The rows that are shown with it, none where it has none; nothing where they are gone.
    pub(super) async fn rows(&self, head: &Head<K::View>) -> Result<Option<Arc<Vec<K::Row>>>> {
        let Some(at) = &head.rows else {
            return Ok(Some(Arc::default()));
        };
        let here = || lock(&self.held).rows_of(at);
        let (None, Some(shared)) = (here(), &self.shared) else {
            return Ok(here());
        };
        let _one = self.moving.lock().await;
        if let Some(rows) = here() {
            return Ok(Some(rows));
        }
        let Some(rows) = shared.store.readings(&shared.of).rows(at).await? else {
            return Ok(None);
        };
        let rows = Arc::new(rows);
        lock(&self.held).remember(at, &rows);
        Ok(Some(rows))
    }

    /// Takes one that was carried out out of use.
    pub(super) async fn spend(&self, id: &str) {
        lock(&self.held).spend(id);
        if let Some(shared) = &self.shared
            && let Err(error) = shared.store.readings(&shared.of).spend(id).await
        {
            tracing::warn!(%error, "a plan that was carried out is still in the store");
        }
    }
}

#[cfg(test)]
mod tests;
