//! An update of Cognito ids, its report, and the way back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Choice;
use crate::words::counted;

/// Rows of a report that one answer carries.
pub const REPORT_ROWS: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SyncRequest {
    pub plan: String,
    pub choice: Choice,
    /// The name of the database, where the users are marked as production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UndoSyncRequest {
    /// The name of the database, where the users are marked as production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// What a sync, or the undoing of one, did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncReport {
    pub summary: SyncSummary,
    /// Rows of each end.
    pub counts: BTreeMap<SyncEnd, u64>,
    /// The first [`REPORT_ROWS`], those that went wrong before the others; [`SyncRowsRequest`] asks for the rest.
    pub rows: Vec<SyncRow>,
    /// Why the report was not kept, for a person: it can then not be undone here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
}

impl SyncReport {
    /// A report with all of its rows, those that went wrong before the others.
    pub fn new(summary: SyncSummary, mut rows: Vec<SyncRow>) -> Self {
        let mut counts = BTreeMap::new();
        for row in &rows {
            *counts.entry(row.outcome.end()).or_default() += 1;
        }
        rows.sort_by_key(|row| row.outcome.end());
        Self {
            summary,
            counts,
            rows,
            unkept: None,
        }
    }

    /// The same as one answer carries it.
    pub fn first(mut self) -> Self {
        self.rows.truncate(REPORT_ROWS);
        self
    }
}

/// Asks for rows of a report, from this place on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SyncRowsRequest {
    #[serde(default)]
    pub offset: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncRows {
    pub rows: Vec<SyncRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncSummary {
    pub id: String,
    /// ISO, UTC.
    pub at: String,
    pub operator: String,
    /// The database, as [`super::DatabaseView::place`] says it, and the table.
    pub place: String,
    pub state: SyncState,
    pub rows: u64,
    /// The sync that this one took back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
}

impl SyncSummary {
    /// What it did, in a sentence for the console and the command line.
    pub fn said(&self) -> String {
        let rows = counted(self.rows, "row", "rows");
        match (self.state, self.undoes.is_some()) {
            (SyncState::Done, false) => format!("{rows} updated"),
            (SyncState::Done, true) => format!("{rows} put back"),
            (SyncState::Nothing, _) => format!("nothing was written: of {rows}, at least one is no longer as planned"),
            (SyncState::Undone, _) => format!("{rows} updated, and put back since"),
            (SyncState::Begun, _) => format!("it is not known whether {rows} were written: a new plan shows it"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// Written down before it was done; its end is not known.
    Begun,
    Done,
    /// Nothing was written: a row was not as planned, or the database refused.
    Nothing,
    Undone,
}

impl SyncState {
    /// For the console and the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "not known",
            Self::Done => "done",
            Self::Nothing => "nothing written",
            Self::Undone => "undone",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncRow {
    pub uuid: String,
    pub handle: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub outcome: SyncOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SyncOutcome {
    Written,
    /// As it was: another row kept all of them from being written.
    NotWritten,
    /// The row is no longer as planned.
    Changed {
        handle: Option<String>,
        cognito_user_id: Option<String>,
    },
    /// The row is gone.
    Gone,
    /// Another row has this handle or this sub by now.
    Shared,
    /// Nobody knows: the answer of the database was lost.
    Unknown,
}

impl SyncOutcome {
    pub fn end(&self) -> SyncEnd {
        match self {
            Self::Written => SyncEnd::Written,
            Self::NotWritten => SyncEnd::NotWritten,
            Self::Changed { .. } => SyncEnd::Changed,
            Self::Gone => SyncEnd::Gone,
            Self::Shared => SyncEnd::Shared,
            Self::Unknown => SyncEnd::Unknown,
        }
    }
}

/// A [`SyncOutcome`] without what it found. The order is the order of a report: what went wrong is what
/// somebody looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SyncEnd {
    Changed,
    Gone,
    Shared,
    Unknown,
    NotWritten,
    Written,
}

impl SyncEnd {
    /// For the console and the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed since the plan",
            Self::Gone => "gone",
            Self::Shared => "handle or sub of another row too",
            Self::Unknown => "not known",
            Self::NotWritten => "not written",
            Self::Written => "written",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncList {
    pub syncs: Vec<SyncSummary>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_its_rows_and_begins_with_what_went_wrong() {
        let row = |uuid: &str, outcome| SyncRow {
            uuid: uuid.to_owned(),
            handle: uuid.to_owned(),
            old: None,
            new: None,
            outcome,
        };
        let summary = SyncSummary {
            id: String::new(),
            at: String::new(),
            operator: String::new(),
            place: String::new(),
            state: SyncState::Nothing,
            rows: 602,
            undoes: None,
        };
        let mut rows: Vec<SyncRow> = (0..600).map(|n| row(&n.to_string(), SyncOutcome::NotWritten)).collect();
        rows.push(row("gone", SyncOutcome::Gone));
        rows.push(row(
            "changed",
            SyncOutcome::Changed {
                handle: None,
                cognito_user_id: None,
            },
        ));
        let report = SyncReport::new(summary, rows);
        assert_eq!(
            report.summary.said(),
            "nothing was written: of 602 rows, at least one is no longer as planned"
        );
        let counts: Vec<_> = report.counts.clone().into_iter().collect();
        assert_eq!(counts, [(SyncEnd::Changed, 1), (SyncEnd::Gone, 1), (SyncEnd::NotWritten, 600)]);
        let first = report.first();
        let uuids: Vec<&str> = first.rows.iter().take(4).map(|row| row.uuid.as_str()).collect();
        assert_eq!((first.rows.len(), uuids), (REPORT_ROWS, vec!["changed", "gone", "0", "1"]));
    }
}
