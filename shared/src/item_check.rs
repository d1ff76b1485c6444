//! Whether DynamoDB would take an item at all: said with the attribute's name, before the engine
//! has to refuse a whole batch for one of its items.

use std::cmp::Ordering;

use crate::key::{KeyAttribute, KeySchema};
use crate::size::{self, MAX_ITEM_BYTES};
use crate::value::{AttributeValue, Item, MAX_DEPTH, number};

const MAX_PARTITION_KEY_BYTES: usize = 2048;
const MAX_SORT_KEY_BYTES: usize = 1024;

/// Says what is wrong with an item for a table with this key and these indexes' keys, if anything.
pub fn check(item: &Item, key: &KeySchema, indexes: &[KeySchema]) -> Result<(), String> {
    key.key_of(item)?;
    check_key(item, &key.partition, "partition", MAX_PARTITION_KEY_BYTES)?;
    check_key(item, &key.sort, "sort", MAX_SORT_KEY_BYTES)?;
    for index in indexes {
        // An item without the attributes of an index is simply not in it.
        check_key(item, &index.partition, "index", MAX_PARTITION_KEY_BYTES)?;
        check_key(item, &index.sort, "index", MAX_SORT_KEY_BYTES)?;
    }
    for (name, value) in item {
        check_name(name)?;
        check_value(value, 1).map_err(|reason| format!("attribute {name:?}: {reason}"))?;
    }
    let bytes = size::item_bytes(item);
    if bytes > MAX_ITEM_BYTES {
        return Err(format!(
            "the item has {bytes} bytes, DynamoDB takes at most {MAX_ITEM_BYTES} (400 KB)"
        ));
    }
    Ok(())
}

fn check_key(item: &Item, attributes: &[KeyAttribute], what: &str, most: usize) -> Result<(), String> {
    for attribute in attributes {
        let Some(value) = item.get(&attribute.name) else { continue };
        let name = &attribute.name;
        if value.type_name() != attribute.kind.name() {
            return Err(format!(
                "{what} key {name:?} must be {}, this is {}",
                attribute.kind.name(),
                value.type_name()
            ));
        }
        let bytes = match value {
            AttributeValue::S(text) => text.len(),
            AttributeValue::B(bytes) => bytes.len(),
            _ => continue,
        };
        if bytes == 0 {
            return Err(format!("{what} key {name:?} is empty"));
        }
        if bytes > most {
            return Err(format!("{what} key {name:?} has {bytes} bytes, at most {most} are allowed"));
        }
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), String> {
    match name.len() {
        0 => Err("an attribute has an empty name".to_owned()),
        1..=65_535 => Ok(()),
        long => Err(format!("an attribute's name has {long} bytes, at most 65535 are allowed")),
    }
}

fn check_value(value: &AttributeValue, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH + 1 {
        return Err(format!("lists and maps nest at most {MAX_DEPTH} deep"));
    }
    match value {
        AttributeValue::N(text) => number::check(text),
        AttributeValue::L(list) => list.iter().try_for_each(|value| check_value(value, depth + 1)),
        AttributeValue::M(members) => members.iter().try_for_each(|(name, value)| {
            check_name(name)?;
            check_value(value, depth + 1)
        }),
        AttributeValue::Ss(set) => check_set(set, Ord::cmp),
        AttributeValue::Bs(set) => check_set(set, Ord::cmp),
        AttributeValue::Ns(set) => {
            set.iter().try_for_each(|text| number::check(text))?;
            check_set(set, |a, b| number::compare(a, b))
        }
        _ => Ok(()),
    }
}

fn check_set<T>(set: &[T], order: impl Fn(&T, &T) -> Ordering) -> Result<(), String> {
    if set.is_empty() {
        return Err("a set is empty".to_owned());
    }
    let mut members: Vec<&T> = set.iter().collect();
    members.sort_by(|a, b| order(a, b));
    match members.windows(2).any(|pair| order(pair[0], pair[1]).is_eq()) {
        true => Err("a set holds the same member twice".to_owned()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::ScalarType;

    fn schema() -> KeySchema {
        let attribute = |name: &str, kind| KeyAttribute {
            name: name.to_owned(),
            kind,
        };
        KeySchema {
            partition: vec![attribute("pk", ScalarType::S)],
            sort: vec![attribute("sk", ScalarType::N)],
        }
    }

    fn item(json: &str) -> Item {
        serde_json::from_str(json).expect("DynamoDB JSON")
    }

    fn reason(rest: &str) -> String {
        let text = format!(r#"{{"pk": {{"S": "a"}}, "sk": {{"N": "1"}}, {rest}}}"#);
        check(&item(&text), &schema(), &[]).expect_err(rest)
    }

    #[test]
    fn what_dynamodb_takes_passes() {
        let good = item(r#"{"pk": {"S": "a"}, "sk": {"N": "1E+125"}, "e": {"S": ""}, "l": {"L": []}, "s": {"SS": [""]}}"#);
        assert_eq!(check(&good, &schema(), &[]), Ok(()));
    }

    #[test]
    fn what_it_refuses_is_named() {
        let keys = |text: &str| check(&item(text), &schema(), &[]).expect_err(text);
        assert!(keys(r#"{"pk": {"S": "a"}}"#).contains("\"sk\" is missing"));
        assert!(keys(r#"{"pk": {"S": "a"}, "sk": {"S": "1"}}"#).contains("\"sk\" must be N, this is S"));
        assert!(keys(r#"{"pk": {"S": ""}, "sk": {"N": "1"}}"#).contains("\"pk\" is empty"));
        assert!(reason(r#""n": {"N": "1e999"}"#).starts_with("attribute \"n\": "));
        assert!(reason(r#""s": {"SS": []}"#).contains("set is empty"));
        assert!(reason(r#""s": {"NS": ["1", "1.0"]}"#).contains("twice"));
        assert!(reason(r#""": {"S": "x"}"#).contains("empty name"));
        assert!(reason(&format!(r#""big": {{"S": "{}"}}"#, "x".repeat(410_000))).contains("400 KB"));
        let deep = format!(r#""d": {}{}{}"#, r#"{"L": ["#.repeat(34), r#"{"S": ""}"#, "]}".repeat(34));
        assert!(reason(&deep).contains("32 deep"));
    }

    #[test]
    fn keys_of_indexes_are_checked_where_they_are_present() {
        let index = KeySchema {
            partition: vec![KeyAttribute {
                name: "g".into(),
                kind: ScalarType::S,
            }],
            sort: vec![],
        };
        let with = |rest: &str| item(&format!(r#"{{"pk": {{"S": "a"}}, "sk": {{"N": "1"}}{rest}}}"#));
        assert_eq!(check(&with(""), &schema(), std::slice::from_ref(&index)), Ok(()));
        assert!(check(&with(r#", "g": {"N": "1"}"#), &schema(), std::slice::from_ref(&index)).is_err());
        assert!(check(&with(r#", "g": {"S": ""}"#), &schema(), &[index]).is_err());
    }
}
