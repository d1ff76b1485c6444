//! What a person may read of whole tables in an hour, where a connection has a budget for it.

use serde::{Deserialize, Serialize};

/// The answer of [`super::paths::SCAN_BUDGET`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ScanBudget {
    /// Nothing where whoever asks may read as much as they like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<BudgetHour>,
}

/// The hour at hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BudgetHour {
    /// Read capacity units.
    pub units: u64,
    /// How many of them are read, by any server that shares the store. The page that goes beyond is given.
    pub used: f64,
    /// When the next hour begins.
    pub resets_at: String,
    /// Seconds until then, so that no browser's clock has to be right.
    pub seconds_left: u64,
}

impl BudgetHour {
    pub fn is_spent(&self) -> bool {
        self.used >= self.units as f64
    }
}
