//! Seeding as tests do it: through the API, to the end of the job.

use dynadesk_shared::Item;
use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::{OnCollision, SeedRequest, SeedSource};

use super::{Answer, LOCAL, TestApp};

/// Items as DynamoDB JSON Lines.
pub fn lines(items: &[Item]) -> String {
    items.iter().map(|item| serde_json::to_string(item).unwrap() + "\n").collect()
}

pub fn request(source: SeedSource) -> SeedRequest {
    SeedRequest {
        source,
        on_collision: OnCollision::Keep,
        fingerprint: None,
        confirm: None,
    }
}

pub fn text(text: impl Into<String>) -> SeedSource {
    SeedSource::Items { text: text.into() }
}

/// Starts a job and watches it to its end.
pub async fn seed_on(app: &TestApp, connection: &str, table: &str, request: &SeedRequest) -> JobView {
    let job: JobView = app.post(&paths::fill(paths::SEED, &[connection, table]), request).await.json();
    finished(app, &job.id).await
}

pub async fn seed(app: &TestApp, table: &str, request: &SeedRequest) -> JobView {
    seed_on(app, LOCAL, table, request).await
}

/// Waits for the end of a job.
pub async fn finished(app: &TestApp, job: &str) -> JobView {
    ended(&app.get(&paths::fill(paths::JOB_EVENTS, &[job])).await)
}

/// The stream of a job's events ends with the job, and its last event is the end.
pub fn ended(events: &Answer) -> JobView {
    assert_eq!(events.header("content-type"), "text/event-stream");
    let data = events.text().lines().filter_map(|line| line.strip_prefix("data: ")).next_back();
    let view: JobView = serde_json::from_str(data.unwrap()).unwrap();
    assert!(view.state.is_over());
    view
}

/// Writes items, all of them new.
pub async fn write_items(app: &TestApp, table: &str, items: &[Item]) {
    let job = seed(app, table, &request(text(lines(items)))).await;
    assert_eq!(
        (job.state, job.progress.written),
        (JobState::Done, items.len() as u64),
        "{:?}",
        job.rejects
    );
}
