//! Whether DynamoDB would take an item at all: said with the attribute's name, before the engine
//! has to refuse a whole batch for one of its items.

use std::cmp::Ordering;

use crate::key::{KeyAttribute, KeySchema};
use crate::size::{self, MAX_ITEM_BYTES};
use crate::value::{AttributeValue, Item, MAX_DEPTH, number};

pub const MAX_PARTITION_KEY_BYTES: usize = 2048;
pub const MAX_SORT_KEY_BYTES: usize = 1024;

/// Something that DynamoDB would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The top-level attribute at fault; nothing where it is the item as a whole.
    pub attribute: Option<String>,
    pub message: String,
    /// Whether the message names the attribute itself.
    names_it: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.attribute {
            Some(name) if !self.names_it => write!(formatter, "attribute {name:?}: {}", self.message),
            _ => formatter.write_str(&self.message),
        }
    }
}

/// Says what is wrong with an item for a table with this key and these indexes' keys, if anything.
pub fn check(item: &Item, key: &KeySchema, indexes: &[KeySchema]) -> Result<(), String> {
    match problems(item, key, indexes).first() {
        Some(problem) => Err(problem.to_string()),
        None => Ok(()),
    }
}

/// Everything that is wrong with an item, each with its attribute.
pub fn problems(item: &Item, key: &KeySchema, indexes: &[KeySchema]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |attribute: Option<&str>, names_it, result: Result<(), String>| {
        let Err(message) = result else { return };
        let attribute = attribute.map(str::to_owned);
        // An attribute is told once: a key of the table may be one of an index too.
        if attribute.is_none() || !problems.iter().any(|problem: &Problem| problem.attribute == attribute) {
            problems.push(Problem {
                attribute,
                message,
                names_it,
            });
        }
    };
    for attribute in key.attributes() {
        let name = &attribute.name;
        if !item.contains_key(name) {
            add(Some(name), true, Err(format!("key attribute {name:?} is missing")));
        }
    }
    let partition = key.partition.iter().map(|one| (one, "partition", MAX_PARTITION_KEY_BYTES));
    let sort = key.sort.iter().map(|one| (one, "sort", MAX_SORT_KEY_BYTES));
    // An item without the attributes of an index is simply not in it.
    let of_indexes = indexes.iter().flat_map(|index| {
        let partition = index.partition.iter().map(|one| (one, "index", MAX_PARTITION_KEY_BYTES));
        partition.chain(index.sort.iter().map(|one| (one, "index", MAX_SORT_KEY_BYTES)))
    });
    for (attribute, what, most) in partition.chain(sort).chain(of_indexes) {
        add(Some(&attribute.name), true, check_key(item, attribute, what, most));
    }
    for (name, value) in item {
        add(Some(name), true, check_name(name));
        add(Some(name), false, check_value(value, 1));
    }
    let bytes = size::item_bytes(item);
    if bytes > MAX_ITEM_BYTES {
        let message = format!("the item has {bytes} bytes, DynamoDB takes at most {MAX_ITEM_BYTES} (400 KB)");
        add(None, true, Err(message));
    }
    problems
}

fn check_key(item: &Item, attribute: &KeyAttribute, what: &str, most: usize) -> Result<(), String> {
    let name = &attribute.name;
    let Some(value) = item.get(name) else { return Ok(()) };
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
        _ => return Ok(()),
    };
    if bytes == 0 {
        return Err(format!("{what} key {name:?} is empty"));
    }
    if bytes > most {
        return Err(format!("{what} key {name:?} has {bytes} bytes, at most {most} are allowed"));
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
    // The attribute's own value is the first level, as DynamoDB counts.
    if depth > MAX_DEPTH {
        return Err(format!("values nest at most {MAX_DEPTH} deep, the attribute's own counted"));
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

/// Says what is wrong with a value that stands alone, if anything.
pub fn check_alone(value: &AttributeValue) -> Result<(), String> {
    check_value(value, 1)
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
        let deep = |lists: usize| format!(r#""d": {}{}{}"#, r#"{"L": ["#.repeat(lists), r#"{"S": ""}"#, "]}".repeat(lists));
        assert!(reason(&deep(32)).contains("32 deep"));
        let deepest = item(&format!(r#"{{"pk": {{"S": "a"}}, "sk": {{"N": "1"}}, {}}}"#, deep(31)));
        assert_eq!(check(&deepest, &schema(), &[]), Ok(()));
    }

    #[test]
    fn every_problem_is_told_with_its_attribute() {
        let bad = item(r#"{"pk": {"N": "1"}, "n": {"N": "x"}, "s": {"SS": []}, "ok": {"S": ""}}"#);
        let found = problems(&bad, &schema(), &[]);
        let names: Vec<_> = found
            .iter()
            .map(|problem| problem.attribute.as_deref().unwrap_or_default())
            .collect();
        assert_eq!(names, ["sk", "pk", "n", "s"]);
        assert_eq!(found[2].message, "\"x\" is not a number");
        assert_eq!(found[2].to_string(), "attribute \"n\": \"x\" is not a number");
        assert_eq!(found[1].message, "partition key \"pk\" must be S, this is N");
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
