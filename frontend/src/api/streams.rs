//! A table's stream: turned on and off, and watched as it happens.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::settings::SettingsChanged;
use dynadesk_shared::api::streams::{StreamChange, StreamRecords, StreamSkipped, StreamState};
use serde::de::DeserializeOwned;

use super::events::{Events, Heard, Link};
use super::{ApiFailure, post};
use crate::nav;

/// Turns a table's stream on with a view type, or off with none.
pub async fn change(connection: &str, table: &str, wanted: &StreamChange) -> Result<SettingsChanged, ApiFailure> {
    post(&paths::fill(paths::STREAM, &[connection, table]), wanted).await
}

/// What a watch hears.
#[derive(Clone, Debug)]
pub enum Change {
    State(StreamState),
    Records(StreamRecords),
    Skipped(u64),
    Gap,
    End,
}

/// The events of a stream.
const NAMES: &[&str] = &["state", "records", "skipped", "gap", "end"];

/// Watches a stream until it is dropped, from its start or from now on; where the connection breaks, it goes on after
/// the last event that was heard.
pub fn watch(
    connection: &str,
    table: &str,
    start: bool,
    mut take: impl FnMut(Change) + 'static,
    mut stands: impl FnMut(Link) + 'static,
) -> Events {
    let path = paths::fill(paths::STREAM_EVENTS, &[connection, table]);
    let place = move |after| nav::with_query(&path, &[("from", start.then(|| "start".to_owned())), ("after", after)]);
    Events::new(place, NAMES, move |heard| match heard {
        Heard::Link(link) => stands(link),
        Heard::Event { name, data } => {
            if let Some(change) = read(name, data) {
                take(change);
            }
        }
    })
}

fn read(name: &str, data: &str) -> Option<Change> {
    match name {
        "state" => json(data).map(Change::State),
        "records" => json(data).map(Change::Records),
        "skipped" => json::<StreamSkipped>(data).map(|skipped| Change::Skipped(skipped.records)),
        "gap" => Some(Change::Gap),
        "end" => Some(Change::End),
        _ => None,
    }
}

fn json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
