//! The relay of a table: whether it is on, how far it is in each shard, what it had to set aside.

use serde::{Deserialize, Serialize};

use super::streams::ShardPosition;
use crate::key::Key;
use crate::value::Item;

/// Turns the relay of a table on or off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RelaySet {
    pub on: bool,
    /// On production the table's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// How the relay of a table stands, as this server sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelayView {
    pub on: bool,
    /// When it was turned on or off, ISO in UTC; nothing where it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
    /// What keeps it from working, on or off; nothing where it works or could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<Hindrance>,
    /// `NEW_IMAGE` and so on; nothing where the table has no stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_view: Option<String>,
    /// The index by conversation that it uses, where the table has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// The name of the server that answered.
    pub server: String,
    pub shards: Vec<RelayShard>,
    /// The last thing that went wrong on the server that answered, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RelayError>,
    /// The first of what was set aside, oldest first.
    pub aside: Vec<RelayAside>,
    /// Whether more was set aside than is listed.
    pub more_aside: bool,
}

/// Why a relay does not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hindrance {
    pub kind: HindranceKind,
    /// For a person.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HindranceKind {
    /// The table has no stream, or one without new images: it can be turned on.
    Stream,
    /// The engine, the connection or the table cannot have a relay.
    Impossible,
    /// The engine does not answer; the relay goes on when it does.
    Waiting,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelayError {
    pub message: String,
    /// ISO in UTC.
    pub at: String,
}

/// How far one shard is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelayShard {
    pub shard: String,
    /// The server that works it, or nothing where none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    pub progress: RelayProgress,
    /// How far behind the stream it is, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<u64>,
    /// When it last said that it works, ISO in UTC.
    pub beat_at: String,
}

/// A checkpoint: everything before it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelayProgress {
    /// Nothing before the first record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<ShardPosition>,
    /// Nothing was left in the shard when it was last read.
    #[serde(default)]
    pub caught_up: bool,
    /// When the last record was written, microseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<i64>,
    /// Records.
    pub seen: u64,
    /// Of them, new messages.
    pub messages: u64,
    /// Group rows that were moved or brought together.
    pub moved: u64,
    /// Records that are none of the relay's business.
    pub ignored: u64,
    /// Records that were set aside.
    pub aside: u64,
    /// Records of the last seconds, for each second.
    pub per_second: u64,
    /// What went wrong last in this shard, for a person; nothing where all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A message that could not be dealt with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelayAside {
    /// Opaque.
    pub id: String,
    /// The message row's key.
    pub key: Key,
    /// Stable and made for machines.
    pub code: String,
    /// For a person.
    pub reason: String,
    /// When it was set aside, ISO in UTC.
    pub at: String,
    /// How often it was tried again since.
    pub retries: u64,
    /// The row as the stream had it; nothing where it was too large to keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Item>,
}

/// Tries something again that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RelayRetry {
    pub id: String,
    /// On production the table's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// Names something that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RelayAsideId {
    pub id: String,
}

/// What became of a retry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelayRetried {
    /// Group rows that moved; none where they stood right already.
    pub moved: u64,
}
