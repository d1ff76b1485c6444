//! PartiQL statements: what is run and what came back.

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use crate::value::{AttributeValue, Item};

/// The most statements of a batch and of a transaction.
pub const MOST_IN_BATCH: usize = 25;
pub const MOST_IN_TRANSACTION: usize = 100;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Statement {
    pub text: String,
    /// One for each `?`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<AttributeValue>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One statement by ExecuteStatement.
    #[default]
    Single,
    /// Up to 25, each on its own, by BatchExecuteStatement.
    Batch,
    /// Up to 100, all or none, by ExecuteTransaction.
    Transaction,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PartiQlRun {
    pub statements: Vec<Statement>,
    #[serde(default)]
    pub mode: Mode,
    /// How many items a SELECT examines for a page, 1 to 1,000.
    pub limit: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default)]
    pub consistent: bool,
    /// The operator has read what would be written and agreed; production asks for it.
    #[serde(default)]
    pub confirmed: bool,
    /// The name of the table that is deleted from, or of the connection where they are several: on production nothing
    /// is deleted without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartiQlResult {
    /// One for each statement, in order.
    pub results: Vec<StatementResult>,
    /// The next page of a single SELECT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub exchange: Exchange,
    /// What it wrote, as the history has it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writes: Vec<String>,
    /// Why nothing was kept to undo the writes with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
}

impl PartiQlResult {
    /// How many statements were carried out.
    pub fn done(&self) -> usize {
        let done = |result: &&StatementResult| matches!(result, StatementResult::Done { .. });
        self.results.iter().filter(done).count()
    }

    /// Why the first one that was not is not.
    pub fn first_code(&self) -> Option<&str> {
        self.results.iter().find_map(|result| match result {
            StatementResult::Refused { code, .. } => Some(code.as_str()),
            StatementResult::Done { .. } | StatementResult::NotRun => None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum StatementResult {
    /// A SELECT's items; empty for a write.
    Done { items: Vec<Item> },
    /// Another statement of the transaction stood in the way.
    NotRun,
    Refused {
        code: String,
        message: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        engine_code: Option<String>,
    },
}
