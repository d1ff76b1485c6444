//! Jobs: long work that runs on the server.

use dynadesk_shared::api::jobs::{JobList, JobView};
use dynadesk_shared::api::paths;

use super::Description;

pub fn describe(api: &mut Description) {
    api.add("get", paths::JOBS, "jobs", "The jobs that one may see")
        .answers::<JobList>();
    api.add("get", paths::JOB, "job", "A job").answers::<JobView>();
    api.add("get", paths::JOB_EVENTS, "job_events", "A job as it goes on")
        .streams("`job` at once and at each change, until it is over")
        .event::<JobView>("job");
    api.add(
        "post",
        paths::JOB_CANCEL,
        "cancel_job",
        "Stops a job, or gives up one that was interrupted",
    )
    .answers::<JobView>();
    api.add("post", paths::JOB_RESUME, "resume_job", "Goes on with a job that was interrupted")
        .answers::<JobView>();
}
