//! Says that what is shown may have gone on meanwhile: its stream of events is being made again.

use leptos::prelude::*;

use crate::api::events::Link;
use crate::ui::{StatusDot, Tone};

/// Whether a stream of events stands; what one is told goes into it.
#[derive(Clone, Copy, Default)]
pub struct Standing(RwSignal<Option<Link>>);

impl Standing {
    /// How it stands now. The page may be gone by then.
    pub fn set(self, link: Link) {
        self.0.try_set(Some(link));
    }

    /// Nobody listens any more, so nothing is lost.
    pub fn over(self) {
        self.0.try_set(None);
    }

    /// Whether it is lost, reactive.
    pub fn is_lost(self) -> bool {
        self.0.get() == Some(Link::Lost)
    }
}

#[component]
pub fn Reconnecting(standing: Standing) -> impl IntoView {
    view! {
        <span class="reconnecting" role="status">
            {move || standing.is_lost().then(|| view! { <StatusDot tone=Tone::Warning label="Reconnecting" pulsing=true /> })}
        </span>
    }
}
