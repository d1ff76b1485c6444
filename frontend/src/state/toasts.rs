//! Short messages at the edge of the screen.

use std::time::Duration;

use leptos::prelude::*;

use crate::api::ApiFailure;
use crate::ui::toasts::{Toast, ToastKind};

/// How long a message stays; a failure stays until it is dismissed.
const STAYS: Duration = Duration::from_secs(6);

#[derive(Clone, Copy)]
pub struct ToastQueue {
    pub toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u64>,
}

pub fn use_toasts() -> ToastQueue {
    expect_context()
}

impl ToastQueue {
    pub fn provide() -> Self {
        let queue = Self {
            toasts: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        };
        provide_context(queue);
        queue
    }

    /// Something went well.
    pub fn done(self, message: impl Into<String>) {
        self.push(ToastKind::Done, message.into(), None);
    }

    /// Something is worth knowing.
    pub fn note(self, message: impl Into<String>) {
        self.push(ToastKind::Note, message.into(), None);
    }

    /// A message with a link: label and address.
    pub fn link(self, message: impl Into<String>, label: impl Into<String>, href: impl Into<String>) {
        self.push(ToastKind::Done, message.into(), Some((label.into(), href.into())));
    }

    /// Something failed; what was tried comes first, as in `The table was not dropped`.
    pub fn failed(self, what: &str, failure: &ApiFailure) {
        self.push(ToastKind::Failed, format!("{what}: {}", failure.message()), None);
    }

    pub fn dismiss(self, id: u64) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    fn push(self, kind: ToastKind, message: String, link: Option<(String, String)>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.toasts.update(|toasts| {
            toasts.push(Toast { id, kind, message, link });
            // The newest few are enough; a burst must not cover the page.
            let extra = toasts.len().saturating_sub(4);
            toasts.drain(..extra);
        });
        if kind != ToastKind::Failed {
            set_timeout(move || self.dismiss(id), STAYS);
        }
    }
}
