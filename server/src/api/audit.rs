//! The audit log, for those who look after Dynadesk: read, watched, taken along, verified.

use std::convert::Infallible;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response, Sse};
use dynadesk_shared::api::audit::{AuditFormat, AuditPage, AuditRequest};
use futures_util::stream::{self, Stream, StreamExt as _};

use super::alive::keep_alive;
use super::error::{ApiError, ApiResult};
use super::extract::{ApiQuery, Keeper};
use crate::app::AppState;
use crate::audit::{self, Tail};

/// `GET /api/audit?after=&who=&connection=&table=&kind=&result=`
pub async fn list(State(app): State<AppState>, _: Keeper, ApiQuery(asked): ApiQuery<AuditRequest>) -> ApiResult<AuditPage> {
    Ok(Json(app.audit.page(&asked).await?))
}

/// `GET /api/audit/export?format=`, and the same filters: read while it is sent.
pub async fn export(State(app): State<AppState>, _: Keeper, ApiQuery(asked): ApiQuery<AuditRequest>) -> Result<Response, ApiError> {
    audit::asked(&asked);
    let format = asked.format.unwrap_or_default();
    let kind = match format {
        AuditFormat::Csv => "text/csv; charset=utf-8",
        AuditFormat::Jsonl => "application/jsonl",
    };
    let name = format!("attachment; filename=\"{}\"", audit::file_name(format));
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
    let body = Body::from_stream(audit::lines(app.audit.clone(), asked));
    Ok((headers, body).into_response())
}

/// `GET /api/audit/events`: an event `open` at once, then an event `entry` for each that is added.
pub async fn events(State(app): State<AppState>, _: Keeper) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let tail = Tail::begin(&app.audit).await?;
    let entries = stream::unfold(tail, |mut tail| async move {
        let row = tail.next().await;
        // An entry has string keys only, so this cannot fail; an empty event would be harmless.
        Some((Ok(Event::default().event("entry").json_data(&row).unwrap_or_default()), tail))
    });
    let open = stream::iter([Ok(Event::default().event("open").data("{}"))]);
    let events = open.chain(entries).take_until(app.stopping.clone().cancelled_owned());
    Ok(Sse::new(events).keep_alive(keep_alive()))
}

/// `POST /api/audit/verify`: an `AuditVerified`, made of every chain from end to end and sent while they are read.
pub async fn verify(State(app): State<AppState>, _: Keeper) -> Result<Response, ApiError> {
    let body = Body::from_stream(app.audit.verify().await?);
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
