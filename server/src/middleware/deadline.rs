//! An answer within a minute, or the plain word that there is none. Who sends much over a slow line has longer, as
//! long as it comes.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, sleep_until};

use crate::api::error::ApiError;
use crate::error::{Error, ErrorKind};

pub const DEADLINE: Duration = Duration::from_secs(60);

/// Bytes a second that are worth waiting for: a quarter of a megabit.
const RATE: u64 = 32 * 1024;

/// Bounds the time to an answer's head: a stream of events answers at once and then lives on.
pub async fn layer(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    let heard = Arc::new(Heard::new(Instant::now()));
    let listening = heard.clone();
    let request = request.map(|body| Body::new(Listening { body, heard: listening }));
    let mut work = pin!(next.run(request));
    loop {
        let until = heard.until(deadline);
        tokio::select! {
            response = &mut work => return response,
            () = sleep_until(until) => {
                // More may have come meanwhile.
                if heard.until(deadline) <= Instant::now() {
                    let message = format!("there was no answer within {} seconds", deadline.as_secs());
                    return ApiError(Error::new(ErrorKind::TimedOut, "timed_out", message)).into_response();
                }
            }
        }
    }
}

/// What came of a request's body.
struct Heard {
    began: Instant,
    bytes: AtomicU64,
    ended: OnceLock<Instant>,
}

impl Heard {
    fn new(began: Instant) -> Self {
        Self {
            began,
            bytes: AtomicU64::default(),
            ended: OnceLock::new(),
        }
    }

    /// Until when there has to be an answer, as things stand.
    fn until(&self, deadline: Duration) -> Instant {
        let sending = Duration::from_secs(self.bytes.load(Ordering::Relaxed) / RATE);
        self.ended.get().copied().unwrap_or(self.began + sending) + deadline
    }
}

/// A body whose pieces are counted.
struct Listening {
    body: Body,
    heard: Arc<Heard>,
}

impl HttpBody for Listening {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.heard.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
                if self.body.is_end_stream() {
                    _ = self.heard.ended.set(Instant::now());
                }
            }
            Poll::Ready(_) => _ = self.heard.ended.set(Instant::now()),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_much_has_longer_and_an_answer_its_whole_time() {
        let began = Instant::now();
        let heard = Heard::new(began);
        assert_eq!(heard.until(DEADLINE), began + DEADLINE);
        // A byte now and then buys nothing.
        heard.bytes.store(100, Ordering::Relaxed);
        assert_eq!(heard.until(DEADLINE), began + DEADLINE);
        heard.bytes.store(RATE * 300, Ordering::Relaxed);
        assert_eq!(heard.until(DEADLINE), began + DEADLINE + Duration::from_secs(300));
        let ended = began + Duration::from_secs(250);
        _ = heard.ended.set(ended);
        assert_eq!(heard.until(DEADLINE), ended + DEADLINE);
    }

    #[tokio::test]
    async fn what_comes_is_counted_and_its_end_noticed() {
        let heard = Arc::new(Heard::new(Instant::now()));
        let pieces = ["one", "two"].map(Ok::<_, std::io::Error>);
        let body = Body::from_stream(futures_util::stream::iter(pieces));
        let listening = Body::new(Listening {
            body,
            heard: heard.clone(),
        });
        let whole = axum::body::to_bytes(listening, 100).await.expect("a body");
        assert_eq!((&whole[..], heard.bytes.load(Ordering::Relaxed)), (&b"onetwo"[..], 6));
        assert!(heard.ended.get().is_some());
    }
}
