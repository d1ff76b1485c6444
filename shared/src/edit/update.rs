//! The smallest update expression for some differences, coarser where DynamoDB's limits ask for it.

use std::collections::BTreeMap;

use super::condition::MOST_BYTES;
use super::diff::Difference;
use crate::filter::compile::Placeholders;
use crate::filter::path::Step;
use crate::size::{self, MAX_ITEM_BYTES};
use crate::value::{AttributeValue, Item};

/// DynamoDB's longest document path.
const MOST_STEPS: usize = 32;

/// The update expression for the differences; nothing where even whole attributes make it too long, so
/// that the item has to be put as a whole.
pub(super) fn expression(base: &Item, item: &Item, differences: &[Difference]) -> Option<(String, Placeholders)> {
    // Attributes with more differences than this are set whole: first none, in the end all of them.
    for most in [usize::MAX, 64, 16, 4, 1, 0] {
        let mut places = Placeholders::default();
        let text = text(&mut places, &coarser(base, item, differences, most))?;
        if text.len() <= MOST_BYTES {
            return Some((text, places));
        }
    }
    None
}

/// One action: a path that is set to a value, or removed.
struct Action<'a> {
    path: &'a [Step],
    value: Option<&'a AttributeValue>,
}

fn coarser<'a>(base: &Item, item: &'a Item, differences: &'a [Difference], most: usize) -> Vec<Action<'a>> {
    let mut by_attribute = BTreeMap::<&str, Vec<&Difference>>::new();
    for difference in differences {
        by_attribute.entry(difference.attribute()).or_default().push(difference);
    }
    let mut actions = Vec::new();
    for (name, inside) in by_attribute {
        let whole = base.contains_key(name)
            && item.contains_key(name)
            && (inside.len() > most || inside.iter().any(|one| one.path.len() > MOST_STEPS));
        if whole {
            actions.push(Action {
                path: &inside[0].path[..1],
                value: item.get(name),
            });
            continue;
        }
        actions.extend(inside.into_iter().map(|one| Action {
            path: &one.path,
            value: one.after.as_ref(),
        }));
    }
    actions
}

/// Nothing where DynamoDB would count the update as larger than an item may be, or would not take a
/// number in it.
fn text(places: &mut Placeholders, actions: &[Action]) -> Option<String> {
    let (mut sets, mut removes) = (Vec::new(), Vec::new());
    let mut bytes = 3;
    for action in actions {
        // The names of an expression are few enough to be looked for one by one; more do not fit.
        if places.names.len() > MOST_BYTES / 8 {
            return Some(" ".repeat(MOST_BYTES + 1));
        }
        let path = render(places, action.path);
        bytes += 19 + path_bytes(action.path);
        match action.value {
            Some(value) => {
                bytes += size::value_bytes(value);
                sets.push(format!("{path} = {}", places.value(value).ok()?));
            }
            None => removes.push(path),
        }
    }
    if bytes > MAX_ITEM_BYTES {
        return None;
    }
    // The last element first: some engines remove one after the other, and each moves those behind it.
    removes.reverse();
    let mut clauses = Vec::new();
    if !sets.is_empty() {
        clauses.push(format!("SET {}", sets.join(", ")));
    }
    if !removes.is_empty() {
        clauses.push(format!("REMOVE {}", removes.join(", ")));
    }
    Some(clauses.join(" "))
}

fn render(places: &mut Placeholders, path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&places.name(name.clone()));
            }
        }
    }
    text
}

fn path_bytes(path: &[Step]) -> usize {
    let step = |step: &Step| match step {
        Step::Name(name) => name.len(),
        Step::Index(index) => index.to_string().len(),
    };
    path.iter().map(|one| step(one) + 4).sum()
}
