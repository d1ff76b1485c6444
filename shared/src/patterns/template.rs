//! A value with parameters: `GRP#{user}`. A brace that is none is written twice.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::key::ScalarType;
use crate::value::{AttributeValue, number};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Template {
    #[serde(rename = "type")]
    pub kind: ScalarType,
    /// Binary is written in base64.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Parameter(String),
}

impl Template {
    /// A text.
    pub fn s(text: impl Into<String>) -> Self {
        Self {
            kind: ScalarType::S,
            text: text.into(),
        }
    }

    /// What is wrong with how it is written, with the character where it is.
    pub fn check(&self) -> Result<(), String> {
        let pieces = pieces(&self.text)?;
        if pieces.is_empty() {
            return Err("a value is missing: write text, and parameters in braces such as {user}".to_owned());
        }
        match pieces.as_slice() {
            // Without parameters the value is known, and can be checked already.
            [Piece::Text(text)] => typed(self.kind, text).map(drop),
            _ => Ok(()),
        }
    }

    /// The names in it, in order.
    pub fn parameters(&self) -> Vec<String> {
        let pieces = pieces(&self.text).unwrap_or_default();
        let name = |piece| match piece {
            Piece::Parameter(name) => Some(name),
            Piece::Text(_) => None,
        };
        pieces.into_iter().filter_map(name).collect()
    }

    /// The text with values in the places of parameters; one without a value stays as it is.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> String {
        let Ok(pieces) = pieces(&self.text) else { return self.text.clone() };
        let text = |piece: Piece| match piece {
            Piece::Text(text) => text,
            Piece::Parameter(name) => values
                .get(&name)
                .filter(|value| !value.is_empty())
                .cloned()
                .unwrap_or_else(|| format!("{{{name}}}")),
        };
        pieces.into_iter().map(text).collect()
    }

    /// The value with all parameters filled in.
    pub fn value(&self, values: &BTreeMap<String, String>) -> Result<AttributeValue, String> {
        let mut out = String::new();
        for piece in pieces(&self.text)? {
            match piece {
                Piece::Text(text) => out.push_str(&text),
                Piece::Parameter(name) => match values.get(&name).filter(|value| !value.is_empty()) {
                    Some(value) => out.push_str(value),
                    None => return Err(format!("the parameter {name:?} has no value")),
                },
            }
        }
        typed(self.kind, &out)
    }
}

fn typed(kind: ScalarType, text: &str) -> Result<AttributeValue, String> {
    Ok(match kind {
        ScalarType::S => AttributeValue::S(text.to_owned()),
        ScalarType::N => {
            let text = text.trim();
            number::check(text)?;
            AttributeValue::N(text.to_owned())
        }
        ScalarType::B => AttributeValue::B(
            STANDARD
                .decode(text.trim())
                .map_err(|why| format!("binary is written in base64: {why}"))?,
        ),
    })
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars().enumerate().peekable();
    while let Some((at, c)) = chars.next() {
        let twice = chars.peek().is_some_and(|(_, next)| *next == c);
        match c {
            '{' | '}' if twice => {
                chars.next();
                plain.push(c);
            }
            '{' => {
                let mut name = String::new();
                let closed = loop {
                    match chars.next() {
                        Some((_, '}')) => break true,
                        Some((_, c)) => name.push(c),
                        None => break false,
                    }
                };
                if !closed {
                    return Err(format!("the brace at character {} is not closed", at + 1));
                }
                if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
                    return Err(format!(
                        "a parameter is named by letters, digits, - and _; the one at character {} is {name:?}",
                        at + 1
                    ));
                }
                if !plain.is_empty() {
                    out.push(Piece::Text(std::mem::take(&mut plain)));
                }
                out.push(Piece::Parameter(name));
            }
            '}' => {
                return Err(format!(
                    "the brace at character {} closes nothing; write }}}} for one that is text",
                    at + 1
                ));
            }
            c => plain.push(c),
        }
    }
    if !plain.is_empty() {
        out.push(Piece::Text(plain));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn parameters_are_found_and_filled() {
        let template = Template::s("GRP#{user}#{{x}}#{year}");
        assert_eq!(template.check(), Ok(()));
        assert_eq!(template.parameters(), ["user", "year"]);
        let known = values(&[("user", "{u}"), ("year", "2024")]);
        // A value is no template: braces in it are text.
        assert_eq!(template.value(&known), Ok(AttributeValue::S("GRP#{u}#{x}#2024".into())));
        assert_eq!(template.fill(&values(&[("user", "u")])), "GRP#u#{x}#{year}");
        assert!(template.value(&values(&[("user", "")])).expect_err("none").contains("\"user\""));
    }

    #[test]
    fn values_are_of_their_type() {
        let n = Template {
            kind: ScalarType::N,
            text: "{n}".into(),
        };
        assert_eq!(n.value(&values(&[("n", " 1e5 ")])), Ok(AttributeValue::N("1e5".into())));
        assert!(n.value(&values(&[("n", "x")])).expect_err("number").contains("not a number"));
        let b = Template {
            kind: ScalarType::B,
            text: "AQI=".into(),
        };
        assert_eq!(b.value(&values(&[])), Ok(AttributeValue::B(vec![1, 2])));
        assert!(Template { text: "*".into(), ..b }.check().is_err());
    }

    #[test]
    fn mistakes_name_their_place() {
        for (text, says) in [
            ("", "missing"),
            ("ab{c", "character 3"),
            ("é}x", "character 2"),
            ("{}", "character 1"),
            ("{a b}", "\"a b\""),
        ] {
            let why = Template::s(text).check().expect_err(text);
            assert!(why.contains(says), "{why}");
        }
    }
}
