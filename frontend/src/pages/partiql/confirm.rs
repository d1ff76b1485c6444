//! Asks before anything is written to production, and says what.

use leptos::prelude::*;

use super::desk::Desk;
use crate::ui::{Button, ButtonVariant, Dialog};

#[component]
pub fn ConfirmWrites(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(desk.asking.with(|all| !all.is_empty())));
    // Escape closes the dialog by itself.
    Effect::new(move |_| {
        if !open.get() && desk.asking.with_untracked(|all| !all.is_empty()) {
            desk.asking.set(Vec::new());
        }
    });
    let label = desk.connection.with_value(|connection| connection.label.clone());
    let title = format!("Write to production: {label}?");
    view! {
        <Dialog open title>
            <div class="partiql-confirm">
                <p>"These statements change data on a production connection:"</p>
                <ul>{move || desk.asking.get().into_iter().map(|one| view! { <li><code>{one}</code></li> }).collect_view()}</ul>
                <footer class="ui-dialog-foot">
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button variant=ButtonVariant::Danger on_press=move |()| desk.confirm()>"Write"</Button>
                </footer>
            </div>
        </Dialog>
    }
}
