//! A word in a frame.

use leptos::prelude::*;

/// What a colour means, the same everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Accent,
    Good,
    Warning,
    Bad,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "is-neutral",
            Self::Accent => "is-accent",
            Self::Good => "is-good",
            Self::Warning => "is-warning",
            Self::Bad => "is-bad",
        }
    }
}

#[component]
pub fn Badge(
    #[prop(optional, into)] tone: Signal<Tone>,
    /// Set in the monospaced face: for names of types and operations.
    #[prop(optional)]
    mono: bool,
    children: Children,
) -> impl IntoView {
    let class = move || format!("ui-badge {}{}", tone.get().class(), if mono { " is-mono" } else { "" });
    view! { <span class=class>{children()}</span> }
}
