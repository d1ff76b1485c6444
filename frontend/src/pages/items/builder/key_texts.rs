//! A key condition as it is being written: plain text by attribute, until it is run.

use std::collections::BTreeMap;

use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::key::{KeyAttribute, KeySchema, ScalarType};
use dynadesk_shared::key_condition::{KeyCondition, SortCondition, SortTest};

use crate::pages::items::conditions::ValueType;

/// How a sort key attribute is tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortWord {
    /// Not at all.
    #[default]
    Any,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    BeginsWith,
}

impl SortWord {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Any, "any value"),
        (Self::Equal, "="),
        (Self::Less, "<"),
        (Self::LessOrEqual, "<="),
        (Self::Greater, ">"),
        (Self::GreaterOrEqual, ">="),
        (Self::Between, "between"),
        (Self::BeginsWith, "begins with"),
    ];

    /// Those that an attribute of this type can have.
    pub fn of(kind: ScalarType) -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter().map(|(word, _)| word);
        all.filter(move |word| *word != Self::BeginsWith || kind != ScalarType::N)
    }

    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|(word, _)| *word == self).map_or("", |(_, label)| label)
    }

    pub fn of_label(label: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == label).map(|(word, _)| *word)
    }
}

/// The test of one sort key attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortText {
    pub word: SortWord,
    /// The value, or the lower end.
    pub first: String,
    /// The upper end.
    pub second: String,
}

/// The texts of all key attributes, by name: what was written for the table is there for an index, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTexts {
    pub partition: BTreeMap<String, String>,
    pub sort: BTreeMap<String, SortText>,
}

impl KeyTexts {
    /// The texts of a condition.
    pub fn of(key: &KeyCondition) -> Self {
        let text = |value| ValueType::write(value).1;
        let partition = key.partition.iter().map(|(name, value)| (name.clone(), text(value)));
        let sort = key.sort.iter().map(|condition| {
            let (word, second) = match &condition.test {
                SortTest::Equal(_) => (SortWord::Equal, String::new()),
                SortTest::Less(_) => (SortWord::Less, String::new()),
                SortTest::LessOrEqual(_) => (SortWord::LessOrEqual, String::new()),
                SortTest::Greater(_) => (SortWord::Greater, String::new()),
                SortTest::GreaterOrEqual(_) => (SortWord::GreaterOrEqual, String::new()),
                SortTest::Between { high, .. } => (SortWord::Between, text(high)),
                SortTest::BeginsWith(_) => (SortWord::BeginsWith, String::new()),
            };
            let first = text(condition.test.first());
            (condition.name.clone(), SortText { word, first, second })
        });
        Self {
            partition: partition.collect(),
            sort: sort.collect(),
        }
    }

    /// The condition under a key schema; none where neither side is given. Each fault is at its field.
    pub fn read(&self, schema: &KeySchema) -> Result<Option<KeyCondition>, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut key = KeyCondition::default();
        for attribute in &schema.partition {
            let text = self.partition.get(&attribute.name).map_or("", String::as_str);
            if !text.is_empty() {
                match read(attribute, text) {
                    Ok(value) => drop(key.partition.insert(attribute.name.clone(), value)),
                    Err(why) => faults.push(FieldError::new(format!("key.partition.{}", attribute.name), why)),
                }
            }
        }
        for attribute in &schema.sort {
            let Some(text) = self.sort.get(&attribute.name).filter(|text| text.word != SortWord::Any) else {
                continue;
            };
            match sort_test(attribute, text) {
                Ok(test) => key.sort.push(SortCondition {
                    name: attribute.name.clone(),
                    test,
                }),
                Err(why) => faults.push(FieldError::new(format!("key.sort.{}", attribute.name), why)),
            }
        }
        if faults.is_empty() && key == KeyCondition::default() {
            return Ok(None);
        }
        let unread: Vec<String> = faults.iter().map(|fault| fault.field.clone()).collect();
        let more = key.validate(schema).into_iter().filter(|fault| !unread.contains(&fault.field));
        faults.extend(more);
        if faults.is_empty() { Ok(Some(key)) } else { Err(faults) }
    }
}

/// How the values of a key attribute are written.
fn value_type(attribute: &KeyAttribute) -> ValueType {
    match attribute.kind {
        ScalarType::S => ValueType::S,
        ScalarType::N => ValueType::N,
        ScalarType::B => ValueType::B,
    }
}

fn read(attribute: &KeyAttribute, text: &str) -> Result<AttributeValue, String> {
    // A fault may begin with the value itself, which must not begin a sentence.
    let named = |why: String| format!("the value cannot be used: {why}");
    value_type(attribute).read(text).map_err(named)
}

fn sort_test(attribute: &KeyAttribute, text: &SortText) -> Result<SortTest, String> {
    let first = read(attribute, &text.first)?;
    Ok(match text.word {
        SortWord::Any | SortWord::Equal => SortTest::Equal(first),
        SortWord::Less => SortTest::Less(first),
        SortWord::LessOrEqual => SortTest::LessOrEqual(first),
        SortWord::Greater => SortTest::Greater(first),
        SortWord::GreaterOrEqual => SortTest::GreaterOrEqual(first),
        SortWord::BeginsWith => SortTest::BeginsWith(first),
        SortWord::Between => SortTest::Between {
            low: first,
            high: read(attribute, &text.second)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(partition: ScalarType, sort: ScalarType) -> KeySchema {
        let one = |name: &str, kind| {
            vec![KeyAttribute {
                name: name.to_owned(),
                kind,
            }]
        };
        KeySchema {
            partition: one("pk", partition),
            sort: one("sk", sort),
        }
    }

    fn texts(pk: &str, word: SortWord, first: &str, second: &str) -> KeyTexts {
        KeyTexts {
            partition: [("pk".to_owned(), pk.to_owned())].into(),
            sort: [(
                "sk".to_owned(),
                SortText {
                    word,
                    first: first.into(),
                    second: second.into(),
                },
            )]
            .into(),
        }
    }

    #[test]
    fn every_test_survives_both_ways() {
        for (word, label) in SortWord::ALL {
            assert_eq!(SortWord::of_label(label), Some(word));
            if word == SortWord::Any {
                continue;
            }
            let second = if word == SortWord::Between { "Ag==" } else { "" };
            let written = texts("a, #/\u{0}", word, "AQ==", second);
            let key = written.read(&schema(ScalarType::S, ScalarType::B)).expect("good").expect("a key");
            assert_eq!(KeyTexts::of(&key), written);
        }
        assert!(SortWord::of(ScalarType::N).all(|word| word != SortWord::BeginsWith));
    }

    #[test]
    fn nothing_given_is_a_scan_and_half_given_is_a_fault() {
        let schema = schema(ScalarType::N, ScalarType::S);
        assert_eq!(KeyTexts::default().read(&schema), Ok(None));
        let fields = |texts: KeyTexts| -> Vec<String> {
            let faults = texts.read(&schema).expect_err("faults");
            faults.into_iter().map(|fault| fault.field).collect()
        };
        assert_eq!(fields(texts("", SortWord::Equal, "a", "")), ["key.partition.pk"]);
        assert_eq!(fields(texts("one", SortWord::Any, "", "")), ["key.partition.pk"]);
        assert_eq!(fields(texts("1", SortWord::Between, "b", "a")), ["key.sort.sk"]);
        assert_eq!(fields(texts("1", SortWord::BeginsWith, "", "")), ["key.sort.sk"]);
        let key = texts("1", SortWord::Any, "", "").read(&schema).expect("good").expect("a key");
        assert_eq!(key.partition["pk"], AttributeValue::N("1".into()));
    }
}
