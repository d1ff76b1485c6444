//! A table's stream: turned on and off, and watched as it happens.

use dynadesk_shared::api::paths;
use dynadesk_shared::api::settings::SettingsChanged;
use dynadesk_shared::api::streams::{StreamChange, StreamGap, StreamRecords, StreamSkipped, StreamState};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::{ApiFailure, post};
use crate::nav;

/// Turns a table's stream on with a view type, or off with none.
pub async fn change(connection: &str, table: &str, wanted: &StreamChange) -> Result<SettingsChanged, ApiFailure> {
    post(&paths::fill(paths::STREAM, &[connection, table]), wanted).await
}

/// What a watch hears.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The connection stands.
    Open,
    State(StreamState),
    Records(StreamRecords),
    Skipped(u64),
    Gap(String),
    End,
    /// The connection broke and the browser makes it again by itself.
    Broken,
    /// The server refused it: nobody makes it again.
    Refused,
}

/// Where a watch begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct From {
    /// Everything that the stream still has, and not only what comes.
    pub start: bool,
    /// The id of the last event that was heard goes before that.
    pub after: Option<String>,
}

/// A stream of records. Dropping it ends the watch; where the connection breaks, the browser makes
/// it again and says which event it heard last.
pub struct Watch {
    source: EventSource,
    _listeners: Vec<Closure<dyn FnMut(MessageEvent)>>,
    _plain: Vec<Closure<dyn FnMut()>>,
}

impl Watch {
    /// Calls back with what is heard and the id that it came with. Nothing where the browser refuses the stream.
    pub fn new(connection: &str, table: &str, from: &From, heard: impl Fn(Heard, Option<String>) + Clone + 'static) -> Option<Self> {
        let path = nav::with_base(&paths::fill(paths::STREAM_EVENTS, &[connection, table]));
        let start = from.start.then(|| "start".to_owned());
        let source = EventSource::new(&nav::with_query(&path, &[("from", start), ("after", from.after.clone())])).ok()?;
        let mut listeners = Vec::new();
        let mut on = |name: &str, read: fn(&str) -> Option<Heard>| {
            let heard = heard.clone();
            let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let text = event.data().as_string().unwrap_or_default();
                if let Some(what) = read(&text) {
                    heard(what, Some(event.last_event_id()).filter(|id| !id.is_empty()));
                }
            });
            // Adding a listener to a source that was just made cannot fail.
            let _ = source.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            listeners.push(listener);
        };
        on("state", |text| json(text).map(Heard::State));
        on("records", |text| json(text).map(Heard::Records));
        on("skipped", |text| {
            json::<StreamSkipped>(text).map(|skipped| Heard::Skipped(skipped.records))
        });
        on("gap", |text| json::<StreamGap>(text).map(|gap| Heard::Gap(gap.shard)));
        on("end", |_| Some(Heard::End));
        let opened = {
            let heard = heard.clone();
            Closure::<dyn FnMut()>::new(move || heard(Heard::Open, None))
        };
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        let broken = {
            let source = source.clone();
            Closure::<dyn FnMut()>::new(move || {
                let closed = source.ready_state() == EventSource::CLOSED;
                heard(if closed { Heard::Refused } else { Heard::Broken }, None);
            })
        };
        source.set_onerror(Some(broken.as_ref().unchecked_ref()));
        Some(Self {
            source,
            _listeners: listeners,
            _plain: vec![opened, broken],
        })
    }
}

fn json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
