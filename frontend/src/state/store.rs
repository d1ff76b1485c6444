//! Whether Dynadesk's own store answers: learned from the requests that need it, and asked for when
//! the operator wants to know.

use std::sync::LazyLock;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiFailure};

static OFF: LazyLock<ArcRwSignal<Option<String>>> = LazyLock::new(|| ArcRwSignal::new(None));

/// What is off and why, for a person; nothing while the store answers. Reactive.
pub fn why_off() -> Option<String> {
    OFF.get()
}

/// Whether a request failed because the store is off; if so, everybody hears of it.
pub fn heard(failure: &ApiFailure) -> bool {
    let off = failure.code() == "store_unavailable";
    if off && OFF.with_untracked(Option::is_none) {
        OFF.set(Some(failure.message()));
        ask();
    }
    off
}

/// Asks the store now.
pub fn ask() {
    spawn_local(async {
        if let Ok(status) = api::store::status().await {
            OFF.set(status.problem.map(|problem| format!("Dynadesk's own store is off: {problem}")));
        }
    });
}
