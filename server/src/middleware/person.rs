//! Who asks. Everything under `/api` is for people who are signed in, but for the few routes that tell
//! whether the server lives and how to sign in: what a new route forgets is refused.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::Way;
use futures_util::StreamExt as _;

use crate::access::Whence;
use crate::api::error::ApiError;
use crate::app::AppState;
use crate::error::{Error, ErrorKind};
use crate::who::{self, Person};

/// How often an open stream of events looks whether its session is still there.
const LOOK: Duration = Duration::from_secs(5);

/// How long a stream of somebody lives whom headers vouch for.
const VOUCHED: Duration = Duration::from_secs(5 * 60);

/// What anybody may ask.
const OPEN: [&str; 5] = [paths::HEALTH, paths::READY, paths::SESSION, paths::SIGN_IN, paths::SIGN_OUT];

pub async fn layer(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip().to_canonical());
    let whence: Whence = app.access.whence(peer, request.headers());
    request.extensions_mut().insert(whence);
    let path = request.uri().path();
    if !path.starts_with("/api/") {
        return next.run(request).await;
    }
    let is_open = OPEN.contains(&path);
    match app.access.person(request.headers(), whence).await {
        Ok(person) if !is_meant(request.headers(), &person.name) => {
            let message = "somebody else has signed in in this browser: nothing was done";
            ApiError(Error::new(ErrorKind::Conflict, "person_changed", message)).into_response()
        }
        Ok(person) => {
            let person = Arc::new(person);
            request.extensions_mut().insert(person.clone());
            let response = who::scope(person.clone(), next.run(request)).await;
            match person.way != Way::Local && is_stream(&response) {
                true => while_signed_in(app, person, response),
                false => response,
            }
        }
        Err(_) if is_open => next.run(request).await,
        Err(error) => ApiError(error).into_response(),
    }
}

/// Whether the page means this very person, where it says whom it means.
fn is_meant(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get(paths::PERSON_HEADER)
        .is_none_or(|meant| meant.as_bytes() == paths::encode(name).as_bytes())
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/event-stream"))
}

/// A stream of events lives as long as the session that opened it, and not longer.
fn while_signed_in(app: AppState, person: Arc<Person>, response: Response) -> Response {
    let over = async move {
        if person.session.is_none() {
            // Headers vouch for the moment only: the browser asks again with those of then.
            return tokio::time::sleep(VOUCHED).await;
        }
        let mut again = tokio::time::interval(LOOK);
        again.tick().await;
        loop {
            again.tick().await;
            if !app.access.is_in(&person).await {
                return;
            }
        }
    };
    let (parts, body) = response.into_parts();
    let body = body.into_data_stream().take_until(Box::pin(over));
    Response::from_parts(parts, Body::from_stream(body))
}
