//! What differs between two images of an item, a line for each place.

use dynadesk_shared::edit::{Difference, differences};
use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;

use crate::format::{self, cell};
use crate::ui::{Badge, Tone};

/// More lines than this are only counted.
const MOST: usize = 200;
/// A longer value is cut: a change of a 300 KB string must not fill the screen.
const MOST_CHARS: usize = 2_000;

/// The differences of two images; an item that was not there, or is no more, is an empty one.
#[component]
pub fn ItemDiff(before: Item, after: Item, #[prop(default = "Differences")] label: &'static str) -> impl IntoView {
    let all = differences(&before, &after);
    let more = all.len().saturating_sub(MOST);
    if all.is_empty() {
        return view! { <p class="muted">"Nothing differs."</p> }.into_any();
    }
    view! {
        <ul class="item-diff" aria-label=label>
            {all.into_iter().take(MOST).map(line).collect_view()}
            {(more > 0).then(|| view! { <li class="muted">{format!("and {} more", format::count(more as u64))}</li> })}
        </ul>
    }
    .into_any()
}

fn line(difference: Difference) -> impl IntoView {
    let path = difference.display_path();
    let (word, tone) = match (&difference.before, &difference.after) {
        (None, _) => ("added", Tone::Good),
        (_, None) => ("removed", Tone::Bad),
        _ => ("changed", Tone::Warning),
    };
    let side = |value: Option<AttributeValue>, gone: bool| {
        value.map(|value| {
            let kind = value.type_name();
            let text = whole(&value);
            let tabindex = (text.len() > 400 || text.lines().count() > 10).then_some("0");
            view! {
                <div class="item-diff-side" class:is-before=gone>
                    <span class="item-diff-sign" aria-hidden="true">{if gone { "−" } else { "+" }}</span>
                    <span class="ui-hidden">{if gone { "before: " } else { "after: " }}</span>
                    <Badge mono=true>{kind}</Badge>
                    <span class="item-diff-value" tabindex=tabindex>{text}</span>
                </div>
            }
        })
    };
    view! {
        <li>
            <div class="item-diff-head">
                <span class="item-diff-path">{path}</span>
                <Badge tone>{word}</Badge>
            </div>
            {side(difference.before, true)}
            {side(difference.after, false)}
        </li>
    }
}

/// A value to compare with another: as it would be copied, and what cannot be seen is said.
pub fn whole(value: &AttributeValue) -> String {
    let text = match value {
        AttributeValue::S(text) if text.is_empty() => return "empty string".to_owned(),
        AttributeValue::B(data) => cell::binary(data),
        other => cell::copied(other),
    };
    match text.char_indices().nth(MOST_CHARS) {
        Some((at, _)) => format!("{}… ({} in all)", &text[..at], format::bytes(text.len() as u64)),
        None => text,
    }
}
