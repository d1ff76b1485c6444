//! A server that was asked to stop takes no further request on a connection that it has answered: whoever keeps
//! one open would send the next request just when it is closed.

use axum::extract::{Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Version};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::AppState;

pub async fn layer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    // HTTP/2 says it in a frame of its own, and knows which requests came too late.
    let one_after_the_other = request.version() < Version::HTTP_2;
    let mut response = next.run(request).await;
    if one_after_the_other && app.leaving.is_cancelled() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
