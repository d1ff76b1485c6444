//! Jobs: listed, watched, cancelled, resumed.

use dynadesk_shared::api::jobs::{JobList, JobView};
use dynadesk_shared::api::paths;

use super::events::{Events, Link};
use super::{ApiFailure, get, post};

/// The newest first.
pub async fn list() -> Result<JobList, ApiFailure> {
    get(paths::JOBS).await
}

pub async fn view(job: &str) -> Result<JobView, ApiFailure> {
    get(&paths::fill(paths::JOB, &[job])).await
}

/// Asks a job to stop; what is under way is finished first.
pub async fn cancel(job: &str) -> Result<JobView, ApiFailure> {
    post(&paths::fill(paths::JOB_CANCEL, &[job]), &serde_json::json!({})).await
}

/// Goes on with a job that the server's end interrupted.
pub async fn resume(job: &str) -> Result<JobView, ApiFailure> {
    post(&paths::fill(paths::JOB_RESUME, &[job]), &serde_json::json!({})).await
}

/// Calls back with each state of a job, and with how the stream of them stands, until it is dropped.
pub fn watch(job: &str, state: impl FnMut(JobView) + 'static, stands: impl FnMut(Link) + 'static) -> Events {
    Events::of(paths::fill(paths::JOB_EVENTS, &[job]), &["job"], state, stands)
}
