//! Jobs: long work that outlives its request. The registry holds running and past ones; each is
//! watched through a channel, stopped through a token, and written down so that a restart knows it. Servers
//! that share a store share their jobs, too.

mod again;
mod files;
mod job;
mod record;
mod seen;
mod shared;
mod turn;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::session::Way;
use dynadesk_shared::time;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::audit::{self, Audit};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::who::{self, Person};

use files::Files;
use job::Job;
pub use job::{Handle, Outcome, note, pace};
pub use record::{By, Record};
pub use seen::Free;
use shared::{Ended, Shared};
pub use turn::Turn;

/// Finished jobs that are remembered.
const KEEP: usize = 50;

/// The registry. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Jobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    kept: Kept,
    clock: Clock,
    audit: Audit,
    jobs: Mutex<BTreeMap<String, Arc<Job>>>,
    /// Fires when the server stops.
    stopping: CancellationToken,
    running: TaskTracker,
    /// One decision at a time which jobs may run beside each other.
    turn: tokio::sync::Mutex<()>,
}

/// Where jobs are written down.
#[derive(Debug)]
enum Kept {
    Here(Files),
    Shared(Shared),
}

/// A job to start: what a screen shows of it, and what its runner needs to go on after a restart.
#[derive(Debug, Default)]
pub struct NewJob {
    pub kind: &'static str,
    pub title: String,
    pub connection: String,
    /// Where the connection leads to.
    pub place: String,
    pub table: String,
    pub total: u64,
    pub total_bytes: u64,
    /// The group of the history that gets what it writes, the one that it takes back, and what is not kept.
    pub history: Option<String>,
    pub undoes: Option<String>,
    pub unkept: Option<String>,
    /// The runner's own words; it gets them back when the job is resumed.
    pub task: Value,
    pub source: Arc<str>,
}

/// An interrupted job that is running again.
#[derive(Debug)]
pub struct Resumed {
    pub handle: Handle,
    pub view: JobView,
    pub task: Value,
    pub source: Arc<str>,
}

impl Jobs {
    /// Opens the registry over a folder, or in memory where there is none. A job that was running
    /// when the server died is listed as interrupted.
    /// `stopping` fires when the server stops: running jobs then come to a safe point.
    pub fn open(folder: Option<PathBuf>, clock: Clock, stopping: CancellationToken, audit: Audit) -> std::io::Result<Self> {
        let files = Files::open(folder)?;
        let jobs = files
            .load()?
            .into_iter()
            .map(|record| (record.view.id.clone(), Arc::new(Job::past(record))));
        let jobs = jobs.collect();
        Ok(Self::new(Kept::Here(files), jobs, clock, stopping, audit))
    }

    /// The registry over a store that other servers have too, instead. `server` is the name of this one. What was
    /// interrupted before needs the history of before, so it is only named.
    pub fn share(self, store: Store, server: String) -> Self {
        for left in self.here().iter().filter(|job| job.state == JobState::Interrupted) {
            let (job, title) = (&left.id, &left.title);
            tracing::warn!(
                job,
                title,
                "interrupted before this server shared its jobs: start it without [store] to go on with it or give it up"
            );
        }
        let (clock, stopping, audit) = (self.0.clock.clone(), self.0.stopping.clone(), self.0.audit.clone());
        Self::new(Kept::Shared(Shared::new(store, server)), BTreeMap::new(), clock, stopping, audit)
    }

    fn new(kept: Kept, jobs: BTreeMap<String, Arc<Job>>, clock: Clock, stopping: CancellationToken, audit: Audit) -> Self {
        Self(Arc::new(Inner {
            jobs: Mutex::new(jobs),
            kept,
            clock,
            audit,
            stopping,
            running: TaskTracker::new(),
            turn: tokio::sync::Mutex::default(),
        }))
    }

    /// Writes a new job down; the caller then runs it with [`Jobs::run`].
    pub async fn create(&self, new: NewJob) -> Result<Handle> {
        let view = JobView {
            id: Uuid::now_v7().to_string(),
            kind: new.kind.to_owned(),
            title: new.title,
            connection: new.connection,
            table: new.table,
            state: JobState::Running,
            progress: dynadesk_shared::api::jobs::JobProgress {
                total: new.total,
                total_bytes: new.total_bytes,
                ..Default::default()
            },
            rejects: Vec::new(),
            skips: Vec::new(),
            error: None,
            history: new.history,
            undoes: new.undoes,
            unkept: new.unkept,
            operator: who::current()
                .filter(|person| person.way != Way::Local)
                .map(|person| person.name.clone()),
            server: self.server().map(str::to_owned),
            silent_seconds: None,
            started_at: time::to_iso_offset(self.0.clock.now()),
            ended_at: None,
        };
        let record = Record {
            view,
            task: new.task,
            place: new.place,
            by: By::current(),
        };
        let lease = match &self.0.kept {
            Kept::Here(files) => {
                files.save_source(&record.view.id, new.source).await.map_err(Error::internal)?;
                files.save(&record).await.map_err(Error::internal)?;
                None
            }
            Kept::Shared(shared) => Some(shared.store.jobs().create(&record, &new.source, &shared.owner()).await?),
        };
        self.prune().await;
        // From here until it runs nothing is waited for: whoever asked may go away in every wait.
        let job = Arc::new(Job::running(record, lease, &self.0.stopping));
        self.lock().insert(job.id().to_owned(), job.clone());
        audit::is_job(job.id());
        Ok(Handle::new(job, self.clone()))
    }

    /// Runs a job beside the requests, and writes down how it ended.
    pub fn run(&self, handle: Handle, work: impl Future<Output = Outcome> + Send + 'static) {
        let (jobs, work, person) = (self.clone(), who::carry(work), who::current());
        self.0.running.spawn(async move {
            // A panic of the runner ends its own task only; the job must not stay `running` for it.
            let mut work = tokio::spawn(work);
            let ended = tokio::select! {
                ended = &mut work => ended,
                // Its lease is lost, and the runner told to stop: another server may begin where this one is still at it.
                () = Box::pin(jobs.hold(&handle)) => match tokio::time::timeout(shared::GRACE, &mut work).await {
                    Ok(ended) => ended,
                    Err(_) => {
                        work.abort();
                        Ok(Outcome::Stopped)
                    }
                },
            };
            let outcome = match ended {
                Ok(outcome) => outcome,
                Err(panicked) => {
                    tracing::error!(job = handle.id(), %panicked, "a job's runner panicked");
                    Outcome::Failed("Dynadesk failed here, and the fault is its own. The server's log has the cause.".to_owned())
                }
            };
            Box::pin(jobs.end(&handle, outcome, person.as_deref())).await;
        });
    }

    /// Returns when every job has stopped and is written down. Comes after `stopping` has fired.
    pub async fn stopped(&self) {
        self.0.running.close();
        self.0.running.wait().await;
    }

    async fn end(&self, handle: &Handle, outcome: Outcome, person: Option<&Person>) {
        let ended_at = time::to_iso_offset(self.0.clock.now());
        let record = handle.job().end(outcome, ended_at);
        let interrupted = record.view.state == JobState::Interrupted;
        match &self.0.kept {
            Kept::Here(files) => {
                if let Err(cause) = files.save(&record).await {
                    tracing::error!(job = handle.id(), %cause, "the end of a job could not be written down");
                }
                if !interrupted {
                    files.drop_source(handle.id()).await;
                }
            }
            Kept::Shared(shared) => {
                let ended = shared.end(handle.job(), &record).await;
                if interrupted || matches!(ended, Ended::Lost) {
                    self.let_go(handle.job());
                    return;
                }
            }
        }
        self.0.audit.job_ended(&record.view, person).await;
        // Only now may those who watch see the end: what they read next is already on disk.
        handle.job().show(record.view);
        self.prune().await;
    }

    /// Another server goes on with a job: those who watch it here go on watching it.
    fn let_go(&self, job: &Job) {
        let other = Job::past(job.record()).seen_as(job);
        let mut jobs = self.lock();
        // This server may have taken it again already.
        if jobs.get(job.id()).is_some_and(|known| std::ptr::eq(known.as_ref(), job)) {
            jobs.insert(job.id().to_owned(), Arc::new(other));
        }
    }

    /// Holds the lease of a job on; returns when it is lost.
    async fn hold(&self, handle: &Handle) {
        match &self.0.kept {
            Kept::Here(_) => std::future::pending().await,
            Kept::Shared(shared) => shared.beat(handle.job()).await,
        }
    }

    async fn save(&self, job: &Job) {
        let record = job.record();
        match &self.0.kept {
            Kept::Here(files) => {
                if let Err(cause) = files.save(&record).await {
                    tracing::warn!(job = job.id(), %cause, "a checkpoint could not be written");
                }
            }
            Kept::Shared(shared) => shared.save(job, &record).await,
        }
    }

    async fn prune(&self) {
        let old: Vec<String> = {
            let mut jobs = self.lock();
            let over = jobs.iter().filter(|(_, job)| {
                let state = job.view().state;
                state.is_over() && state != JobState::Interrupted
            });
            let mut over: Vec<String> = over.map(|(id, _)| id.clone()).collect();
            over.truncate(over.len().saturating_sub(KEEP));
            jobs.retain(|id, _| !over.contains(id));
            over
        };
        if let Kept::Here(files) = &self.0.kept {
            for id in old {
                files.remove(&id).await;
            }
        }
    }

    /// The name of this server, where servers share their jobs.
    pub fn server(&self) -> Option<&str> {
        match &self.0.kept {
            Kept::Here(_) => None,
            Kept::Shared(shared) => Some(&shared.server),
        }
    }

    fn known(&self, id: &str) -> Option<Arc<Job>> {
        self.lock().get(id).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Job>>> {
        // Nothing panics while it holds the map, so a poisoned one is as good as any.
        self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub fn not_found(id: &str) -> Error {
    Error::not_found("job_not_found", format!("there is no job {id:?}"))
}
