//! Time to live of a table: what the engine says of it, and turning it on or off.

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;

/// As DescribeTimeToLive says it. On AWS a change takes up to an hour, during which it is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TtlStatus {
    Enabled,
    Enabling,
    Disabled,
    Disabling,
}

impl TtlStatus {
    /// DynamoDB's own word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Enabling => "ENABLING",
            Self::Disabled => "DISABLED",
            Self::Disabling => "DISABLING",
        }
    }

    /// Whether the engine still works on the last change, and takes no other one.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Enabling | Self::Disabling)
    }
}

/// What a change is conditional on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TtlState {
    pub status: TtlStatus,
    /// The attribute, while TTL is on or being changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpiryView {
    pub state: TtlState,
    pub exchange: Exchange,
}

/// Turns TTL on for an attribute, or off. Another attribute takes two: off, then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpiryChange {
    /// What the operator saw: where it is something else by now, nothing is changed (`expiry_changed`).
    pub seen: TtlState,
    pub attribute: String,
    pub enabled: bool,
    /// On production the table's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

impl ExpiryChange {
    /// What it is while the engine works on it.
    pub fn under_way(&self) -> TtlState {
        TtlState {
            status: match self.enabled {
                true => TtlStatus::Enabling,
                false => TtlStatus::Disabling,
            },
            attribute: Some(self.attribute.clone()),
        }
    }

    /// The exact request that it is.
    pub fn request(&self, table: &str) -> serde_json::Value {
        serde_json::json!({
            "TableName": table,
            "TimeToLiveSpecification": {"AttributeName": self.attribute, "Enabled": self.enabled},
        })
    }
}

/// What the engine was asked, and what it says since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpiryChanged {
    pub view: ExpiryView,
    /// The UpdateTimeToLive.
    pub exchange: Exchange,
}
