//! Who did what through Dynadesk: entries that are only ever added, each with the hash of the one before it.

use serde::{Deserialize, Serialize};

use super::session::Way;
use crate::key::Key;

/// One entry. Its hash is the SHA-256 of this as JSON, exactly as the store has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditEntry {
    /// The server that wrote it; each has a chain of its own.
    pub server: String,
    /// Its place in the chain: 1, 2, 3, without a gap.
    pub seq: u64,
    /// The hash of the entry before it; nothing in the first one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// When the entry before it goes, in epoch seconds: until then it has to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_expires: Option<i64>,
    /// ISO, UTC, microseconds.
    pub at: String,
    pub kind: AuditKind,
    /// What was asked for, such as `drop_table`.
    pub operation: String,
    /// Nothing where nobody was signed in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub who: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
    /// The address of the browser, as far as it is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub connection: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub table: String,
    /// What else says what it was: a reason, a session, a statement's kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The first items that were written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<AuditItem>,
    /// How many more there were.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_items: u64,
    /// Finds everything that it wrote in the history, where that is more than one item.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The job that it began, or that ended.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub job: String,
    pub result: AuditResult,
    /// Of the answer; 0 where there was none.
    #[serde(default, skip_serializing_if = "is_no_status")]
    pub status: u16,
    /// The error's, where it is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// The request's id, as the answer and the log have it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request: String,
    /// How many entries since the one before could not be kept; the log has them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

fn is_no_status(status: &u16) -> bool {
    *status == 0
}

/// An item that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditItem {
    pub table: String,
    pub key: Key,
    /// Finds it in the history, which has it before and after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<String>,
    /// The SHA-256 of the item before, as DynamoDB JSON, where the configuration asks for hashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    SignIn,
    SignOut,
    /// Something that only reads, which is recorded where it is refused.
    Read,
    /// Items, or the ids of the application's users.
    Write,
    Unlock,
    /// Data that leaves in a file.
    Export,
    /// Tables and what belongs to them, and what several people share.
    Setting,
    /// A job that was asked for, stopped, or ended.
    Job,
    /// A server that started or stopped.
    Server,
}

impl AuditKind {
    pub const ALL: [Self; 9] = [
        Self::SignIn,
        Self::SignOut,
        Self::Read,
        Self::Write,
        Self::Unlock,
        Self::Export,
        Self::Setting,
        Self::Job,
        Self::Server,
    ];

    /// As it stands in URLs, in files and in the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignOut => "sign_out",
            Self::Read => "read",
            Self::Write => "write",
            Self::Unlock => "unlock",
            Self::Export => "export",
            Self::Setting => "setting",
            Self::Job => "job",
            Self::Server => "server",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditResult {
    /// Written down before it was tried, where nothing may be done that is not in the audit log.
    Begun,
    Done,
    Refused,
    Failed,
    /// The browser went away, or the answer took too long: what had begun went on.
    CutOff,
}

impl AuditResult {
    pub const ALL: [Self; 5] = [Self::Begun, Self::Done, Self::Refused, Self::Failed, Self::CutOff];

    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::CutOff => "cut_off",
        }
    }
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditRow {
    pub entry: AuditEntry,
    pub hash: String,
}

/// Asks for entries, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditRequest {
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// A part of the name, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// A part of the table's name, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AuditKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<AuditResult>,
    /// For a file: CSV unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<AuditFormat>,
}

impl AuditRequest {
    /// Whether an entry is among what is asked for.
    pub fn takes(&self, entry: &AuditEntry) -> bool {
        let part = |wanted: &Option<String>, text: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| text.to_lowercase().contains(&wanted.to_lowercase()))
        };
        let in_table = part(&self.table, &entry.table) || entry.items.iter().any(|item| part(&self.table, &item.table));
        part(&self.who, &entry.who)
            && in_table
            && self.connection.as_ref().is_none_or(|wanted| *wanted == entry.connection)
            && self.kind.is_none_or(|kind| kind == entry.kind)
            && self.result.is_none_or(|result| result == entry.result)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AuditFormat {
    #[default]
    Csv,
    Jsonl,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditPage {
    pub rows: Vec<AuditRow>,
    /// Goes into `after` of the next page; a page may have few rows, or none, and a next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What came of reading all chains from end to end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditVerified {
    pub chains: Vec<AuditChain>,
}

/// The chain of one server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditChain {
    pub server: String,
    /// How many entries are there, and are as they were written.
    pub entries: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<String>,
    /// Where it is broken, for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<AuditBreak>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuditBreak {
    /// The place at which it is broken.
    pub seq: u64,
    /// For a person.
    pub what: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_wire() {
        for kind in AuditKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.word());
        }
        for result in AuditResult::ALL {
            assert_eq!(serde_json::to_value(result).expect("a word"), result.word());
        }
    }

    #[test]
    fn a_filter_takes_what_fits_all_of_it() {
        let entry: AuditEntry = serde_json::from_value(serde_json::json!({
            "server": "a", "seq": 1, "at": "2026-01-01T00:00:00.000000+00:00", "kind": "write",
            "operation": "write_items", "who": "Ada", "connection": "prod", "table": "Orders", "result": "done",
        }))
        .expect("an entry");
        let all = AuditRequest::default();
        assert!(all.takes(&entry));
        let some = AuditRequest {
            who: Some("ad".to_owned()),
            table: Some("order".to_owned()),
            kind: Some(AuditKind::Write),
            ..all
        };
        assert!(some.takes(&entry));
        let other = AuditRequest {
            connection: Some("dev".to_owned()),
            ..some
        };
        assert!(!other.takes(&entry));
    }
}
