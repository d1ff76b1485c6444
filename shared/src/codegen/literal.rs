//! A request as a literal of nested objects, as Python and TypeScript both write it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::Shape;

/// How a language spells the parts of a literal.
pub struct Style {
    pub text: fn(&str) -> String,
    /// The name of a member, quoted where it must be.
    pub name: fn(&str) -> String,
    pub bytes: fn(&[u8]) -> String,
    /// An instant, of its seconds since 1970.
    pub instant: fn(&str) -> String,
    pub yes: &'static str,
    pub no: &'static str,
    pub null: &'static str,
    pub indent: &'static str,
}

impl Style {
    /// Members of a request, a line each, without the braces.
    pub fn members(&self, members: &Map<String, Value>, depth: usize, separator: &str, name: fn(&str) -> String) -> String {
        let pad = self.indent.repeat(depth);
        members
            .iter()
            .map(|(member, value)| {
                let text = match Shape::of(member, value) {
                    Shape::ValueMap => self.value_map(value, depth),
                    Shape::ValueMaps => self.list(value, depth, |inner, depth| self.value_map(inner, depth)),
                    Shape::Values => self.list(value, depth, |inner, depth| self.attribute(inner, depth)),
                    Shape::Tables => self.object(value, depth, |_, inner, depth| self.plain(inner, depth)),
                    Shape::Instant => (self.instant)(&value.to_string()),
                    Shape::Plain => self.plain(value, depth),
                };
                format!("{pad}{}{separator}{text},\n", name(member))
            })
            .collect()
    }

    fn plain(&self, value: &Value, depth: usize) -> String {
        match value {
            Value::Object(members) if members.is_empty() => "{}".to_owned(),
            Value::Object(members) => {
                let inner = self.members(members, depth + 1, ": ", self.name);
                format!("{{\n{inner}{}}}", self.indent.repeat(depth))
            }
            Value::Array(_) => self.list(value, depth, |inner, depth| self.plain(inner, depth)),
            scalar => self.scalar(scalar),
        }
    }

    fn scalar(&self, value: &Value) -> String {
        match value {
            Value::String(text) => (self.text)(text),
            Value::Bool(true) => self.yes.to_owned(),
            Value::Bool(false) => self.no.to_owned(),
            Value::Null => self.null.to_owned(),
            other => other.to_string(),
        }
    }

    fn object(&self, value: &Value, depth: usize, write: impl Fn(&str, &Value, usize) -> String) -> String {
        let Some(members) = value.as_object().filter(|members| !members.is_empty()) else {
            return "{}".to_owned();
        };
        let pad = self.indent.repeat(depth + 1);
        let lines: String = members
            .iter()
            .map(|(name, inner)| format!("{pad}{}: {},\n", (self.name)(name), write(name, inner, depth + 1)))
            .collect();
        format!("{{\n{lines}{}}}", self.indent.repeat(depth))
    }

    fn list(&self, value: &Value, depth: usize, write: impl Fn(&Value, usize) -> String) -> String {
        let Some(members) = value.as_array().filter(|members| !members.is_empty()) else {
            return "[]".to_owned();
        };
        let pad = self.indent.repeat(depth + 1);
        let lines: String = members.iter().map(|inner| format!("{pad}{},\n", write(inner, depth + 1))).collect();
        format!("[\n{lines}{}]", self.indent.repeat(depth))
    }

    fn value_map(&self, value: &Value, depth: usize) -> String {
        self.object(value, depth, |_, inner, depth| self.attribute(inner, depth))
    }

    /// One attribute value: a short one stays on its line.
    fn attribute(&self, value: &Value, depth: usize) -> String {
        let Some((kind, inner)) = value.as_object().and_then(|members| members.iter().next()) else {
            return "{}".to_owned();
        };
        let text = match (kind.as_str(), inner) {
            ("B", Value::String(text)) => self.binary(text),
            ("BS", Value::Array(set)) => {
                let set: Vec<_> = set.iter().map(|one| self.binary(one.as_str().unwrap_or_default())).collect();
                format!("[{}]", set.join(", "))
            }
            ("SS" | "NS", Value::Array(set)) => {
                let set: Vec<_> = set.iter().map(|one| self.scalar(one)).collect();
                format!("[{}]", set.join(", "))
            }
            ("L", list) => self.list(list, depth, |inner, depth| self.attribute(inner, depth)),
            ("M", members) => self.value_map(members, depth),
            (_, scalar) => self.scalar(scalar),
        };
        format!("{{{}: {text}}}", (self.name)(kind))
    }

    fn binary(&self, base64: &str) -> String {
        (self.bytes)(&STANDARD.decode(base64).unwrap_or_default())
    }
}
