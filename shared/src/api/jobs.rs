//! Jobs: long work that runs on the server, is watched live and can be cancelled.

use serde::{Deserialize, Serialize};

use super::seed::Reject;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobView {
    pub id: String,
    /// `seed`, `undo` or `names`.
    pub kind: String,
    /// What it does, for a person.
    pub title: String,
    pub connection: String,
    pub table: String,
    pub state: JobState,
    pub progress: JobProgress,
    /// The first rejects; `progress.rejected` counts them all.
    pub rejects: Vec<Reject>,
    /// The first items that the table holds with other content and that were kept as they are;
    /// `progress.skipped` counts them all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skips: Vec<Reject>,
    /// Why it failed, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The group in the history that has what it wrote, with the way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<String>,
    /// The group in the history that it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// Why something of it was not kept to undo it with, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
    /// Whoever began it; nobody where no one signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The server that works on it, or did last, where servers share their jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// For how many seconds that server says nothing, where that is longer than usual: another one goes on after 15, where one can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_seconds: Option<u64>,
    /// ISO, UTC.
    pub started_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Running,
    /// Asked to stop; what is under way is being finished.
    Cancelling,
    Done,
    Cancelled,
    Failed,
    /// The server stopped in the middle; the job can be resumed where it was.
    Interrupted,
}

impl JobState {
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Running | Self::Cancelling)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobProgress {
    pub total: u64,
    pub total_bytes: u64,
    /// Written, unchanged, skipped and rejected together.
    pub processed: u64,
    pub written: u64,
    pub written_bytes: u64,
    /// Already there with the same content.
    pub unchanged: u64,
    /// Already there with other content, and kept.
    pub skipped: u64,
    pub rejected: u64,
    /// Writes that the engine throttled and that were sent again.
    pub retried: u64,
    pub items_per_second: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta_seconds: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JobList {
    pub jobs: Vec<JobView>,
}
