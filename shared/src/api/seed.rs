//! Seeding as a reviewed job: first a plan of what would be written, then the job that writes
//! exactly what the plan showed.

use serde::{Deserialize, Serialize};

use super::conversations::UserRef;
use crate::value::Item;

/// Where the items come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SeedSource {
    /// The Cruddur sample that ships with Dynadesk.
    Sample,
    /// A conversation file: one message a line, `Person 1: ` or `Person 2: ` before it.
    Conversation {
        text: String,
        person1: UserRef,
        person2: UserRef,
        /// ISO time of the first message; without it the conversation ends an hour before now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<String>,
    },
    /// A JSON array, JSON Lines, or either in DynamoDB JSON; which one is found from the text.
    Items { text: String },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnCollision {
    /// What the table holds stays; the item is reported as skipped.
    #[default]
    Keep,
    /// The item in the file replaces the one in the table.
    Replace,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SeedRequest {
    pub source: SeedSource,
    #[serde(default)]
    pub on_collision: OnCollision,
    /// The plan that the operator reviewed. A job whose items are no longer those is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The table's name: on production nothing is replaced without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// What a seed would write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeedPlan {
    /// Names exactly these items; the job takes it back.
    pub fingerprint: String,
    /// The form that was recognised, in words.
    pub format: String,
    pub items: u64,
    pub bytes: u64,
    pub write_units: u64,
    pub entities: Vec<EntityCount>,
    /// The first items as they would be written.
    pub first: Vec<Item>,
    pub collisions: Collisions,
    /// Lines that can never be written, with the reason.
    pub rejects: Vec<Reject>,
    pub reject_count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityCount {
    pub name: String,
    pub count: u64,
}

/// How the items meet what the table already holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Collisions {
    /// Keys that are in the table with exactly this content: nothing to do.
    pub same: u64,
    /// Keys that are in the table with other content.
    pub different: u64,
    /// The first of those, as the table holds them.
    pub examples: Vec<Item>,
    /// How many keys were looked up; fewer than `items` when the source is large.
    pub checked: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reject {
    /// The line of the source, or the place in a JSON array, counted from 1.
    pub line: u64,
    pub reason: String,
}
