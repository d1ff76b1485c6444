//! Jobs of servers that share a store. Each job is worked by the one server that holds its lease; where that
//! server is silent for too long, another one goes on from the last checkpoint.

use std::time::Duration;

use dynadesk_shared::api::jobs::{JobState, JobView};
use tokio::time::Instant;
use uuid::Uuid;

use super::job::Job;
use super::record::Record;
use crate::error::{Error, Result};
use crate::store::{JobRow, LEASE, Lease, Store};

/// Between two beats of a lease.
const BEAT: Duration = Duration::from_secs(3);
/// A server of which so little is heard is said to be silent: a beat may be late, and two are missed.
const SILENT: Duration = Duration::from_secs(7);
/// A server that could not hold a lease on stops this long before others may take the job.
const MARGIN: Duration = Duration::from_secs(3);
/// How long a runner may take to stop once its lease is lost; well before others may take the job.
pub(super) const GRACE: Duration = Duration::from_secs(2);
/// How long a store may take for a beat.
const PATIENCE: Duration = Duration::from_secs(5);
/// Tries to write down how a job ended.
const TRIES: u32 = 4;

#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) store: Store,
    /// The name of this server.
    pub(super) server: String,
    /// Its leases of an earlier life are nobody's.
    life: String,
}

/// What became of the end of a job.
pub(super) enum Ended {
    Written,
    /// Another server goes on with it.
    Lost,
}

impl Shared {
    pub(super) fn new(store: Store, server: String) -> Self {
        let life = Uuid::new_v4().simple().to_string();
        Self { store, server, life }
    }

    /// What leases of this server say: its name, and which of its lives.
    pub(super) fn owner(&self) -> String {
        format!("{}/{}", self.server, self.life)
    }

    /// Holds the lease of a job on until it is lost.
    pub(super) async fn beat(&self, job: &Job) {
        let Some(lease) = job.lease() else { return };
        hold(&self.store, lease, job.id()).await;
        job.lose();
    }

    /// Writes a checkpoint.
    pub(super) async fn save(&self, job: &Job, record: &Record) {
        let Some(lease) = job.lease() else { return };
        match self.store.jobs().keep(lease, record).await {
            Ok(true) => {}
            Ok(false) => job.lose(),
            Err(error) => tracing::warn!(job = job.id(), %error, "a checkpoint could not be written"),
        }
    }

    /// Writes down how a job ended, or hands it over where only this server ends.
    pub(super) async fn end(&self, job: &Job, record: &Record) -> Ended {
        let Some(lease) = job.lease() else { return Ended::Lost };
        let jobs = self.store.jobs();
        if job.is_lost() {
            // Where nobody took it yet, nobody needs to wait for the lease to run out.
            if let Err(error) = jobs.hand_over(lease, &running(record)).await {
                tracing::warn!(job = job.id(), %error, "a job could not be handed over");
            }
            return Ended::Lost;
        }
        for attempt in 1..=TRIES {
            let said = match record.view.state {
                JobState::Interrupted => jobs.hand_over(lease, &running(record)).await,
                _ => jobs.end(lease, record).await,
            };
            match said {
                Ok(true) => {
                    if record.view.state != JobState::Interrupted {
                        self.forget_source(job).await;
                    }
                    return Ended::Written;
                }
                // It was written, and the answer lost.
                Ok(false) => match jobs.get(job.id()).await {
                    Ok(Some(row)) if !row.open && row.is_of(lease) => return Ended::Written,
                    _ => break,
                },
                Err(error) => tracing::warn!(job = job.id(), %error, "the end of a job could not be written down"),
            }
            if attempt < TRIES {
                tokio::time::sleep(BEAT).await;
            }
        }
        // Whoever takes it goes on from the last checkpoint, and finds what was written since as it is.
        Ended::Lost
    }

    async fn forget_source(&self, job: &Job) {
        if let Ok(Some(row)) = self.store.jobs().get(job.id()).await {
            self.store.jobs().drop_source(&row).await;
        }
    }

    /// A job that nobody works on: 409 `job_not_interrupted` where somebody does, or it is over.
    pub(super) async fn free(&self, id: &str) -> Result<JobRow> {
        let row = self.store.jobs().get(id).await?.ok_or_else(|| super::not_found(id))?;
        match self.may_take(&row) {
            true => Ok(row),
            false => Err(taken()),
        }
    }

    /// Whether this server may go on with a job. After a crash it need not wait for the lease of its earlier life.
    pub(super) fn may_take(&self, row: &JobRow) -> bool {
        let life = row.owner.as_deref().and_then(|owner| owner.rsplit_once('/'));
        let earlier = life.is_some_and(|(server, life)| server == self.server && life != self.life);
        row.open && (earlier || row.is_free(self.store.now()))
    }

    /// Takes it.
    pub(super) async fn claim(&self, row: &JobRow) -> Result<Lease> {
        self.store.jobs().claim(row, &self.owner()).await?.ok_or_else(taken)
    }
}

/// Holds a lease on; returns when it is lost, or may be before its next beat.
pub(super) async fn hold(store: &Store, lease: &Lease, of: &str) {
    let lasts = Duration::from_micros(LEASE.unsigned_abs()).saturating_sub(MARGIN);
    let mut held = Instant::now();
    loop {
        let left = || lasts.saturating_sub(held.elapsed());
        tokio::time::sleep(BEAT.min(left())).await;
        if left().is_zero() {
            return;
        }
        let began = Instant::now();
        let beat = tokio::time::timeout(PATIENCE.min(left()), store.jobs().beat(lease)).await;
        match beat {
            Ok(Ok(true)) => held = began,
            Ok(Ok(false)) => return,
            Ok(Err(error)) => tracing::warn!(of, %error, "a lease could not be held on"),
            Err(_) => tracing::warn!(of, "a lease could not be held on: the store takes too long"),
        }
    }
}

/// As those read it who go on with a job: it only stopped here.
fn running(record: &Record) -> Record {
    let mut record = record.clone();
    record.view.state = JobState::Running;
    record.view.ended_at = None;
    record
}

/// What is seen of a job that another server works on, or nobody.
pub(super) fn seen(row: JobRow, now: i64) -> JobView {
    let forgotten = row.is_forgotten(now);
    let silent = Duration::from_micros(u64::try_from(now - (row.until - LEASE)).unwrap_or_default());
    let is_silent = row.open && !forgotten && row.owner.is_some() && silent >= SILENT;
    let mut view = row.record.view;
    view.silent_seconds = is_silent.then_some(silent.as_secs());
    if row.open {
        view.state = match (forgotten, row.stop) {
            (true, _) => JobState::Interrupted,
            (false, true) => JobState::Cancelling,
            (false, false) => JobState::Running,
        };
    }
    view
}

pub(super) fn taken() -> Error {
    Error::conflict(
        "job_not_interrupted",
        "this job is over, or a server works on it: one that nobody works on is taken over by itself",
    )
}
