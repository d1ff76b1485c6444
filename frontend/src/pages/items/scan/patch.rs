//! What was written finds its row among those that were read.

use dynadesk_shared::{Item, Key};
use leptos::prelude::*;

use super::Scan;

impl Scan {
    /// Shows the item that is under a key now, or strikes its row through where there is none any more.
    /// False where no row that was read has the key.
    pub fn patch(self, key: &Key, item: Option<Item>) -> bool {
        if let Some(item) = &item {
            self.see(std::slice::from_ref(item));
        }
        let has_key = |row: &Item| {
            key.0
                .iter()
                .all(|(name, value)| row.get(name).is_some_and(|other| other.same_as(value)))
        };
        let found = self.state.try_update_value(|state| state.pages.patch(has_key, item)).flatten();
        self.version.try_update(|version| *version += 1);
        found.is_some()
    }

    /// Strikes rows on the screen through, whose items were deleted.
    pub fn mark_deleted(self, rows: impl IntoIterator<Item = usize>) {
        self.state.try_update_value(|state| {
            for row in rows {
                state.pages.delete(state.place(row));
            }
        });
        self.version.try_update(|version| *version += 1);
    }

    /// Whether the item of a row on the screen was deleted since it was read.
    pub fn is_deleted(self, row: usize) -> bool {
        self.state
            .try_with_value(|state| state.pages.is_deleted(state.place(row)))
            .unwrap_or(false)
    }
}
