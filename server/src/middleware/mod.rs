//! What happens around every request, from the outside in: its id, the headers of its answer, who
//! may ask, how long it may take, who asks, what of it is written down, and what a panic becomes.

pub mod audit;
pub mod base;
pub mod deadline;
pub mod guard;
pub mod headers;
pub mod leaving;
pub mod measure;
pub mod panic;
pub mod person;
pub mod request_id;
pub mod trace;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::AppState;

pub fn around(routes: Router, state: AppState) -> Router {
    let base = state.base.clone();
    let routes = routes
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(from_fn_with_state(state.clone(), audit::inner))
        .layer(from_fn_with_state(state.clone(), person::layer))
        .layer(from_fn_with_state(deadline::DEADLINE, deadline::layer))
        .layer(from_fn_with_state(state.clone(), guard::layer))
        .layer(from_fn_with_state(state.clone(), audit::outer))
        .layer(map_response(headers::layer))
        .layer(from_fn_with_state(state.clone(), leaving::layer))
        .layer(from_fn_with_state(state, measure::layer))
        .layer(from_fn(trace::layer))
        .layer(from_fn(request_id::layer));
    base::under(routes, &base)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use axum::extract::Request;
    use axum::http::StatusCode;
    use axum::routing::get;
    use dynadesk_shared::api::error::ErrorBody;
    use tower::ServiceExt;

    use super::*;
    use crate::config::{Config, Environment};

    async fn ask(routes: Router) -> (StatusCode, ErrorBody) {
        let request = Request::get("/").header("host", "localhost").body(Body::empty()).unwrap();
        let answer = routes.oneshot(request).await.unwrap();
        let status = answer.status();
        let id = answer.headers()[request_id::HEADER].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let error: ErrorBody = serde_json::from_slice(&body).unwrap();
        assert_eq!(error.request_id, id);
        (status, error)
    }

    #[tokio::test]
    async fn a_panic_is_ours_and_its_words_stay_in_the_log() {
        let data = tempfile::TempDir::new().unwrap();
        let mut config = Config::embedded(data.path());
        config.connections.clear();
        let state = crate::open(&config, &Environment(&|_| None)).await.unwrap();
        let panics = || async {
            assert!(std::env::args().count() == 0, "hush-hush");
        };
        let (status, error) = ask(around(Router::new().route("/", get(panics)), state)).await;
        assert_eq!((status, error.code.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "internal"));
        assert!(!error.message.contains("hush-hush"));
    }

    #[tokio::test]
    async fn an_answer_that_never_comes_is_said_to_be_late() {
        let never = Router::new().route("/", get(std::future::pending::<()>));
        let routes = never
            .layer(from_fn_with_state(Duration::ZERO, deadline::layer))
            .layer(from_fn(request_id::layer));
        let (status, error) = ask(routes).await;
        assert_eq!((status, error.code.as_str()), (StatusCode::GATEWAY_TIMEOUT, "timed_out"));
    }
}
