//! The write that a change needs.

use std::collections::BTreeSet;

use super::condition::{as_loaded, free};
use super::diff::differences;
use super::update::expression;
use crate::api::writes::Change;
use crate::filter::compile::{Expression, Placeholders};
use crate::key::{Key, KeySchema};
use crate::value::{AttributeValue, Item};

/// A write of one item. Nothing in it is unconditional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing differs: nothing is sent.
    Nothing,
    /// UpdateItem with only what differs. `condition` is text over the placeholders of `update`.
    Update {
        key: Key,
        update: Expression,
        condition: String,
        /// Whether the condition compares everything that was loaded.
        whole: bool,
    },
    /// PutItem.
    Put {
        key: Key,
        item: Item,
        condition: Expression,
        whole: bool,
    },
    /// DeleteItem.
    Delete { key: Key, condition: Expression, whole: bool },
    /// Another key: one transaction that deletes the old item and puts the new one where its key is free.
    Move {
        from: Key,
        to: Key,
        loaded: Expression,
        item: Item,
        free: Expression,
        whole: bool,
    },
}

impl Plan {
    /// How many actions it takes in a transaction.
    pub fn actions(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Move { .. } => 2,
            _ => 1,
        }
    }

    /// Whether its condition compares everything that was loaded.
    pub fn whole(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Update { whole, .. } | Self::Put { whole, .. } | Self::Delete { whole, .. } | Self::Move { whole, .. } => *whole,
        }
    }
}

/// The write of any change; an error where an item does not have the key of the table.
pub fn plan(change: &Change, key: &KeySchema) -> Result<Plan, String> {
    match change {
        Change::Create { item } => create(item, key),
        Change::Replace { base, item } => replace(base, item, key),
        Change::Edit { base, item } => update(base, item, key),
        Change::Delete { base } => delete(base, key),
    }
}

/// A new item, where its key is free.
pub fn create(item: &Item, schema: &KeySchema) -> Result<Plan, String> {
    let key = schema.key_of(item)?;
    let condition = whole_of(|places| free(places, &key, schema));
    Ok(Plan::Put {
        key,
        item: item.clone(),
        condition,
        whole: true,
    })
}

/// An item put over the one that was loaded, which has the same key.
pub fn replace(base: &Item, item: &Item, schema: &KeySchema) -> Result<Plan, String> {
    let key = schema.key_of(base)?;
    if !key.same_as(&schema.key_of(item)?) {
        return Err("an item is replaced by one with the same key".to_owned());
    }
    if differences(base, item).is_empty() {
        return Ok(Plan::Nothing);
    }
    Ok(put(key, base, item, schema))
}

/// The item gone.
pub fn delete(base: &Item, schema: &KeySchema) -> Result<Plan, String> {
    let key = schema.key_of(base)?;
    let (condition, whole) = loaded(base, schema, &BTreeSet::new(), &BTreeSet::new());
    Ok(Plan::Delete { key, condition, whole })
}

/// The smallest write that makes one image of an item the other.
pub fn update(base: &Item, item: &Item, schema: &KeySchema) -> Result<Plan, String> {
    let (key, to) = (schema.key_of(base)?, schema.key_of(item)?);
    let differences = differences(base, item);
    if differences.is_empty() {
        return Ok(Plan::Nothing);
    }
    if !key.same_as(&to) {
        let (loaded, whole) = loaded(base, schema, &BTreeSet::new(), &BTreeSet::new());
        let free = whole_of(|places| free(places, &to, schema));
        return Ok(Plan::Move {
            from: key,
            item: settled(base, item),
            to,
            loaded,
            free,
            whole,
        });
    }
    let Some((text, mut places)) = expression(base, item, &differences) else {
        return Ok(put(key, base, item, schema));
    };
    let attributes = differences.iter().map(|difference| difference.attribute());
    let (touched, new): (BTreeSet<&str>, BTreeSet<&str>) = attributes.partition(|name| base.contains_key(*name));
    let condition = as_loaded(&mut places, base, schema, &touched, &new);
    Ok(Plan::Update {
        key,
        update: Expression {
            text,
            names: places.names,
            values: places.values,
        },
        condition: condition.text,
        whole: condition.whole,
    })
}

fn put(key: Key, base: &Item, item: &Item, schema: &KeySchema) -> Plan {
    let (touched, new): (BTreeSet<&str>, BTreeSet<&str>) = item.keys().map(String::as_str).partition(|name| base.contains_key(*name));
    let (condition, whole) = loaded(base, schema, &touched, &new);
    Plan::Put {
        key,
        item: settled(base, item),
        condition,
        whole,
    }
}

fn loaded(base: &Item, schema: &KeySchema, touched: &BTreeSet<&str>, new: &BTreeSet<&str>) -> (Expression, bool) {
    let mut whole = true;
    let expression = whole_of(|places| {
        let loaded = as_loaded(places, base, schema, touched, new);
        whole = loaded.whole;
        loaded.text
    });
    (expression, whole)
}

fn whole_of(text: impl FnOnce(&mut Placeholders) -> String) -> Expression {
    let mut places = Placeholders::default();
    let text = text(&mut places);
    Expression {
        text,
        names: places.names,
        values: places.values,
    }
}

/// The new image with the loaded spelling of everything that is the same: an untouched value goes back
/// as it came.
fn settled(base: &Item, item: &Item) -> Item {
    let settle = |(name, value): (&String, &AttributeValue)| match base.get(name) {
        Some(loaded) => (name.clone(), settled_value(loaded, value)),
        None => (name.clone(), value.clone()),
    };
    item.iter().map(settle).collect()
}

fn settled_value(loaded: &AttributeValue, value: &AttributeValue) -> AttributeValue {
    match (loaded, value) {
        (loaded, value) if loaded.same_as(value) => loaded.clone(),
        (AttributeValue::M(loaded), AttributeValue::M(value)) => AttributeValue::M(settled(loaded, value)),
        (AttributeValue::L(loaded), AttributeValue::L(value)) => {
            let settle = |(at, value): (usize, &AttributeValue)| match loaded.get(at) {
                Some(loaded) => settled_value(loaded, value),
                None => value.clone(),
            };
            AttributeValue::L(value.iter().enumerate().map(settle).collect())
        }
        (_, value) => value.clone(),
    }
}
