//! What is done once somebody has stopped for a moment: a search after the last letter, not after each.

use std::time::Duration;

use leptos::prelude::*;

/// After the last letter of a search.
pub const TYPING: Duration = Duration::from_millis(250);

/// Does what was asked for last, once nothing was asked for as long as it waits. Lives as long as the page that
/// made it, and does nothing after that.
#[derive(Clone, Copy)]
pub struct Rest {
    wait: Duration,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Rest {
    pub fn new(wait: Duration) -> Self {
        let rest = Self {
            wait,
            timer: StoredValue::new(None),
        };
        on_cleanup(move || rest.forget());
        rest
    }

    /// Does this after the wait, and nothing that was asked for before.
    pub fn then(self, act: impl FnOnce() + 'static) {
        self.forget();
        // Without a timer the browser is on its way to another page.
        self.timer.try_set_value(set_timeout_with_handle(act, self.wait).ok());
    }

    /// Does nothing of what was asked for.
    pub fn forget(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}
