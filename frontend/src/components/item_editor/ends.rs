//! The keys that a change begins and ends at, and what stands under them afterwards.

use dynadesk_shared::api::writes::Change;
use dynadesk_shared::{Item, Key};

use super::Patches;

/// Worked out before a change is sent: when the answer comes, the panel may be gone, and with it what
/// knows the table's schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ends {
    pub from: Option<Key>,
    pub to: Option<Key>,
}

impl Ends {
    pub fn of(change: &Change, key_of: impl Fn(&Item) -> Option<Key>) -> Self {
        let (base, item) = match change {
            Change::Create { item } => (None, Some(item)),
            Change::Replace { base, item } | Change::Edit { base, item } => (Some(base), Some(item)),
            Change::Delete { base } => (Some(base), None),
        };
        Self {
            from: base.and_then(&key_of),
            to: item.and_then(&key_of),
        }
    }

    /// Whether the change gives the item another key.
    pub fn moves(&self) -> bool {
        matches!((&self.from, &self.to), (Some(from), Some(to)) if !from.same_as(to))
    }

    /// What stands under which key after the change, and after its undo.
    pub fn patches(self, change: &Change, now: Option<Item>) -> (Patches, Patches) {
        let base = match change {
            Change::Create { .. } => None,
            Change::Replace { base, .. } | Change::Edit { base, .. } | Change::Delete { base } => Some(base.clone()),
        };
        let moves = self.moves();
        match (self.from, self.to) {
            (Some(from), Some(to)) if moves => (vec![(from.clone(), None), (to.clone(), now)], vec![(to, None), (from, base)]),
            (Some(key), _) | (None, Some(key)) => (vec![(key.clone(), now)], vec![(key, base)]),
            (None, None) => Default::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::AttributeValue;

    use super::*;

    fn item(pk: &str) -> Item {
        Item::from([("pk".to_owned(), AttributeValue::S(pk.to_owned()))])
    }

    fn key_of(item: &Item) -> Option<Key> {
        Some(Key(item.clone()))
    }

    #[test]
    fn a_moved_item_leaves_one_key_and_comes_to_another() {
        let change = Change::Edit {
            base: item("a"),
            item: item("b"),
        };
        let ends = Ends::of(&change, key_of);
        assert!(ends.moves());
        let (forth, back) = ends.patches(&change, Some(item("b")));
        assert_eq!(forth, [(Key(item("a")), None), (Key(item("b")), Some(item("b")))]);
        assert_eq!(back, [(Key(item("b")), None), (Key(item("a")), Some(item("a")))]);
    }

    #[test]
    fn a_deleted_item_comes_back_under_its_key() {
        let change = Change::Delete { base: item("a") };
        let ends = Ends::of(&change, key_of);
        assert!(!ends.moves());
        let (forth, back) = ends.patches(&change, None);
        assert_eq!(forth, [(Key(item("a")), None)]);
        assert_eq!(back, [(Key(item("a")), Some(item("a")))]);
    }
}
