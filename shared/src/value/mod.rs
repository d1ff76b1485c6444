//! The ten attribute types of DynamoDB, without a float anywhere.

mod dynamo_json;
pub mod located;
mod members;
pub mod number;
pub mod plain_json;
pub mod plain_line;
#[cfg(feature = "schema")]
mod schema;

pub use members::Members;

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How deep DynamoDB lets lists and maps nest.
pub const MAX_DEPTH: usize = 32;

/// One item: attribute names to values. DynamoDB keeps no order of attributes, so we show them sorted.
pub type Item = BTreeMap<String, AttributeValue>;

/// A value exactly as DynamoDB stores it. Numbers stay the text that the engine gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    S(String),
    N(String),
    B(Vec<u8>),
    Bool(bool),
    Null,
    L(Vec<AttributeValue>),
    M(BTreeMap<String, AttributeValue>),
    Ss(Vec<String>),
    Ns(Vec<String>),
    Bs(Vec<Vec<u8>>),
}

impl AttributeValue {
    /// The type descriptor that DynamoDB writes before a value: `S`, `N`, `BOOL` and so on.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::S(_) => "S",
            Self::N(_) => "N",
            Self::B(_) => "B",
            Self::Bool(_) => "BOOL",
            Self::Null => "NULL",
            Self::L(_) => "L",
            Self::M(_) => "M",
            Self::Ss(_) => "SS",
            Self::Ns(_) => "NS",
            Self::Bs(_) => "BS",
        }
    }

    /// The text of a string value.
    pub fn as_s(&self) -> Option<&str> {
        match self {
            Self::S(text) => Some(text),
            _ => None,
        }
    }

    /// Whether two values are the same to DynamoDB: sets have no order, numbers have many spellings.
    pub fn same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::N(a), Self::N(b)) => number::equal(a, b),
            (Self::Ss(a), Self::Ss(b)) => same_set(a, b, Ord::cmp),
            (Self::Ns(a), Self::Ns(b)) => same_set(a, b, |x, y| number::compare(x, y)),
            (Self::Bs(a), Self::Bs(b)) => same_set(a, b, Ord::cmp),
            (Self::L(a), Self::L(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.same_as(y)),
            (Self::M(a), Self::M(b)) => same_item(a, b),
            (a, b) => a == b,
        }
    }
}

/// Whether two values, or two absences, are the same to DynamoDB.
pub fn same(a: Option<&AttributeValue>, b: Option<&AttributeValue>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.same_as(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Whether two items hold the same values under the same names.
pub fn same_item(a: &Item, b: &Item) -> bool {
    a.len() == b.len() && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| value.same_as(other)))
}

/// Sets have no order, so both are put in one: a large set must not cost its square.
fn same_set<T>(a: &[T], b: &[T], order: impl Fn(&T, &T) -> Ordering) -> bool {
    let sorted = |set: &[T]| -> Vec<usize> {
        let mut places: Vec<usize> = (0..set.len()).collect();
        places.sort_by(|x, y| order(&set[*x], &set[*y]));
        places
    };
    a.len() == b.len() && sorted(a).into_iter().zip(sorted(b)).all(|(x, y)| order(&a[x], &b[y]).is_eq())
}
