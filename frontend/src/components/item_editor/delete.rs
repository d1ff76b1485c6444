//! Deletes an item after its key was read, and only as it was seen.

use dynadesk_shared::Item;
use leptos::prelude::*;

use super::saving::{Clash, Saver};
use crate::format;
use crate::state::use_toasts;
use crate::ui::ConfirmDialog;

#[component]
pub fn DeleteDialog(
    saver: Saver,
    item: Item,
    open: RwSignal<bool>,
    /// The item is not what was seen: it should be read again.
    #[prop(into)]
    on_stale: Callback<()>,
) -> impl IntoView {
    let scope = saver.scope();
    let toasts = use_toasts();
    let key = saver.key_of(&item).map(|key| key.to_string()).unwrap_or_default();
    let name = format::short(&key);
    let told = name.clone();
    Effect::new(move |_| {
        let clash = saver.clash.get();
        if clash.is_none() {
            return;
        }
        saver.clash.set(None);
        open.set(false);
        match clash {
            Some(Clash::Gone { .. }) => toasts.note(format!("{told} was deleted by somebody else already")),
            _ => toasts.note("Not deleted: somebody else changed the item. Look at it again first."),
        }
        on_stale.run(());
    });
    let blocked = scope.why_not_write();
    let problem = Signal::derive(move || saver.failure.get().map(|failure| failure.message()));
    let message = format!(
        "The item goes from {} on {}. Nothing is deleted if somebody changed it since you read it.",
        scope.table, scope.connection.label
    );
    let typed = scope.connection.production.then(|| scope.table.clone());
    let confirm = move |()| saver.delete(item.clone(), typed.clone());
    let title = format!("Delete the item {name}?");
    match scope.connection.production {
        true => {
            let table = scope.table;
            view! {
                <ConfirmDialog
                    open
                    title
                    message=Signal::stored(message)
                    confirm="Delete item"
                    type_name=table
                    blocked=Signal::stored(blocked)
                    busy=saver.busy
                    problem
                    on_confirm=confirm
                />
            }
            .into_any()
        }
        false => view! {
            <ConfirmDialog
                open
                title
                message=Signal::stored(message)
                confirm="Delete item"
                blocked=Signal::stored(blocked)
                busy=saver.busy
                problem
                on_confirm=confirm
            />
        }
        .into_any(),
    }
}
