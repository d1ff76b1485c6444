//! The one place where requests come into the audit log: within the layer that finds out who asks, each
//! one that changes something; around everything, what was refused before that.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::RequestExt as _;
use axum::extract::{ConnectInfo, MatchedPath, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dynadesk_shared::api::audit::{AuditEntry, AuditKind, AuditResult};

use super::request_id;
use crate::access::Whence;
use crate::api::error::{ApiError, Code};
use crate::app::AppState;
use crate::audit::{self, Audit, Draft, When};
use crate::who::Person;

/// What keeps somebody from something although the status says less.
const GUARDS: [&str; 4] = ["scan_budget_spent", "too_many_streams", "too_many_tries", "person_changed"];

/// Marks an answer whose request was dealt with here.
#[derive(Clone, Copy, Debug)]
struct Seen;

/// Of whoever is known by now.
pub async fn inner(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let what = what(&request);
    let person = request.extensions().get::<Arc<Person>>().cloned();
    let mut entry = Audit::entry(what.kind, &what.operation, person.as_deref());
    if let Some(Whence { browser: Some(from), .. }) = request.extensions().get::<Whence>() {
        entry.from = from.to_string();
    }
    place(&mut request, &mut entry).await;
    let mut pending = Pending {
        audit: app.audit.clone(),
        draft: Draft::new(&app.audit, entry),
        when: Some(what.when),
    };
    // What nobody is signed in for changes nothing yet; a sign-in that works needs the store itself.
    if what.needs_audit
        && person.is_some()
        && let Err(error) = pending.draft.begin().await
    {
        pending.when = None;
        let mut response = ApiError(error).into_response();
        response.extensions_mut().insert(Seen);
        return response;
    }
    let mut response = audit::scope(pending.draft.clone(), next.run(request)).await;
    pending.when = None;
    let entry = ended(&pending.draft, &response);
    let refused = is_refusal(&response) || pending.draft.refusal().is_some();
    if what.when == When::Always || refused || (what.when == When::Said && pending.draft.is_intended()) {
        // Anybody can ask, so what comes of nobody is kept in measure; that a nobody signs out is no news.
        match person.is_none() {
            true if entry.kind == AuditKind::SignOut => {}
            true if entry.result != AuditResult::Done => app.audit.record_stranger(entry).await,
            _ => app.audit.record(entry).await,
        }
    }
    response.extensions_mut().insert(Seen);
    response
}

/// Around everything: refusals that nothing within saw.
pub async fn outer(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let what = what(&request);
    let mut entry = Audit::entry(what.kind, &what.operation, None);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|peer| peer.0.ip().to_canonical());
    let whence = app.access.whence(peer, request.headers());
    entry.from = whence.browser.map(|from| from.to_string()).unwrap_or_default();
    place(&mut request, &mut entry).await;
    let response = next.run(request).await;
    if is_refusal(&response) && response.extensions().get::<Seen>().is_none() {
        if let Some(person) = response.extensions().get::<Arc<Person>>() {
            entry.who = audit::cut(&person.name);
            entry.way = Some(person.way);
        }
        app.audit.record_stranger(with_answer(entry, &response)).await;
    }
    response
}

/// A request under way. One that is dropped in the middle is written down as cut off.
struct Pending {
    audit: Audit,
    draft: Draft,
    when: Option<When>,
}

impl Drop for Pending {
    fn drop(&mut self) {
        let changes = match self.when {
            Some(When::Always) => true,
            Some(When::Said) => self.draft.is_intended(),
            Some(When::Refused) | None => false,
        };
        // Without a runtime there is nothing left that could write.
        if changes && tokio::runtime::Handle::try_current().is_ok() {
            let mut entry = self.draft.entry();
            entry.result = AuditResult::CutOff;
            self.audit.record_later(entry);
        }
    }
}

fn what(request: &Request) -> audit::What {
    let method = request.method().as_str();
    match request.extensions().get::<MatchedPath>() {
        Some(pattern) => audit::what(method, pattern.as_str()),
        None => audit::unknown(method),
    }
}

/// What the URL says of the place, and the request's id.
async fn place(request: &mut Request, entry: &mut AuditEntry) {
    entry.request = request_id::current();
    let Ok(params) = request.extract_parts::<RawPathParams>().await else {
        return;
    };
    for (name, value) in &params {
        let value = audit::cut(value);
        match name {
            "connection" => entry.connection = value,
            "table" => entry.table = value,
            "job" => entry.job = value,
            _ => entry.detail = value,
        }
    }
}

fn is_refusal(response: &Response) -> bool {
    let guarded = |Code(code): &Code| GUARDS.contains(&code.as_ref());
    matches!(response.status().as_u16(), 401 | 403) || response.extensions().get::<Code>().is_some_and(guarded)
}

fn ended(draft: &Draft, response: &Response) -> AuditEntry {
    let mut entry = with_answer(draft.entry(), response);
    if let Some(code) = draft.refusal() {
        (entry.result, entry.code) = (AuditResult::Refused, code);
    }
    entry
}

fn with_answer(mut entry: AuditEntry, response: &Response) -> AuditEntry {
    entry.status = response.status().as_u16();
    entry.result = match entry.status {
        0..400 => AuditResult::Done,
        400..500 => AuditResult::Refused,
        _ => AuditResult::Failed,
    };
    if let Some(Code(code)) = response.extensions().get::<Code>() {
        entry.code = code.to_string();
    }
    entry
}
