//! Plain JSON beside DynamoDB JSON: what a person reads and pastes. Numbers keep every digit
//! because they pass as text; sets are written as arrays and binary as base64 strings, which
//! cannot be told apart on the way back, so plain JSON is for reading and for new data.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

use super::{AttributeValue, Item, MAX_DEPTH, Members, number};

/// An item as indented plain JSON.
pub fn item_to_string(item: &Item) -> String {
    let mut out = String::new();
    write_map(&mut out, item, 0);
    out
}

/// A value as plain JSON, on one line when `indent` is `None`.
pub fn to_string(value: &AttributeValue) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0);
    out
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn write_value(out: &mut String, value: &AttributeValue, depth: usize) {
    match value {
        AttributeValue::S(text) => out.push_str(&quoted(text)),
        AttributeValue::N(text) => out.push_str(&number_literal(text)),
        AttributeValue::B(bytes) => out.push_str(&quoted(&STANDARD.encode(bytes))),
        AttributeValue::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        AttributeValue::Null => out.push_str("null"),
        AttributeValue::L(list) => write_list(out, list.iter().map(Some), depth, write_value),
        AttributeValue::M(members) => write_map(out, members, depth),
        AttributeValue::Ss(set) => write_list(out, set.iter().map(Some), depth, |out, v, _| out.push_str(&quoted(v))),
        AttributeValue::Ns(set) => write_list(out, set.iter().map(Some), depth, |out, v, _| out.push_str(&number_literal(v))),
        AttributeValue::Bs(set) => write_list(out, set.iter().map(Some), depth, |out, v, _| {
            out.push_str(&quoted(&STANDARD.encode(v)))
        }),
    }
}

/// JSON knows fewer spellings than DynamoDB; one it does not know is written as a string.
fn number_literal(text: &str) -> String {
    if serde_json::from_str::<&RawValue>(text).is_ok() {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn write_list<'a, T: 'a>(
    out: &mut String,
    list: impl ExactSizeIterator<Item = Option<&'a T>>,
    depth: usize,
    one: impl Fn(&mut String, &T, usize),
) {
    if list.len() == 0 {
        return out.push_str("[]");
    }
    out.push('[');
    for (at, value) in list.flatten().enumerate() {
        new_line(out, at, depth + 1);
        one(out, value, depth + 1);
    }
    close(out, depth, ']');
}

fn write_map(out: &mut String, members: &BTreeMap<String, AttributeValue>, depth: usize) {
    if members.is_empty() {
        return out.push_str("{}");
    }
    out.push('{');
    for (at, (name, value)) in members.iter().enumerate() {
        new_line(out, at, depth + 1);
        out.push_str(&quoted(name));
        out.push_str(": ");
        write_value(out, value, depth + 1);
    }
    close(out, depth, '}');
}

fn new_line(out: &mut String, at: usize, depth: usize) {
    out.push_str(if at == 0 { "\n" } else { ",\n" });
    out.push_str(&"  ".repeat(depth));
}

fn close(out: &mut String, depth: usize, bracket: char) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(bracket);
}

/// Reads a plain JSON object as an item: strings, numbers, booleans, nulls, arrays and objects
/// become S, N, BOOL, NULL, L and M.
pub fn item_from_str(text: &str) -> Result<Item, String> {
    match from_str(text)? {
        AttributeValue::M(item) => Ok(item),
        other => Err(format!("an item is a JSON object, this is {}", describe(&other))),
    }
}

/// Reads any plain JSON value. Numbers are checked against DynamoDB's limits and keep their text.
pub fn from_str(text: &str) -> Result<AttributeValue, String> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|cause| cause.to_string())?;
    from_raw(raw, 0)
}

/// `depth` is counted because each level is one call: a hostile text must not end the stack.
fn from_raw(raw: &RawValue, depth: usize) -> Result<AttributeValue, String> {
    if depth > MAX_DEPTH {
        return Err(format!("lists and maps nest at most {MAX_DEPTH} deep"));
    }
    let text = raw.get();
    let fail = |cause: serde_json::Error| cause.to_string();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).map(AttributeValue::S).map_err(fail),
        Some(b't' | b'f') => serde_json::from_str(text).map(AttributeValue::Bool).map_err(fail),
        Some(b'n') => Ok(AttributeValue::Null),
        Some(b'[') => {
            let list: Vec<&RawValue> = serde_json::from_str(text).map_err(fail)?;
            list.into_iter()
                .map(|raw| from_raw(raw, depth + 1))
                .collect::<Result<_, _>>()
                .map(AttributeValue::L)
        }
        Some(b'{') => {
            let Members(members) = serde_json::from_str::<Members<&RawValue>>(text).map_err(fail)?;
            let members = members
                .into_iter()
                .map(|(name, raw)| from_raw(raw, depth + 1).map(|value| (name, value)));
            members.collect::<Result<_, _>>().map(AttributeValue::M)
        }
        _ => number::check(text).map(|()| AttributeValue::N(text.to_owned())),
    }
}

fn describe(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::S(_) => "a string",
        AttributeValue::N(_) => "a number",
        AttributeValue::L(_) => "an array",
        AttributeValue::Null => "null",
        _ => "a boolean",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive_both_ways() {
        let text = "{\n  \"n\": 99999999999999999999999999999999999999\n}";
        let item = item_from_str(text).expect("valid");
        assert_eq!(item["n"], AttributeValue::N("9".repeat(38)));
        assert_eq!(item_to_string(&item), text);
    }

    #[test]
    fn what_is_no_item_is_named() {
        assert_eq!(item_from_str("[1]"), Err("an item is a JSON object, this is an array".to_owned()));
        assert!(item_from_str("{\"a\": 1e999}").expect_err("too large").contains("9.99"));
        let deep = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(item_from_str(&deep).expect_err("too deep").contains("32 deep"));
    }
}
