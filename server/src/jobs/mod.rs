//! Jobs: long work that outlives its request. The registry holds running and past ones; each is
//! watched through a channel, stopped through a token, and written down so that a restart knows it.

mod job;
mod store;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use dynadesk_shared::api::jobs::{JobList, JobState, JobView};
use dynadesk_shared::time;
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::audit::{self, Audit};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::who::{self, Person};

use job::Job;
pub use job::{Handle, Outcome, note, pace};
use store::{Record, Store};

/// Finished jobs that are remembered.
const KEEP: usize = 50;

/// The registry. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Jobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    audit: Audit,
    jobs: Mutex<BTreeMap<String, Arc<Job>>>,
    /// Fires when the server stops.
    stopping: CancellationToken,
    running: TaskTracker,
    /// One decision at a time which jobs may run beside each other.
    turn: tokio::sync::Mutex<()>,
}

/// A job to start: what a screen shows of it, and what its runner needs to go on after a restart.
#[derive(Debug)]
pub struct NewJob {
    pub kind: &'static str,
    pub title: String,
    pub connection: String,
    pub table: String,
    pub total: u64,
    pub total_bytes: u64,
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
        let store = Store::open(folder)?;
        let jobs = store
            .load()?
            .into_iter()
            .map(|record| (record.view.id.clone(), Arc::new(Job::past(record))));
        Ok(Self(Arc::new(Inner {
            jobs: Mutex::new(jobs.collect()),
            store,
            clock,
            audit,
            stopping,
            running: TaskTracker::new(),
            turn: tokio::sync::Mutex::default(),
        })))
    }

    /// All jobs, newest first.
    pub fn list(&self) -> JobList {
        // Ids are UUIDs of version 7, so their order is the order of time.
        let jobs = self.lock().values().rev().map(|job| job.view()).collect();
        JobList { jobs }
    }

    /// A job as it stands, or 404 `job_not_found`.
    pub fn get(&self, id: &str) -> Result<JobView> {
        Ok(self.find(id)?.view())
    }

    /// Held from looking at what runs until a job that depends on it is started, resumed or given up.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.turn.lock().await
    }

    /// A job as it changes.
    pub fn watch(&self, id: &str) -> Result<watch::Receiver<JobView>> {
        Ok(self.find(id)?.watch())
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
            history: None,
            undoes: None,
            unkept: None,
            started_at: time::to_iso_offset(self.0.clock.now()),
            ended_at: None,
        };
        let record = Record { view, task: new.task };
        self.0
            .store
            .save_source(&record.view.id, new.source)
            .await
            .map_err(Error::internal)?;
        self.0.store.save(&record).await.map_err(Error::internal)?;
        let job = Arc::new(Job::running(record, &self.0.stopping));
        self.lock().insert(job.id().to_owned(), job.clone());
        self.prune().await;
        audit::is_job(job.id());
        Ok(Handle::new(job, self.clone()))
    }

    /// Lets an interrupted job run again: 409 `job_not_interrupted` where it is in any other state.
    pub async fn resume(&self, id: &str) -> Result<Resumed> {
        let old = self.find(id)?;
        let source = self.0.store.load_source(id).await.map_err(|cause| {
            let mut error = Error::conflict(
                "job_not_interrupted",
                "the source of this job is no longer kept: it cannot be resumed",
            );
            error.cause = Some(cause.into());
            error
        })?;
        let job = {
            let mut jobs = self.lock();
            let mut record = old.record();
            if jobs.get(id).is_none_or(|job| job.view().state != JobState::Interrupted) {
                return Err(Error::conflict("job_not_interrupted", "only an interrupted job can be resumed"));
            }
            record.view.state = JobState::Running;
            record.view.ended_at = None;
            let job = Arc::new(Job::running(record, &self.0.stopping));
            jobs.insert(id.to_owned(), job.clone());
            job
        };
        let record = job.record();
        if let Err(cause) = self.0.store.save(&record).await {
            // Nobody runs it, so it must not say that it runs.
            self.lock().insert(id.to_owned(), old);
            return Err(Error::internal(cause));
        }
        Ok(Resumed {
            handle: Handle::new(job, self.clone()),
            view: record.view,
            task: record.task,
            source,
        })
    }

    /// Runs a job beside the requests, and writes down how it ended.
    pub fn run(&self, handle: Handle, work: impl Future<Output = Outcome> + Send + 'static) {
        let (jobs, work, person) = (self.clone(), who::carry(work), who::current());
        self.0.running.spawn(async move {
            // A panic of the runner ends its own task only; the job must not stay `running` for it.
            let outcome = match tokio::spawn(work).await {
                Ok(outcome) => outcome,
                Err(panicked) => {
                    tracing::error!(job = handle.id(), %panicked, "a job's runner panicked");
                    Outcome::Failed("Dynadesk failed here, and the fault is its own. The server's log has the cause.".to_owned())
                }
            };
            jobs.end(&handle, outcome, person.as_deref()).await;
        });
    }

    /// Asks a job to stop. What is under way is finished; an interrupted job is given up, and one
    /// that is over stays as it is. Answers the task of one that is given up.
    pub async fn cancel(&self, id: &str) -> Result<(JobView, Option<Value>)> {
        let job = self.find(id)?;
        if !job.give_up() {
            job.cancel();
            return Ok((job.view(), None));
        }
        self.save(&job).await;
        self.0.store.drop_source(id).await;
        let record = job.record();
        Ok((record.view, Some(record.task)))
    }

    /// Returns when every job has stopped and is written down. Comes after `stopping` has fired.
    pub async fn stopped(&self) {
        self.0.running.close();
        self.0.running.wait().await;
    }

    async fn end(&self, handle: &Handle, outcome: Outcome, person: Option<&Person>) {
        let ended_at = time::to_iso_offset(self.0.clock.now());
        let record = handle.job().end(outcome, ended_at);
        if let Err(cause) = self.0.store.save(&record).await {
            tracing::error!(job = handle.id(), %cause, "the end of a job could not be written down");
        }
        if record.view.state != JobState::Interrupted {
            self.0.store.drop_source(handle.id()).await;
        }
        self.0.audit.job_ended(&record.view, person).await;
        // Only now may those who watch see the end: what they read next is already on disk.
        handle.job().publish(record);
    }

    async fn save(&self, job: &Job) {
        if let Err(cause) = self.0.store.save(&job.record()).await {
            tracing::warn!(job = job.id(), %cause, "a checkpoint could not be written");
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
        for id in old {
            self.0.store.remove(&id).await;
        }
    }

    fn find(&self, id: &str) -> Result<Arc<Job>> {
        let found = self.lock().get(id).cloned();
        found.ok_or_else(|| not_found(id))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Job>>> {
        // Nothing panics while it holds the map, so a poisoned one is as good as any.
        self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub fn not_found(id: &str) -> Error {
    Error::not_found("job_not_found", format!("there is no job {id:?}"))
}
