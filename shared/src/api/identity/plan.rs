//! The plan of an update, its lines, and which of them are meant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ReadProgress;
use crate::identity::plan::{PlanKind, PlanRow};

/// The plan as it stands: being read, ready, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanView {
    /// Names exactly this plan; a sync takes it back.
    pub id: String,
    pub state: PlanState,
    pub progress: ReadProgress,
    /// Lines of each kind, when it is ready.
    pub counts: BTreeMap<PlanKind, u64>,
    /// ISO, UTC.
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PlanState {
    Reading,
    Ready,
    Failed { why: String },
}

/// Asks for lines of a plan, from this place on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlanRowsRequest {
    pub plan: String,
    pub kind: PlanKind,
    #[serde(default)]
    pub offset: u64,
    #[serde(default)]
    pub search: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanRows {
    pub rows: Vec<PlanRow>,
    /// Lines of the kind that the search finds.
    pub total: u64,
}

/// Asks for the uuids of all rows that will change and that a search finds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlanUuidsRequest {
    pub plan: String,
    #[serde(default)]
    pub search: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanUuids {
    pub uuids: Vec<String>,
}

/// Which of the rows that will change are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// All but these uuids.
    Except(Vec<String>),
    /// Only these uuids.
    Only(Vec<String>),
}
