//! One job: what is seen of it, what stops it, and the runner's side of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use dynadesk_shared::api::jobs::{JobProgress, JobState, JobView};
use dynadesk_shared::api::seed::Reject;
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Jobs;
use super::record::{By, Record};
use crate::store::Lease;

/// Rejects and skips that are kept word for word; the rest is only counted.
const KEEP_REJECTS: usize = 100;
/// A key alone may have 2,000 bytes.
const KEEP_CHARACTERS: usize = 1000;

#[derive(Debug)]
pub(super) struct Job {
    id: String,
    view: watch::Sender<JobView>,
    task: Mutex<Value>,
    place: String,
    by: Option<By>,
    /// Whether this server works on it.
    here: bool,
    /// The right to, where servers share their jobs.
    lease: Option<Lease>,
    /// Another server took it.
    lost: AtomicBool,
    /// Fires when a person cancels.
    cancel: CancellationToken,
    /// Fires for that and when the server stops.
    stop: CancellationToken,
}

/// How a runner ended.
#[derive(Debug)]
pub enum Outcome {
    Done,
    /// It was asked to stop and did, at a safe point; the task says how to go on.
    Stopped,
    /// Why, for a person.
    Failed(String),
}

impl Job {
    /// A job that this server works on until it is over or `stopping` fires.
    pub(super) fn running(record: Record, lease: Option<Lease>, stopping: &CancellationToken) -> Self {
        Self {
            here: true,
            lease,
            stop: stopping.child_token(),
            ..Self::past(record)
        }
    }

    /// A job that nobody works on, or another server.
    pub(super) fn past(record: Record) -> Self {
        Self {
            id: record.view.id.clone(),
            view: watch::Sender::new(record.view),
            task: Mutex::new(record.task),
            place: record.place,
            by: record.by,
            here: false,
            lease: None,
            lost: AtomicBool::default(),
            cancel: CancellationToken::new(),
            stop: CancellationToken::new(),
        }
    }

    /// The same job for those who watch `other`.
    pub(super) fn seen_as(mut self, other: &Self) -> Self {
        let view = self.view();
        self.view = other.view.clone();
        self.show(view);
        self
    }

    pub(super) fn is_here(&self) -> bool {
        self.here
    }

    pub(super) fn lease(&self) -> Option<&Lease> {
        self.lease.as_ref()
    }

    /// Another server took it, or may take it soon: its runner stops and writes nothing down any more.
    pub(super) fn lose(&self) {
        tracing::warn!(job = self.id, "another server goes on with this job");
        self.lost.store(true, Ordering::Relaxed);
        self.stop.cancel();
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn view(&self) -> JobView {
        self.view.borrow().clone()
    }

    pub(super) fn watch(&self) -> watch::Receiver<JobView> {
        self.view.subscribe()
    }

    pub(super) fn record(&self) -> Record {
        Record {
            view: self.view(),
            task: self.task.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            place: self.place.clone(),
            by: self.by.clone(),
        }
    }

    pub(super) fn cancel(&self) {
        self.view.send_if_modified(|view| {
            let runs = view.state == JobState::Running;
            if runs {
                view.state = JobState::Cancelling;
            }
            runs
        });
        self.cancel.cancel();
        self.stop.cancel();
    }

    /// Whether this was an interrupted job, which then is a cancelled one.
    pub(super) fn give_up(&self) -> bool {
        self.view.send_if_modified(|view| {
            let interrupted = view.state == JobState::Interrupted;
            if interrupted {
                view.state = JobState::Cancelled;
            }
            interrupted
        })
    }

    /// How the job stands after its runner ended; [`Job::show`] shows it.
    pub(super) fn end(&self, outcome: Outcome, ended_at: String) -> Record {
        let mut record = self.record();
        (record.view.state, record.view.error) = match outcome {
            Outcome::Done => (JobState::Done, None),
            Outcome::Stopped if self.cancel.is_cancelled() => (JobState::Cancelled, None),
            Outcome::Stopped => (JobState::Interrupted, None),
            Outcome::Failed(why) => (JobState::Failed, Some(why)),
        };
        record.view.progress.eta_seconds = None;
        record.view.ended_at = Some(ended_at);
        record
    }

    /// Shows it as it is, where it is not shown so already.
    pub(super) fn show(&self, new: JobView) {
        self.view.send_if_modified(|view| {
            let other = *view != new;
            if other {
                *view = new;
            }
            other
        });
    }
}

/// The runner's side of a job.
#[derive(Clone, Debug)]
pub struct Handle {
    job: Arc<Job>,
    jobs: Jobs,
}

impl Handle {
    pub(super) fn new(job: Arc<Job>, jobs: Jobs) -> Self {
        Self { job, jobs }
    }

    pub(super) fn job(&self) -> &Job {
        &self.job
    }

    pub fn id(&self) -> &str {
        self.job.id()
    }

    pub fn view(&self) -> JobView {
        self.job.view()
    }

    /// Fires when the runner should stop: cancelled, or the server ends.
    pub fn stop(&self) -> &CancellationToken {
        &self.job.stop
    }

    /// Whether it stops with the server and can go on after it.
    pub fn is_interrupted(&self) -> bool {
        self.job.is_lost() || self.job.stop.is_cancelled() && !self.job.cancel.is_cancelled()
    }

    /// Whether another server went on with it, whatever became of it here.
    pub fn is_lost(&self) -> bool {
        self.job.is_lost()
    }

    /// Whether other servers may go on with it.
    pub fn is_shared(&self) -> bool {
        self.job.lease.is_some()
    }

    /// Changes what is seen.
    pub fn update(&self, change: impl FnOnce(&mut JobView)) {
        self.job.view.send_modify(change);
    }

    /// Sets what the runner needs to go on after a restart. [`Handle::save`] writes it down.
    pub fn set_task(&self, task: Value) {
        *self.job.task.lock().unwrap_or_else(PoisonError::into_inner) = task;
    }

    /// Writes progress and task down, both or neither.
    pub async fn save(&self) {
        self.jobs.save(&self.job).await;
    }
}

/// How fast a job goes and how long it still takes: since `began`, when it was `before` items on its way.
pub fn pace(progress: &mut JobProgress, began: Instant, before: u64) {
    let seconds = began.elapsed().as_secs_f64().max(0.001);
    progress.items_per_second = (progress.processed - before) as f64 / seconds;
    let left = progress.total.saturating_sub(progress.processed) as f64;
    progress.eta_seconds = (progress.items_per_second > 0.0).then(|| (left / progress.items_per_second).ceil() as u64);
}

/// Lists a line where there is still room.
pub fn note(lines: &mut Vec<Reject>, line: u64, mut reason: String) {
    if let Some((end, _)) = reason.char_indices().nth(KEEP_CHARACTERS) {
        reason.truncate(end);
        reason.push('…');
    }
    if lines.len() < KEEP_REJECTS {
        lines.push(Reject { line, reason });
    }
}
