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
use dynadesk_shared::api::audit::AuditKind;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::Way;
use futures_util::stream::{self, StreamExt as _};
use http_body::Body as _;

use super::request_id;
use crate::access::Whence;
use crate::api::error::ApiError;
use crate::app::AppState;
use crate::audit::{self, Audit};
use crate::error::{Error, ErrorKind, Result};
use crate::who::{self, Person};

/// How often an open stream of events looks whether its session is still there.
const LOOK: Duration = Duration::from_secs(5);

/// How long a stream of somebody lives whom headers vouch for.
const VOUCHED: Duration = Duration::from_secs(5 * 60);
/// The same for what cannot go on where it was: a file.
const VOUCHED_FILE: Duration = Duration::from_secs(60 * 60);

/// What those ask past the proxy who look after the server: nobody's secret but the token of the metrics.
const FROM_ANYWHERE: [&str; 3] = [paths::HEALTH, paths::READY, paths::METRICS];

pub async fn layer(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip().to_canonical());
    let whence: Whence = app.access.whence(peer, request.headers());
    request.extensions_mut().insert(whence);
    let path = request.uri().path();
    if !FROM_ANYWHERE.contains(&path)
        && let Err(error) = app.access.came_rightly(whence)
    {
        return ApiError(error).into_response();
    }
    if !path.starts_with("/api/") {
        return next.run(request).await;
    }
    let is_open = paths::is_open(path);
    let person = app.access.person(request.headers(), whence).await;
    for what in app.access.users_changed() {
        let mut entry = Audit::entry(AuditKind::Setting, "users_file_changed", None);
        entry.detail = audit::cut(&what);
        app.audit.record_later(entry);
    }
    if let Ok(person) = &person
        && app.access.arrives(person)
    {
        let mut entry = Audit::entry(AuditKind::SignIn, "sign_in", Some(person));
        entry.request = request_id::current();
        app.audit.record(entry).await;
    }
    match person {
        Ok(person) if !is_meant(request.headers(), &person.name) => {
            let message = "somebody else has signed in in this browser: nothing was done";
            refused(Arc::new(person), Error::new(ErrorKind::Conflict, "person_changed", message))
        }
        Ok(person) => {
            let person = Arc::new(person);
            request.extensions_mut().insert(person.clone());
            let response = who::scope(person.clone(), next.run(request)).await;
            match person.way != Way::Local && is_stream(&response) {
                true => while_signed_in(app, person.clone(), response).unwrap_or_else(|error| refused(person, error)),
                false => response,
            }
        }
        Err(_) if is_open => next.run(request).await,
        Err(error) => ApiError(error).into_response(),
    }
}

/// An error that says to those around it whom it keeps out.
fn refused(person: Arc<Person>, error: Error) -> Response {
    let mut response = ApiError(error).into_response();
    response.extensions_mut().insert(person);
    response
}

/// Whether the page means this very person, where it says whom it means.
fn is_meant(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get(paths::PERSON_HEADER)
        .is_none_or(|meant| meant.as_bytes() == paths::encode(name).as_bytes())
}

/// Whether an answer is still being made while it is sent: events, the file of a long list.
fn is_stream(response: &Response) -> bool {
    response.body().size_hint().exact().is_none()
}

/// An answer that goes on lives as long as the session that asked for it, and not longer. What is cut off must
/// not look like a whole one, so only events end without a fault.
fn while_signed_in(app: AppState, person: Arc<Person>, response: Response) -> Result<Response> {
    let (parts, body) = response.into_parts();
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let are_events = kind.is_some_and(|kind| kind.starts_with("text/event-stream"));
    let watched = are_events.then(|| app.access.watch(&person)).transpose()?;
    let over = async move {
        if person.session.is_none() {
            // Headers vouch for the moment only: the browser asks again with those of then.
            return tokio::time::sleep(if are_events { VOUCHED } else { VOUCHED_FILE }).await;
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
    Ok(Response::from_parts(parts, until(body, over, watched, are_events)))
}

/// An answer until this is over; it holds what is `held` as long as somebody takes it.
fn until<H: Send + 'static>(body: Body, over: impl Future<Output = ()> + Send + 'static, held: H, are_events: bool) -> Body {
    let body = body.into_data_stream().take_until(Box::pin(over));
    Body::from_stream(stream::unfold((Some(body), held), move |(body, held)| async move {
        let mut body = body?;
        match body.next().await {
            Some(piece) => Some((piece, (Some(body), held))),
            None if body.take_result().is_some() && !are_events => Some((Err(axum::Error::new("the session is over")), (None, held))),
            None => None,
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_is_cut_off_is_no_whole_file() {
        let endless = || Body::from_stream(stream::pending::<std::result::Result<String, axum::Error>>());
        let over = std::future::ready::<()>;
        let events = axum::body::to_bytes(until(endless(), over(()), (), true), 100).await;
        assert!(events.is_ok_and(|bytes| bytes.is_empty()));
        assert!(axum::body::to_bytes(until(endless(), over(()), (), false), 100).await.is_err());
        // One that comes to its end is whole.
        let short = || Body::from_stream(stream::iter([Ok::<_, axum::Error>("all of it")]));
        let whole = axum::body::to_bytes(until(short(), std::future::pending(), (), false), 100).await;
        assert!(whole.is_ok_and(|bytes| bytes == "all of it"));
        let answer = |body: Body| is_stream(&Response::new(body));
        assert!(answer(short()) && !answer(Body::from("{}")));
    }
}
