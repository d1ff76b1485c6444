//! Counts and times every answer by the pattern of its route.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::AppState;

pub async fn layer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let unmatched = match request.uri().path().starts_with("/api") {
        true => "unknown",
        false => "console",
    };
    let method = request.method().clone();
    let response = next.run(request).await;
    let route = route.as_ref().map_or(unmatched, MatchedPath::as_str);
    app.metrics
        .request(route, method.as_str(), response.status().as_u16(), began.elapsed());
    response
}
