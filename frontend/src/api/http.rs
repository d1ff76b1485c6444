//! Sends a request with a time limit and reads the answer or the error.

use std::cell::Cell;
use std::rc::Rc;

use dynadesk_shared::api::error::ErrorBody;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::AbortController;

use super::ApiFailure;
use super::reachability;

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
    serde_json::from_str(&text).map_err(|cause| unreadable(status, &cause))
}

fn unreadable(status: u16, cause: &dyn std::fmt::Display) -> ApiFailure {
    ApiFailure::Unreadable {
        status,
        problem: cause.to_string(),
    }
}

/// Sends a request and gives the text of a successful answer.
async fn send(method: Method, path: &str, body: Option<String>) -> Result<(u16, String), ApiFailure> {
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
    let request = RequestBuilder::new(path).method(method).abort_signal(signal.as_ref());
    let request: Request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    }
    .map_err(|cause| unreadable(0, &cause))?;
    let answer: Response = request.send().await.map_err(&lost)?;
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
        Err(cause) => unreadable(status, &cause),
    })
}
