//! Every request has an id: in the answer's `x-request-id`, in every error's body and in the log.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::trace;

pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

tokio::task_local! {
    static CURRENT: String;
}

/// The id of the request that is being answered; empty outside of one.
pub fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Gives the request its id and logs its end. Stands outermost, so that refusals have one too.
pub async fn layer(request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().to_string();
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path(), trace = tracing::field::Empty);
    let started = std::time::Instant::now();
    let of_machine = trace::is_of_machine(request.uri().path());
    let work = async move {
        let response = next.run(request).await;
        let (status, took_ms) = (response.status(), started.elapsed().as_millis() as u64);
        // That all is well every few seconds would bury what people did.
        match of_machine && status.is_success() {
            true => tracing::debug!(status = status.as_u16(), took_ms, "answered"),
            false => tracing::info!(status = status.as_u16(), took_ms, "answered"),
        }
        response
    };
    let mut response = CURRENT.scope(id.clone(), work.instrument(span)).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::sync::Mutex;

    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use dynadesk_shared::api::paths;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn the_log_has_what_people_ask_and_what_machines_are_refused() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let log = folder.path().join("log");
        let writer = Mutex::new(File::create(&log).expect("a log"));
        // With one subscriber alone, the first thread that comes to a line decides for all whether it is wanted.
        let _other = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish());
        let _ours = tracing::subscriber::set_default(tracing_subscriber::fmt().with_ansi(false).with_writer(writer).finish());
        let routes = Router::new()
            .route(paths::HEALTH, get(|| async { "well" }))
            .route(paths::READY, get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
            .route(paths::CONNECTIONS, get(|| async { "some" }))
            .layer(from_fn(layer));
        for path in [paths::HEALTH, paths::READY, paths::CONNECTIONS] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let answer = routes.clone().oneshot(request).await.expect("an answer");
            assert!(answer.headers().contains_key(HEADER));
        }
        let said = std::fs::read_to_string(&log).expect("the log");
        let lines = |path: &str| said.lines().filter(|line| line.contains(&format!("path=\"{path}\""))).count();
        let found = [paths::HEALTH, paths::READY, paths::CONNECTIONS].map(lines);
        assert_eq!(found, [0, 1, 1], "{said}");
    }
}
