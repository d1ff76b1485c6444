//! From a filter tree to what the request carries: an expression, `#names` and `:values`.
//! Every name goes through a placeholder, so reserved words and odd characters need no thought.

use std::collections::BTreeMap;

use super::path::{self, Step};
use super::{Comparison, Filter};
use crate::key_condition::key_order;
use crate::value::{AttributeValue, number};

/// More names than an expression of 4 KB, DynamoDB's largest, can hold. Each is looked for among the
/// others, so a hostile number of them must end early.
const MOST_NAMES: usize = 1024;

/// The three parts of a compiled expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expression {
    pub text: String,
    pub names: BTreeMap<String, String>,
    pub values: BTreeMap<String, AttributeValue>,
}

/// Gathers placeholders; one instance serves all expressions of a request, so that none collide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placeholders {
    pub names: BTreeMap<String, String>,
    pub values: BTreeMap<String, AttributeValue>,
}

/// Compiles a filter, or says which path or value is wrong.
pub fn compile(filter: &Filter) -> Result<Expression, String> {
    let mut places = Placeholders::default();
    let text = places.filter(filter)?;
    Ok(Expression {
        text,
        names: places.names,
        values: places.values,
    })
}

impl Placeholders {
    /// A placeholder path such as `#a.#b[0]`.
    pub fn path(&mut self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        for step in path::parse(text)? {
            match step {
                Step::Index(index) => out.push_str(&format!("[{index}]")),
                Step::Name(name) => {
                    if self.names.len() >= MOST_NAMES {
                        return Err("an expression has at most 4,096 characters, this one has more".to_owned());
                    }
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(&self.name(name));
                }
            }
        }
        Ok(out)
    }

    /// The placeholder of one attribute name; the same name gets the same one.
    pub fn name(&mut self, name: String) -> String {
        if let Some((place, _)) = self.names.iter().find(|(_, known)| **known == name) {
            return place.clone();
        }
        let place = format!("#n{}", self.names.len());
        self.names.insert(place.clone(), name);
        place
    }

    /// The placeholder of a value, checked first.
    pub fn value(&mut self, value: &AttributeValue) -> Result<String, String> {
        check(value)?;
        let place = format!(":v{}", self.values.len());
        self.values.insert(place.clone(), value.clone());
        Ok(place)
    }

    /// A filter as text, its names and values gathered here.
    pub fn filter(&mut self, filter: &Filter) -> Result<String, String> {
        Ok(match filter {
            Filter::All(parts) => self.joined(parts, " AND ")?,
            Filter::Any(parts) => self.joined(parts, " OR ")?,
            Filter::Not(inner) => format!("NOT ({})", self.filter(inner)?),
            Filter::Compare { path, operator, value } => {
                ordered(*operator, value)?;
                format!("{} {} {}", self.path(path)?, operator.symbol(), self.value(value)?)
            }
            Filter::Between { path, low, high } => {
                if low.type_name() != high.type_name() {
                    return Err(format!(
                        "BETWEEN needs two values of one type, not {} and {}",
                        low.type_name(),
                        high.type_name()
                    ));
                }
                scalar("BETWEEN", low)?;
                if key_order(low, high).is_gt() {
                    return Err("BETWEEN needs its lower end first: the first value is greater than the second".to_owned());
                }
                format!("{} BETWEEN {} AND {}", self.path(path)?, self.value(low)?, self.value(high)?)
            }
            Filter::In { path, values } => {
                if values.is_empty() || values.len() > 100 {
                    return Err(format!("IN takes 1 to 100 values, not {}", values.len()));
                }
                let path = self.path(path)?;
                let places: Vec<_> = values.iter().map(|value| self.value(value)).collect::<Result<_, _>>()?;
                format!("{path} IN ({})", places.join(", "))
            }
            Filter::Exists { path } => format!("attribute_exists({})", self.path(path)?),
            Filter::NotExists { path } => format!("attribute_not_exists({})", self.path(path)?),
            Filter::Type { path, descriptor } => {
                if !["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"].contains(&descriptor.as_str()) {
                    return Err(format!("{descriptor:?} is no DynamoDB type"));
                }
                format!(
                    "attribute_type({}, {})",
                    self.path(path)?,
                    self.value(&AttributeValue::S(descriptor.clone()))?
                )
            }
            Filter::BeginsWith { path, prefix } => match prefix {
                AttributeValue::S(_) | AttributeValue::B(_) => format!("begins_with({}, {})", self.path(path)?, self.value(prefix)?),
                other => return Err(format!("begins_with takes a string or binary prefix, not {}", other.type_name())),
            },
            Filter::Contains { path, value } => format!("contains({}, {})", self.path(path)?, self.value(value)?),
            Filter::Size { path, operator, value } => {
                let place = self.value(&AttributeValue::N(value.to_string()))?;
                format!("size({}) {} {place}", self.path(path)?, operator.symbol())
            }
        })
    }

    fn joined(&mut self, parts: &[Filter], word: &str) -> Result<String, String> {
        match parts {
            [] => Err("a group of conditions is empty".to_owned()),
            [only] => self.filter(only),
            many => {
                let texts: Vec<_> = many
                    .iter()
                    .map(|part| self.filter(part).map(|text| format!("({text})")))
                    .collect::<Result<_, _>>()?;
                Ok(texts.join(word))
            }
        }
    }
}

fn check(value: &AttributeValue) -> Result<(), String> {
    let filled = |length: usize| match length {
        0 => Err(format!("a set ({}) is never empty", value.type_name())),
        _ => Ok(()),
    };
    match value {
        AttributeValue::N(text) => number::check(text),
        AttributeValue::Ns(set) => filled(set.len()).and_then(|()| set.iter().try_for_each(|text| number::check(text))),
        AttributeValue::Ss(set) => filled(set.len()),
        AttributeValue::Bs(set) => filled(set.len()),
        AttributeValue::L(list) => list.iter().try_for_each(check),
        AttributeValue::M(members) => members.values().try_for_each(check),
        _ => Ok(()),
    }
}

/// Only strings, numbers and binaries have an order.
fn ordered(operator: Comparison, value: &AttributeValue) -> Result<(), String> {
    match operator {
        Comparison::Equal | Comparison::NotEqual => Ok(()),
        other => scalar(other.symbol(), value),
    }
}

fn scalar(operator: &str, value: &AttributeValue) -> Result<(), String> {
    match value {
        AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_) => Ok(()),
        other => Err(format!("{operator} takes S, N or B, not {}", other.type_name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_becomes_one_expression() {
        let filter = Filter::All(vec![
            Filter::Compare {
                path: "status".into(),
                operator: Comparison::Equal,
                value: AttributeValue::S("on".into()),
            },
            Filter::Any(vec![
                Filter::NotExists { path: "a.b[0]".into() },
                Filter::Size {
                    path: "status".into(),
                    operator: Comparison::Greater,
                    value: 3,
                },
            ]),
        ]);
        let compiled = compile(&filter).expect("valid");
        assert_eq!(
            compiled.text,
            "(#n0 = :v0) AND ((attribute_not_exists(#n1.#n2[0])) OR (size(#n0) > :v1))"
        );
        assert_eq!(compiled.names["#n0"], "status");
        assert_eq!(compiled.values[":v1"], AttributeValue::N("3".into()));
    }

    #[test]
    fn more_names_than_an_expression_holds_are_refused_early() {
        let exists = |at: usize| Filter::Exists { path: format!("a{at}") };
        let many = Filter::All((0..MOST_NAMES + 1).map(exists).collect());
        assert!(compile(&many).expect_err("many").contains("4,096"));
        let long = (0..MOST_NAMES + 1).map(|at| format!("a{at}")).collect::<Vec<_>>().join(".");
        assert!(Placeholders::default().path(&long).is_err());
    }

    #[test]
    fn mistakes_are_named_before_the_engine_sees_them() {
        let number = Filter::Compare {
            path: "n".into(),
            operator: Comparison::Less,
            value: AttributeValue::N("1x".into()),
        };
        assert!(compile(&number).expect_err("number").contains("1x"));
        assert!(compile(&Filter::All(vec![])).expect_err("empty").contains("empty"));
        assert!(
            compile(&Filter::Type {
                path: "a".into(),
                descriptor: "X".into()
            })
            .expect_err("type")
            .contains("\"X\"")
        );
    }
}
