//! Jobs: listed, watched, cancelled, resumed.

use dynadesk_shared::api::jobs::{JobList, JobView};
use dynadesk_shared::api::paths;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

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

/// What the server calls the events of a job's stream.
const EVENT: &str = "job";

/// A stream of a job's states. Dropping it ends the watch; the browser itself connects again when
/// the connection breaks.
pub struct Watch {
    source: EventSource,
    on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Watch {
    /// Calls back with each state of a job. Nothing where the browser refuses the stream.
    pub fn new(job: &str, mut state: impl FnMut(JobView) + 'static) -> Option<Self> {
        let source = EventSource::new(&paths::fill(paths::JOB_EVENTS, &[job])).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(view) = serde_json::from_str::<JobView>(&text) {
                state(view);
            }
        });
        source
            .add_event_listener_with_callback(EVENT, on_message.as_ref().unchecked_ref())
            .ok()?;
        Some(Self { source, on_message })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self
            .source
            .remove_event_listener_with_callback(EVENT, self.on_message.as_ref().unchecked_ref());
        self.source.close();
    }
}
