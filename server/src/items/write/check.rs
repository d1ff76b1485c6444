//! Everything that can be known to be wrong, said before anything is written.

use std::collections::HashMap;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::writes::{Change, ItemsWrite, MOST_CHANGES};
use dynadesk_shared::edit::{self, Plan};
use dynadesk_shared::filter::path;
use dynadesk_shared::{KeySchema, item_check};

use super::Planned;
use crate::connections::Connection;
use crate::engine::items::TRANSACT_WRITE;
use crate::error::{Error, Result};
use crate::store::is_id;
use crate::tables::of_table;

/// The write that each change needs, or 400 `invalid_changes` with a field for each fault.
pub(super) async fn all(connection: &Connection, table: &str, asked: &ItemsWrite) -> Result<Vec<Planned>> {
    let count = asked.changes.len();
    if !(1..=MOST_CHANGES).contains(&count) {
        let message = format!("one request changes 1 to {MOST_CHANGES} items, not {count}");
        return Err(invalid(vec![FieldError::new("changes", message)]));
    }
    if let Some(group) = asked.group.as_ref().filter(|group| !is_id(group)) {
        let message = format!("{group:?} is no group of the history");
        return Err(invalid(vec![FieldError::new("group", message)]));
    }
    let view = connection
        .engine
        .describe_table_only(table)
        .await
        .map_err(|error| of_table(table, error))?;
    let indexes: Vec<KeySchema> = view.indexes.into_iter().map(|index| index.key).collect();
    let (mut faults, mut planned) = (Vec::new(), Vec::new());
    for (at, change) in asked.changes.iter().enumerate() {
        match one(change, &view.key, &indexes) {
            Ok(one) => planned.push(one),
            Err(found) => faults.extend(
                found
                    .into_iter()
                    .map(|(place, message)| FieldError::new(format!("changes[{at}]{place}"), message)),
            ),
        }
    }
    if faults.is_empty() {
        twice(&planned, &mut faults);
    }
    let actions: usize = planned.iter().map(|one| one.plan.actions()).sum();
    if faults.is_empty() && asked.together && actions > TRANSACT_WRITE {
        let message =
            format!("a transaction has at most {TRANSACT_WRITE} actions, these changes take {actions}: a change of key takes two");
        faults.push(FieldError::new("changes", message));
    }
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    transactions(connection, asked.together, &planned)?;
    Ok(planned)
}

/// One change, or its faults with their places in it.
fn one(change: &Change, key: &KeySchema, indexes: &[KeySchema]) -> std::result::Result<Planned, Vec<(String, String)>> {
    let mut faults = Vec::new();
    if let Some(base) = change.base()
        && let Err(why) = key.key_of(base)
    {
        faults.push((".base".to_owned(), why));
    }
    if let Some(item) = change.item() {
        for problem in item_check::problems(item, key, indexes) {
            let place = match &problem.attribute {
                Some(name) => format!(".item.{}", path::of_name(name)),
                None => ".item".to_owned(),
            };
            faults.push((place, problem.message));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let whole = |why| vec![(String::new(), why)];
    let plan = edit::plan(change, key).map_err(whole)?;
    let seen = change.base().or_else(|| change.item());
    let key = key.key_of(seen.unwrap_or(&Default::default())).map_err(whole)?;
    Ok(Planned {
        change: change.clone(),
        plan,
        key,
    })
}

/// A key that two changes touch: which of them wins would be chance.
fn twice(planned: &[Planned], faults: &mut Vec<FieldError>) {
    let mut seen = HashMap::new();
    for (at, one) in planned.iter().enumerate() {
        let mut keys = vec![&one.key];
        if let Plan::Move { to, .. } = &one.plan {
            keys.push(to);
        }
        for key in keys {
            match seen.get(&key.canonical()) {
                Some(first) => faults.push(FieldError::new(
                    format!("changes[{at}]"),
                    format!("its key {key} stands in changes[{first}] already"),
                )),
                None => drop(seen.insert(key.canonical(), at)),
            }
        }
    }
}

/// 400 `unsupported_by_engine` where a transaction is needed and the engine has none.
fn transactions(connection: &Connection, together: bool, planned: &[Planned]) -> Result<()> {
    let Some(why) = connection.engine.capabilities().why_not(Feature::Transactions) else {
        return Ok(());
    };
    let moves = planned.iter().position(|one| matches!(one.plan, Plan::Move { .. }));
    let (field, what) = match moves {
        Some(at) => (format!("changes[{at}]"), "changing a key needs a transaction"),
        None if together => ("together".to_owned(), "changing items together needs a transaction"),
        None => return Ok(()),
    };
    let message = format!("{what}: {why}");
    Err(Error::invalid("unsupported_by_engine", message.clone()).with_fields(vec![FieldError::new(field, message)]))
}

fn invalid(faults: Vec<FieldError>) -> Error {
    let message = match faults.first() {
        Some(first) => format!("nothing was written: {}: {}", first.field, first.message),
        None => "nothing was written".to_owned(),
    };
    Error::invalid("invalid_changes", message).with_fields(faults)
}
