//! An item as a tree: every member with its type, nested ones to open and close.

use dynadesk_shared::{AttributeValue, Item};
use leptos::prelude::*;

use super::use_value::{UseValue, Used};
use crate::format::{self, cell, json_text, time};
use crate::ui::{Badge, CopyButton, IconButton, IconName};

/// More members than this of one list are only counted; the JSON tabs have them all.
const MOST: usize = 200;
/// Deeper ones begin closed.
const OPEN_DEPTH: usize = 1;

/// Members by name, one a line.
pub fn tree<'a>(members: impl Iterator<Item = (String, &'a AttributeValue)>, count: usize, depth: usize) -> AnyView {
    let lines = members.take(MOST).map(|(name, value)| line(name, value, depth)).collect_view();
    let more = count.saturating_sub(MOST);
    view! {
        <ul class="tree">
            {lines}
            {(more > 0).then(|| view! { <li class="muted">{format!("and {} more", format::count(more as u64))}</li> })}
        </ul>
    }
    .into_any()
}

fn line(name: String, value: &AttributeValue, depth: usize) -> AnyView {
    let kind = value.type_name();
    let head = move |name: String| {
        view! {
            <span class="tree-name">{name}</span>
            <Badge mono=true>{kind}</Badge>
        }
    };
    match value {
        AttributeValue::M(inner) if !inner.is_empty() => {
            let body = tree(inner.iter().map(|(name, value)| (name.clone(), value)), inner.len(), depth + 1);
            nested(head(name), cell::measure(value), body, depth)
        }
        AttributeValue::L(inner) if !inner.is_empty() => {
            let body = tree(
                inner.iter().enumerate().map(|(at, value)| (at.to_string(), value)),
                inner.len(),
                depth + 1,
            );
            nested(head(name), cell::measure(value), body, depth)
        }
        _ => {
            let hover = time::hover(value);
            let text = shown(value);
            let tabindex = scrolls(&text).then_some("0");
            let copy = (depth == 0).then(|| view! { <CopyButton text=cell::copied(value) label=format!("Copy {name}") /> });
            let used = use_context::<UseValue>().filter(|_| depth == 0).map(|UseValue(used)| {
                let (attribute, value) = (name.clone(), value.clone());
                let item = Item::from([(attribute.clone(), value.clone())]);
                let press = move |()| {
                    used.run(Used {
                        attribute: attribute.clone(),
                        value: value.clone(),
                        item: item.clone(),
                    });
                };
                view! { <IconButton icon=IconName::Filter label=format!("Use {name}") on_press=press /> }
            });
            let json = match value {
                AttributeValue::S(text) => json_text::indented(text),
                _ => None,
            };
            view! {
                <li class="tree-line">
                    <div class="tree-head">{head(name)} {used} {copy}</div>
                    <div class="tree-value" class:is-quiet=is_quiet(value) tabindex=tabindex>{text}</div>
                    {hover.map(|text| view! { <div class="tree-hint">{text}</div> })}
                    {json
                        .map(|json| {
                            view! {
                                <details class="tree-json">
                                    <summary>"JSON in this string"</summary>
                                    <pre tabindex="0">{json}</pre>
                                </details>
                            }
                        })}
                </li>
            }
            .into_any()
        }
    }
}

fn nested(head: impl IntoView + 'static, measure: String, body: AnyView, depth: usize) -> AnyView {
    view! {
        <li class="tree-line">
            <details open=depth < OPEN_DEPTH>
                <summary class="tree-head">{head} <span class="muted">{measure}</span></summary>
                {body}
            </details>
        </li>
    }
    .into_any()
}

/// Whether a value is likely taller than its box: what scrolls must be reachable by keyboard.
fn scrolls(text: &str) -> bool {
    text.len() > 500 || text.lines().count() > 12
}

fn is_quiet(value: &AttributeValue) -> bool {
    matches!(value, AttributeValue::Null) || matches!(value, AttributeValue::S(text) if text.is_empty())
}

/// The whole value as text, line breaks and all.
fn shown(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) if !text.is_empty() => text.clone(),
        AttributeValue::Ss(set) => set.join("\n"),
        AttributeValue::Ns(set) => set.join("\n"),
        AttributeValue::B(data) if data.len() > 48 => {
            format!("{}\n({})", cell::copied(value), format::bytes(data.len() as u64))
        }
        other => cell::cell(other).text,
    }
}
