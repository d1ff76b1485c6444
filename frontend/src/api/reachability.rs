//! Whether Dynadesk's own server answers: learned from the requests themselves, and asked for
//! again and again only while it does not.

use std::sync::LazyLock;
use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::*;
use leptos::task::spawn_local;

static REACHABLE: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(true));

/// Whether the server answered last time it was asked, reactive.
pub fn is_reachable() -> bool {
    REACHABLE.get()
}

/// Calls back each time that the server is back, for as long as the calling component lives.
pub fn on_return(back: impl Fn() + 'static) {
    Effect::new(move |before: Option<bool>| {
        let now = is_reachable();
        if now && before == Some(false) {
            untrack(&back);
        }
        now
    });
}

/// A request found no server. Asks its health until it answers.
pub(super) fn lost() {
    if !REACHABLE.get_untracked() {
        return;
    }
    REACHABLE.set(false);
    spawn_local(async {
        let mut wait = 500;
        while super::connections::server().await.is_err() {
            sleep(Duration::from_millis(wait)).await;
            wait = (wait * 3 / 2).min(5_000);
        }
        REACHABLE.set(true);
    });
}
