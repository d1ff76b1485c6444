//! Whether the users that a table's rows name are those of the application, and bringing the copies of
//! their names up to date.

use serde::{Deserialize, Serialize};

use super::conversations::UserRef;
use super::exchange::Exchange;

/// Users whose names are brought up to date by one job.
pub const MOST_USERS: usize = 1000;

/// Asks for the next stretch of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IntegrityRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// What was found on one stretch. The browser merges stretches with [`crate::identity::integrity::merge`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IntegrityPage {
    pub found: Vec<Finding>,
    /// Items that were read, whatever they are.
    pub scanned: u64,
    /// Group rows and messages among them.
    pub rows: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub exchange: Exchange,
}

/// A user with whom something is not right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    pub uuid: String,
    pub kind: FindingKind,
    /// Who it is by now; nothing where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<UserRef>,
    /// The names that rows have: of one that is known only those that are out of date.
    pub copies: Vec<NameCopy>,
    /// Group rows that belong to the user; counted only where nobody knows the user.
    pub owned: u64,
}

/// What is not right. The order is the order on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Neither side has the user.
    Nowhere,
    /// No row of the database has the uuid; a user of the pool has a handle or a sub of it.
    OnlyPool,
    /// The database has another name or handle than rows have.
    OutOfDate,
}

/// A name as rows have it, and how many do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NameCopy {
    pub display_name: String,
    pub handle: String,
    /// Group rows that name the user as the other person.
    pub groups: u64,
    /// Messages that the user sent.
    pub messages: u64,
}

/// Starts the job that writes the names of these users into the rows that have others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// With the names as they were reviewed; 409 `names_changed` where they are others by now.
    pub users: Vec<UserRef>,
    /// Rows that the review counted: the end of the job's progress bar.
    pub rows: u64,
    /// The table's name, where the connection is marked as production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}
