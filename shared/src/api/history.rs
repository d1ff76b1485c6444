//! What was written and what was asked through Dynadesk, newest first, and the way back.

use serde::{Deserialize, Serialize};

use super::jobs::JobView;
use super::writes::Outcome;
use crate::key::Key;
use crate::value::Item;

/// A page of writes, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WritesPage {
    pub writes: Vec<WriteSummary>,
    /// Goes into `after` of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Asks for writes of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WritesRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// One write of one item, or the writes of one job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WriteSummary {
    pub id: String,
    /// ISO, UTC, microseconds.
    pub at: String,
    /// Who; `local` while there is no sign-in.
    pub operator: String,
    pub table: String,
    /// The item's key before the write, or after it where there was none.
    pub key: Key,
    pub kind: WriteKind,
    pub state: WriteState,
    /// Names of the attributes that differ, the first 20.
    pub changed: Vec<String>,
    /// Writes of one request share it.
    pub group: String,
    /// Whether other writes may share the group: it is undone as a whole too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub grouped: bool,
    /// Whether this stands for the many items of a job, which are under its group: its key is empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub packed: bool,
    /// How many items that are, once it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
    /// When its before-image goes, ISO.
    pub expires_at: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WriteKind {
    Create,
    Replace,
    Edit,
    Delete,
    PartiQl,
    /// A message sent or a conversation started.
    Message,
    Undo,
    /// Items of a seed.
    Seed,
    /// Copies of users' names that were brought up to date.
    Names,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WriteState {
    /// Written down before it was done; its end is not known when the server died in between.
    Begun,
    Done,
    /// The engine refused it: nothing changed.
    Failed,
    Undone,
}

impl WriteState {
    /// Whether there is something to undo.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Begun | Self::Done)
    }
}

/// One write with both images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WriteView {
    pub summary: WriteSummary,
    pub before: Option<Item>,
    pub after: Option<Item>,
}

/// What came of an undo: a conflict when the item changed since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Undone {
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
}

/// Writes of one request or job, with a page of its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupView {
    pub group: String,
    /// When the first was written, ISO.
    pub at: String,
    pub expires_at: String,
    pub operator: String,
    pub kind: WriteKind,
    pub state: WriteState,
    pub table: String,
    /// How many there are, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
    /// The newest first.
    pub rows: Vec<GroupRow>,
    /// Goes into `after` of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupRow {
    /// The row as a write of its own, which can be looked at and undone alone.
    pub write: String,
    pub table: String,
    pub key: Key,
    pub kind: WriteKind,
    pub state: WriteState,
}

/// Asks for a page of a group's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Takes a whole group back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupUndo {
    /// In one transaction where that is possible: one table and at most 100 actions. Else, and where it
    /// is not possible, item by item in a job.
    #[serde(default)]
    pub together: bool,
    /// On production the name of the group's table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

#[allow(clippy::large_enum_variant, reason = "one answer of a request, never kept in numbers")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum GroupUndone {
    /// In one transaction: all of it, or nothing where one row is in conflict or was refused.
    Together {
        rows: Vec<RowUndone>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unkept: Option<String>,
    },
    /// Item by item, each with its own result.
    Job { job: JobView },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RowUndone {
    pub write: String,
    pub key: Key,
    pub outcome: Outcome,
}

/// For serde: a flag that is not set is not written.
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Something that was asked and can be asked again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Run {
    /// The items page of a table: the query part of its URL, which holds the whole question.
    Items {
        table: String,
        query: String,
        /// In words, such as `Query pk = "GRP#1"`.
        title: String,
    },
    PartiQl {
        text: String,
        /// DynamoDB JSON, one for each `?`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parameters: Vec<crate::value::AttributeValue>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunView {
    pub id: String,
    pub at: String,
    pub run: Run,
    /// What came of it, in words; nothing where it was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunsPage {
    pub runs: Vec<RunView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Writes a run down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RunCreate {
    pub run: Run,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// A run with a name, for everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavedView {
    pub id: String,
    pub name: String,
    pub run: Run,
    pub saved_at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavedList {
    pub saved: Vec<SavedView>,
}

/// Saves a run under a name, 1 to 100 characters; a name that is taken is a conflict
/// (`name_taken`) unless `replace` names the one that goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SavedCreate {
    pub name: String,
    pub run: Run,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<String>,
}
