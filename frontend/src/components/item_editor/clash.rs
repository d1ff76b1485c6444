//! Nothing was written, because the engine holds something else: what it holds, and what can be done.

use dynadesk_shared::Item;
use dynadesk_shared::api::writes::Change;
use leptos::prelude::*;

use super::merge::Merge;
use super::review::images;
use super::saving::{Clash, Saver, while_some};
use crate::components::FailurePanel;
use crate::components::item_diff::ItemDiff;
use crate::ui::{Button, ButtonVariant, Dialog, DialogWidth, LeaveButton};

#[component]
pub fn ClashDialog(saver: Saver) -> impl IntoView {
    let open = while_some(saver.clash);
    let title = Signal::derive(move || {
        let text = saver.clash.with(|clash| match clash {
            Some(Clash::Taken { .. }) => "An item with this key exists already",
            Some(Clash::Gone { .. }) => "The item was deleted meanwhile",
            _ => "Somebody else changed this item",
        });
        text.to_owned()
    });
    view! {
        <Dialog open title width=DialogWidth::Wide busy=saver.busy>
            {move || {
                saver.clash.get().map(|clash| match clash {
                    Clash::Taken { change, theirs } => taken(saver, &change, theirs),
                    Clash::Changed { base, mine, theirs } => view! { <Merge saver base mine theirs /> }.into_any(),
                    Clash::Gone { mine } => gone(saver, mine),
                })
            }}
            {move || {
                saver.failure.get().map(|failure| view! { <FailurePanel what="Nothing was written" failure /> })
            }}
        </Dialog>
    }
}

/// A new item may take the place of the one that is shown; one that moves may not, that would be two losses.
fn taken(saver: Saver, change: &Change, theirs: Item) -> AnyView {
    let (_, mine) = images(change);
    let replace = matches!(change, Change::Create { .. }).then(|| {
        let change = Change::Replace {
            base: theirs.clone(),
            item: mine.clone(),
        };
        view! {
            <Button variant=ButtonVariant::Danger busy=saver.busy on_press=move |()| saver.send(change.clone())>"Replace it"</Button>
        }
    });
    let text = match replace.is_some() {
        true => "Nothing was written. Replacing puts your item in its place; this is what would change:",
        false => "Nothing was written. Choose another key, or delete that item first. It differs from yours:",
    };
    view! {
        <div class="edit-review">
            <p>{text}</p>
            <ItemDiff before=theirs after=mine />
            <footer class="ui-dialog-foot">
                <LeaveButton>"Back to editing"</LeaveButton>
                {replace}
            </footer>
        </div>
    }
    .into_any()
}

fn gone(saver: Saver, mine: Item) -> AnyView {
    let change = Change::Create { item: mine };
    view! {
        <div class="edit-review">
            <p>"Nothing was written: no item has the key any more. You can put your version back as a new item."</p>
            <footer class="ui-dialog-foot">
                <LeaveButton>"Back to editing"</LeaveButton>
                <Button variant=ButtonVariant::Primary busy=saver.busy on_press=move |()| saver.send(change.clone())>"Add it as a new item"</Button>
            </footer>
        </div>
    }
    .into_any()
}
