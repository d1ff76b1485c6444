//! What is seen of jobs: of this server's own at once, of those of other servers as the store has them.

use std::sync::Arc;

use dynadesk_shared::api::jobs::{JobList, JobState, JobView};
use tokio::sync::watch;

use super::job::Job;
use super::record::Record;
use super::shared::{self, Shared};
use super::{Jobs, Kept, not_found};
use crate::error::Result;
use crate::store::JobRow;

/// A job that nobody works on any more.
#[derive(Debug)]
pub struct Free {
    pub record: Record,
    /// Somebody asked it to stop.
    pub stop: bool,
}

impl Jobs {
    /// All jobs, newest first.
    pub async fn list(&self) -> Result<JobList> {
        let jobs = match &self.0.kept {
            // Ids are UUIDs of version 7, so their order is the order of time.
            Kept::Here(_) => self.lock().values().rev().map(|job| job.view()).collect(),
            Kept::Shared(shared) => self.as_known_here(shared.store.jobs().newest().await?, shared.store.now()),
        };
        Ok(JobList { jobs })
    }

    /// Those that are not over, or can be resumed.
    pub async fn unfinished(&self) -> Result<Vec<JobView>> {
        match &self.0.kept {
            Kept::Here(_) => {
                let mut jobs = self.here();
                jobs.retain(|job| !job.state.is_over() || job.state == JobState::Interrupted);
                Ok(jobs)
            }
            Kept::Shared(shared) => Ok(self.as_known_here(shared.store.jobs().open().await?, shared.store.now())),
        }
    }

    /// Those of this server: that it works on, and that it ended.
    pub fn here(&self) -> Vec<JobView> {
        let own = |job: &&Arc<Job>| job.is_here() || matches!(self.0.kept, Kept::Here(_));
        self.lock().values().filter(own).map(|job| job.view()).collect()
    }

    /// A job as it stands, or 404 `job_not_found`.
    pub async fn get(&self, id: &str) -> Result<JobView> {
        let known = self.known(id);
        match (&self.0.kept, known) {
            (_, Some(job)) if job.is_here() && !job.is_lost() => Ok(job.view()),
            (Kept::Here(_), known) => known.map(|job| job.view()).ok_or_else(|| not_found(id)),
            (Kept::Shared(shared), _) => Ok(shared::seen(self.row(shared, id).await?, shared.store.now())),
        }
    }

    /// A job as it changes.
    pub async fn watch(&self, id: &str) -> Result<watch::Receiver<JobView>> {
        if let Some(job) = self.known(id) {
            return Ok(job.watch());
        }
        let Kept::Shared(shared) = &self.0.kept else {
            return Err(not_found(id));
        };
        let row = self.row(shared, id).await?;
        // [`Jobs::look`] keeps it as it is on its server.
        let job = Job::past(Record {
            view: shared::seen(row.clone(), shared.store.now()),
            ..row.record
        });
        Ok(self.lock().entry(id.to_owned()).or_insert_with(|| Arc::new(job)).watch())
    }

    /// Looks at what other servers do: shows what has changed, stops what somebody asked to stop, and answers
    /// with the jobs that nobody works on any more.
    pub async fn look(&self) -> Result<Vec<Free>> {
        let Kept::Shared(shared) = &self.0.kept else {
            return Ok(Vec::new());
        };
        let rows = shared.store.jobs().open().await?;
        let mut free = Vec::new();
        let mut watched: Vec<Arc<Job>> = self.lock().values().filter(|job| !job.is_here()).cloned().collect();
        for row in rows {
            watched.retain(|job| job.id() != row.id);
            match self.known(&row.id) {
                Some(job) if job.is_here() => {
                    if row.stop {
                        job.cancel();
                    }
                    continue;
                }
                Some(job) => job.show(shared::seen(row.clone(), shared.store.now())),
                None => {}
            }
            if shared.may_take(&row) && !row.is_forgotten(shared.store.now()) {
                free.push(Free {
                    stop: row.stop,
                    record: row.record,
                });
            }
        }
        // What is left is not open any more: those who watch it see its end, and nobody comes to watch it here again.
        for job in watched {
            match self.row(shared, job.id()).await {
                Ok(row) => job.show(shared::seen(row, shared.store.now())),
                // It is shown the next time.
                Err(error) if error.code != "job_not_found" => continue,
                Err(_) => {}
            }
            let mut jobs = self.lock();
            if jobs.get(job.id()).is_some_and(|known| Arc::ptr_eq(known, &job)) {
                jobs.remove(job.id());
            }
        }
        Ok(free)
    }

    /// Rows as they are seen here: what this server works on it knows better.
    fn as_known_here(&self, rows: Vec<JobRow>, now: i64) -> Vec<JobView> {
        let known = self.lock();
        let view = |row: JobRow| match known.get(&row.id).filter(|job| job.is_here() && !job.is_lost()) {
            Some(job) => job.view(),
            None => shared::seen(row, now),
        };
        rows.into_iter().map(view).collect()
    }

    pub(super) async fn row(&self, shared: &Shared, id: &str) -> Result<JobRow> {
        shared.store.jobs().get(id).await?.ok_or_else(|| not_found(id))
    }
}
