//! Units, maximums and warm throughput, of the table and of each global index.

use std::collections::BTreeMap;

use crate::api::connections::{Capabilities, Feature};
use crate::api::error::FieldError;
use crate::api::settings::{Capacity, Maximums, SettingsView, Warm, WarmThroughput};
use crate::api::tables::{IndexKind, OnDemandThroughput, Throughput};

/// DynamoDB's own word for no maximum.
pub(super) const NO_MAXIMUM: i64 = -1;

pub(super) fn units(view: &SettingsView, wanted: &Capacity, engine: &Capabilities, faults: &mut Vec<FieldError>) {
    let mut fault = |field: String, message: &str| faults.push(FieldError::new(field, message));
    match wanted.mode.as_str() {
        "PAY_PER_REQUEST" => {
            if wanted.table.is_some() || !wanted.indexes.is_empty() {
                fault("table.read".to_owned(), "on demand there is no capacity to provision");
            }
            return;
        }
        "PROVISIONED" => {}
        other => {
            return fault(
                "mode".to_owned(),
                &format!("capacity is PROVISIONED or PAY_PER_REQUEST, not {other:?}"),
            );
        }
    }
    let Some(table) = wanted.table else {
        return fault("table.read".to_owned(), "provisioned capacity needs read and write units");
    };
    let all = std::iter::once(("table".to_owned(), table)).chain(wanted.indexes.iter().map(|(name, units)| (field(name), *units)));
    for (place, units) in all {
        for (side, value) in [("read", units.read), ("write", units.write)] {
            if value == 0 {
                fault(format!("{place}.{side}"), &format!("at least 1 {side} capacity unit"));
            }
        }
    }
    known(view, wanted.indexes.keys(), faults);
    let missing = engine.why_not(Feature::IndexCapacity);
    for index in global(view) {
        let (now, then) = (view.capacity.indexes.get(index), wanted.indexes.get(index));
        match (missing, then) {
            (Some(why), Some(_)) if now != then => faults.push(FieldError::new(format!("{}.read", field(index)), why)),
            (None, None) => faults.push(FieldError::new(
                format!("{}.read", field(index)),
                "provisioned capacity needs units for each index",
            )),
            _ => {}
        }
    }
}

pub(super) fn maximums(view: &SettingsView, wanted: &Maximums, engine: &Capabilities, faults: &mut Vec<FieldError>) {
    if view.capacity.mode != "PAY_PER_REQUEST" {
        return faults.push(FieldError::new(
            "change",
            "a maximum belongs to on-demand capacity: the table is provisioned",
        ));
    }
    let all = std::iter::once(("table".to_owned(), wanted.table)).chain(wanted.indexes.iter().map(|(name, most)| (field(name), *most)));
    for (place, most) in all {
        for (side, value) in [("read", most.max_read_request_units), ("write", most.max_write_request_units)] {
            if value.is_some_and(|value| value < 1) {
                faults.push(FieldError::new(
                    format!("{place}.{side}"),
                    "a maximum is at least 1; leave it empty for none",
                ));
            }
        }
    }
    known(view, wanted.indexes.keys(), faults);
    per_index(&view.on_demand_maximum.indexes, &wanted.indexes, engine, faults);
}

pub(super) fn warm(view: &SettingsView, wanted: &Warm, engine: &Capabilities, faults: &mut Vec<FieldError>) {
    let now = |index: Option<&str>| match index {
        None => view.warm_throughput.table,
        Some(name) => view.warm_throughput.indexes.get(name).copied(),
    };
    let mut check = |place: String, now: Option<WarmThroughput>, then: Option<WarmThroughput>| {
        let (now, then) = (now.unwrap_or_default(), then.unwrap_or_default());
        let sides = [
            ("read", now.read_units_per_second, then.read_units_per_second),
            ("write", now.write_units_per_second, then.write_units_per_second),
        ];
        for (side, now, then) in sides {
            if then < now {
                let message = format!("warm throughput only grows: it is {now}");
                faults.push(FieldError::new(format!("{place}.{side}"), message));
            } else if then == 0 {
                faults.push(FieldError::new(format!("{place}.{side}"), "at least 1 unit a second"));
            }
        }
    };
    if wanted.table.is_some() || view.warm_throughput.table.is_some() {
        check("table".to_owned(), now(None), wanted.table);
    }
    for (name, units) in &wanted.indexes {
        check(field(name), now(Some(name)), Some(*units));
    }
    known(view, wanted.indexes.keys(), faults);
    per_index(&view.warm_throughput.indexes, &wanted.indexes, engine, faults);
}

fn per_index<T: PartialEq>(now: &BTreeMap<String, T>, then: &BTreeMap<String, T>, engine: &Capabilities, faults: &mut Vec<FieldError>) {
    let Some(why) = engine.why_not(Feature::IndexCapacity) else {
        return;
    };
    for name in then.keys().filter(|name| now.get(*name) != then.get(*name)) {
        faults.push(FieldError::new(format!("{}.read", field(name)), why));
    }
}

fn known<'a>(view: &SettingsView, names: impl Iterator<Item = &'a String>, faults: &mut Vec<FieldError>) {
    for name in names {
        if !global(view).any(|index| index == name) {
            faults.push(FieldError::new(
                format!("{}.read", field(name)),
                format!("there is no global index {name:?}"),
            ));
        }
    }
}

pub(super) fn field(index: &str) -> String {
    format!("indexes.{index}")
}

/// The names of the global indexes: a local one uses the table's capacity.
pub(super) fn global(view: &SettingsView) -> impl Iterator<Item = &String> {
    view.indexes
        .iter()
        .filter(|index| index.kind == IndexKind::Gsi)
        .map(|index| &index.name)
}

/// What a request must say so that `now` becomes `then`: a maximum that goes is said too.
pub(super) fn maximum(now: OnDemandThroughput, then: OnDemandThroughput) -> Option<OnDemandThroughput> {
    let side = |now: Option<i64>, then: Option<i64>| (now != then).then(|| then.unwrap_or(NO_MAXIMUM));
    let said = OnDemandThroughput {
        max_read_request_units: side(now.max_read_request_units, then.max_read_request_units),
        max_write_request_units: side(now.max_write_request_units, then.max_write_request_units),
    };
    (said != OnDemandThroughput::default()).then_some(said)
}

/// `5 read, 5 write`.
pub(super) fn units_text(units: Throughput) -> String {
    format!("{} read, {} write", units.read, units.write)
}
