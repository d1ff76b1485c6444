//! What follows from a statement: whether it writes, what it touches, and what it costs.

use std::collections::BTreeSet;

use super::ast::{Body, Change, Expression, Operator, Select, Statement, Target};
use crate::key::{Key, KeySchema};
use crate::value::{AttributeValue, Item, number};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Select,
    /// EXISTS: a condition of a transaction of writes. Writes nothing itself.
    Exists,
    Insert,
    Update,
    Delete,
}

impl Kind {
    pub fn writes(self) -> bool {
        matches!(self, Self::Insert | Self::Update | Self::Delete)
    }

    /// The word that it begins with.
    pub fn word(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Exists => "EXISTS",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

impl Statement {
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Select(_) => Kind::Select,
            Body::Exists(_) => Kind::Exists,
            Body::Insert(_) => Kind::Insert,
            Body::Update(_) => Kind::Update,
            Body::Delete(_) => Kind::Delete,
        }
    }

    pub fn target(&self) -> &Target {
        match &self.body {
            Body::Select(Select { target, .. }) | Body::Exists(Select { target, .. }) => target,
            Body::Insert(insert) => &insert.target,
            Body::Update(update) => &update.target,
            Body::Delete(delete) => &delete.target,
        }
    }

    pub fn condition(&self) -> Option<&Expression> {
        match &self.body {
            Body::Select(Select { condition, .. }) | Body::Exists(Select { condition, .. }) => condition.as_ref(),
            Body::Insert(_) => None,
            Body::Update(update) => update.condition.as_ref(),
            Body::Delete(delete) => delete.condition.as_ref(),
        }
    }

    /// Whether a SELECT reads its whole table or index: some partition attribute of `key` (the
    /// index's, where it names one) is not tested with `=` or IN.
    pub fn scans(&self, key: &KeySchema) -> bool {
        let Body::Select(select) = &self.body else { return false };
        let bound = |name: &str| select.condition.as_ref().is_some_and(|condition| binds(condition, name));
        !key.partition.iter().all(|attribute| bound(&attribute.name))
    }

    /// The key of the item that a write (or EXISTS) is about, from its literals and parameters.
    pub fn key(&self, schema: &KeySchema, parameters: &[AttributeValue]) -> Result<Key, String> {
        let mut found = Item::new();
        match &self.body {
            Body::Insert(insert) => match constant(&insert.item, parameters) {
                Some(AttributeValue::M(item)) => found = item,
                _ => return Err("the item is not made of literals and parameters alone".to_owned()),
            },
            _ => {
                for attribute in schema.attributes() {
                    let value = self
                        .condition()
                        .and_then(|condition| equal_to(condition, &attribute.name, parameters));
                    let value = value.ok_or_else(|| format!("WHERE does not say {} = a value", super::words::quoted(&attribute.name)))?;
                    found.insert(attribute.name.clone(), value);
                }
            }
        }
        schema.key_of(&found)
    }

    /// What it does, in words: `UPDATE one item of notes (pk = 'a'): SET x, REMOVE y`.
    pub fn summary(&self) -> String {
        let table = &self.target().table;
        match &self.body {
            Body::Insert(insert) => match &insert.item {
                Expression::Tuple(members) => format!("INSERT an item of {} attributes into {table}", members.len()),
                _ => format!("INSERT an item into {table}"),
            },
            Body::Update(update) => {
                let changes = update.changes.iter().map(|change| match change {
                    Change::Set(path, _) => format!("SET {path}"),
                    Change::Remove(path) => format!("REMOVE {path}"),
                });
                format!("UPDATE {table}: {}{}", changes.collect::<Vec<_>>().join(", "), self.which())
            }
            Body::Delete(_) => format!("DELETE from {table}{}", self.which()),
            Body::Select(_) => format!("SELECT from {table}"),
            Body::Exists(_) => format!("EXISTS in {table}"),
        }
    }

    fn which(&self) -> String {
        self.condition().map_or_else(String::new, |condition| format!(" where {condition}"))
    }

    /// The names of attributes that it mentions, for completion.
    pub fn attributes(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if let Some(condition) = self.condition() {
            condition.visit(&mut |part| {
                if let Expression::Path(path) = part
                    && let Some(super::ast::Step::Name(name)) = path.0.first()
                {
                    names.insert(name.clone());
                }
            });
        }
        names
    }
}

impl Expression {
    /// Calls `see` with this and every expression within.
    pub fn visit(&self, see: &mut impl FnMut(&Self)) {
        see(self);
        match self {
            Self::Path(_) | Self::Value(_) | Self::Missing | Self::Parameter(_) | Self::Ion(_) => {}
            Self::List(parts) | Self::Set(parts) | Self::Call(_, parts) | Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.visit(see));
            }
            Self::Tuple(members) => members.iter().for_each(|(_, part)| part.visit(see)),
            Self::Compare(left, _, right) | Self::Sum(left, _, right) => {
                left.visit(see);
                right.visit(see);
            }
            Self::Not(inner) | Self::Is { value: inner, .. } => inner.visit(see),
            Self::Between { value, low, high, .. } => {
                for part in [value, low, high] {
                    part.visit(see);
                }
            }
            Self::In { value, among, .. } => {
                value.visit(see);
                among.iter().for_each(|part| part.visit(see));
            }
        }
    }
}

/// Whether a condition holds only for few values of an attribute: it is tested with `=` or IN, in
/// every branch of an OR.
fn binds(condition: &Expression, name: &str) -> bool {
    match condition {
        Expression::Compare(left, Operator::Equal, right) => {
            (is_attribute(left, name) && is_given(right)) || (is_attribute(right, name) && is_given(left))
        }
        Expression::In { value, not: false, among } => is_attribute(value, name) && among.iter().all(is_given),
        Expression::All(parts) => parts.iter().any(|part| binds(part, name)),
        Expression::Any(parts) => parts.iter().all(|part| binds(part, name)),
        _ => false,
    }
}

/// What an attribute must equal, where the condition says it outside of any OR and NOT.
fn equal_to(condition: &Expression, name: &str, parameters: &[AttributeValue]) -> Option<AttributeValue> {
    match condition {
        Expression::Compare(left, Operator::Equal, right) if is_attribute(left, name) => constant(right, parameters),
        Expression::Compare(left, Operator::Equal, right) if is_attribute(right, name) => constant(left, parameters),
        Expression::All(parts) => parts.iter().find_map(|part| equal_to(part, name, parameters)),
        _ => None,
    }
}

fn is_attribute(expression: &Expression, name: &str) -> bool {
    matches!(expression, Expression::Path(path) if path.attribute() == Some(name))
}

/// Whether a value stands there, and not something of the item.
fn is_given(expression: &Expression) -> bool {
    matches!(expression, Expression::Value(_) | Expression::Parameter(_) | Expression::Ion(_))
}

/// The value of an expression that needs no item.
fn constant(expression: &Expression, parameters: &[AttributeValue]) -> Option<AttributeValue> {
    let all = |parts: &[Expression]| parts.iter().map(|part| constant(part, parameters)).collect::<Option<Vec<_>>>();
    Some(match expression {
        Expression::Value(value) => value.clone(),
        Expression::Parameter(number) => parameters.get(*number)?.clone(),
        Expression::List(parts) => AttributeValue::L(all(parts)?),
        Expression::Tuple(members) => {
            let members = members.iter().map(|(name, part)| Some((name.clone(), constant(part, parameters)?)));
            AttributeValue::M(members.collect::<Option<_>>()?)
        }
        Expression::Set(parts) => set(all(parts)?)?,
        _ => return None,
    })
}

/// A set of one type; DynamoDB has no empty ones.
fn set(values: Vec<AttributeValue>) -> Option<AttributeValue> {
    let (mut texts, mut numbers, mut binaries) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        match value {
            AttributeValue::S(text) => texts.push(text),
            AttributeValue::N(digits) if number::check(&digits).is_ok() => numbers.push(digits),
            AttributeValue::B(bytes) => binaries.push(bytes),
            _ => return None,
        }
    }
    match (texts.is_empty(), numbers.is_empty(), binaries.is_empty()) {
        (false, true, true) => Some(AttributeValue::Ss(texts)),
        (true, false, true) => Some(AttributeValue::Ns(numbers)),
        (true, true, false) => Some(AttributeValue::Bs(binaries)),
        _ => None,
    }
}
