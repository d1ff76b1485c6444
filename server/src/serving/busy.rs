//! What is done around each request because of the connection that it came on.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Extension, Request, State};
use axum::http::header::{HOST, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};
use tower_http::timeout::TimeoutBody;

use super::gate::{Busy, Line};

/// A year, as browsers' lists want it.
const HSTS: &str = "max-age=31536000";

/// A connection is busy until the last byte of the answer was handed on. One that was closed to make room is not
/// worked for any more.
pub async fn layer(Extension(line): Extension<Arc<Line>>, request: Request, next: Next) -> Response {
    let busy = Busy::new(line.clone());
    tokio::select! {
        response = next.run(request) => response.map(|body| Body::new(Held { body, _busy: busy })),
        // Nobody reads this: writing it finds the connection closed.
        () = line.closed() => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// A body of which nothing more comes is not waited for.
pub async fn slow_body(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    next.run(request.map(|body| Body::new(TimeoutBody::new(patience, body)))).await
}

/// Who was here over TLS comes back over TLS. Not under `localhost`: the header counts for all ports of a name,
/// and so for everything else that somebody develops there.
pub async fn only_over_tls(request: Request, next: Next) -> Response {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().host().or(named).unwrap_or_default();
    let local = host.split(':').next() == Some("localhost");
    let mut response = next.run(request).await;
    if !local {
        response
            .headers_mut()
            .insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    response
}

/// The body of an answer, and that its connection is busy with it.
struct Held {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
