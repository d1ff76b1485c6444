//! Changes to items: what the operator saw, what shall be, and what came of it.

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use crate::value::Item;

/// The most changes of one request.
pub const MOST_CHANGES: usize = 1_000;

/// The most actions of one transaction; a change of key takes two.
pub const MOST_TOGETHER: usize = 100;

/// One change of one item. `base` is the item, whole, exactly as the operator saw it: nothing is
/// written when the engine holds something else by now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// A new item: a conflict where its key is taken.
    Create {
        item: Item,
    },
    /// A new item in the place of the one that the operator was shown (same key).
    Replace {
        base: Item,
        item: Item,
    },
    /// Writes only what differs. With another key it is one transaction: the old item goes, the new
    /// one comes, and its key must be free.
    Edit {
        base: Item,
        item: Item,
    },
    Delete {
        base: Item,
    },
}

impl Change {
    /// What the operator saw.
    pub fn base(&self) -> Option<&Item> {
        match self {
            Self::Create { .. } => None,
            Self::Replace { base, .. } | Self::Edit { base, .. } | Self::Delete { base } => Some(base),
        }
    }

    /// What shall be.
    pub fn item(&self) -> Option<&Item> {
        match self {
            Self::Delete { .. } => None,
            Self::Create { item } | Self::Replace { item, .. } | Self::Edit { item, .. } => Some(item),
        }
    }
}

/// Changes items of one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemsWrite {
    /// One to [`MOST_CHANGES`], each of another item.
    pub changes: Vec<Change>,
    /// All in one transaction (up to 100 actions) or nothing; else one after the other.
    #[serde(default)]
    pub together: bool,
    /// The `group` of an answer, where these changes go on with that request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The table's name: on production without it nothing is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

impl ItemsWrite {
    /// Whether an item goes and none takes its place.
    pub fn deletes(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::Delete { .. }))
    }
}

/// What came of each change, in the order of the request. What is invalid in itself (types, sizes,
/// numbers) refuses the whole request with 400 and `changes[i]…` fields before anything is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ItemsWritten {
    pub outcomes: Vec<Outcome>,
    /// Every request that was sent to write.
    pub exchanges: Vec<Exchange>,
    /// Finds all of it in the history, where it was more than one change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Why nothing was kept to undo this with, for a person; nothing where it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
}

impl ItemsWritten {
    /// How many changes are made, or needed none.
    pub fn made(&self) -> usize {
        let made = |outcome: &&Outcome| matches!(outcome, Outcome::Written { .. } | Outcome::Unchanged);
        self.outcomes.iter().filter(made).count()
    }

    /// Why the first one that was not made is not.
    pub fn first_code(&self) -> Option<&str> {
        self.outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Refused { code, .. } => Some(code.as_str()),
            Outcome::Conflict { .. } => Some("conflict"),
            Outcome::Written { .. } | Outcome::Unchanged | Outcome::NotWritten => None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Written {
        /// The item as it is now; nothing after a deletion.
        item: Option<Item>,
        /// Finds it in the history of writes, where it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        write: Option<String>,
    },
    /// Base and item are the same: nothing was sent.
    Unchanged,
    /// Somebody else was faster (or the key is taken): nothing was written here.
    Conflict {
        /// What the engine holds now under the key; nothing where the item is gone. Where an edit would
        /// take another key that is not free, the item that has that key.
        theirs: Option<Item>,
    },
    /// The engine refused this one.
    Refused {
        /// Ours, stable, as in [`super::error::ErrorBody`].
        code: String,
        message: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        engine_code: Option<String>,
    },
    /// Nothing was tried, or all was taken back: another change of the transaction stood in the way.
    NotWritten,
}
