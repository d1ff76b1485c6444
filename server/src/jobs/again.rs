//! Jobs that go on after their server stopped, or are given up.

use std::sync::Arc;

use dynadesk_shared::api::jobs::{JobState, JobView};
use serde_json::Value;

use super::files::Files;
use super::job::{Handle, Job, Outcome};
use super::record::{By, Record};
use super::shared::{self, Shared};
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

    /// What a job needs to go on, as it stands.
    pub async fn task(&self, id: &str) -> Result<Value> {
        match &self.0.kept {
            Kept::Here(_) => Ok(self.known(id).ok_or_else(|| not_found(id))?.record().task),
            Kept::Shared(shared) => Ok(shared.free(id).await?.record.task),
        }
    }

    /// Takes a job that nobody works on.
    async fn take(&self, shared: &Shared, row: JobRow) -> Result<Arc<Job>> {
        let is_here = |job: &Arc<Job>| job.is_here() && !job.is_lost() && !job.view().state.is_over();
        if self.known(&row.id).is_some_and(|job| is_here(&job)) {
            return Err(shared::taken());
        }
        let lease = shared.claim(&row).await?;
        let stop = row.stop || row.record.view.state == JobState::Cancelling;
        let mut record = Record {
            by: By::current(),
            ..row.record
        };
        record.view.server = Some(shared.server.clone());
        record.view.state = JobState::Running;
        let mut job = Job::running(record, Some(lease), &self.0.stopping);
        if stop {
            job.cancel();
        }
        let mut jobs = self.lock();
        match jobs.get(&row.id) {
            Some(other) if is_here(other) => return Err(shared::taken()),
            // Those who watched it here while another server worked on it go on watching.
            Some(other) => job = job.seen_as(other),
            None => {}
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
            (Kept::Shared(shared), known) => {
                // Also where this server works on it: whoever goes on with it after a crash stops, too.
                let asked = shared.store.jobs().ask_to_stop(id).await;
                if let Some(job) = known.filter(|job| job.is_here() && !job.is_lost()) {
                    job.cancel();
                    return Ok((job.view(), None));
                }
                asked?;
                let row = self.row(shared, id).await?;
                if !shared.may_take(&row) {
                    return Ok((shared::seen(row, shared.store.now()), None));
                }
                // Nobody works on it, and perhaps nobody can.
                let handle = Handle::new(self.take(shared, row).await?, self.clone());
                handle.job().cancel();
                self.end(&handle, Outcome::Stopped, who::current().as_deref()).await;
                Ok((handle.view(), Some(handle.job().record().task)))
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
