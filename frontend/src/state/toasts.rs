//! Short messages at the edge of the screen.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::ApiFailure;
use crate::ui::toasts::{Toast, ToastKind};

/// How long a message stays; a failure stays until it is dismissed.
const STAYS: Duration = Duration::from_secs(6);
/// One with something to do stays until it could be done.
const STAYS_TO_ACT: Duration = Duration::from_secs(20);

const TICK: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
pub struct ToastQueue {
    pub toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
    owner: StoredValue<Owner>,
}

pub fn use_toasts() -> ToastQueue {
    expect_context()
}

impl ToastQueue {
    pub fn provide() -> Self {
        let queue = Self {
            toasts: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        provide_context(queue);
        queue
    }

    /// Something went well.
    pub fn done(self, message: impl Into<String>) {
        self.push(ToastKind::Done, message.into(), None, None);
    }

    /// Something went well and can be taken back: the label of the button, and what it does.
    pub fn action(self, message: impl Into<String>, label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) {
        // The button outlives the page that asked for it.
        let run = self.owner.get_value().with(|| Callback::new(move |()| run()));
        self.push(ToastKind::Done, message.into(), None, Some((label.into(), run)));
    }

    /// Something is worth knowing.
    pub fn note(self, message: impl Into<String>) {
        self.push(ToastKind::Note, message.into(), None, None);
    }

    /// A message with a link: label and address.
    pub fn link(self, message: impl Into<String>, label: impl Into<String>, href: impl Into<String>) {
        self.push(ToastKind::Done, message.into(), Some((label.into(), href.into())), None);
    }

    /// Something failed; what was tried comes first, as in `The table was not dropped`.
    pub fn failed(self, what: &str, failure: &ApiFailure) {
        self.push(ToastKind::Failed, format!("{what}: {}", failure.message()), None, None);
    }

    pub fn dismiss(self, id: u64) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    fn push(self, kind: ToastKind, message: String, link: Option<(String, String)>, action: Option<(String, Callback<()>)>) {
        let stays = if action.is_some() { STAYS_TO_ACT } else { STAYS };
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.toasts.update(|toasts| {
            toasts.push(Toast {
                id,
                kind,
                message,
                link,
                action,
            });
            // The newest few are enough; a burst must not cover the page.
            let extra = toasts.len().saturating_sub(4);
            toasts.drain(..extra);
        });
        if kind != ToastKind::Failed {
            self.run_out(id, stays);
        }
    }

    /// Takes a message away after a time. What a dialog covers it for does not count: nobody can press then what it
    /// offers.
    fn run_out(self, id: u64, left: Duration) {
        let tick = move || {
            let is_covered = document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some());
            let left = if is_covered { left } else { left.saturating_sub(TICK) };
            match left.is_zero() {
                true => self.dismiss(id),
                false => self.run_out(id, left),
            }
        };
        set_timeout(tick, TICK);
    }
}
