//! A sentence that must be seen before going on.

use leptos::prelude::*;

use super::badge::Tone;
use super::icon::{Icon, IconName};

#[component]
pub fn Notice(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let icon = match tone {
        Tone::Good => IconName::Check,
        Tone::Warning | Tone::Bad => IconName::Alert,
        Tone::Neutral | Tone::Accent => IconName::Info,
    };
    view! {
        <div class=format!("ui-notice {}", tone.class()) role="note">
            <Icon name=icon />
            <div class="ui-notice-text">{children()}</div>
        </div>
    }
}
