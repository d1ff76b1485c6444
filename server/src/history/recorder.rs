//! Writes the writes of one request down. Never in the way of a write: where the store does not answer
//! the write is done all the same, and the answer says why it cannot be undone.

use dynadesk_shared::api::history::{WriteKind, WriteState};
use dynadesk_shared::{Item, Key};
use futures_util::future::join_all;

use crate::audit;
use crate::engine::{EngineError, EngineErrorKind};
use crate::store::{NewWrite, Store};

/// Notes the writes of one request on one connection, in one group.
#[derive(Debug)]
pub struct Recorder {
    store: Store,
    connection: String,
    group: String,
    /// Whether more than one write is under the group.
    many: bool,
    unkept: Option<String>,
}

/// A write of one item that is about to be done.
#[derive(Clone, Debug)]
pub struct Begin {
    pub table: String,
    /// The key before the write, or after it where there was no item.
    pub key: Key,
    pub kind: WriteKind,
    pub before: Option<Item>,
    pub after: Option<Item>,
}

/// A write that was written down, if it could be.
#[derive(Clone, Debug, Default)]
pub struct Kept(Option<String>);

impl Kept {
    /// Finds it in the history.
    pub fn id(&self) -> Option<String> {
        self.0.clone()
    }
}

impl Recorder {
    pub fn new(store: &Store, connection: &str) -> Self {
        Self {
            group: store.writes().group(),
            store: store.clone(),
            connection: connection.to_owned(),
            many: false,
            unkept: None,
        }
    }

    /// Several writes will follow, one at a time; `group` where they go on with an earlier request.
    pub fn expect_many(&mut self, group: Option<String>) {
        self.many = true;
        if let Some(group) = group {
            self.group = group;
        }
    }

    /// Finds them all in the history, where they are more than one.
    pub fn group(&self) -> Option<String> {
        self.many.then(|| self.group.clone())
    }

    /// Writes down what is about to be done; answers one for each, in this order.
    pub async fn begin(&mut self, writes: Vec<Begin>) -> Vec<Kept> {
        self.many |= writes.len() > 1;
        let new: Vec<NewWrite> = writes
            .into_iter()
            .map(|write| NewWrite {
                connection: self.connection.clone(),
                table: write.table,
                key: write.key,
                kind: write.kind,
                group: self.group.clone(),
                grouped: self.many,
                before: write.before,
                after: write.after,
            })
            .collect();
        let kept = match self.store.writes().begin_many(&new).await {
            Ok(ids) => ids.into_iter().map(|id| Kept(Some(id))).collect(),
            Err(error) => {
                self.unkept = Some(error.message);
                vec![Kept::default(); new.len()]
            }
        };
        if self.many && self.unkept.is_none() {
            audit::group(&self.group);
        }
        for (write, kept) in new.iter().zip(&kept) {
            audit::item(&write.table, &write.key, kept.id(), write.before.as_ref(), write.after.as_ref());
        }
        kept
    }

    /// It was done. `after` is the item, where it is not what was written down.
    pub async fn done(&self, kept: &Kept, after: Option<Item>) {
        self.finish(kept, WriteState::Done, after).await;
    }

    pub async fn all_done(&self, kept: &[Kept]) {
        join_all(kept.iter().map(|one| self.done(one, None))).await;
    }

    /// It was not done; where nobody knows whether it was, it stays begun.
    pub async fn failed(&self, kept: &Kept, error: &EngineError) {
        if !matches!(error.kind, EngineErrorKind::Unreachable | EngineErrorKind::Other) {
            self.finish(kept, WriteState::Failed, None).await;
        }
    }

    pub async fn all_failed(&self, kept: &[Kept], error: &EngineError) {
        join_all(kept.iter().map(|one| self.failed(one, error))).await;
    }

    /// Why something was not kept, if so.
    pub fn unkept(self) -> Option<String> {
        self.unkept
    }

    async fn finish(&self, kept: &Kept, state: WriteState, after: Option<Item>) {
        let Some(id) = &kept.0 else { return };
        if let Some(after) = &after {
            audit::became(id, after);
        }
        // It can be undone all the same: an undo compares what is there now.
        if let Err(error) = self.store.writes().finish(&self.connection, id, state, after).await {
            tracing::warn!(%error, write = %id, "the end of a write could not be written down");
        }
    }
}
