//! Every fault of a key condition under a key schema, each at its field: `key.partition.<name>` or
//! `key.sort.<name>`.

use std::cmp::Ordering;

use super::{KeyCondition, SortTest};
use crate::api::error::FieldError;
use crate::filter::Filter;
use crate::filter::path::{self, Step};
use crate::key::{KeyAttribute, KeySchema, ScalarType};
use crate::value::{AttributeValue, number};

/// The most bytes of a partition key, and of a sort key.
pub const PARTITION_BYTES: usize = 2048;
pub const SORT_BYTES: usize = 1024;

impl KeyCondition {
    /// Every fault, each with its field; nothing where DynamoDB takes it.
    pub fn validate(&self, schema: &KeySchema) -> Vec<FieldError> {
        let mut faults = Vec::new();
        self.partition_faults(schema, &mut faults);
        self.sort_faults(schema, &mut faults);
        faults
    }

    fn partition_faults(&self, schema: &KeySchema, faults: &mut Vec<FieldError>) {
        for attribute in &schema.partition {
            let field = format!("key.partition.{}", attribute.name);
            match self.partition.get(&attribute.name) {
                None => faults.push(FieldError::new(
                    field,
                    format!("a Query needs the partition key: {:?} has no value", attribute.name),
                )),
                Some(value) => faults.extend(
                    scalar(attribute, value, PARTITION_BYTES)
                        .err()
                        .map(|why| FieldError::new(field, why)),
                ),
            }
        }
        for name in self.partition.keys() {
            if !schema.partition.iter().any(|attribute| attribute.name == *name) {
                let message = format!("the partition key has no attribute {name:?}");
                faults.push(FieldError::new(format!("key.partition.{name}"), message));
            }
        }
    }

    fn sort_faults(&self, schema: &KeySchema, faults: &mut Vec<FieldError>) {
        for (at, condition) in self.sort.iter().enumerate() {
            let field = format!("key.sort.{}", condition.name);
            let mut add = |message: String| faults.push(FieldError::new(field.clone(), message));
            let Some(attribute) = schema.sort.iter().find(|attribute| attribute.name == condition.name) else {
                add(format!("the sort key has no attribute {:?}", condition.name));
                continue;
            };
            let expected = schema.sort.get(at).map(|attribute| attribute.name.as_str());
            if expected != Some(condition.name.as_str()) {
                // Attributes of a sort key are tested from the left, without a gap.
                let missing = expected.unwrap_or_default();
                add(format!(
                    "sort key attributes are tested from the left: {missing:?} comes before {:?}",
                    condition.name
                ));
            } else if at + 1 < self.sort.len() && !matches!(condition.test, SortTest::Equal(_)) {
                add(format!(
                    "only the last sort key attribute may be tested for a range: {:?} needs =",
                    condition.name
                ));
            } else if let Err(why) = test(attribute, &condition.test) {
                add(why);
            }
        }
    }
}

fn test(attribute: &KeyAttribute, test: &SortTest) -> Result<(), String> {
    if matches!(test, SortTest::BeginsWith(_)) && attribute.kind == ScalarType::N {
        return Err(format!("begins_with takes a String or a Binary, {:?} is a Number", attribute.name));
    }
    test.values().try_for_each(|value| scalar(attribute, value, SORT_BYTES))?;
    match test {
        SortTest::Between { low, high } if key_order(low, high) == Ordering::Greater => {
            Err("BETWEEN needs its lower end first: the first value is greater than the second".to_owned())
        }
        _ => Ok(()),
    }
}

/// One value of a key attribute: its type, not empty, not too long.
fn scalar(attribute: &KeyAttribute, value: &AttributeValue, most: usize) -> Result<(), String> {
    if value.type_name() != attribute.kind.name() {
        return Err(format!(
            "the key attribute {:?} is of type {} ({}), this value is {}",
            attribute.name,
            attribute.kind.name(),
            attribute.kind.label(),
            value.type_name()
        ));
    }
    let length = match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::N(text) => {
            return number::check(text).map_err(|why| format!("the value of {:?} cannot be used: {why}", attribute.name));
        }
        _ => return Ok(()),
    };
    match length {
        0 => Err(format!("a key attribute cannot be empty: {:?}", attribute.name)),
        long if long > most => Err(format!(
            "the key attribute {:?} has at most {most} bytes, this value has {long}",
            attribute.name
        )),
        _ => Ok(()),
    }
}

/// How DynamoDB orders two values of one key type; other values have no order.
pub fn key_order(low: &AttributeValue, high: &AttributeValue) -> Ordering {
    match (low, high) {
        (AttributeValue::S(low), AttributeValue::S(high)) => low.as_bytes().cmp(high.as_bytes()),
        (AttributeValue::B(low), AttributeValue::B(high)) => low.cmp(high),
        (AttributeValue::N(low), AttributeValue::N(high)) => number::compare(low, high),
        _ => Ordering::Equal,
    }
}

/// The key attribute that the filter of a Query tests, where it does: DynamoDB refuses that.
pub fn key_in_filter<'a>(filter: &Filter, schema: &'a KeySchema) -> Option<&'a str> {
    let first = match filter {
        Filter::All(parts) | Filter::Any(parts) => return parts.iter().find_map(|part| key_in_filter(part, schema)),
        Filter::Not(inner) => return key_in_filter(inner, schema),
        Filter::Compare { path, .. }
        | Filter::Between { path, .. }
        | Filter::In { path, .. }
        | Filter::Exists { path }
        | Filter::NotExists { path }
        | Filter::Type { path, .. }
        | Filter::BeginsWith { path, .. }
        | Filter::Contains { path, .. }
        | Filter::Size { path, .. } => path::parse(path).ok()?.into_iter().next()?,
    };
    schema
        .attributes()
        .map(|attribute| attribute.name.as_str())
        .find(|name| first == Step::Name((*name).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::SortCondition;
    use super::*;

    fn schema(partition: &[(&str, ScalarType)], sort: &[(&str, ScalarType)]) -> KeySchema {
        let side = |all: &[(&str, ScalarType)]| {
            all.iter()
                .map(|(name, kind)| KeyAttribute {
                    name: (*name).to_owned(),
                    kind: *kind,
                })
                .collect()
        };
        KeySchema {
            partition: side(partition),
            sort: side(sort),
        }
    }

    fn s(text: &str) -> AttributeValue {
        AttributeValue::S(text.into())
    }

    fn n(text: &str) -> AttributeValue {
        AttributeValue::N(text.into())
    }

    fn condition(partition: &[(&str, AttributeValue)], sort: Vec<(&str, SortTest)>) -> KeyCondition {
        KeyCondition {
            partition: partition.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            sort: sort
                .into_iter()
                .map(|(name, test)| SortCondition {
                    name: name.to_owned(),
                    test,
                })
                .collect(),
        }
    }

    fn fields(condition: &KeyCondition, schema: &KeySchema) -> Vec<String> {
        condition.validate(schema).into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn one_attribute_on_each_side() {
        let schema = schema(&[("pk", ScalarType::S)], &[("at", ScalarType::N)]);
        let pk = [("pk", s("a"))];
        let good = [
            SortTest::Equal(n("1")),
            SortTest::Greater(n("-1E-130")),
            SortTest::Between {
                low: n("9"),
                high: n("10"),
            },
        ];
        assert_eq!(fields(&condition(&pk, vec![]), &schema), [""; 0]);
        for test in good {
            assert_eq!(fields(&condition(&pk, vec![("at", test)]), &schema), [""; 0]);
        }
        let bad = [
            SortTest::Equal(s("1")),
            SortTest::Less(n("1x")),
            SortTest::BeginsWith(n("1")),
            SortTest::Between {
                low: n("10"),
                high: n("9"),
            },
        ];
        for test in bad {
            assert_eq!(fields(&condition(&pk, vec![("at", test)]), &schema), ["key.sort.at"]);
        }
        assert_eq!(fields(&condition(&[], vec![]), &schema), ["key.partition.pk"]);
        for wrong in [n("1"), s(""), s(&"x".repeat(2049))] {
            assert_eq!(fields(&condition(&[("pk", wrong)], vec![]), &schema), ["key.partition.pk"]);
        }
        assert_eq!(fields(&condition(&[("pk", s(&"x".repeat(2048)))], vec![]), &schema), [""; 0]);
        let both = condition(&[("pk", s("a")), ("id", s("b"))], vec![("sk", SortTest::Equal(s("x")))]);
        assert_eq!(fields(&both, &schema), ["key.partition.id", "key.sort.sk"]);
    }

    #[test]
    fn several_attributes_on_each_side() {
        let schema = schema(
            &[("a", ScalarType::S), ("b", ScalarType::N)],
            &[("x", ScalarType::S), ("y", ScalarType::B), ("z", ScalarType::N)],
        );
        let both = [("a", s("1")), ("b", n("2"))];
        let equal = |text: &str| SortTest::Equal(s(text));
        let prefix = SortTest::BeginsWith(AttributeValue::B(vec![1]));
        assert_eq!(
            fields(&condition(&both, vec![("x", equal("1")), ("y", prefix.clone())]), &schema),
            [""; 0]
        );
        assert_eq!(fields(&condition(&both[..1], vec![]), &schema), ["key.partition.b"]);
        assert_eq!(
            fields(&condition(&both, vec![("y", prefix.clone())]), &schema),
            ["key.sort.y"],
            "x is skipped"
        );
        let ranges = vec![("x", SortTest::Less(s("1"))), ("y", prefix)];
        assert_eq!(fields(&condition(&both, ranges), &schema), ["key.sort.x"]);
        let long = SortTest::Equal(s(&"x".repeat(1025)));
        assert_eq!(fields(&condition(&both, vec![("x", long)]), &schema), ["key.sort.x"]);
    }

    #[test]
    fn a_filter_may_not_test_the_key() {
        let schema = schema(&[("p.k", ScalarType::S)], &[("sk", ScalarType::S)]);
        let exists = |path: &str| Filter::Exists { path: path.into() };
        let deep = Filter::Any(vec![exists("a"), Filter::Not(Box::new(exists("\"p.k\"")))]);
        assert_eq!(key_in_filter(&deep, &schema), Some("p.k"));
        assert_eq!(key_in_filter(&Filter::All(vec![exists("p.k"), exists("a.sk")]), &schema), None);
    }
}
