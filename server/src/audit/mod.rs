//! The audit log: who did what, in a chain for each server, in Dynadesk's own store and as a line of the
//! log. Nothing that is written here is ever changed. docs/AUDIT.md has the shape of an entry.

mod chain;
mod file;
mod kept;
mod line;
mod note;
mod read;
mod tail;
mod verify;
mod what;

use std::path::Path;
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};

use dynadesk_shared::api::audit::{AuditEntry, AuditItem, AuditKind, AuditResult};
use dynadesk_shared::api::jobs::{JobState, JobView};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, watch};
use tokio_util::task::TaskTracker;

pub use file::{lines, name as file_name};
pub use line::TARGET;
pub use note::{Draft, asked, became, came_of, carry, detail, group, hidden, intend, is_job, item, refused, scope, table, who};
pub use tail::Tail;
pub use what::{What, When, is_listed, of as what, unknown};

use crate::clock::Clock;
use crate::config::AuditConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::who::Person;
use chain::Last;
use kept::{Before, Kept};

const DAY: i64 = 86_400 * 1_000_000;
/// Entries of one minute of whom nobody knows; the rest is in the log and counted.
const STRANGERS: u32 = 60;
/// Characters of a text that came from outside.
const TEXT: usize = 1000;
/// Items that an entry names.
const ITEMS: usize = 20;

/// Cheap to clone; all clones write one chain.
#[derive(Clone, Debug)]
pub struct Audit(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    server: String,
    config: AuditConfig,
    /// The newest entry, once it is known. Held while one is added: they are written one after the other.
    chain: Mutex<Option<Last>>,
    kept: Kept,
    /// Entries that are being written, so that a server that stops waits for them.
    writing: TaskTracker,
    /// The minute, and how many strangers were written down in it: those who tried to sign in by themselves.
    strangers: SyncMutex<[(i64, u32); 2]>,
    /// The newest entry's place, for those who watch.
    newest: watch::Sender<u64>,
}

impl Audit {
    /// `server` names the chain: the same after a restart where there is a data directory that lasts.
    pub fn open(store: Store, clock: Clock, server: String, config: AuditConfig, directory: Option<&Path>) -> std::io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            server,
            config,
            chain: Mutex::default(),
            kept: Kept::open(directory)?,
            writing: TaskTracker::new(),
            strangers: SyncMutex::default(),
            newest: watch::Sender::new(0),
        })))
    }

    /// Whether nothing may be done that is not in the audit log.
    pub fn is_required(&self) -> bool {
        self.0.config.required
    }

    /// How many entries could not be kept since the last one that was.
    pub fn left_out(&self) -> u64 {
        self.0.kept.left_out()
    }

    /// An entry of what somebody asks for; nothing of it is written yet.
    pub fn entry(kind: AuditKind, operation: &str, person: Option<&Person>) -> AuditEntry {
        AuditEntry {
            server: String::new(),
            seq: 0,
            before: String::new(),
            before_expires: None,
            at: String::new(),
            kind,
            operation: operation.to_owned(),
            who: person.map(|person| cut(&person.name)).unwrap_or_default(),
            way: person.map(|person| person.way),
            from: person
                .and_then(|person| person.from)
                .map(|from| from.to_string())
                .unwrap_or_default(),
            connection: String::new(),
            table: String::new(),
            detail: String::new(),
            items: Vec::new(),
            more_items: 0,
            group: String::new(),
            job: String::new(),
            result: AuditResult::Done,
            status: 0,
            code: String::new(),
            request: String::new(),
            left_out: 0,
        }
    }

    /// Writes an entry down to its end, also where nobody waits any more. Where it cannot be kept, the log
    /// has it and the next one says so.
    pub async fn record(&self, entry: AuditEntry) {
        // A task of its own: a browser that goes away does not take the entry along.
        let audit = self.clone();
        if let Err(fault) = self.0.writing.spawn(async move { audit.write(entry).await }).await {
            tracing::error!(%fault, "an audit entry was lost");
        }
    }

    /// The same where nobody can wait: of a request that is dropped.
    pub fn record_later(&self, entry: AuditEntry) {
        let audit = self.clone();
        self.0.writing.spawn(async move { audit.write(entry).await });
    }

    /// Writes down that this server runs, and how the one before it ended.
    pub fn started(&self) {
        let before = match self.0.kept.start() {
            Before::Unknown => "nothing is known of a server before it",
            Before::Stopped => "the server before it stopped in order",
            Before::Died => "the server before it was killed: what it did last may be missing",
        };
        let mut entry = Self::entry(AuditKind::Server, "server_started", None);
        entry.detail = format!("version {}; {before}", crate::VERSION);
        self.record_later(entry);
    }

    /// Waits until everything is written down, and says that this server came to its end.
    pub async fn stopped(&self) {
        self.0.writing.close();
        self.0.writing.wait().await;
        self.record(Self::entry(AuditKind::Server, "server_stopped", None)).await;
        self.0.kept.stop();
    }

    /// The same for what is about to be done: 503 `audit_unavailable` where it must be kept and cannot.
    pub async fn begin(&self, mut entry: AuditEntry) -> Result<()> {
        if !self.is_required() {
            return Ok(());
        }
        entry.result = AuditResult::Begun;
        match self.write(entry).await {
            true => Ok(()),
            false => Err(Error::new(
                ErrorKind::Unavailable,
                "audit_unavailable",
                "nothing was done: nothing may be changed while the audit log cannot be written, and Dynadesk's own store is off",
            )),
        }
    }

    /// Of somebody who is not signed in, of whom there may be any number: only some of a minute are kept.
    pub async fn record_stranger(&self, entry: AuditEntry) {
        let minute = self.0.clock.now() / 60_000_000;
        let room = {
            let mut strangers = self.0.strangers.lock().unwrap_or_else(PoisonError::into_inner);
            let (since, count) = &mut strangers[usize::from(entry.kind == AuditKind::SignIn)];
            if *since != minute {
                (*since, *count) = (minute, 0);
            }
            *count += 1;
            *count <= STRANGERS
        };
        if room {
            return self.record(entry).await;
        }
        self.0.kept.add(true);
        line::write(&entry, None);
    }

    /// The end of a job.
    pub async fn job_ended(&self, job: &JobView, person: Option<&Person>) {
        let mut entry = Self::entry(AuditKind::Job, "job_ended", person);
        if person.is_none() {
            crate::who::LOCAL.clone_into(&mut entry.who);
        }
        let progress = &job.progress;
        entry.connection.clone_from(&job.connection);
        entry.table.clone_from(&job.table);
        entry.job.clone_from(&job.id);
        entry.group = job.history.clone().unwrap_or_default();
        entry.detail = cut(&format!(
            "{}: {} written, {} unchanged, {} skipped, {} rejected{}",
            job.title,
            progress.written,
            progress.unchanged,
            progress.skipped,
            progress.rejected,
            job.history
                .as_ref()
                .map(|group| format!("; in the history as {group}"))
                .unwrap_or_default()
        ));
        (entry.result, entry.code) = match job.state {
            JobState::Done => (AuditResult::Done, String::new()),
            JobState::Cancelled => (AuditResult::Done, "cancelled".to_owned()),
            JobState::Interrupted => (AuditResult::CutOff, "interrupted".to_owned()),
            JobState::Running | JobState::Cancelling | JobState::Failed => (AuditResult::Failed, "job_failed".to_owned()),
        };
        self.record(entry).await;
    }

    /// Whether it was kept; the log has it in any case.
    async fn write(&self, entry: AuditEntry) -> bool {
        match self.add(entry.clone()).await {
            Ok(row) => {
                line::write(&row.entry, Some(&row.hash));
                self.0.newest.send_replace(row.entry.seq);
                true
            }
            Err(error) => {
                self.0.kept.add(false);
                line::write(&entry, None);
                tracing::warn!(%error, left_out = self.left_out(), "an audit entry could not be kept");
                false
            }
        }
    }
}

/// What stands in the next entry as `before`.
fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The beginning of a text that came from outside.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn add_item(entry: &mut AuditEntry, item: AuditItem) {
    if entry.table.is_empty() {
        entry.table.clone_from(&item.table);
    }
    match entry.items.len() {
        0..ITEMS => entry.items.push(item),
        _ => entry.more_items += 1,
    }
}
