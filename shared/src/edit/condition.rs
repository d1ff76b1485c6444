//! The condition that an item still is what was loaded.

use std::collections::BTreeSet;

use crate::filter::compile::Placeholders;
use crate::key::{Key, KeySchema};
use crate::value::Item;

/// DynamoDB's largest expression, in bytes as it is sent.
pub(super) const MOST_BYTES: usize = 4096;
/// DynamoDB takes 300 operators and functions in one expression. Each comparison is one, and so is
/// each AND between two.
pub(super) const MOST_TERMS: usize = 150;

/// A condition, and whether it compares everything that was loaded.
pub(super) struct Loaded {
    pub text: String,
    pub whole: bool,
}

/// Holds while the item is what was loaded and none of the `new` attributes came meanwhile. The
/// touched attributes come first: they must be in it where not all fit.
pub(super) fn as_loaded(places: &mut Placeholders, base: &Item, key: &KeySchema, touched: &BTreeSet<&str>, new: &BTreeSet<&str>) -> Loaded {
    let is_key = |name: &str| key.attributes().any(|attribute| attribute.name == name);
    let mut terms = Terms::default();
    let (first, rest): (Vec<_>, Vec<_>) = base
        .iter()
        .filter(|(name, _)| !is_key(name))
        .partition(|(name, _)| touched.contains(name.as_str()));
    for (name, value) in first {
        terms.add(places, |places| {
            Some(format!("{} = {}", places.name(name.clone()), places.value(value).ok()?))
        });
    }
    for name in new {
        terms.add(places, |places| {
            Some(format!("attribute_not_exists({})", places.name((*name).to_owned())))
        });
    }
    for (name, value) in rest {
        terms.add(places, |places| {
            Some(format!("{} = {}", places.name(name.clone()), places.value(value).ok()?))
        });
    }
    // Only an equality proves that there is an item at all.
    if !terms.texts.iter().any(|text| text.contains(" = "))
        && let Some(partition) = key.partition.first()
    {
        terms
            .texts
            .insert(0, format!("attribute_exists({})", places.name(partition.name.clone())));
    }
    Loaded {
        text: terms.texts.join(" AND "),
        whole: !terms.left_out,
    }
}

/// Holds while no item has the key.
pub(super) fn free(places: &mut Placeholders, key: &Key, schema: &KeySchema) -> String {
    let name = schema.partition.first().map(|attribute| attribute.name.clone());
    let name = name.or_else(|| key.0.keys().next().cloned()).unwrap_or_default();
    format!("attribute_not_exists({})", places.name(name))
}

#[derive(Default)]
struct Terms {
    texts: Vec<String>,
    bytes: usize,
    left_out: bool,
}

impl Terms {
    fn add(&mut self, places: &mut Placeholders, term: impl FnOnce(&mut Placeholders) -> Option<String>) {
        // One is kept for the test that the item exists, and room for its text.
        const LONGEST: usize = 64;
        if self.texts.len() + 1 >= MOST_TERMS || self.bytes + 2 * LONGEST > MOST_BYTES {
            self.left_out = true;
            return;
        }
        match term(places) {
            Some(text) => {
                self.bytes += text.len() + " AND ".len();
                self.texts.push(text);
            }
            // A number that is none of DynamoDB's cannot be compared; an engine gave it all the same.
            None => self.left_out = true,
        }
    }
}
