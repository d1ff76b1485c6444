//! Writes the many writes of a job down, batch by batch, in one entry of the history. Where the store
//! does not answer the job goes on, and says from then on that nothing is kept.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use dynadesk_shared::api::history::{WriteKind, WriteState};
use serde::{Deserialize, Serialize};

use crate::store::{End, NewPacks, Pack, Packed, Store};

/// What a job needs to go on with its entry after a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    /// Items that were written until now.
    pub items: u64,
    /// Whether that is all of them: only a job that came to rest knows, one that runs or crashed does not.
    #[serde(default)]
    pub counted: bool,
}

#[derive(Debug)]
pub struct Packer {
    store: Store,
    connection: String,
    entry: Option<String>,
    items: AtomicU64,
    /// After a crash, or without an answer, some of the items may not be counted.
    counted: AtomicBool,
    /// Why nothing more is kept.
    off: Mutex<Option<String>>,
}

impl Packer {
    /// Begins an entry for what a job is about to write.
    pub async fn begin(store: &Store, connection: &str, table: &str, kind: WriteKind) -> Self {
        let new = NewPacks {
            connection: connection.to_owned(),
            table: table.to_owned(),
            kind,
        };
        match store.packs().begin(&new).await {
            Ok(id) => {
                let entry = Entry {
                    id,
                    items: 0,
                    counted: true,
                };
                Self::over(store, connection, Some(entry), None)
            }
            Err(error) => Self::over(store, connection, None, Some(error.message)),
        }
    }

    /// Goes on with the entry of an interrupted job; without one nothing was kept.
    pub fn resume(store: &Store, connection: &str, entry: Option<Entry>, unkept: Option<String>) -> Self {
        Self::over(store, connection, entry, unkept)
    }

    fn over(store: &Store, connection: &str, entry: Option<Entry>, off: Option<String>) -> Self {
        Self {
            store: store.clone(),
            counted: AtomicBool::new(entry.as_ref().is_some_and(|entry| entry.counted)),
            connection: connection.to_owned(),
            items: AtomicU64::new(entry.as_ref().map_or(0, |entry| entry.items)),
            entry: entry.map(|entry| entry.id),
            off: Mutex::new(off),
        }
    }

    /// The entry as it stands while the job runs.
    pub fn entry(&self) -> Option<Entry> {
        let id = self.entry.clone()?;
        Some(Entry {
            id,
            items: self.items.load(Ordering::Relaxed),
            counted: false,
        })
    }

    /// The entry of a job that came to rest: nothing of it is under way.
    pub fn at_rest(&self) -> Option<Entry> {
        let counted = self.counted.load(Ordering::Relaxed);
        Some(Entry { counted, ..self.entry()? })
    }

    /// Something may have been written of which no answer came.
    pub fn lose_count(&self) {
        self.counted.store(false, Ordering::Relaxed);
    }

    /// Why nothing is kept, if so.
    pub fn unkept(&self) -> Option<String> {
        self.off.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps nothing from now on.
    pub fn give_up(&self, why: String) {
        let mut off = self.off.lock().unwrap_or_else(PoisonError::into_inner);
        off.get_or_insert_with(|| match self.items.load(Ordering::Relaxed) {
            0 => why,
            items => format!("{why}. The first {items} items are kept"),
        });
    }

    /// Writes a batch down before it is written; nothing where it could not be.
    pub async fn keep(&self, table: &str, rows: Vec<Packed>) -> Option<String> {
        let entry = self.entry.as_ref().filter(|_| self.unkept().is_none())?;
        let pack = Pack {
            table: table.to_owned(),
            rows,
        };
        match self.store.packs().add(entry, &pack).await {
            Ok(id) => Some(id),
            Err(error) => {
                self.give_up(error.message);
                None
            }
        }
    }

    /// Says how a batch ended: how many items were written, and what ended otherwise than it was written
    /// down.
    pub async fn ended(&self, pack: &str, written: u64, ends: BTreeMap<usize, End>) {
        self.items.fetch_add(written, Ordering::Relaxed);
        if let (Some(entry), false) = (&self.entry, ends.is_empty())
            && let Err(error) = self.store.packs().correct(entry, pack, &ends).await
        {
            tracing::warn!(%error, %pack, "the end of a batch could not be written down");
        }
    }

    /// The job is over. Answers the entry, where something was written.
    pub async fn finish(&self) -> Option<String> {
        let entry = self.at_rest()?;
        let packs = self.store.packs();
        let nothing = entry.counted && entry.items == 0;
        let said = match nothing {
            true => packs.forget(&self.connection, &entry.id).await,
            false => {
                let items = entry.counted.then_some(entry.items);
                packs.finish(&self.connection, &entry.id, WriteState::Done, items).await
            }
        };
        // It can be undone all the same: an undo compares what is there now.
        if let Err(error) = said {
            tracing::warn!(%error, entry = entry.id, "the end of a job could not be written down");
        }
        (!nothing).then_some(entry.id)
    }
}
