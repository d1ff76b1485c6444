//! Changing a table's settings: what a change replaces, whether DynamoDB's limits allow it, the exact
//! requests, and whether it has come into effect. The browser shows what the server then does.
//!
//! Fields are named as the forms name them: `mode`, `table.read`, `indexes.by-time.write`, `name`,
//! `partition[0].name`, `projection`, `stream`, `table_class`, `tags.owner`, `key`, `policy`, and
//! `change` where it is the change as a whole.

mod capacity;
mod diff;
mod indexes;
pub mod policy;
mod requests;
mod rest;
mod tags;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use crate::api::connections::{Capabilities, Feature};
use crate::api::error::FieldError;
use crate::api::settings::{Encryption, EncryptionKind, SettingsChange, SettingsView};
use crate::api::tables::IndexView;

pub use diff::{Line, diff};
pub use indexes::attribute_of;
pub use requests::requests;
pub use tags::MOST as MOST_TAGS;

/// The part of the settings that a change replaces: what the operator must have seen.
pub fn facet(view: &SettingsView, change: &SettingsChange) -> Value {
    match change {
        SettingsChange::Capacity(_) => json!(view.capacity),
        SettingsChange::OnDemandMaximum(_) => json!(view.on_demand_maximum),
        SettingsChange::WarmThroughput(_) => json!(view.warm_throughput),
        SettingsChange::AddIndex(_) | SettingsChange::RemoveIndex(_) => indexes::facet(view),
        SettingsChange::Stream(_) => json!(view.stream),
        SettingsChange::DeletionProtection(_) => json!(view.deletion_protection),
        SettingsChange::TableClass(_) => json!(view.table_class),
        SettingsChange::Tags(_) => json!(view.tags),
        SettingsChange::Encryption(_) => json!(view.encryption),
        SettingsChange::ResourcePolicy(_) => json!(view.resource_policy),
    }
}

/// Every fault of a change, each with its field; nothing where an engine with these capabilities
/// should take it as the table is now.
pub fn validate(view: &SettingsView, change: &SettingsChange, engine: &Capabilities) -> Vec<FieldError> {
    if let Some((part, why)) = part(change).and_then(|part| Some((part, view.unread.get(part)?))) {
        return vec![FieldError::new(
            "change",
            format!("what stands there could not be read, so {part} cannot be changed: {why}"),
        )];
    }
    if let Some(why) = feature(change).and_then(|feature| engine.why_not(feature)) {
        return vec![FieldError::new("change", why)];
    }
    let mut faults = Vec::new();
    match change {
        SettingsChange::Capacity(wanted) => capacity::units(view, wanted, engine, &mut faults),
        SettingsChange::OnDemandMaximum(wanted) => capacity::maximums(view, wanted, engine, &mut faults),
        SettingsChange::WarmThroughput(wanted) => capacity::warm(view, wanted, engine, &mut faults),
        SettingsChange::AddIndex(new) => indexes::add(view, new, engine, &mut faults),
        SettingsChange::RemoveIndex(name) => indexes::remove(view, name, &mut faults),
        SettingsChange::Stream(wanted) => rest::stream(wanted.as_deref(), &mut faults),
        SettingsChange::DeletionProtection(_) => {}
        SettingsChange::TableClass(wanted) => rest::class(wanted, &mut faults),
        SettingsChange::Tags(wanted) => tags::check(&view.tags, wanted, &mut faults),
        SettingsChange::Encryption(wanted) => rest::encryption(wanted, &mut faults),
        SettingsChange::ResourcePolicy(wanted) => policy::check(wanted.as_deref(), &mut faults),
    }
    if faults.is_empty() {
        if requests(view, change).is_empty() {
            faults.push(FieldError::new("change", "nothing changes: the table has this setting already"));
        } else if let Some(why) = busy(view, change) {
            faults.push(FieldError::new("change", why));
        }
    }
    faults
}

/// What an engine must be able to do for a change.
pub fn feature(change: &SettingsChange) -> Option<Feature> {
    match change {
        SettingsChange::OnDemandMaximum(_) => Some(Feature::OnDemandMaximum),
        SettingsChange::WarmThroughput(_) => Some(Feature::WarmThroughput),
        SettingsChange::Stream(_) => Some(Feature::Streams),
        SettingsChange::DeletionProtection(_) => Some(Feature::DeletionProtection),
        SettingsChange::TableClass(_) => Some(Feature::TableClass),
        SettingsChange::Tags(_) => Some(Feature::Tags),
        SettingsChange::Encryption(_) => Some(Feature::Encryption),
        SettingsChange::ResourcePolicy(_) => Some(Feature::ResourcePolicy),
        SettingsChange::Capacity(_) | SettingsChange::AddIndex(_) | SettingsChange::RemoveIndex(_) => None,
    }
}

/// The name under which a part that could not be read stands in `unread`.
fn part(change: &SettingsChange) -> Option<&'static str> {
    match change {
        SettingsChange::Tags(_) => Some("tags"),
        SettingsChange::ResourcePolicy(_) => Some("resource_policy"),
        _ => None,
    }
}

/// Why the table takes no such change at this moment: DynamoDB carries out one after the other.
pub fn busy(view: &SettingsView, change: &SettingsChange) -> Option<String> {
    // Tags and policies are kept beside the table, and an index that is being filled can be given up.
    let beside = matches!(change, SettingsChange::Tags(_) | SettingsChange::ResourcePolicy(_));
    if beside || matches!(change, SettingsChange::RemoveIndex(name) if is_filling(view, name)) {
        return None;
    }
    if let Some(index) = moving_indexes(view).next() {
        let status = index.status.as_deref().unwrap_or_default();
        return Some(format!(
            "the index {} is {status}: DynamoDB carries out one change at a time",
            index.name
        ));
    }
    (view.status != "ACTIVE").then(|| format!("the table is {}: DynamoDB carries out one change at a time", view.status))
}

fn has_index(view: &SettingsView, name: &str) -> bool {
    view.indexes.iter().any(|index| index.name == name)
}

fn is_filling(view: &SettingsView, name: &str) -> bool {
    view.indexes.iter().any(|index| index.name == name && index.backfilling)
}

/// The name that must be typed before a change: of what is lost, and on production of the table.
pub fn name_to_confirm(view: &SettingsView, change: &SettingsChange, production: bool) -> Option<String> {
    match change {
        SettingsChange::RemoveIndex(name) => Some(name.clone()),
        SettingsChange::Stream(_) if view.stream.is_some() => Some(view.table.clone()),
        SettingsChange::ResourcePolicy(None) => Some(view.table.clone()),
        _ => production.then(|| view.table.clone()),
    }
}

/// Whether the table has nothing under way, whoever began it.
pub fn is_settled(view: &SettingsView) -> bool {
    let moves = matches!(view.status.as_str(), "CREATING" | "UPDATING" | "DELETING" | "ARCHIVING");
    !moves && view.under_way.is_empty() && moving_indexes(view).next().is_none()
}

/// Indexes that come, go or are changed.
pub fn moving_indexes(view: &SettingsView) -> impl Iterator<Item = &IndexView> {
    let moves = |index: &&IndexView| index.status.as_deref().is_some_and(|status| status != "ACTIVE");
    view.indexes.iter().filter(moves)
}

/// Whether the engine describes what was wanted, instead of `seen`, the part of the settings that the
/// change replaces.
pub fn is_in_effect(view: &SettingsView, change: &SettingsChange, seen: &Value) -> bool {
    match change {
        SettingsChange::AddIndex(new) => has_index(view, &new.index.index_name),
        SettingsChange::RemoveIndex(name) => !has_index(view, name),
        // Which key it is a description only tells as an ARN, whatever it was asked for by: it is another
        // one than before.
        SettingsChange::Encryption(wanted) => match wanted.kind {
            EncryptionKind::AwsOwned => view.encryption.kind == EncryptionKind::AwsOwned,
            _ => view.encryption.kind != EncryptionKind::AwsOwned && facet(view, change) != *seen,
        },
        // Read again at once, an engine may still answer with the policy before.
        SettingsChange::ResourcePolicy(_) => true,
        _ => requests(view, change).is_empty(),
    }
}

/// Whether both name the same key, as far as can be told.
fn same_key(seen: &Encryption, wanted: &Encryption) -> bool {
    seen.kind == wanted.kind && seen.key == wanted.key
}
