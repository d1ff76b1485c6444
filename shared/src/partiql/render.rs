//! Parts of a statement as text again, for a person and for the tests that read them back.

use std::fmt::{self, Display, Formatter};

use super::ast::{Expression, Path, Sign, Step};
use super::words::{is_keyword, literal, quoted};
use crate::value::AttributeValue;

impl Display for Path {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Name(name) => {
                    if at > 0 {
                        formatter.write_str(".")?;
                    }
                    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
                        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                        && !is_keyword(name);
                    formatter.write_str(&if plain { name.clone() } else { quoted(name) })?;
                }
            }
        }
        Ok(())
    }
}

impl Display for Expression {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(formatter),
            Self::Value(AttributeValue::S(text)) => formatter.write_str(&literal(text)),
            Self::Value(AttributeValue::N(digits)) => formatter.write_str(digits),
            Self::Value(AttributeValue::Bool(flag)) => flag.fmt(formatter),
            // The parser makes no other values: those are lists, tuples, sets and parameters.
            Self::Value(_) => formatter.write_str("null"),
            Self::Missing => formatter.write_str("missing"),
            Self::Parameter(_) => formatter.write_str("?"),
            Self::Ion(text) => write!(formatter, "`{}`", text.replace('`', "``")),
            Self::List(parts) => listed(formatter, "[", parts, "]"),
            Self::Set(parts) => listed(formatter, "<<", parts, ">>"),
            Self::Tuple(members) => {
                formatter.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(formatter, "{comma}{}: {value}", literal(name))?;
                }
                formatter.write_str("}")
            }
            Self::Call(name, parts) => {
                formatter.write_str(name)?;
                listed(formatter, "(", parts, ")")
            }
            Self::Compare(left, operator, right) => {
                write!(formatter, "{} {} {}", Operand(left), operator.symbol(), Operand(right))
            }
            Self::Sum(left, sign, right) => {
                let sign = if *sign == Sign::Plus { "+" } else { "-" };
                write!(formatter, "{} {sign} {}", Operand(left), Operand(right))
            }
            Self::All(parts) => joined(formatter, parts, " AND "),
            Self::Any(parts) => joined(formatter, parts, " OR "),
            Self::Not(inner) => write!(formatter, "NOT {}", Operand(inner)),
            Self::Between { value, not, low, high } => write!(
                formatter,
                "{}{} BETWEEN {} AND {}",
                Operand(value),
                negated(*not),
                Operand(low),
                Operand(high)
            ),
            Self::In { value, not, among } => {
                write!(formatter, "{}{} IN ", Operand(value), negated(*not))?;
                listed(formatter, "[", among, "]")
            }
            Self::Is { value, not, what } => write!(formatter, "{} IS{} {what}", Operand(value), negated(*not)),
        }
    }
}

/// An expression in parentheses where it is made of others.
struct Operand<'a>(&'a Expression);

impl Display for Operand<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        use Expression::{All, Any, Between, Compare, In, Is, Not, Sum};
        match self.0 {
            Compare(..) | Sum(..) | All(_) | Any(_) | Not(_) | Between { .. } | In { .. } | Is { .. } => {
                write!(formatter, "({})", self.0)
            }
            plain => plain.fmt(formatter),
        }
    }
}

fn negated(not: bool) -> &'static str {
    if not { " NOT" } else { "" }
}

fn listed(formatter: &mut Formatter<'_>, open: &str, parts: &[Expression], close: &str) -> fmt::Result {
    formatter.write_str(open)?;
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            formatter.write_str(", ")?;
        }
        part.fmt(formatter)?;
    }
    formatter.write_str(close)
}

fn joined(formatter: &mut Formatter<'_>, parts: &[Expression], word: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            formatter.write_str(word)?;
        }
        match part {
            Expression::Compare(..) | Expression::Is { .. } | Expression::In { .. } => part.fmt(formatter)?,
            other => Operand(other).fmt(formatter)?,
        }
    }
    Ok(())
}
