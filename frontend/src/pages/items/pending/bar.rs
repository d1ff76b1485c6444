//! The bar below the grid while changes wait.

use leptos::prelude::*;

use super::super::View;
use super::queue::Queue;
use crate::ui::{Button, ButtonVariant, IconName};

#[component]
pub fn PendingBar(view: View) -> impl IntoView {
    let pending = view.pending;
    let queue = pending.queue;
    let shown = Memo::new(move |_| queue.with(|queue| !queue.is_empty() || queue.can_redo()));
    let none = move |possible: fn(&Queue) -> bool, reason: &'static str| {
        Signal::derive(move || queue.with(|queue| !possible(queue)).then(|| reason.to_owned()))
    };
    view! {
        <Show when=move || shown.get()>
            <div class="items-chosen is-pending" role="group" aria-label="Changes that are not saved">
                <span class="items-chosen-count num" role="status">{move || match queue.with(Queue::is_empty) {
                    true => "No change waits".to_owned(),
                    false => format!("{}, not saved", pending.words()),
                }}</span>
                <Button
                    disabled=none(Queue::can_undo, "Nothing to undo")
                    on_press=move |()| pending.undo()
                >
                    "Undo"
                </Button>
                <Button
                    disabled=none(Queue::can_redo, "Nothing to redo")
                    on_press=move |()| pending.redo()
                >
                    "Redo"
                </Button>
                <Button variant=ButtonVariant::Ghost on_press=move |()| pending.discard_all()>"Discard all"</Button>
                <Button
                    variant=ButtonVariant::Primary
                    icon=IconName::Check
                    disabled=none(|queue| !queue.is_empty(), "No change waits to be saved")
                    on_press=move |()| pending.review()
                >
                    "Review and save"
                </Button>
            </div>
        </Show>
    }
}
