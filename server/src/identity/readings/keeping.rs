//! What becomes of a reading that goes on here: the other servers hear how far it is, and get it from the store.

use std::sync::Arc;
use std::time::Duration;

use super::held::Held;
use super::{Kind, Readings, Shared};
use crate::error::Result;
use crate::identity::lock;
use crate::store::{Head, Stage};

/// Between two words to the other servers about how far it is.
const TELL: Duration = Duration::from_secs(1);

impl<K: Kind> Readings<K> {
    /// Notes how far the one that is read here is.
    pub(in crate::identity) fn change(&self, id: &str, change: impl FnOnce(&mut K::View)) {
        let now = self.clock.now();
        if let Some(mine) = lock(&self.held).mine(id).filter(|mine| mine.head.stage == Stage::Reading) {
            mine.head.moved = now;
            change(&mut mine.head.view);
        }
    }

    /// Reads one, and tells the other servers how far it is until it is read or gives way to a newer one.
    pub(in crate::identity) async fn while_read(&self, id: &str, read: impl Future<Output = ()>) {
        let Some(shared) = &self.shared else { return read.await };
        tokio::select! {
            () = read => {}
            () = self.tell(shared, id) => {}
        }
    }

    /// Returns when another one has its place.
    async fn tell(&self, shared: &Shared, id: &str) {
        let readings = shared.store.readings(&shared.of);
        let mut told = None;
        loop {
            tokio::time::sleep(TELL).await;
            let now = match lock(&self.held).mine(id) {
                None => return,
                // Nobody else knows of it yet.
                Some(mine) if !mine.kept => continue,
                Some(mine) => (mine.head.view.clone(), mine.head.moved),
            };
            if told.as_ref() == Some(&now) {
                continue;
            }
            match readings.progress(id, &now.0, now.1).await {
                Ok(true) => told = Some(now),
                Ok(false) => {
                    // A table that was dropped has none at all, and gets this one when it is read.
                    if let Ok(Some(head)) = readings.head::<K::View>().await
                        && head.id != id
                    {
                        return lock(&self.held).forget(id);
                    }
                }
                // The store itself warns of what it cannot do.
                Err(error) => tracing::debug!(%error, "other servers are not told how far a reading is"),
            }
        }
    }

    /// Says how one ended that was read here, with its rows where it has some.
    pub(in crate::identity) async fn end(&self, id: &str, stage: Stage, view: K::View, rows: Option<Arc<Vec<K::Row>>>) {
        let Some(mut head) = lock(&self.held).mine(id).map(|mine| mine.head.clone()) else {
            return;
        };
        (head.stage, head.view, head.moved) = (stage, view, self.clock.now());
        match self.kept(&mut head, rows.as_ref()).await {
            Some(kept) => lock(&self.held).end(head, rows, kept),
            None => lock(&self.held).forget(id),
        }
    }

    /// Puts what was read beside something else in the place of the newest, unless that was begun later.
    pub(in crate::identity) async fn put(&self, made: i64, view: K::View, rows: Arc<Vec<K::Row>>) {
        let mut head = self.new_head(made, |_, _| view.clone());
        head.stage = Stage::Ready;
        let is_older = |held: &Held<K>| held.newest().is_some_and(|newest| newest.made > made);
        if is_older(&lock(&self.held)) {
            return;
        }
        let Some(kept) = self.kept(&mut head, Some(&rows)).await else {
            return;
        };
        let mut held = lock(&self.held);
        if !is_older(&held) {
            held.take(head.clone(), kept);
            held.end(head, Some(rows), kept);
        }
    }

    /// Whether the store has by now what was read: also false where there is none, and nothing where a newer one
    /// has its place.
    async fn kept(&self, head: &mut Head<K::View>, rows: Option<&Arc<Vec<K::Row>>>) -> Option<bool> {
        let Some(shared) = &self.shared else {
            return Some(false);
        };
        let _one = self.moving.lock().await;
        match self.keep(shared, head, rows).await {
            Ok(true) => Some(true),
            Ok(false) => None,
            Err(error) => {
                tracing::warn!(%error, "what was read is known to this server alone for now");
                Some(false)
            }
        }
    }

    /// Writes one that is read into the store, its rows first. False where a newer one has its place.
    async fn keep(&self, shared: &Shared, head: &mut Head<K::View>, rows: Option<&Arc<Vec<K::Row>>>) -> Result<bool> {
        let readings = shared.store.readings(&shared.of);
        let at = match rows {
            Some(rows) => {
                let moved = || self.change(&head.id, |_| {});
                Some(readings.keep_rows(&head.id, rows, moved).await?)
            }
            // Those of an earlier one that never came into the store are nowhere for the others.
            None => head.rows.clone().filter(|at| !at.parts.is_empty()),
        };
        // What the store does not take stays as it is here.
        let told = Head { rows: at, ..head.clone() };
        let taken = readings.publish(&told).await?;
        if taken {
            *head = told;
        }
        Ok(taken)
    }

    /// The newest of the store, which first gets what it could not take before.
    pub(super) async fn stored(&self, shared: &Shared) -> Result<Option<Head<K::View>>> {
        self.catch_up(shared).await;
        let seen = shared.store.readings(&shared.of).head().await?;
        lock(&self.held).seen.clone_from(&seen);
        Ok(seen)
    }

    async fn catch_up(&self, shared: &Shared) {
        if lock(&self.held).late().is_none() {
            return;
        }
        // Whoever comes while it is brought there needs not wait for it.
        let Ok(_one) = self.moving.try_lock() else { return };
        let Some((mut head, rows)) = lock(&self.held).late() else {
            return;
        };
        match self.keep(shared, &mut head, rows.as_ref()).await {
            Ok(true) => lock(&self.held).end(head, rows, true),
            Ok(false) => lock(&self.held).forget(&head.id),
            Err(_) => {}
        }
    }
}
