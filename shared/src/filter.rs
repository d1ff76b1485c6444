//! Filters as a tree: every comparison, function and combination that a DynamoDB filter
//! expression has, with typed values. Compiling a tree to an expression is in [`compile`].

pub mod compile;
pub mod path;

use serde::{Deserialize, Serialize};

use crate::value::AttributeValue;

/// A condition on an item. Attribute paths are written as DynamoDB documents them (`a.b[0]`);
/// a name that holds `.`, `[` or `"` is put in double quotes (`"a.b".c`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Compare {
        path: String,
        operator: Comparison,
        value: AttributeValue,
    },
    Between {
        path: String,
        low: AttributeValue,
        high: AttributeValue,
    },
    In {
        path: String,
        values: Vec<AttributeValue>,
    },
    Exists {
        path: String,
    },
    NotExists {
        path: String,
    },
    /// `attribute_type`: the descriptor is one of S, N, B, BOOL, NULL, L, M, SS, NS, BS.
    Type {
        path: String,
        descriptor: String,
    },
    BeginsWith {
        path: String,
        prefix: AttributeValue,
    },
    Contains {
        path: String,
        value: AttributeValue,
    },
    /// `size(path) <operator> bytes or members`.
    Size {
        path: String,
        operator: Comparison,
        value: u64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Comparison {
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "<>")]
    NotEqual,
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    LessOrEqual,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    GreaterOrEqual,
}

impl Comparison {
    pub const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
    ];

    /// As an expression spells it.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}
