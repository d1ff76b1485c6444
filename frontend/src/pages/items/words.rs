//! A question in words: `Query pk = "a", sk begins with "2023"`.

use dynadesk_shared::AttributeValue;
use dynadesk_shared::key_condition::{KeyCondition, SortTest};
use dynadesk_shared::value::plain_json;

use super::conditions;
use super::query::Asked;
use crate::format;

/// Longer values are cut: a sentence must stay one.
const MOST: usize = 40;

pub fn of(asked: &Asked) -> String {
    let mut out = match &asked.key {
        Some(key) => format!("Query {}", of_key(key)),
        None => "Scan".to_owned(),
    };
    if let Some(index) = &asked.index {
        out.push_str(&format!(" of {index}"));
    }
    let mut more = Vec::new();
    let conditions = asked.filter.as_ref().map_or(0, conditions::count);
    if conditions > 0 {
        more.push(format::counted(conditions as u64, "filter condition", "filter conditions"));
    }
    more.extend(asked.descending.then(|| "descending".to_owned()));
    more.extend(asked.consistent.then(|| "consistent".to_owned()));
    if !asked.projection.is_empty() {
        more.push(format::counted(asked.projection.len() as u64, "attribute", "attributes"));
    }
    more.extend(asked.count.then(|| "count only".to_owned()));
    for part in more {
        out.push_str(" · ");
        out.push_str(&part);
    }
    out
}

fn of_key(key: &KeyCondition) -> String {
    let partition = key.partition.iter().map(|(name, value)| format!("{name} = {}", short(value)));
    let sort = key.sort.iter().map(|condition| match &condition.test {
        SortTest::Between { low, high } => format!("{} between {} and {}", condition.name, short(low), short(high)),
        SortTest::BeginsWith(prefix) => format!("{} begins with {}", condition.name, short(prefix)),
        test => format!("{} {} {}", condition.name, test.symbol(), short(test.first())),
    });
    partition.chain(sort).collect::<Vec<_>>().join(", ")
}

/// A value as a person reads it, cut where it is long.
pub fn short(value: &AttributeValue) -> String {
    let text = match value {
        AttributeValue::N(text) => text.clone(),
        other => plain_json::to_string(other),
    };
    if text.chars().count() > MOST {
        text.chars().take(MOST).chain(['…']).collect()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::filter::Filter;
    use dynadesk_shared::key_condition::SortCondition;

    #[test]
    fn questions_read_as_sentences() {
        assert_eq!(of(&Asked::default()), "Scan");
        let asked = Asked {
            index: Some("by-kind".into()),
            key: Some(KeyCondition {
                partition: [("kind".to_owned(), AttributeValue::S("x".repeat(60)))].into(),
                sort: vec![SortCondition {
                    name: "n".into(),
                    test: SortTest::Between {
                        low: AttributeValue::N("1".into()),
                        high: AttributeValue::N("2".into()),
                    },
                }],
            }),
            filter: Some(Filter::Exists { path: "a".into() }),
            descending: true,
            ..Asked::default()
        };
        let words = of(&asked);
        assert!(words.starts_with("Query kind = \"xxx"), "{words}");
        assert!(
            words.ends_with("…, n between 1 and 2 of by-kind · 1 filter condition · descending"),
            "{words}"
        );
    }
}
