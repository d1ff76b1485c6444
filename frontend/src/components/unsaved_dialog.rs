//! Asks before unsaved work is lost.

use leptos::prelude::*;

use crate::state::use_unsaved;
use crate::ui::{Button, ButtonVariant, Dialog, LeaveButton};

#[component]
pub fn UnsavedDialog() -> impl IntoView {
    let unsaved = use_unsaved();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        let waits = unsaved.waiting.with(Option::is_some);
        if open.get_untracked() != waits {
            open.set(waits);
        }
    });
    Effect::new(move |_| {
        if !open.get() && unsaved.waiting.with_untracked(Option::is_some) {
            unsaved.waiting.set(None);
        }
    });
    let message = move || unsaved.waiting.with(|waiting| waiting.as_ref().map(|(what, _)| what.clone()));
    view! {
        <Dialog open title="Discard your changes?">
            <p>{message}</p>
            <footer class="ui-dialog-foot">
                <LeaveButton>"Keep editing"</LeaveButton>
                <Button variant=ButtonVariant::Danger on_press=move |()| unsaved.discard()>"Discard changes"</Button>
            </footer>
        </Dialog>
    }
}
