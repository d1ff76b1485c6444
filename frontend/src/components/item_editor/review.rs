//! What is about to be written: the difference and the exact request, before anything is sent.

use dynadesk_shared::Item;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::writes::Change;
use dynadesk_shared::edit::{Plan, plan, request_preview};
use leptos::prelude::*;

use super::saving::{Saver, while_some};
use crate::components::item_diff::ItemDiff;
use crate::components::{FailurePanel, RequestPanel};
use crate::ui::{Button, ButtonVariant, Dialog, DialogWidth, LeaveButton, Notice, Tone};

#[component]
pub fn ReviewDialog(saver: Saver) -> impl IntoView {
    let open = while_some(saver.review);
    let title = Signal::derive(move || {
        saver.review.with(|change| match change {
            Some(Change::Create { .. }) => "Add this item?",
            _ => "Save these changes?",
        })
    });
    let title = Signal::derive(move || title.get().to_owned());
    view! {
        <Dialog open title width=DialogWidth::Wide busy=saver.busy>
            {move || saver.review.get().map(|change| content(saver, change))}
            {move || {
                saver.failure.get().map(|failure| view! { <FailurePanel what="Nothing was written" failure /> })
            }}
        </Dialog>
    }
}

fn content(saver: Saver, change: Change) -> impl IntoView {
    let scope = saver.scope();
    let planned = scope.details.ready_untracked(|table| plan(&change, &table.key));
    let (before, after) = images(&change);
    let moves = saver.moves(&change);
    let no_transactions = scope.connection.capabilities.why_not(Feature::Transactions).map(str::to_owned);
    let blocked = match &planned {
        Some(Err(reason)) => Some(reason.clone()),
        None => Some("The table's details are not here yet".to_owned()),
        Some(Ok(_)) if moves => no_transactions.map(|reason| format!("Another key needs a transaction. {reason}")),
        Some(Ok(_)) => None,
    };
    let partly = matches!(&planned, Some(Ok(plan)) if !plan.whole());
    let replaces = matches!((&change, &planned), (Change::Edit { .. }, Some(Ok(Plan::Put { .. }))));
    let exchange = planned.and_then(Result::ok).and_then(|plan| request_preview(&plan, &scope.table));
    let verb = match &change {
        Change::Create { .. } => "Add item",
        _ => "Save changes",
    };
    let send = move |()| saver.send(change.clone());
    let first = NodeRef::<leptos::html::Footer>::new();
    Effect::new(move |_| {
        if let Some(foot) = first.get() {
            let button = foot.query_selector("button.is-primary").ok().flatten();
            if let Some(button) = button.and_then(|button| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(button).ok()) {
                // The dialog is open and the button in it.
                let _ = button.focus();
            }
        }
    });
    view! {
        <div class="edit-review">
            {moves
                .then(|| {
                    view! {
                        <Notice tone=Tone::Warning>
                            "The key changes. DynamoDB cannot change a key, so this is one transaction: it deletes the old item and puts the new one, or does nothing."
                        </Notice>
                    }
                })}
            {replaces.then(|| view! { <Notice>"The change is too large for an update expression: the whole item is put in its place."</Notice> })}
            {partly
                .then(|| {
                    view! {
                        <Notice>"The item has more attributes than one condition can compare. The server reads the item before it writes and compares all of it."</Notice>
                    }
                })}
            <ItemDiff before after />
            {exchange
                .map(|exchange| {
                    view! {
                        <details class="edit-request">
                            <summary>{format!("The request: {}", exchange.operation)}</summary>
                            <RequestPanel connection=scope.connection.clone() exchange />
                        </details>
                    }
                })}
            <footer class="ui-dialog-foot" node_ref=first>
                <LeaveButton>"Back to editing"</LeaveButton>
                <Button variant=ButtonVariant::Primary busy=saver.busy disabled=Signal::stored(blocked) on_press=send>{verb}</Button>
            </footer>
        </div>
    }
}

/// Both images of a change; nothing is an empty item.
pub fn images(change: &Change) -> (Item, Item) {
    match change.clone() {
        Change::Create { item } => (Item::new(), item),
        Change::Replace { base, item } | Change::Edit { base, item } => (base, item),
        Change::Delete { base } => (base, Item::new()),
    }
}
