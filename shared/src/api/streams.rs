//! A table's stream: what it is, its records, and how far each shard was read.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use crate::value::Item;

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum ChangeKind {
    Insert,
    Modify,
    Remove,
}

/// One change of one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamRecord {
    pub event_id: String,
    pub kind: ChangeKind,
    /// DynamoDB itself removed the item because its time had come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_ttl: bool,
    pub shard: String,
    /// Orders the records of a shard; compare with [`compare_sequence`].
    pub sequence_number: String,
    /// Microseconds since 1970; engines give whole seconds or milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    pub key: Item,
    /// The item before, where the stream's view type has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Item>,
    /// The item after, where the stream's view type has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Item>,
    /// As the engine counts it.
    pub size_bytes: u64,
    /// `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_type: Option<String>,
}

impl StreamRecord {
    /// The item as it is now or was last: what the record is about, as far as its view type says.
    pub fn newest(&self) -> &Item {
        self.new.as_ref().or(self.old.as_ref()).unwrap_or(&self.key)
    }
}

/// How far a shard was read. Can be kept and gone on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShardPosition {
    /// From the oldest record that is kept.
    TrimHorizon,
    /// From what was written since this instant (microseconds since 1970); no record was read yet.
    Since(i64),
    /// After the record of this sequence number.
    After(String),
    /// The shard is closed and was read to its end.
    Done,
}

/// The position in each shard by its id.
pub type Positions = BTreeMap<String, ShardPosition>;

impl ShardPosition {
    /// Whether an engine may have said it: a sequence number is one of decimal digits, a time is one since 1970.
    pub fn is_possible(&self) -> bool {
        match self {
            Self::After(number) => (1..=SEQUENCE_DIGITS).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit()),
            Self::Since(at) => *at >= 0,
            Self::TrimHorizon | Self::Done => true,
        }
    }
}

/// The most digits of a sequence number.
const SEQUENCE_DIGITS: usize = 40;

/// Sequence numbers are decimal numbers of up to 40 digits.
pub fn compare_sequence(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// A stream and its shards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamView {
    pub arn: String,
    pub table: String,
    /// `ENABLING`, `ENABLED`, `DISABLING` or `DISABLED`.
    pub status: String,
    pub view_type: String,
    pub shards: Vec<ShardView>,
    pub exchange: Exchange,
}

impl StreamView {
    /// Whether no record will ever be added to a shard: another one has taken its place, or the
    /// stream is off. An ending number alone does not say it, since some engines always give one.
    pub fn is_closed(&self, shard: &ShardView) -> bool {
        shard.ending.is_some()
            && (matches!(self.status.as_str(), "DISABLED" | "DISABLING")
                || self.shards.iter().any(|other| other.parent.as_deref() == Some(&shard.id)))
    }
}

/// One shard as DescribeStream says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShardView {
    pub id: String,
    /// The shard that it was split from; may be trimmed already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<String>,
}

/// Turns a table's stream on with a view type, or off with none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_type: Option<String>,
    /// The ARN of the stream that was seen to be on; nothing where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// The table's name again, where a stream is on already or the connection is production
    /// ([`crate::settings::name_to_confirm`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// The view types, and what a record holds besides the key.
pub const VIEW_TYPES: [(&str, &str); 4] = [
    ("NEW_AND_OLD_IMAGES", "the item before and after"),
    ("NEW_IMAGE", "the item after"),
    ("OLD_IMAGE", "the item before"),
    ("KEYS_ONLY", "nothing but the key"),
];

/// The event `state`: how a watch stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamState {
    /// Why nothing comes at the moment; it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Another watcher is catching up first.
    pub waiting: bool,
    /// The place to begin at is looked for: it is told of nothing yet.
    #[serde(default)]
    pub beginning: bool,
    /// Old records are being read; then it is live.
    pub catching_up: bool,
    pub shards: Vec<ShardState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShardState {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    pub closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<ShardPosition>,
}

/// The event `records`. Its id is the position after them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamRecords {
    pub records: Vec<StreamRecord>,
    /// How long ago the last of them was written when it was sent on, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<u64>,
}

/// The event `skipped`: the browser was too slow for this many records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamSkipped {
    pub records: u64,
}

/// The event `gap`: records of a shard were trimmed before they were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StreamGap {
    pub shard: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_are_compared_as_numbers() {
        assert_eq!(compare_sequence("9", "10"), Ordering::Less);
        assert_eq!(compare_sequence("0010", "10"), Ordering::Equal);
        let (low, high) = ("100000000000000000000000000000000000001", "100000000000000000000000000000000000002");
        assert_eq!(compare_sequence(high, low), Ordering::Greater);
    }

    #[test]
    fn a_shard_is_closed_when_another_took_its_place() {
        let shard = |id: &str, parent: Option<&str>, ending: Option<&str>| ShardView {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            starting: None,
            ending: ending.map(str::to_owned),
        };
        let mut view = StreamView {
            arn: String::new(),
            table: String::new(),
            status: "ENABLED".to_owned(),
            view_type: String::new(),
            shards: vec![
                shard("a", None, Some("1")),
                shard("b", Some("a"), None),
                shard("c", None, Some("5")),
            ],
            exchange: Exchange {
                operation: String::new(),
                request: serde_json::Value::Null,
                index: None,
                consumed: None,
                split: None,
                took_ms: 0,
            },
        };
        let closed = |view: &StreamView| view.shards.iter().map(|shard| view.is_closed(shard)).collect::<Vec<_>>();
        assert_eq!(closed(&view), [true, false, false]);
        view.status = "DISABLED".to_owned();
        assert_eq!(closed(&view), [true, false, true]);
    }
}
