//! A stream of events from the server.

use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// Listens to one kind of event. Dropping it ends the stream; the browser itself connects again when
/// the connection breaks.
pub struct Events {
    source: EventSource,
    name: &'static str,
    on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Events {
    /// Calls back with each event. Nothing where the browser refuses the stream.
    pub fn new<T: DeserializeOwned>(path: &str, name: &'static str, mut take: impl FnMut(T) + 'static) -> Option<Self> {
        let source = EventSource::new(path).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(event) = serde_json::from_str::<T>(&text) {
                take(event);
            }
        });
        source
            .add_event_listener_with_callback(name, on_message.as_ref().unchecked_ref())
            .ok()?;
        Some(Self { source, name, on_message })
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let _ = self
            .source
            .remove_event_listener_with_callback(self.name, self.on_message.as_ref().unchecked_ref());
        self.source.close();
    }
}
