//! Pages of users, both sides joined by handle, and how far the pool was read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PeopleSort {
    #[default]
    Handle,
    DisplayName,
    CreatedAt,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PeopleFilter {
    /// Rows of the database, or users of the pool where there is no database.
    #[default]
    All,
    /// Rows that were never synchronised.
    Mock,
    /// Rows whose handle another row has too.
    SameHandle,
    /// Users of the pool whose handle no row has.
    OnlyPool,
    /// Users of the pool whose `preferred_username` another one has too.
    SameInPool,
    /// Users of the users file whose handle another one has too.
    SameInFile,
}

/// Asks for a page of users.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PeopleRequest {
    #[serde(default)]
    pub search: String,
    #[serde(default)]
    pub sort: PeopleSort,
    #[serde(default)]
    pub descending: bool,
    #[serde(default)]
    pub filter: PeopleFilter,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PeoplePage {
    pub people: Vec<Person>,
    /// How many there are in all; said with the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How far the pool was read: what the answer says of it is from then.
    pub pool: PoolState,
}

/// A user of both sides, joined by handle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// Nothing where there is no row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    pub display_name: String,
    pub handle: String,
    /// Masked; [`EmailsRequest`] asks for the address itself.
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cognito_user_id: Option<String>,
    pub created_at: String,
    /// Users of the pool with this handle; more than one is a fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pool: Vec<PoolPerson>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PoolPerson {
    pub username: String,
    pub sub: String,
    /// `CONFIRMED`, `UNCONFIRMED` and so on, as Cognito says it.
    pub status: String,
    pub enabled: bool,
}

/// How far the user pool was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PoolState {
    /// There is none, or nobody asked yet.
    #[default]
    Unread,
    Reading(ReadProgress),
    Read {
        users: u64,
        /// ISO, UTC.
        at: String,
    },
    Failed {
        why: String,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadProgress {
    pub pages: u64,
    pub users: u64,
    /// Answers that asked for patience; each was asked again.
    pub throttled: u64,
    /// Rows of the database.
    pub rows: u64,
}

/// Asks for the addresses of these rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EmailsRequest {
    pub uuids: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Emails {
    pub emails: BTreeMap<String, String>,
}
