//! Plain JSON with places, read beside the item that it was written from: what looks the same is the
//! same, and a set or binary stays one while what stands in its place still fits.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::value::located::{Entry, Json, Located, TextFault, is_number};
use crate::value::{AttributeValue, Item, number};

pub fn item(root: &Located, base: &Item) -> Result<Item, Vec<TextFault>> {
    let mut faults = Vec::new();
    let Json::Object(entries) = &root.json else {
        return Err(vec![TextFault::new(root.at, "an item is a JSON object")]);
    };
    let item = members(entries, Some(base), &mut faults);
    if faults.is_empty() { Ok(item) } else { Err(faults) }
}

/// A JSON reader lets the last of two win in silence; here it is a fault.
pub fn twice(entry: &Entry, faults: &mut Vec<TextFault>) {
    let message = format!("the name {:?} stands twice in one object", entry.name);
    faults.push(TextFault::new(entry.at, message));
}

fn members(entries: &[Entry], base: Option<&Item>, faults: &mut Vec<TextFault>) -> Item {
    let mut out = BTreeMap::new();
    for entry in entries {
        let before = base.and_then(|base| base.get(&entry.name));
        let value = value(&entry.value, before, faults);
        if out.insert(entry.name.clone(), value).is_some() {
            twice(entry, faults);
        }
    }
    out
}

fn value(at: &Located, base: Option<&AttributeValue>, faults: &mut Vec<TextFault>) -> AttributeValue {
    if let Some(kept) = base.and_then(|base| kept(&at.json, base)) {
        return kept;
    }
    match (&at.json, base) {
        (Json::Null, _) => AttributeValue::Null,
        (Json::Bool(flag), _) => AttributeValue::Bool(*flag),
        (Json::Number(text), _) => AttributeValue::N(text.clone()),
        (Json::Text(text), _) => AttributeValue::S(text.clone()),
        (Json::Object(entries), Some(AttributeValue::M(base))) => AttributeValue::M(members(entries, Some(base), faults)),
        (Json::Object(entries), _) => AttributeValue::M(members(entries, None, faults)),
        (Json::Array(list), Some(AttributeValue::L(base))) => AttributeValue::L(elements(list, base, faults)),
        (Json::Array(list), _) => AttributeValue::L(elements(list, &[], faults)),
    }
}

/// The elements of a list. What is the same at the front and at the end keeps its partner, so that an
/// element put in between takes no type away from those behind it.
fn elements(list: &[Located], base: &[AttributeValue], faults: &mut Vec<TextFault>) -> Vec<AttributeValue> {
    let most = list.len().min(base.len());
    let front = (0..most).take_while(|at| looks_like(&list[*at].json, &base[*at])).count();
    let back = (0..most - front)
        .take_while(|at| looks_like(&list[list.len() - 1 - at].json, &base[base.len() - 1 - at]))
        .count();
    list.iter()
        .enumerate()
        .map(|(at, element)| {
            let partner = if at >= list.len() - back {
                Some(at + base.len() - list.len())
            } else {
                (at < base.len() - back).then_some(at)
            };
            value(element, partner.and_then(|partner| base.get(partner)), faults)
        })
        .collect()
}

/// The value of a scalar or a set type that plain JSON does not show, where the text still fits it.
fn kept(json: &Json, base: &AttributeValue) -> Option<AttributeValue> {
    match (json, base) {
        (Json::Text(text), AttributeValue::B(_)) => STANDARD.decode(text).ok().map(AttributeValue::B),
        // A spelling that JSON does not have was written as a string.
        (Json::Text(text), AttributeValue::N(_)) => unwritable(text).map(AttributeValue::N),
        (Json::Array(list), AttributeValue::Ss(_)) => all(list, |json| match json {
            Json::Text(text) => Some(text.clone()),
            _ => None,
        })
        .map(AttributeValue::Ss),
        (Json::Array(list), AttributeValue::Ns(_)) => all(list, |json| match json {
            Json::Number(text) => Some(text.clone()),
            Json::Text(text) => unwritable(text),
            _ => None,
        })
        .map(AttributeValue::Ns),
        (Json::Array(list), AttributeValue::Bs(_)) => all(list, |json| match json {
            Json::Text(text) => STANDARD.decode(text).ok(),
            _ => None,
        })
        .map(AttributeValue::Bs),
        _ => None,
    }
}

fn unwritable(text: &str) -> Option<String> {
    (!is_number(text) && number::check(text).is_ok()).then(|| text.to_owned())
}

/// A set is never empty, so an empty array is none.
fn all<T>(list: &[Located], member: impl Fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    let members: Option<Vec<T>> = list.iter().map(|at| member(&at.json)).collect();
    members.filter(|members| !members.is_empty())
}

/// Whether a value was written as this.
fn looks_like(json: &Json, value: &AttributeValue) -> bool {
    match (json, value) {
        (Json::Null, AttributeValue::Null) => true,
        (Json::Bool(a), AttributeValue::Bool(b)) => a == b,
        (Json::Text(a), AttributeValue::S(b)) => a == b,
        (Json::Number(a), AttributeValue::N(b)) | (Json::Text(a), AttributeValue::N(b)) => a == b,
        (Json::Array(a), AttributeValue::L(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| looks_like(&a.json, b)),
        (Json::Object(a), AttributeValue::M(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|entry| b.get(&entry.name).is_some_and(|b| looks_like(&entry.value.json, b)))
        }
        (Json::Text(_) | Json::Array(_), AttributeValue::B(_) | AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_)) => {
            kept(json, value).as_ref() == Some(value)
        }
        _ => false,
    }
}
