//! DynamoDB JSON with places: every fault is told, not only the first.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::value::located::{Entry, Json, Located, TextFault};
use crate::value::{AttributeValue, Item};

pub fn item(root: &Located) -> Result<Item, Vec<TextFault>> {
    let mut faults = Vec::new();
    let Json::Object(entries) = &root.json else {
        return Err(vec![TextFault::new(root.at, "an item is a JSON object")]);
    };
    let item = members(entries, &mut faults);
    if faults.is_empty() { Ok(item) } else { Err(faults) }
}

fn members(entries: &[Entry], faults: &mut Vec<TextFault>) -> Item {
    let mut out = BTreeMap::new();
    for entry in entries {
        let value = value(&entry.value, faults);
        if out.contains_key(&entry.name) {
            super::plain::twice(entry, faults);
        } else {
            // A value with a fault keeps its name taken; the item is not used then.
            out.insert(entry.name.clone(), value.unwrap_or(AttributeValue::Null));
        }
    }
    out
}

fn value(at: &Located, faults: &mut Vec<TextFault>) -> Option<AttributeValue> {
    let entry = match &at.json {
        Json::Object(entries) if entries.len() == 1 => &entries[0],
        Json::Object(entries) => {
            let message = format!(
                "a DynamoDB value has one type descriptor such as \"S\", this one has {}",
                entries.len()
            );
            faults.push(TextFault::new(at.at, message));
            return None;
        }
        other => {
            let message = format!(
                "a DynamoDB value looks like {{\"S\": \"text\"}} or {{\"N\": \"1\"}}, this is {}",
                other.describe()
            );
            faults.push(TextFault::new(at.at, message));
            return None;
        }
    };
    let inner = &entry.value;
    let mut takes = |what: &str| {
        let message = format!("{} takes {what}, this is {}", entry.name, inner.json.describe());
        faults.push(TextFault::new(inner.at, message));
    };
    match (entry.name.as_str(), &inner.json) {
        ("S", Json::Text(text)) => Some(AttributeValue::S(text.clone())),
        ("N", Json::Text(text)) => Some(AttributeValue::N(text.clone())),
        ("B", Json::Text(text)) => bytes(inner, text, faults).map(AttributeValue::B),
        ("BOOL", Json::Bool(flag)) => Some(AttributeValue::Bool(*flag)),
        ("NULL", Json::Bool(true)) => Some(AttributeValue::Null),
        ("L", Json::Array(list)) => {
            let list: Vec<_> = list.iter().map(|inner| value(inner, faults)).collect();
            list.into_iter().collect::<Option<_>>().map(AttributeValue::L)
        }
        ("M", Json::Object(entries)) => Some(AttributeValue::M(members(entries, faults))),
        ("SS", Json::Array(list)) => texts("SS", list, faults).map(AttributeValue::Ss),
        ("NS", Json::Array(list)) => texts("NS", list, faults).map(AttributeValue::Ns),
        ("BS", Json::Array(list)) => {
            let texts = texts("BS", list, faults)?;
            let all: Vec<_> = list.iter().zip(&texts).map(|(at, text)| bytes(at, text, faults)).collect();
            all.into_iter().collect::<Option<_>>().map(AttributeValue::Bs)
        }
        ("S" | "B", _) => {
            takes("a string");
            None
        }
        ("N", _) => {
            takes("a string, such as \"1\"");
            None
        }
        ("BOOL", _) => {
            takes("true or false");
            None
        }
        ("NULL", _) => {
            faults.push(TextFault::new(inner.at, "NULL takes only true"));
            None
        }
        ("L" | "SS" | "NS" | "BS", _) => {
            takes("an array");
            None
        }
        ("M", _) => {
            takes("an object");
            None
        }
        (other, _) => {
            let message = format!("{other:?} is no DynamoDB type: use S, N, B, BOOL, NULL, L, M, SS, NS or BS");
            faults.push(TextFault::new(entry.at, message));
            None
        }
    }
}

fn texts(set: &str, list: &[Located], faults: &mut Vec<TextFault>) -> Option<Vec<String>> {
    let before = faults.len();
    let mut out = Vec::with_capacity(list.len());
    for member in list {
        match &member.json {
            Json::Text(text) => out.push(text.clone()),
            other => faults.push(TextFault::new(
                member.at,
                format!("a member of {set} is a string, this is {}", other.describe()),
            )),
        }
    }
    (faults.len() == before).then_some(out)
}

fn bytes(at: &Located, text: &str, faults: &mut Vec<TextFault>) -> Option<Vec<u8>> {
    STANDARD
        .decode(text)
        .map_err(|cause| faults.push(TextFault::new(at.at, format!("binary must be base64: {cause}"))))
        .ok()
}
