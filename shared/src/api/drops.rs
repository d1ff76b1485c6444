//! Dropping a table where that takes two people: one asks, another one approves or refuses.

use serde::{Deserialize, Serialize};

use super::session::Way;

/// Asks for a table to be dropped; `confirm` repeats its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropAsk {
    pub confirm: String,
    /// Why, in words for whoever decides.
    pub reason: String,
}

/// Approves a request that was seen; `confirm` repeats the table's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropApprove {
    pub id: String,
    pub confirm: String,
}

/// Refuses a request that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropRefuse {
    pub id: String,
    /// Why, in words for whoever asked.
    pub reason: String,
}

/// Takes one's own request back, or puts an answer to it away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropWithdraw {
    pub id: String,
}

/// A request to drop a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropRequest {
    pub id: String,
    pub table: String,
    /// What tells this table from another one of its name: [`super::tables::TableView::made`].
    pub made: String,
    pub by: String,
    pub way: Way,
    pub reason: String,
    pub asked_at: String,
    pub until: String,
    /// What the engine said of the table when it was asked.
    pub item_count: u64,
    pub size_bytes: u64,
    /// Whether it is a request of whoever reads this, who cannot approve it then.
    pub own: bool,
    pub state: DropState,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DropState {
    /// Somebody else may approve it.
    Open,
    Refused {
        by: String,
        at: String,
        reason: String,
    },
    /// Nobody approved it in time.
    Expired,
}

/// The open requests of a connection, and the answers to one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DropList {
    pub requests: Vec<DropRequest>,
}

/// Whether two names are the same person's: who comes in another way, or is written in other letters, is
/// nobody else.
pub fn same_person(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.trim().to_lowercase();
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_other_letters_is_the_same_person() {
        assert!(same_person("Ada@Example.com", " ada@example.COM"));
        assert!(same_person("ÅSA", "åsa"));
        assert!(!same_person("ada", "ada2"));
    }

    #[test]
    fn a_state_is_read_as_it_is_written() {
        let refused = DropState::Refused {
            by: "bo".to_owned(),
            at: "2026-01-01T00:00:00Z".to_owned(),
            reason: "it is used".to_owned(),
        };
        for state in [DropState::Open, DropState::Expired, refused] {
            let text = serde_json::to_string(&state).expect("a state is written");
            assert_eq!(serde_json::from_str::<DropState>(&text).ok(), Some(state));
        }
    }
}
