//! Counts and times every answer by the pattern of its route.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::AppState;

pub async fn layer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let (method, path) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    let route = route(matched.as_ref(), path.path());
    app.metrics
        .request(route, method.as_str(), response.status().as_u16(), began.elapsed());
    response
}

/// The pattern of a route, and a word for what has none: URLs are as many as there are tables.
pub fn route<'a>(matched: Option<&'a MatchedPath>, path: &str) -> &'a str {
    let unmatched = match path.starts_with("/api") {
        true => "unknown",
        false => "console",
    };
    matched.map_or(unmatched, MatchedPath::as_str)
}
