//! Whether the log is as it was written.

use dynadesk_shared::api::audit::{AuditChain, AuditVerified};
use leptos::prelude::*;

use crate::api;
use crate::components::FailurePanel;
use crate::format;
use crate::format::time::{Style, when};
use crate::state::Remote;
use crate::ui::{Notice, Tone};

/// Asked for when somebody presses the button, and not before.
#[derive(Clone, Copy)]
pub struct Verifying {
    pub remote: Remote<AuditVerified>,
}

impl Verifying {
    pub fn new() -> Self {
        Self {
            remote: Remote::idle(api::audit::verify),
        }
    }

    pub fn ask(self) {
        self.remote.reload();
    }
}

#[component]
pub fn Verified(verifying: Verifying) -> impl IntoView {
    let remote = verifying.remote;
    view! {
        <div role="status" class="audit-verified">
            {move || {
                remote
                    .failure()
                    .map(|failure| {
                        let retry = Callback::new(move |()| verifying.ask());
                        view! { <FailurePanel what="The audit log could not be verified" failure retry busy=remote.busy() /> }
                    })
            }}
            {move || remote.ready(|verified| verified.chains.iter().map(chain).collect_view())}
        </div>
    }
}

fn chain(chain: &AuditChain) -> impl IntoView + use<> {
    let from = chain.first_at.as_deref().map(|at| format!(" since {}", when(at, Style::Short)));
    let entries = format::counted(chain.entries, "entry", "entries");
    let server = format::readable(&chain.server);
    let (tone, text) = match &chain.broken {
        None => (
            Tone::Good,
            format!("{server}: {entries}{}, as they were written.", from.unwrap_or_default()),
        ),
        Some(broken) => (
            Tone::Bad,
            format!("{server} is broken at {}: {}.", format::count(broken.seq), broken.what),
        ),
    };
    view! { <Notice tone>{text}</Notice> }
}
