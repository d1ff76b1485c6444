//! An answer within a minute, or the plain word that there is none.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::error::ApiError;
use crate::error::{Error, ErrorKind};

pub const DEADLINE: Duration = Duration::from_secs(60);

/// Bounds the time to an answer's head: a stream of events answers at once and then lives on.
pub async fn layer(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = format!("there was no answer within {} seconds", deadline.as_secs());
            ApiError(Error::new(ErrorKind::TimedOut, "timed_out", message)).into_response()
        }
    }
}
