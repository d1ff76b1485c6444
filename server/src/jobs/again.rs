//! Jobs that go on after their server stopped, or are given up.

use std::sync::Arc;

use dynadesk_shared::api::jobs::{JobState, JobView};
use serde_json::Value;

use super::files::Files;
use super::job::{Handle, Job, Outcome};
use super::record::{By, Record};
use super::shared::Shared;
use super::{Jobs, Kept, Resumed, not_found};
use crate::error::{Error, Result};
use crate::store::JobRow;
use crate::who;

impl Jobs {
    /// Lets an interrupted job run again, or one that nobody works on any more: 409 `job_not_interrupted` where
    /// it is in any other state.
    pub async fn resume(&self, id: &str) -> Result<Resumed> {
        let (job, source) = match &self.0.kept {
            Kept::Here(files) => self.resume_here(files, id).await?,
            Kept::Shared(shared) => {
                let row = shared.free(id).await?;
                // Where it cannot go on, nobody has taken it.
                let source = shared.store.jobs().source(&row).await?;
                (self.take(shared, row).await?, source.into())
            }
        };
        let record = job.record();
        Ok(Resumed {
            handle: Handle::new(job, self.clone()),
            view: record.view,
            task: record.task,
            source,
        })
    }

    /// Takes a job that nobody works on.
    async fn take(&self, shared: &Shared, row: JobRow) -> Result<Arc<Job>> {
        let lease = shared.claim(&row).await?;
        let mut record = Record {
            by: By::current(),
            ..row.record
        };
        record.view.server = Some(shared.server.clone());
        let mut job = Job::running(record, Some(lease), &self.0.stopping);
        let mut jobs = self.lock();
        // Those who watched it here while another server worked on it go on watching.
        if let Some(other) = jobs.get(&row.id) {
            job = job.seen_as(other);
        }
        let job = Arc::new(job);
        jobs.insert(row.id, job.clone());
        Ok(job)
    }

    async fn resume_here(&self, files: &Files, id: &str) -> Result<(Arc<Job>, Arc<str>)> {
        let refused = |why| Error::conflict("job_not_interrupted", why);
        let old = self.known(id).ok_or_else(|| not_found(id))?;
        let source = files.load_source(id).await.map_err(|cause| {
            let mut error = refused("the source of this job is no longer kept: it cannot be resumed");
            error.cause = Some(cause.into());
            error
        })?;
        let job = {
            let mut jobs = self.lock();
            let mut record = old.record();
            if jobs.get(id).is_none_or(|job| job.view().state != JobState::Interrupted) {
                return Err(refused("only an interrupted job can be resumed"));
            }
            record.view.state = JobState::Running;
            record.view.ended_at = None;
            let job = Arc::new(Job::running(record, None, &self.0.stopping));
            jobs.insert(id.to_owned(), job.clone());
            job
        };
        if let Err(cause) = files.save(&job.record()).await {
            // Nobody runs it, so it must not say that it runs.
            self.lock().insert(id.to_owned(), old);
            return Err(Error::internal(cause));
        }
        Ok((job, source))
    }

    /// Asks a job to stop. What is under way is finished; an interrupted job is given up, and one
    /// that is over stays as it is. Answers the task of one that is given up.
    pub async fn cancel(&self, id: &str) -> Result<(JobView, Option<Value>)> {
        let known = self.known(id);
        match (&self.0.kept, known) {
            (Kept::Here(_), None) => Err(not_found(id)),
            (Kept::Here(files), Some(job)) => {
                if !job.give_up() {
                    job.cancel();
                    return Ok((job.view(), None));
                }
                self.save(&job).await;
                files.drop_source(id).await;
                let record = job.record();
                Ok((record.view, Some(record.task)))
            }
            (Kept::Shared(_), Some(job)) if job.is_here() => {
                job.cancel();
                Ok((job.view(), None))
            }
            (Kept::Shared(shared), _) => {
                shared.store.jobs().ask_to_stop(id).await?;
                Ok((self.get(id).await?, None))
            }
        }
    }

    /// Ends a job that nobody works on and that cannot go on; false where somebody else works on it by now.
    pub async fn fail(&self, id: &str, why: String) -> Result<bool> {
        let Kept::Shared(shared) = &self.0.kept else { return Ok(false) };
        let taken = match shared.free(id).await {
            Ok(row) => self.take(shared, row).await,
            Err(error) => Err(error),
        };
        let job = match taken {
            Err(error) if error.code == "job_not_interrupted" => return Ok(false),
            other => other?,
        };
        let handle = Handle::new(job, self.clone());
        self.end(&handle, Outcome::Failed(why), who::current().as_deref()).await;
        Ok(true)
    }
}
