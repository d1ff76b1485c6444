//! Base, mine and theirs side by side, attribute by attribute, to choose from.

use std::collections::BTreeMap;

use dynadesk_shared::api::writes::Change;
use dynadesk_shared::edit::{Merged, Side, State, merge, merged};
use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;

use super::saving::Saver;
use crate::components::item_diff::whole;
use crate::format;
use crate::ui::{Badge, Button, ButtonVariant, LeaveButton, Tone, id};

type Choices = RwSignal<BTreeMap<String, Side>>;

#[component]
pub fn Merge(saver: Saver, base: Item, mine: Item, theirs: Item) -> impl IntoView {
    let rows = merge(&base, &mine, &theirs);
    let same = rows.iter().filter(|row| row.state == State::Same).count();
    let choices: Choices = RwSignal::new(BTreeMap::new());
    let shown: Vec<Merged> = rows.iter().filter(|row| row.state != State::Same).cloned().collect();
    let names: Vec<String> = shown
        .iter()
        .filter(|row| row.state == State::Conflict)
        .map(|row| row.name.clone())
        .collect();
    let rows = StoredValue::new(rows);
    let result = Memo::new(move |_| choices.with(|choices| rows.with_value(|rows| merged(rows, choices))));
    let not_yet =
        Signal::derive(move || result.with(|result| result.as_ref().err().map(|open| format!("Choose first: {}", open.join(", ")))));
    let all = StoredValue::new(names.clone());
    let take = move |side: Side| choices.update(|choices| choices.extend(all.get_value().into_iter().map(|name| (name, side))));
    let send = move |()| {
        if let Ok(item) = result.get_untracked() {
            saver.send(Change::Edit {
                base: theirs.clone(),
                item,
            });
        }
    };
    view! {
        <div class="edit-review">
            <p>
                "Nothing was written. Changes that do not touch each other are brought together; where both changed the same attribute, choose whose stays."
            </p>
            {(names.len() > 1)
                .then(|| {
                    view! {
                        <div class="edit-tools">
                            <Button small=true on_press=move |()| take(Side::Mine)>"All of mine"</Button>
                            <Button small=true on_press=move |()| take(Side::Theirs)>"All of theirs"</Button>
                        </div>
                    }
                })}
            <ul class="edit-merge">{shown.into_iter().map(|row| line(row, choices)).collect_view()}</ul>
            {(same > 0).then(|| view! { <p class="muted">{format!("{} the same in all three.", format::counted(same as u64, "attribute is", "attributes are"))}</p> })}
            <footer class="ui-dialog-foot">
                <LeaveButton>"Back to editing"</LeaveButton>
                <Button variant=ButtonVariant::Primary busy=saver.busy disabled=not_yet on_press=send>"Save the merged item"</Button>
            </footer>
        </div>
    }
}

fn line(row: Merged, choices: Choices) -> impl IntoView {
    let Merged {
        name,
        base,
        mine,
        theirs,
        state,
    } = row;
    let default = match state {
        State::MineOnly => Some(Side::Mine),
        State::Conflict => None,
        State::Same | State::TheirsOnly | State::BothSame => Some(Side::Theirs),
    };
    let (word, tone) = match state {
        State::Conflict => ("both changed it", Tone::Bad),
        State::MineOnly => ("you changed it", Tone::Accent),
        State::TheirsOnly => ("they changed it", Tone::Accent),
        State::BothSame => ("both made the same change", Tone::Good),
        State::Same => ("the same", Tone::Neutral),
    };
    let group = id::unique("merge");
    let chosen = {
        let name = name.clone();
        Memo::new(move |_| choices.with(|choices| choices.get(&name).copied().or(default)))
    };
    let side = |side: Side, title: &'static str, value: Option<AttributeValue>| {
        let name = name.clone();
        let kind = value.as_ref().map(AttributeValue::type_name);
        let text = value.as_ref().map_or_else(|| "not there".to_owned(), whole);
        view! {
            <label class="edit-merge-side" class:is-chosen=move || chosen.get() == Some(side)>
                <span class="edit-merge-title">
                    <input
                        type="radio"
                        name=group.clone()
                        prop:checked=move || chosen.get() == Some(side)
                        on:change=move |_| choices.update(|choices| choices.extend([(name.clone(), side)]))
                    />
                    {title}
                    {kind.map(|kind| view! { <Badge mono=true>{kind}</Badge> })}
                </span>
                <span class="edit-merge-value" class:is-quiet=kind.is_none()>{text}</span>
            </label>
        }
    };
    let sides = [
        side(Side::Base, "Base", base),
        side(Side::Mine, "Mine", mine),
        side(Side::Theirs, "Theirs", theirs),
    ];
    view! {
        <li>
            <fieldset>
                <legend class="item-diff-head">
                    <span class="item-diff-path">{name.clone()}</span>
                    <Badge tone>{word}</Badge>
                </legend>
                <div class="edit-merge-sides">{sides.into_iter().collect_view()}</div>
            </fieldset>
        </li>
    }
}
