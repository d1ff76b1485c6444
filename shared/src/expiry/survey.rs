//! What a sample of items says of an attribute as a time to live.

use std::collections::BTreeMap;

use super::reading::{Kind, Reading, read};
use crate::key::KeySchema;
use crate::value::{AttributeValue, Item};

/// Examples that are kept of each kind.
const EXAMPLES: usize = 3;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// One value of the sample, and the item it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The item's key where it has one.
    pub key: Item,
    pub value: Option<AttributeValue>,
    pub reading: Reading,
}

/// How many items are of one kind, and the first of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub count: u64,
    pub examples: Vec<Example>,
}

/// How many items of the sample would be gone then, each with those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Windows {
    pub now: u64,
    pub hour: u64,
    pub day: u64,
    pub week: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    pub sampled: u64,
    pub found: BTreeMap<Kind, Found>,
    pub windows: Windows,
}

impl Survey {
    pub fn count(&self, kind: Kind) -> u64 {
        self.found.get(&kind).map_or(0, |found| found.count)
    }

    /// How many have the attribute in a form that DynamoDB does not expire.
    pub fn mistakes(&self) -> u64 {
        self.found
            .iter()
            .filter(|(kind, _)| kind.is_mistake())
            .map(|(_, found)| found.count)
            .sum()
    }

    /// How many DynamoDB would delete at some time.
    pub fn expiring(&self) -> u64 {
        self.count(Kind::Later) + self.count(Kind::Expired)
    }
}

/// Reads an attribute of every item of a sample.
pub fn survey<'a>(items: impl Iterator<Item = &'a Item>, attribute: &str, schema: &KeySchema, now: i64) -> Survey {
    let mut survey = Survey::default();
    for item in items {
        let value = item.get(attribute);
        let reading = read(value, now);
        survey.sampled += 1;
        let found = survey.found.entry(reading.kind()).or_default();
        found.count += 1;
        if found.examples.len() < EXAMPLES {
            let key = schema
                .attributes()
                .filter_map(|key| Some((key.name.clone(), item.get(&key.name)?.clone())));
            found.examples.push(Example {
                key: key.collect(),
                value: value.cloned(),
                reading,
            });
        }
        if let Reading::Later(at) | Reading::Expired(at) = reading {
            let windows = &mut survey.windows;
            windows.now += u64::from(at <= now);
            windows.hour += u64::from(at <= now + HOUR);
            windows.day += u64::from(at <= now + DAY);
            windows.week += u64::from(at <= now + 7 * DAY);
        }
    }
    survey
}

/// An attribute of the sample that may be meant as a time to live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub name: String,
    /// Items that have it.
    pub present: u64,
    /// Items where it is whole seconds of the last five years or later.
    pub expiring: u64,
    /// Items where it is a time in a form that DynamoDB does not expire.
    pub mistaken: u64,
}

/// Every attribute of a sample that no key has, the likeliest first.
pub fn candidates<'a>(items: impl Iterator<Item = &'a Item>, schema: &KeySchema, now: i64) -> Vec<Candidate> {
    let mut all: BTreeMap<&str, Candidate> = BTreeMap::new();
    for item in items {
        for (name, value) in item.iter().filter(|(name, _)| !schema.attributes().any(|key| key.name == **name)) {
            let one = all.entry(name).or_insert_with(|| Candidate {
                name: name.clone(),
                present: 0,
                expiring: 0,
                mistaken: 0,
            });
            one.present += 1;
            match read(Some(value), now) {
                Reading::Expired(_) => one.expiring += 1,
                Reading::Later(at) if at > now - super::FIVE_YEARS => one.expiring += 1,
                Reading::Milliseconds(_) | Reading::IsoDate(_) => one.mistaken += 1,
                _ => {}
            }
        }
    }
    let mut all: Vec<Candidate> = all.into_values().collect();
    let by_name = |name: &str| {
        let name = name.to_lowercase();
        ["ttl", "expir", "expire", "delete_at", "deleteat"]
            .iter()
            .any(|word| name.contains(word))
    };
    all.sort_by(|a, b| {
        let rank = |one: &Candidate| (by_name(&one.name), one.expiring, one.mistaken, one.present);
        rank(b).cmp(&rank(a)).then_with(|| a.name.cmp(&b.name))
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{KeyAttribute, ScalarType};

    const NOW: i64 = 1_700_000_000;

    fn item(at: usize, ttl: Option<AttributeValue>) -> Item {
        let mut item = Item::from([
            ("pk".to_owned(), AttributeValue::S(at.to_string())),
            ("name".to_owned(), AttributeValue::S("x".into())),
        ]);
        item.extend(ttl.map(|value| ("ends".to_owned(), value)));
        item
    }

    fn schema() -> KeySchema {
        KeySchema {
            partition: vec![KeyAttribute {
                name: "pk".into(),
                kind: ScalarType::S,
            }],
            sort: Vec::new(),
        }
    }

    #[test]
    fn a_sample_is_counted_by_kind_and_by_time() {
        let n = |at: i64| Some(AttributeValue::N(at.to_string()));
        let values = [
            n(NOW - 10),
            n(NOW + 60),
            n(NOW + HOUR + 1),
            n(NOW + 2 * DAY),
            n(NOW + 30 * DAY),
            n(NOW * 1_000),
            n(5),
            Some(AttributeValue::S("2024-01-01".into())),
            None,
            None,
        ];
        let items: Vec<Item> = values.into_iter().enumerate().map(|(at, value)| item(at, value)).collect();
        let survey = survey(items.iter(), "ends", &schema(), NOW);
        assert_eq!(survey.sampled, 10);
        assert_eq!(
            survey.windows,
            Windows {
                now: 1,
                hour: 2,
                day: 3,
                week: 4
            }
        );
        assert_eq!((survey.expiring(), survey.mistakes(), survey.count(Kind::Missing)), (5, 3, 2));
        assert_eq!(survey.found[&Kind::Missing].examples.len(), 2);
        assert_eq!(survey.found[&Kind::Later].examples.len(), EXAMPLES);
        assert_eq!(
            survey.found[&Kind::Milliseconds].examples[0].key["pk"],
            AttributeValue::S("5".into())
        );
    }

    #[test]
    fn the_likeliest_attribute_comes_first_and_keys_never() {
        let items = [
            item(1, Some(AttributeValue::N(NOW.to_string()))),
            item(2, Some(AttributeValue::N((NOW * 1_000).to_string()))),
        ];
        let found = candidates(items.iter(), &schema(), NOW);
        let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["ends", "name"]);
        assert_eq!((found[0].present, found[0].expiring, found[0].mistaken), (2, 1, 1));
    }
}
