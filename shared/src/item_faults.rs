//! Everything that DynamoDB would refuse of an item, each with the path of the value at fault: for an
//! editor, which marks all of them, where [`crate::item_check`] says only whether an item passes.

use std::cmp::Ordering;

use crate::filter::path::Step;
use crate::item_check::{MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES};
use crate::key::{KeyAttribute, KeySchema};
use crate::size::{self, MAX_ITEM_BYTES};
use crate::value::{AttributeValue, Item, MAX_DEPTH, number};

/// What is wrong, and where; a member of a set is an index of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Empty for what is wrong with the item as a whole.
    pub path: Vec<Step>,
    pub message: String,
}

/// What a table asks of its items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    pub key: KeySchema,
    pub indexes: Vec<KeySchema>,
}

impl Rules {
    /// Whether the table's own key has this attribute.
    pub fn is_key(&self, name: &str) -> bool {
        self.key.attributes().any(|attribute| attribute.name == name)
    }
}

/// All faults, those of keys first.
pub fn faults(item: &Item, rules: &Rules) -> Vec<Fault> {
    let mut found = Found {
        path: Vec::new(),
        faults: Vec::new(),
    };
    found.key(item, &rules.key.partition, "a partition key", MAX_PARTITION_KEY_BYTES, true);
    found.key(item, &rules.key.sort, "a sort key", MAX_SORT_KEY_BYTES, true);
    for index in &rules.indexes {
        // An item without the attributes of an index is simply not in it.
        found.key(item, &index.partition, "an index partition key", MAX_PARTITION_KEY_BYTES, false);
        found.key(item, &index.sort, "an index sort key", MAX_SORT_KEY_BYTES, false);
    }
    for (name, value) in item {
        found.member(name, value, 1);
    }
    let bytes = size::item_bytes(item);
    if bytes > MAX_ITEM_BYTES {
        found.say(format!(
            "the item has {bytes} bytes, DynamoDB takes at most {MAX_ITEM_BYTES} (400 KB)"
        ));
    }
    // An attribute may be the key of several indexes and is at fault once.
    let mut told: Vec<Fault> = Vec::new();
    for fault in found.faults {
        if !told.iter().any(|other| !fault.path.is_empty() && other.path == fault.path) {
            told.push(fault);
        }
    }
    told
}

struct Found {
    path: Vec<Step>,
    faults: Vec<Fault>,
}

impl Found {
    fn say(&mut self, message: impl Into<String>) {
        self.faults.push(Fault {
            path: self.path.clone(),
            message: message.into(),
        });
    }

    fn within(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }

    fn key(&mut self, item: &Item, attributes: &[KeyAttribute], what: &str, most: usize, needed: bool) {
        for KeyAttribute { name, kind } in attributes {
            let message = match item.get(name) {
                None if needed => {
                    self.say(format!("{what} is missing: {name:?}"));
                    continue;
                }
                None => continue,
                Some(value) if value.type_name() != kind.name() => {
                    format!("{what} of this table is {}, this is {}", kind.name(), value.type_name())
                }
                Some(AttributeValue::S(text)) if text.is_empty() => format!("{what} is never empty"),
                Some(AttributeValue::B(bytes)) if bytes.is_empty() => format!("{what} is never empty"),
                Some(value @ (AttributeValue::S(_) | AttributeValue::B(_))) if size::value_bytes(value) > most => {
                    format!("{what} has at most {most} bytes, this one has {}", size::value_bytes(value))
                }
                Some(_) => continue,
            };
            self.within(Step::Name(name.clone()), |found| found.say(message));
        }
    }

    fn member(&mut self, name: &str, value: &AttributeValue, depth: usize) {
        self.within(Step::Name(name.to_owned()), |found| {
            match name.len() {
                0 => found.say("an attribute needs a name"),
                1..=65_535 => {}
                long => found.say(format!("a name has at most 65535 bytes, this one has {long}")),
            }
            found.value(value, depth);
        });
    }

    fn value(&mut self, value: &AttributeValue, depth: usize) {
        if depth > MAX_DEPTH + 1 {
            return self.say(format!("lists and maps nest at most {MAX_DEPTH} deep"));
        }
        match value {
            AttributeValue::N(text) => self.number(text),
            AttributeValue::L(list) => {
                for (at, value) in list.iter().enumerate() {
                    self.within(Step::Index(at), |found| found.value(value, depth + 1));
                }
            }
            AttributeValue::M(members) => {
                for (name, value) in members {
                    self.member(name, value, depth + 1);
                }
            }
            AttributeValue::Ss(set) => self.set(set, Ord::cmp),
            AttributeValue::Bs(set) => self.set(set, Ord::cmp),
            AttributeValue::Ns(set) => {
                for (at, text) in set.iter().enumerate() {
                    self.within(Step::Index(at), |found| found.number(text));
                }
                self.set(set, |a, b| number::compare(a, b));
            }
            _ => {}
        }
    }

    fn number(&mut self, text: &str) {
        // Engines take a number with spaces around it in different ways, so none is sent.
        if text.trim() != text {
            self.say("a number has no spaces around it");
        } else if let Err(reason) = number::check(text) {
            self.say(reason);
        }
    }

    fn set<T>(&mut self, set: &[T], order: impl Fn(&T, &T) -> Ordering) {
        if set.is_empty() {
            return self.say("a set is never empty: add a member or remove the attribute");
        }
        let mut places: Vec<usize> = (0..set.len()).collect();
        places.sort_by(|a, b| order(&set[*a], &set[*b]).then(a.cmp(b)));
        let mut twice: Vec<usize> = places
            .windows(2)
            .filter(|pair| order(&set[pair[0]], &set[pair[1]]).is_eq())
            .map(|pair| pair[1])
            .collect();
        twice.sort_unstable();
        for at in twice {
            self.within(Step::Index(at), |found| found.say("this member is in the set already"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::display_path;
    use crate::key::ScalarType;

    fn rules() -> Rules {
        let attribute = |name: &str, kind| KeyAttribute {
            name: name.to_owned(),
            kind,
        };
        Rules {
            key: KeySchema {
                partition: vec![attribute("pk", ScalarType::S)],
                sort: vec![attribute("sk", ScalarType::N)],
            },
            indexes: vec![KeySchema {
                partition: vec![attribute("g", ScalarType::S)],
                sort: vec![],
            }],
        }
    }

    fn told(rest: &str) -> Vec<String> {
        let text = format!(r#"{{"pk": {{"S": "a"}}, "sk": {{"N": "1"}}{rest}}}"#);
        let item: Item = serde_json::from_str(&text).expect("DynamoDB JSON");
        let found = faults(&item, &rules());
        assert_eq!(
            found.is_empty(),
            crate::item_check::check(&item, &rules().key, &rules().indexes).is_ok(),
            "{rest}"
        );
        found
            .iter()
            .map(|fault| format!("{}: {}", display_path(&fault.path), fault.message))
            .collect()
    }

    #[test]
    fn every_fault_is_told_at_its_path() {
        assert_eq!(told(""), [""; 0]);
        assert_eq!(
            told(r#", "s": {"SS": [""]}, "l": {"L": []}, "m": {"M": {}}, "n": {"N": "-0"}"#),
            [""; 0]
        );
        let many = told(
            r#", "a.b": {"L": [{"N": "1"}, {"M": {"x": {"N": "y"}}}]}, "s": {"NS": ["1", "2", "1.0"]}, "e": {"BS": []}, "g": {"S": ""}"#,
        );
        assert_eq!(
            many,
            [
                "g: an index partition key is never empty".to_owned(),
                "\"a.b\"[1].x: \"y\" is not a number".to_owned(),
                "e: a set is never empty: add a member or remove the attribute".to_owned(),
                "s[2]: this member is in the set already".to_owned(),
            ]
        );
        assert!(told(r#", "": {"S": "x"}"#)[0].contains("needs a name"));
        assert!(told(&format!(r#", "b": {{"S": "{}"}}"#, "x".repeat(410_000)))[0].contains("400 KB"));
        let deep = format!(r#", "d": {}{}{}"#, r#"{"L": ["#.repeat(34), r#"{"S": ""}"#, "]}".repeat(34));
        let deep = told(&deep);
        assert!(deep[0].starts_with("d[0]") && deep[0].contains("32 deep"), "{deep:?}");
    }

    #[test]
    fn keys_are_needed_typed_and_bounded() {
        let key = |text: &str| {
            let item: Item = serde_json::from_str(text).expect("DynamoDB JSON");
            faults(&item, &rules())
                .into_iter()
                .map(|fault| fault.message)
                .collect::<Vec<_>>()
                .join("; ")
        };
        assert_eq!(key("{}"), "a partition key is missing: \"pk\"; a sort key is missing: \"sk\"");
        assert!(key(r#"{"pk": {"S": ""}, "sk": {"S": "1"}}"#).contains("a sort key of this table is N, this is S"));
        let long = format!(r#"{{"pk": {{"S": "{}"}}, "sk": {{"N": "1"}}}}"#, "x".repeat(2_049));
        assert!(key(&long).contains("at most 2048 bytes, this one has 2049"));
    }
}
