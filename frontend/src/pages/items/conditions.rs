//! One condition as it stands in the filter builder: plain text until it is applied.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynadesk_shared::AttributeValue;
use dynadesk_shared::filter::compile::compile;
use dynadesk_shared::filter::{Comparison, Filter, path};
use dynadesk_shared::value::number;

/// The types of `attribute_type`.
pub const DESCRIPTORS: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"];

/// What a condition tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    Compare(Comparison),
    Between,
    In,
    Exists,
    NotExists,
    Type,
    BeginsWith,
    Contains,
    Size(Comparison),
}

impl Test {
    /// All of them, in the order of the list.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Comparison::ALL.map(Self::Compare).into();
        all.extend([
            Self::BeginsWith,
            Self::Contains,
            Self::Between,
            Self::In,
            Self::Exists,
            Self::NotExists,
            Self::Type,
        ]);
        all.extend(Comparison::ALL.map(Self::Size));
        all
    }

    /// Names it in a list and in a test.
    pub fn label(self) -> String {
        match self {
            Self::Compare(comparison) => comparison.symbol().to_owned(),
            Self::Between => "between".to_owned(),
            Self::In => "is one of".to_owned(),
            Self::Exists => "exists".to_owned(),
            Self::NotExists => "does not exist".to_owned(),
            Self::Type => "has the type".to_owned(),
            Self::BeginsWith => "begins with".to_owned(),
            Self::Contains => "contains".to_owned(),
            Self::Size(comparison) => format!("size {}", comparison.symbol()),
        }
    }

    pub fn of_label(label: &str) -> Option<Self> {
        Self::all().into_iter().find(|test| test.label() == label)
    }

    /// What stands behind it.
    pub fn inputs(self) -> Inputs {
        match self {
            Self::Compare(_) | Self::BeginsWith | Self::Contains => Inputs::One,
            Self::Between => Inputs::Two,
            Self::In => Inputs::Many,
            Self::Type => Inputs::Descriptor,
            Self::Size(_) => Inputs::Count,
            Self::Exists | Self::NotExists => Inputs::None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    None,
    One,
    Two,
    Many,
    Descriptor,
    Count,
}

/// The type of a typed value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValueType {
    #[default]
    S,
    N,
    B,
    Bool,
    Null,
    /// Any type, written as DynamoDB JSON: sets, lists, maps, and lists of several types.
    Json,
}

impl ValueType {
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::S, "S", "String"),
        (Self::N, "N", "Number"),
        (Self::B, "B", "Binary (base64)"),
        (Self::Bool, "BOOL", "Boolean"),
        (Self::Null, "NULL", "Null"),
        (Self::Json, "JSON", "Any (DynamoDB JSON)"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("S", |(_, name, _)| name)
    }

    pub fn of_name(name: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == name)
            .map_or(Self::S, |(kind, ..)| *kind)
    }

    /// The value of a text, or what is wrong with it.
    pub fn read(self, text: &str) -> Result<AttributeValue, String> {
        Ok(match self {
            Self::S => AttributeValue::S(text.to_owned()),
            Self::N => {
                let text = text.trim();
                number::check(text)?;
                AttributeValue::N(text.to_owned())
            }
            Self::B => AttributeValue::B(
                STANDARD
                    .decode(text.trim())
                    .map_err(|why| format!("binary is written in base64: {why}"))?,
            ),
            Self::Bool => AttributeValue::Bool(text == "true"),
            Self::Null => AttributeValue::Null,
            Self::Json => serde_json::from_str(text).map_err(|why| format!("a value such as {{\"SS\": [\"a\"]}} is needed: {why}"))?,
        })
    }

    /// The type and the text of a value.
    pub fn write(value: &AttributeValue) -> (Self, String) {
        match value {
            AttributeValue::S(text) => (Self::S, text.clone()),
            AttributeValue::N(text) => (Self::N, text.clone()),
            AttributeValue::B(data) => (Self::B, STANDARD.encode(data)),
            AttributeValue::Bool(flag) => (Self::Bool, flag.to_string()),
            AttributeValue::Null => (Self::Null, String::new()),
            nested => (Self::Json, serde_json::to_string(nested).unwrap_or_default()),
        }
    }
}

/// A condition while it is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub path: String,
    pub test: Test,
    pub kind: ValueType,
    /// The value, the lower end, the descriptor, the size, or one value a line.
    pub first: String,
    /// The upper end.
    pub second: String,
}

impl Default for Condition {
    fn default() -> Self {
        Self {
            path: String::new(),
            test: Test::Compare(Comparison::Equal),
            kind: ValueType::S,
            first: String::new(),
            second: String::new(),
        }
    }
}

impl Condition {
    /// Whether nothing was written into it yet.
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// The condition as a filter, or what is wrong with it.
    pub fn to_filter(&self) -> Result<Filter, String> {
        let filter = self.read()?;
        // What DynamoDB refuses in an expression, such as a prefix that is a number.
        compile(&filter)?;
        Ok(filter)
    }

    fn read(&self) -> Result<Filter, String> {
        path::parse(&self.path)?;
        let path = self.path.clone();
        let first = || self.kind.read(&self.first);
        Ok(match self.test {
            Test::Compare(operator) => Filter::Compare {
                path,
                operator,
                value: first()?,
            },
            Test::Between => Filter::Between {
                path,
                low: first()?,
                high: self.kind.read(&self.second)?,
            },
            Test::In => {
                let values = self.first.lines().map(|line| self.kind.read(line)).collect::<Result<Vec<_>, _>>()?;
                match values.len() {
                    0 => return Err("at least one value is needed, one on each line".to_owned()),
                    1..=100 => Filter::In { path, values },
                    many => return Err(format!("DynamoDB takes at most 100 values here, these are {many}")),
                }
            }
            Test::Exists => Filter::Exists { path },
            Test::NotExists => Filter::NotExists { path },
            Test::Type => Filter::Type {
                path,
                descriptor: if self.first.is_empty() {
                    "S".to_owned()
                } else {
                    self.first.clone()
                },
            },
            Test::BeginsWith => Filter::BeginsWith { path, prefix: first()? },
            Test::Contains => Filter::Contains { path, value: first()? },
            Test::Size(operator) => Filter::Size {
                path,
                operator,
                value: self
                    .first
                    .trim()
                    .parse()
                    .map_err(|_| format!("a size is a whole number, not {:?}", self.first))?,
            },
        })
    }

    /// A filter that is no group, as a condition.
    pub fn of_filter(filter: &Filter) -> Option<Self> {
        let of_value = |path: &String, test, value: &AttributeValue| {
            let (kind, first) = ValueType::write(value);
            Self {
                path: path.clone(),
                test,
                kind,
                first,
                second: String::new(),
            }
        };
        let plain = |path: &String, test, first: String| Self {
            path: path.clone(),
            test,
            first,
            ..Self::default()
        };
        Some(match filter {
            Filter::All(_) | Filter::Any(_) | Filter::Not(_) => return None,
            Filter::Compare { path, operator, value } => of_value(path, Test::Compare(*operator), value),
            Filter::Between { path, low, high } => Self {
                second: ValueType::write(high).1,
                ..of_value(path, Test::Between, low)
            },
            Filter::In { path, values } => {
                let mut written: Vec<_> = values.iter().map(ValueType::write).collect();
                let kind = written.first().map_or(ValueType::S, |(kind, _)| *kind);
                // Several types, or texts of several lines, are only told apart as JSON.
                let alike = written.iter().all(|(other, text)| *other == kind && text.lines().count() == 1);
                if !alike {
                    let json = |value| (ValueType::Json, serde_json::to_string(value).unwrap_or_default());
                    written = values.iter().map(json).collect();
                }
                Self {
                    kind: if alike { kind } else { ValueType::Json },
                    ..plain(
                        path,
                        Test::In,
                        written.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n"),
                    )
                }
            }
            Filter::Exists { path } => plain(path, Test::Exists, String::new()),
            Filter::NotExists { path } => plain(path, Test::NotExists, String::new()),
            Filter::Type { path, descriptor } => plain(path, Test::Type, descriptor.clone()),
            Filter::BeginsWith { path, prefix } => of_value(path, Test::BeginsWith, prefix),
            Filter::Contains { path, value } => of_value(path, Test::Contains, value),
            Filter::Size { path, operator, value } => plain(path, Test::Size(*operator), value.to_string()),
        })
    }
}

/// How many conditions a filter has.
pub fn count(filter: &Filter) -> usize {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().map(count).sum(),
        Filter::Not(inner) => count(inner),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_and_type_survives_the_builder() {
        for test in Test::all() {
            assert_eq!(Test::of_label(&test.label()), Some(test));
            for (kind, name, _) in ValueType::ALL {
                assert_eq!(ValueType::of_name(name), kind);
                let first = match (test.inputs(), kind) {
                    (Inputs::Count, _) => "12",
                    (Inputs::Descriptor, _) => "BOOL",
                    (Inputs::None, _) | (_, ValueType::Null) => "",
                    (_, ValueType::N) => "99999999999999999999999999999999999999",
                    (_, ValueType::Bool) => "true",
                    (_, ValueType::Json) => r#"{"M":{"a":{"SS":["x"]}}}"#,
                    _ => "AQID",
                };
                if first.is_empty() && test == Test::In {
                    continue;
                }
                let typed = !matches!(test.inputs(), Inputs::None | Inputs::Count | Inputs::Descriptor);
                let condition = Condition {
                    path: "a.b[0]".into(),
                    test,
                    kind: if typed { kind } else { ValueType::S },
                    first: first.into(),
                    second: if test == Test::Between { first.into() } else { String::new() },
                };
                // Not every test takes every type; what is taken must come back.
                let Ok(filter) = condition.to_filter() else { continue };
                assert_eq!(Condition::of_filter(&filter), Some(condition));
            }
        }
    }

    #[test]
    fn mistakes_are_said() {
        let bad = |path: &str, test, kind, first: &str| {
            let condition = Condition {
                path: path.into(),
                test,
                kind,
                first: first.into(),
                second: String::new(),
            };
            condition.to_filter().expect_err("a mistake")
        };
        let equal = Test::Compare(Comparison::Equal);
        assert!(bad("", equal, ValueType::S, "x").contains("missing"));
        assert!(bad("a", equal, ValueType::N, "x").contains("not a number"));
        assert!(bad("a", equal, ValueType::B, "*").contains("base64"));
        assert!(bad("a", Test::Size(Comparison::Less), ValueType::S, "-1").contains("whole number"));
        assert!(bad("a", Test::In, ValueType::S, "").contains("at least one"));
        assert!(bad("a", Test::BeginsWith, ValueType::N, "1").contains("string or binary"));
        assert!(bad("a", equal, ValueType::Json, "{\"X\": 1}").contains("no DynamoDB type"));
        assert!(bad("a", equal, ValueType::Json, "{\"SS\": []}").contains("empty"));
        assert!(bad("a", Test::Compare(Comparison::Less), ValueType::Bool, "true").contains("BOOL"));
    }

    #[test]
    fn a_list_of_several_types_keeps_them() {
        let filter = Filter::In {
            path: "a".into(),
            values: vec![
                AttributeValue::S("1".into()),
                AttributeValue::N("1".into()),
                AttributeValue::S("x\ny".into()),
            ],
        };
        let condition = Condition::of_filter(&filter).expect("a condition");
        assert_eq!(condition.kind, ValueType::Json);
        assert_eq!(condition.to_filter(), Ok(filter));
    }
}
