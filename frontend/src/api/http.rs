//! Sends a request with a time limit and reads the answer or the error.

use std::cell::Cell;
use std::rc::Rc;

use dynadesk_shared::api::error::ErrorBody;
use dynadesk_shared::api::paths;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::{AbortController, RequestRedirect, ResponseType};

use super::ApiFailure;
use super::gate;
use super::reachability;
use crate::nav;

/// Longer than the server's own time limit, so that its answer comes first.
const SECONDS: u32 = 60;

pub async fn get<A: DeserializeOwned>(path: &str) -> Result<A, ApiFailure> {
    read(send(Method::GET, path, None).await?)
}

pub async fn post<B: Serialize, A: DeserializeOwned>(path: &str, body: &B) -> Result<A, ApiFailure> {
    read(send(Method::POST, path, Some(text_of(body)?)).await?)
}

pub async fn put<B: Serialize, A: DeserializeOwned>(path: &str, body: &B) -> Result<A, ApiFailure> {
    read(send(Method::PUT, path, Some(text_of(body)?)).await?)
}

pub async fn delete<B: Serialize, A: DeserializeOwned>(path: &str, body: &B) -> Result<A, ApiFailure> {
    read(send(Method::DELETE, path, Some(text_of(body)?)).await?)
}

fn text_of<B: Serialize>(body: &B) -> Result<String, ApiFailure> {
    serde_json::to_string(body).map_err(|cause| unreadable(0, &cause))
}

fn read<A: DeserializeOwned>((status, text): (u16, String)) -> Result<A, ApiFailure> {
    // An answer without a body is read as nothing.
    let text = if text.is_empty() { "null" } else { &text };
    serde_json::from_str(text).map_err(|cause| unreadable(status, &cause))
}

fn unreadable(status: u16, cause: &dyn std::fmt::Display) -> ApiFailure {
    ApiFailure::Unreadable {
        status,
        problem: cause.to_string(),
    }
}

/// Sends a request and gives the text of a successful answer. Where the server wants somebody to sign in
/// or to unlock production first, it waits for that and is sent again: it had done nothing yet.
async fn send(method: Method, path: &str, body: Option<String>) -> Result<(u16, String), ApiFailure> {
    loop {
        gate::pass(path).await;
        let answer = send_once(method.clone(), path, body.as_deref()).await;
        match &answer {
            // What something before the server refuses though anybody may ask it, nobody waits for.
            Err(ApiFailure::Refused { status: 401, body }) if !paths::is_open(path) => gate::sign_in(&body.code).await,
            Err(ApiFailure::Refused { body, .. }) if body.code == "connection_locked" => {
                let connection = body.fields.first().map_or("", |field| field.message.as_str());
                if !gate::unlock(connection).await {
                    return answer;
                }
            }
            Err(ApiFailure::Refused { body, .. }) if body.code == "person_changed" => {
                // What is on this page is somebody else's: it begins anew.
                if let Some(window) = web_sys::window() {
                    let _ = window.location().reload();
                }
                return answer;
            }
            _ => return answer,
        }
    }
}

/// What a proxy says in words of its own that vouches for nobody any more.
fn nobody() -> ApiFailure {
    ApiFailure::Refused {
        status: 401,
        body: ErrorBody {
            code: "session_ended".to_owned(),
            ..ErrorBody::default()
        },
    }
}

async fn send_once(method: Method, path: &str, body: Option<&str>) -> Result<(u16, String), ApiFailure> {
    let controller = AbortController::new().ok();
    let late = Rc::new(Cell::new(false));
    let timeout = controller.clone().map(|controller| {
        let late = late.clone();
        Timeout::new(SECONDS * 1000, move || {
            late.set(true);
            controller.abort();
        })
    });
    let lost = move |_: gloo_net::Error| match late.get() {
        true => ApiFailure::TimedOut { seconds: SECONDS },
        false => {
            reachability::lost();
            ApiFailure::Unreachable
        }
    };
    let signal = controller.as_ref().map(AbortController::signal);
    let mut request = RequestBuilder::new(&nav::with_base(path))
        .method(method)
        .abort_signal(signal.as_ref())
        // Our server sends nobody elsewhere. A balancer that wants somebody to sign in does, to another site, and
        // a request that followed it there would look like a server that is gone.
        .redirect(RequestRedirect::Manual);
    // Whoever signs out or in may be anybody.
    if let Some(person) = gate::person().filter(|_| !path.starts_with(paths::SESSION)) {
        request = request.header(paths::PERSON_HEADER, &paths::encode(&person));
    }
    let request: Request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    }
    .map_err(|cause| unreadable(0, &cause))?;
    let answer: Response = request.send().await.map_err(&lost)?;
    if answer.type_() == ResponseType::Opaqueredirect {
        return Err(nobody());
    }
    let status = answer.status();
    let text = answer.text().await.map_err(&lost)?;
    drop(timeout);
    if answer.ok() {
        return Ok((status, text));
    }
    Err(match serde_json::from_str::<ErrorBody>(&text) {
        Ok(body) => ApiFailure::Refused { status, body },
        // A proxy in between (Trunk's, while the server is down) answers in words of its own.
        Err(_) if matches!(status, 502..=504) => {
            reachability::lost();
            ApiFailure::Unreachable
        }
        // The proxy itself lets nobody in.
        Err(_) if status == 401 => nobody(),
        Err(cause) => unreadable(status, &cause),
    })
}
