//! Writes the many writes of a job down, batch by batch, in one entry of the history. Where the store
//! does not answer the job goes on, and says from then on that nothing is kept; one that several servers share
//! waits, for what it says is in the store, too.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dynadesk_shared::api::history::{WriteKind, WriteState};
use dynadesk_shared::words::counted;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::audit;
use crate::engine::items::jittered;
use crate::error::Result;
use crate::jobs::{Handle, Jobs, NewJob};
use crate::store::{End, NewPacks, Pack, Packed, Store};

/// How often the ends that are owed are written down once the job is over.
const TRIES: u32 = 4;
/// Between two tries of a job that waits for the store.
const AGAIN: Duration = Duration::from_secs(1);

/// What a job needs to go on with its entry after a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    /// Items that were written until now.
    pub items: u64,
    /// Whether that is all of them: only a job that came to rest knows, one that runs or crashed does not.
    #[serde(default)]
    pub counted: bool,
    /// Why nothing more is kept.
    #[serde(default)]
    off: Option<String>,
    #[serde(default)]
    doubts: Doubts,
}

/// Items whose images may not be what was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Doubts {
    /// Their end is not in the store.
    untold: u64,
    /// The answer to their write was lost, and with it what they took the place of.
    unanswered: u64,
}

impl Doubts {
    fn words(self) -> impl Iterator<Item = String> {
        let untold = format!(
            "The store did not take how the writes of {} ended: an undo may put back an older state of them, or take back what others wrote",
            counted(self.untold, "item", "items")
        );
        let unanswered = format!(
            "The answers to the writes of {} were lost: what they took the place of is kept as it was read just before",
            counted(self.unanswered, "item", "items")
        );
        let all = [(self.untold, untold), (self.unanswered, unanswered)];
        all.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words)
    }
}

/// What became of a batch that was to be written down.
#[derive(Debug)]
pub enum Noted {
    /// It is, in this pack.
    In(String),
    /// It cannot be, and is written all the same.
    Not,
    /// It is not to be written any more: the job stops.
    Stopped,
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
    doubts: Mutex<Doubts>,
    /// Where other servers may go on with the job, nothing is written that is not kept while the store is off:
    /// they would not know of it. Fires when the job is to stop.
    waits: Option<CancellationToken>,
    /// Ends that the store did not take yet, by their pack.
    owed: tokio::sync::Mutex<BTreeMap<String, BTreeMap<usize, End>>>,
}

impl Packer {
    /// Begins an entry for what a job is about to write.
    pub async fn begin(store: &Store, connection: &str, table: &str, kind: WriteKind) -> Self {
        let new = NewPacks {
            connection: connection.to_owned(),
            table: table.to_owned(),
            kind,
        };
        let (entry, off) = match store.packs().begin(&new).await {
            Ok(id) => (Some(id), None),
            Err(error) => (None, Some(error.message)),
        };
        Self::over(store, connection, entry, off)
    }

    /// Goes on with the entry of an interrupted job; without one nothing was kept.
    pub fn resume(store: &Store, connection: &str, entry: Option<Entry>, unkept: Option<String>) -> Self {
        let Some(entry) = entry else {
            let off = unkept.unwrap_or_else(|| "nothing of this job was kept".to_owned());
            return Self::over(store, connection, None, Some(off));
        };
        Self {
            items: AtomicU64::new(entry.items),
            counted: AtomicBool::new(entry.counted),
            doubts: Mutex::new(entry.doubts),
            ..Self::over(store, connection, Some(entry.id), entry.off)
        }
    }

    fn over(store: &Store, connection: &str, entry: Option<String>, off: Option<String>) -> Self {
        Self {
            store: store.clone(),
            connection: connection.to_owned(),
            entry,
            items: AtomicU64::new(0),
            counted: AtomicBool::new(true),
            off: Mutex::new(off),
            doubts: Mutex::default(),
            waits: None,
            owed: tokio::sync::Mutex::default(),
        }
    }

    /// Keeps what this job writes.
    pub fn of_job(mut self, job: &Handle) -> Self {
        self.waits = job.is_shared().then(|| job.stop().clone());
        self
    }

    /// The entry as it stands while the job runs.
    pub fn entry(&self) -> Option<Entry> {
        let id = self.entry.clone()?;
        Some(Entry {
            id,
            items: self.items.load(Ordering::Relaxed),
            counted: false,
            off: self.off(),
            doubts: self.doubts(),
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

    /// Whether what is written is written down.
    pub fn keeps(&self) -> bool {
        self.entry.is_some() && self.off().is_none()
    }

    /// Why something is not kept as it was, if so.
    pub fn unkept(&self) -> Option<String> {
        let all: Vec<String> = self.off().into_iter().chain(self.doubts().words()).collect();
        (!all.is_empty()).then(|| all.join(". "))
    }

    fn off(&self) -> Option<String> {
        self.off.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn doubts(&self) -> Doubts {
        *self.doubts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn doubt(&self, change: impl FnOnce(&mut Doubts)) {
        change(&mut self.doubts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Keeps nothing from now on.
    pub fn give_up(&self, why: String) {
        let mut off = self.off.lock().unwrap_or_else(PoisonError::into_inner);
        off.get_or_insert_with(|| match self.items.load(Ordering::Relaxed) {
            0 => why,
            items => format!("{why}. The first {} are kept", counted(items, "item", "items")),
        });
    }

    /// Writes a batch down before it is written.
    pub async fn keep(&self, table: &str, rows: Vec<Packed>) -> Noted {
        let Some(entry) = self.entry.as_ref().filter(|_| self.keeps()) else {
            return Noted::Not;
        };
        let pack = Pack {
            table: table.to_owned(),
            rows,
        };
        loop {
            match (self.store.packs().add(entry, &pack).await, &self.waits) {
                (_, Some(stop)) if stop.is_cancelled() => return Noted::Stopped,
                (Ok(id), _) => return Noted::In(id),
                (Err(error), Some(stop)) if error.code == "store_unavailable" => {
                    tracing::warn!(%error, "a job waits for the store");
                    let _ = tokio::time::timeout(AGAIN, stop.cancelled()).await;
                }
                (Err(error), _) => {
                    self.give_up(error.message);
                    return Noted::Not;
                }
            }
        }
    }

    /// Says how a batch ended: how many items were written, and what ended otherwise than it was written
    /// down. What the store does not take is tried again later, and said in [`Packer::unkept`] until then.
    pub async fn ended(&self, pack: &str, written: u64, ends: BTreeMap<usize, End>) {
        self.items.fetch_add(written, Ordering::Relaxed);
        if ends.is_empty() {
            return;
        }
        self.doubt(|doubts| doubts.untold += ends.len() as u64);
        self.owed.lock().await.insert(pack.to_owned(), ends);
        self.settle().await;
    }

    /// Items whose write was done although its answer was lost.
    pub fn unanswered(&self, items: u64) {
        self.doubt(|doubts| doubts.unanswered += items);
    }

    /// Writes down what is owed; whether nothing is owed any more.
    async fn settle(&self) -> bool {
        let mut owed = self.owed.lock().await;
        let Some(entry) = &self.entry else { return true };
        while let Some((pack, ends)) = owed.first_key_value() {
            if let Err(error) = self.store.packs().correct(entry, pack, ends).await {
                tracing::warn!(%error, %pack, "the end of a batch could not be written down");
                return false;
            }
            let told = ends.len() as u64;
            self.doubt(|doubts| doubts.untold = doubts.untold.saturating_sub(told));
            owed.pop_first();
        }
        true
    }

    /// Creates the job whose writes are kept here. Where it cannot be created, its entry goes again.
    pub async fn create_job(&self, jobs: &Jobs, new: NewJob) -> Result<Handle> {
        let new = NewJob {
            history: self.entry().map(|entry| entry.id),
            unkept: self.unkept(),
            ..new
        };
        if let Some(entry) = &self.entry {
            audit::group(entry);
        }
        let created = jobs.create(new).await;
        if created.is_err() {
            self.finish().await;
        }
        created
    }

    /// The job is over. Answers the entry, where something was written.
    pub async fn finish(&self) -> Option<String> {
        for attempt in 1..=TRIES {
            if self.settle().await || attempt == TRIES {
                break;
            }
            tokio::time::sleep(jittered(Duration::from_millis(100), attempt, Duration::from_secs(2))).await;
        }
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
