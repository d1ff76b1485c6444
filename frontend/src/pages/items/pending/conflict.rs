//! An item that somebody else changed meanwhile: what it was, what we want, what they made of it.

use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;

use super::super::{View, editing};
use super::queue::{Difference, Edited};
use crate::components::item_diff::whole;
use crate::ui::{Button, DataTable, Notice, Tone};

#[component]
pub fn Conflict(view: View, edited: Edited, theirs: Option<Item>) -> impl IntoView {
    let queue = view.pending.queue;
    let key = StoredValue::new(edited.key.clone());
    let gone = theirs.is_none();
    let kept = StoredValue::new(theirs.clone());
    let take = move |()| {
        key.with_value(|key| {
            queue.update(|queue| queue.settle(key));
            editing::patched(view, &vec![(key.clone(), kept.get_value())]);
        });
    };
    let overwrite = move |()| {
        key.with_value(|key| {
            queue.update(|queue| queue.overwrite(key));
            if let Some(theirs) = kept.get_value() {
                editing::patched(view, &vec![(key.clone(), Some(theirs))]);
            }
        });
    };
    let words = if gone {
        "The item was deleted meanwhile. Nothing of yours was written."
    } else {
        "Somebody else changed the item meanwhile. Nothing of yours was written."
    };
    let lines = lines(&edited, theirs.as_ref());
    let line = |one: Line| {
        let marked = one.clashes.then_some("is-clash");
        view! {
            <tr class=marked>
                <td class="mono">{one.name.clone()}</td>
                <td>{cell(one.base.as_ref())}</td>
                <td>{cell(one.mine.as_ref())}</td>
                <td>{cell(one.theirs.as_ref())}</td>
            </tr>
        }
    };
    view! {
        <div class="review-conflict">
            <Notice tone=Tone::Warning>{words}</Notice>
            <DataTable label="Yours and theirs">
                <thead>
                    <tr>
                        <th scope="col">"Attribute"</th>
                        <th scope="col">"As you saw it"</th>
                        <th scope="col">"Yours"</th>
                        <th scope="col">"Theirs"</th>
                    </tr>
                </thead>
                <tbody>{lines.into_iter().map(line).collect_view()}</tbody>
            </DataTable>
            <div class="row">
                <Button small=true on_press=take>"Take theirs"</Button>
                <Button small=true on_press=overwrite>
                    {if gone { "Make the item anew" } else { "Put mine over theirs" }}
                </Button>
            </div>
        </div>
    }
}

fn cell(value: Option<&AttributeValue>) -> String {
    match value {
        Some(value) => format!("{} {}", value.type_name(), whole(value)),
        None => "–".to_owned(),
    }
}

struct Line {
    name: String,
    base: Option<AttributeValue>,
    mine: Option<AttributeValue>,
    theirs: Option<AttributeValue>,
    /// Both changed it.
    clashes: bool,
}

/// Every attribute that either side changed.
fn lines(edited: &Edited, theirs: Option<&Item>) -> Vec<Line> {
    let nothing = Item::new();
    let theirs_now = Edited {
        item: theirs.cloned().unwrap_or_default(),
        ..edited.clone()
    };
    let (mine, other) = (edited.differences(), theirs_now.differences());
    let base = edited.base.as_ref().unwrap_or(&nothing);
    let mut names: Vec<String> = mine.iter().chain(&other).map(|one| one.name.clone()).collect();
    names.sort();
    names.dedup();
    let changed = |all: &[Difference], name: &str| all.iter().any(|one| one.name == name);
    names
        .into_iter()
        .map(|name| Line {
            base: base.get(&name).cloned(),
            mine: edited.item.get(&name).cloned(),
            theirs: theirs_now.item.get(&name).cloned(),
            clashes: changed(&mine, &name) && changed(&other, &name),
            name,
        })
        .collect()
}
