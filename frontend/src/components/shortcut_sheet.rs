//! The sheet behind `?`: every key that works here.

use leptos::prelude::*;

use crate::state::commands::use_commands;
use crate::state::shortcuts::use_shortcuts;
use crate::ui::{Dialog, KeyHint};

#[component]
pub fn ShortcutSheet() -> impl IntoView {
    let (commands, shortcuts) = (use_commands(), use_shortcuts());
    let row = |keys: &str, label: String| {
        view! {
            <div>
                <dt>{label}</dt>
                <dd><KeyHint keys=keys.to_owned() /></dd>
            </div>
        }
    };
    view! {
        <Dialog open=commands.help title="Keyboard shortcuts">
            <dl class="shortcut-sheet">
                {row("Ctrl K", "Search or run anything".to_owned())}
                {row("?", "Show these shortcuts".to_owned())}
                {row("Esc", "Close what is open".to_owned())}
                {move || shortcuts.listed().into_iter().map(|(keys, label)| row(keys, label)).collect_view()}
            </dl>
        </Dialog>
    }
}
