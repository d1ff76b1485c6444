//! A table's stream: on, off, and watched as server-sent events.

use std::convert::Infallible;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::Event as Sent;
use dynadesk_shared::api::settings::SettingsChanged;
use dynadesk_shared::api::streams::{StreamChange, StreamGap, StreamRecords, StreamSkipped};
use futures_util::stream::{self, Stream, StreamExt as _};
use schemars::JsonSchema;
use serde::Deserialize;

use super::alive::keep_alive;
use super::error::{ApiError, ApiResult};
use super::extract::{AdminConn, ApiJson, ApiQuery, Conn, TableName};
use super::finish;
use crate::app::AppState;
use crate::audit;
use crate::clock::Clock;
use crate::streams::{self, Event, Place, Start, Watcher};

/// `POST /api/c/{connection}/tables/{table}/stream`
pub async fn change(connection: AdminConn, table: TableName, ApiJson(wanted): ApiJson<StreamChange>) -> ApiResult<SettingsChanged> {
    audit::asked(&wanted);
    finish::to_the_end(async move { streams::change(&connection, &table, wanted).await }).await
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct From {
    /// The id of the last event that was seen; `Last-Event-ID` says the same and goes first.
    after: Option<String>,
    /// `start` replays what the stream still has; anything else begins now.
    from: Option<String>,
}

/// `GET /api/c/{connection}/tables/{table}/stream/events?from=&after=`: events `state`, `records`,
/// `skipped`, `gap` and, last, `end`. The id of an event is the position after it.
pub async fn events(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiQuery(from): ApiQuery<From>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, ApiError> {
    let arn = streams::arn(&connection, &table).await?;
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let start = match last.or(from.after).filter(|last| !last.is_empty()) {
        Some(last) => Place::read(&last)?.start(&arn),
        None if from.from.as_deref() == Some("start") => Start::TrimHorizon,
        None => Start::Now,
    };
    let seat = app
        .hubs
        .join(&connection.view.name, &connection.engine, &arn, &app.clock, &app.stopping);
    let watcher = Watcher::new(seat, connection.engine.clone(), arn, app.clock.clone(), start);
    let events = stream::unfold((watcher, app.clock.clone()), |(mut watcher, clock)| async move {
        let event = watcher.next().await?;
        Some((Ok(sent(event, &clock)), (watcher, clock)))
    });
    let events = events.take_until(app.stopping.clone().cancelled_owned());
    Ok(Sse::new(events).keep_alive(keep_alive()))
}

/// Our wire types have string keys only, so writing them cannot fail.
fn sent(event: Event, clock: &Clock) -> Sent {
    match event {
        Event::State(state) => Sent::default().event("state").json_data(state),
        Event::Records { records, place } => {
            let at = records.last().and_then(|record| record.at);
            let lag_ms = at.map(|at| u64::try_from((clock.now() - at) / 1000).unwrap_or(0));
            Sent::default()
                .event("records")
                .id(place)
                .json_data(StreamRecords { records, lag_ms })
        }
        Event::Skipped { records, place } => Sent::default().event("skipped").id(place).json_data(StreamSkipped { records }),
        Event::Gap { shard, place } => Sent::default().event("gap").id(place).json_data(StreamGap { shard }),
        Event::End => Ok(Sent::default().event("end").data("{}")),
    }
    .unwrap_or_default()
}
