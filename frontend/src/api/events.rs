//! A stream of events from the server.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// Between a refusal and the next try.
const AGAIN: Duration = Duration::from_secs(2);

/// Listens to one kind of event. Dropping it ends the stream; the browser itself connects again when
/// the connection breaks, and we do when the server let nobody in and somebody has signed in since.
pub struct Events(Rc<Inner>);

struct Inner {
    path: String,
    name: &'static str,
    source: RefCell<EventSource>,
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_error: RefCell<Option<Closure<dyn FnMut()>>>,
}

impl Events {
    /// Calls back with each event. Nothing where the browser refuses the stream.
    pub fn new<T: DeserializeOwned>(path: &str, name: &'static str, mut take: impl FnMut(T) + 'static) -> Option<Self> {
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(event) = serde_json::from_str::<T>(&text) {
                take(event);
            }
        });
        let path = crate::nav::with_base(path);
        let inner = Rc::new(Inner {
            source: RefCell::new(EventSource::new(&path).ok()?),
            path,
            name,
            on_message,
            on_error: RefCell::default(),
        });
        let weak = Rc::downgrade(&inner);
        *inner.on_error.borrow_mut() = Some(Closure::new(move || {
            let Some(inner) = weak.upgrade() else { return };
            if inner.source.borrow().ready_state() == EventSource::CLOSED {
                let weak = weak.clone();
                spawn_local(async move {
                    // A stream does not say why it was refused, so that is asked for; then it is begun again,
                    // also where it was for something else that may be over by then.
                    sleep(AGAIN).await;
                    super::signed_in_for_streams().await;
                    if let Some(inner) = weak.upgrade()
                        && let Ok(source) = EventSource::new(&inner.path)
                    {
                        inner.source.replace(source);
                        inner.listen();
                    }
                });
            }
        }));
        inner.listen();
        Some(Self(inner))
    }
}

impl Inner {
    fn listen(&self) {
        let source = self.source.borrow();
        // Adding a listener to a source that was just made cannot fail.
        let _ = source.add_event_listener_with_callback(self.name, self.on_message.as_ref().unchecked_ref());
        let on_error = self.on_error.borrow();
        source.set_onerror(on_error.as_ref().map(|on_error| on_error.as_ref().unchecked_ref()));
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let source = self.0.source.borrow();
        source.set_onerror(None);
        let _ = source.remove_event_listener_with_callback(self.0.name, self.0.on_message.as_ref().unchecked_ref());
        source.close();
    }
}
