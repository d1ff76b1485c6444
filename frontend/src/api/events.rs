//! A stream of events from the server.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use dynadesk_shared::api::events::{ALIVE, SILENT_SECONDS};
use gloo_timers::callback::Timeout;
use gloo_timers::future::sleep;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// Between a refusal and the next try.
const AGAIN: Duration = Duration::from_secs(2);

/// How a stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Live,
    /// It broke, was refused or fell silent, and is being made again.
    Lost,
}

/// What is heard of a stream.
pub enum Heard<'a> {
    Link(Link),
    Event { name: &'a str, data: &'a str },
}

/// Listens to a stream until it is dropped. The browser itself connects again when the connection breaks. We do when
/// the server let nobody in and somebody has signed in since, and when nothing comes for so long that nobody can be
/// there any more, although a balancer keeps the connection open.
pub struct Events(#[expect(dead_code, reason = "dropping it ends the stream")] Rc<Inner>);

/// What is told of it.
type Hear = Box<dyn FnMut(Heard<'_>)>;

struct Inner {
    /// Where to listen, given the id of the last event.
    path: Box<dyn Fn(Option<String>) -> String>,
    names: &'static [&'static str],
    hear: RefCell<Hear>,
    last_id: RefCell<Option<String>>,
    source: RefCell<Option<EventSource>>,
    /// Runs out when nothing was heard for too long; nothing while there is nobody to hear.
    patience: RefCell<Option<Timeout>>,
    link: Cell<Option<Link>>,
    on_message: Closure<dyn FnMut(MessageEvent)>,
    on_open: Closure<dyn FnMut()>,
    on_error: Closure<dyn FnMut()>,
}

impl Events {
    /// Calls back with events of these names, and with how the stream stands. `path` is told the id of the last
    /// event where the stream has to be begun again.
    pub fn new(
        path: impl Fn(Option<String>) -> String + 'static,
        names: &'static [&'static str],
        hear: impl FnMut(Heard<'_>) + 'static,
    ) -> Self {
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| {
            let (message, open, error) = (inner.clone(), inner.clone(), inner.clone());
            Inner {
                path: Box::new(path),
                names,
                hear: RefCell::new(Box::new(hear)),
                last_id: RefCell::default(),
                source: RefCell::default(),
                patience: RefCell::default(),
                link: Cell::default(),
                on_message: Closure::new(move |event: MessageEvent| with(&message, |inner| inner.message(&event))),
                on_open: Closure::new(move || with(&open, Inner::opened)),
                on_error: Closure::new(move || with(&error, Inner::broken)),
            }
        });
        inner.connect();
        Self(inner)
    }

    /// Calls back with each event of one name, and with how the stream stands.
    pub fn of<T: DeserializeOwned>(
        path: String,
        name: &'static [&'static str; 1],
        mut take: impl FnMut(T) + 'static,
        mut stands: impl FnMut(Link) + 'static,
    ) -> Self {
        Self::new(
            move |_| path.clone(),
            name,
            move |heard| match heard {
                Heard::Link(link) => stands(link),
                Heard::Event { data, .. } => {
                    if let Ok(event) = serde_json::from_str(data) {
                        take(event);
                    }
                }
            },
        )
    }
}

fn with(inner: &Weak<Inner>, then: impl FnOnce(&Rc<Inner>)) {
    if let Some(inner) = inner.upgrade() {
        then(&inner);
    }
}

impl Inner {
    fn connect(self: &Rc<Self>) {
        self.close();
        let path = crate::nav::with_base(&(self.path)(self.last_id.borrow().clone()));
        // Fails only for what is no address at all.
        let Ok(source) = EventSource::new(&path) else { return };
        for name in self.names.iter().chain(&[ALIVE]) {
            // Adding a listener to a source that was just made cannot fail.
            let _ = source.add_event_listener_with_callback(name, self.on_message.as_ref().unchecked_ref());
        }
        source.set_onopen(Some(self.on_open.as_ref().unchecked_ref()));
        source.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
        self.source.replace(Some(source));
        self.wait();
    }

    /// Begins to count the silence.
    fn wait(self: &Rc<Self>) {
        let inner = Rc::downgrade(self);
        let patience = Timeout::new(SILENT_SECONDS * 1000, move || {
            with(&inner, |inner| {
                inner.stands(Link::Lost);
                inner.connect();
            });
        });
        self.patience.replace(Some(patience));
    }

    fn opened(self: &Rc<Self>) {
        self.wait();
        self.stands(Link::Live);
    }

    fn message(self: &Rc<Self>, event: &MessageEvent) {
        self.wait();
        let id = event.last_event_id();
        if !id.is_empty() {
            self.last_id.replace(Some(id));
        }
        let name = event.type_();
        if name != ALIVE {
            let data = event.data().as_string().unwrap_or_default();
            self.hear.borrow_mut()(Heard::Event { name: &name, data: &data });
        }
    }

    fn broken(self: &Rc<Self>) {
        let refused = self
            .source
            .borrow()
            .as_ref()
            .is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        self.stands(Link::Lost);
        if refused {
            self.patience.take();
            let inner = Rc::downgrade(self);
            spawn_local(async move {
                // A stream does not say why it was refused, so that is asked for; then it is begun again,
                // also where it was for something else that may be over by then.
                sleep(AGAIN).await;
                super::signed_in_for_streams().await;
                with(&inner, Inner::connect);
            });
        }
    }

    /// Tells how the stream stands, once for each change.
    fn stands(&self, link: Link) {
        if self.link.replace(Some(link)) != Some(link) {
            self.hear.borrow_mut()(Heard::Link(link));
        }
    }

    fn close(&self) {
        self.patience.take();
        if let Some(source) = self.source.take() {
            source.set_onopen(None);
            source.set_onerror(None);
            source.close();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
