//! How a form of this page is sent: its faults, the exact request, a question on production, the answer.

use std::future::Future;

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::exchange::Exchange;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::ApiFailure;
use crate::components::{FailurePanel, RequestPreview};
use crate::ui::{Button, ButtonVariant, ConfirmDialog};

/// Where the sending of one form is. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Sending {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<ApiFailure>>,
    /// Faults are shown at their fields once the operator tried to send.
    tried: RwSignal<bool>,
}

impl Sending {
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            tried: RwSignal::new(false),
        }
    }

    /// Sends, and does what follows when it was taken.
    pub fn send(self, call: impl Future<Output = Result<Exchange, ApiFailure>> + 'static, taken: impl FnOnce() + 'static) {
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = call.await;
            // The page may be gone by now, and then so are its signals.
            self.busy.try_set(false);
            match answer {
                Ok(_) => {
                    self.tried.try_set(false);
                    taken();
                }
                Err(failure) => {
                    self.failure.try_set(Some(failure));
                }
            }
        });
    }

    /// What is wrong with a field, once it matters.
    pub fn fault(self, faults: Memo<Vec<FieldError>>, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let own = |all: &[FieldError]| all.iter().find(|fault| fault.field == field).map(|fault| fault.message.clone());
            let found = self.tried.get().then(|| faults.with(|faults| own(faults))).flatten();
            found.or_else(|| {
                self.failure
                    .with(|failure| failure.as_ref().and_then(|failure| own(failure.fields())))
            })
        })
    }
}

/// The foot of a form: the request as it would be sent, and the button that sends it.
#[component]
pub fn Foot(
    connection: ConnectionView,
    sending: Sending,
    /// The verb on the button: `Start export`.
    verb: &'static str,
    /// What was not done when it failed: `The export was not started`.
    failed: &'static str,
    faults: Memo<Vec<FieldError>>,
    planned: Signal<Option<Exchange>>,
    #[prop(into)] blocked: Signal<Option<String>>,
    /// The name that is typed before it is sent, where one is.
    #[prop(into)]
    to_type: Signal<Option<String>>,
    /// Gets the name that was typed.
    #[prop(into)]
    on_send: Callback<Option<String>>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let (production, label) = (connection.production, connection.label.clone());
    let press = move |()| {
        sending.tried.set(true);
        if faults.with_untracked(|faults| !faults.is_empty()) {
            return;
        }
        match to_type.with_untracked(Option::is_some) {
            true => asking.set(true),
            false => on_send.run(None),
        }
    };
    let confirmed = move |()| {
        asking.set(false);
        on_send.run(to_type.get_untracked());
    };
    let (title, message) = match production {
        true => (
            format!("{verb} on production: {label}?"),
            "This connection is marked as production.",
        ),
        false => (format!("{verb}?"), "What is lost by this does not come back."),
    };
    let name = Memo::new(move |_| to_type.get());
    let question = move || {
        let (title, message) = (title.clone(), Signal::stored(message.to_owned()));
        name.get()
            .map(|name| view! { <ConfirmDialog open=asking title message confirm=verb type_name=name on_confirm=confirmed /> })
    };
    let refusal = move || sending.failure.get().map(|failure| view! { <FailurePanel what=failed failure /> });
    let sound = Signal::derive(move || planned.get().filter(|_| faults.with(Vec::is_empty)));
    view! {
        {refusal}
        <div class="backups-foot">
            <RequestPreview connection exchange=sound sends=verb />
            <Button variant=ButtonVariant::Primary busy=sending.busy disabled=blocked on_press=press>{verb}</Button>
        </div>
        {question}
    }
}
