//! A span for each request, where traces are wanted.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use dynadesk_shared::api::paths;

use super::{measure, request_id};
use crate::traces;

/// Whether it is what machines ask every few seconds.
pub fn is_of_machine(path: &str) -> bool {
    [paths::HEALTH, paths::READY, paths::METRICS].contains(&path)
}

pub async fn layer(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = measure::route(route.as_ref(), request.uri().path());
    let span = match is_of_machine(route) {
        true => traces::Request::silent(),
        false => {
            let method = crate::metrics::method(request.method().as_str());
            traces::Request::begin(request.headers(), method, route, &request_id::current())
        }
    };
    if let Some(trace) = span.trace() {
        tracing::Span::current().record("trace", trace);
    }
    let response = traces::scope(&span, next.run(request)).await;
    span.answered(response.status().as_u16());
    response
}
