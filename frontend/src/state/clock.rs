//! A slow clock for what gets old while it is looked at.

use std::time::Duration;

use leptos::prelude::*;

/// How often what depends on the time is said again.
const EVERY: Duration = Duration::from_secs(5);

/// Counts up every few seconds while it is needed and the page can be seen. Ends with its owner.
pub fn ticks(needed: impl Fn() -> bool + Send + Sync + 'static) -> ReadSignal<u32> {
    let (ticks, set_ticks) = signal(0_u32);
    let timer = set_interval_with_handle(
        move || {
            if untrack(&needed) && !document().hidden() {
                set_ticks.update(|ticks| *ticks = ticks.wrapping_add(1));
            }
        },
        EVERY,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    ticks
}
