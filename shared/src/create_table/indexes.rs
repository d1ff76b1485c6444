//! Global and local secondary indexes.

use std::collections::BTreeSet;

use super::{Faults, keys};
use crate::api::connections::{Capabilities, Feature};
use crate::api::tables::{CreateIndex, CreateTable};
use crate::limits;

const MOST_GSI: usize = 20;
const MOST_LSI: usize = 5;
/// Attributes on one side of a GSI's key.
const MOST_ON_A_SIDE: usize = 4;
/// Projected attributes of one index, and of all indexes of a table.
const MOST_PROJECTED: usize = 20;
const MOST_PROJECTED_IN_ALL: usize = 100;

pub(super) fn all(request: &CreateTable, engine: &Capabilities, faults: &mut Faults) {
    let mut known = BTreeSet::new();
    let mut projected = 0;
    let gsis = request
        .global_secondary_indexes
        .iter()
        .enumerate()
        .map(|(at, index)| (true, at, index));
    let lsis = request
        .local_secondary_indexes
        .iter()
        .enumerate()
        .map(|(at, index)| (false, at, index));
    for (global, at, index) in gsis.chain(lsis) {
        let prefix = format!("{}[{at}].", if global { "gsi" } else { "lsi" });
        let most = if global { MOST_GSI } else { MOST_LSI };
        let name = format!("{prefix}name");
        if at >= most {
            faults.add(&name, format!("a table has at most {most} of these indexes"));
        } else if let Err(message) = limits::index_name(&index.index_name) {
            faults.add(&name, message);
        } else if !known.insert(index.index_name.as_str()) {
            faults.add(&name, format!("another index is named {:?}", index.index_name));
        }
        if global {
            gsi_key(request, index, engine, &prefix, faults);
        } else {
            lsi_key(request, index, &prefix, faults);
        }
        projection(index, &prefix, &mut projected, faults);
    }
}

fn gsi_key(request: &CreateTable, index: &CreateIndex, engine: &Capabilities, prefix: &str, faults: &mut Faults) {
    let sides = keys::sides(&index.key_schema, prefix, faults);
    if sides.partition.is_empty() {
        faults.add(format!("{prefix}partition[0].name"), "an index needs a partition key");
    }
    for (side, names) in [("partition", &sides.partition), ("sort", &sides.sort)] {
        for at in 1..names.len() {
            let field = format!("{prefix}{side}[{at}].name");
            if at >= MOST_ON_A_SIDE {
                faults.add(field, format!("an index has at most {MOST_ON_A_SIDE} {side} key attributes"));
            } else if let Some(why) = engine.why_not(Feature::MultiAttributeKeys) {
                faults.add(field, why);
            }
        }
    }
    keys::names(request, &sides, prefix, faults);
}

fn lsi_key(request: &CreateTable, index: &CreateIndex, prefix: &str, faults: &mut Faults) {
    let sides = keys::sides(&index.key_schema, prefix, faults);
    let table = |kind: &str| request.key_schema.iter().find(|element| element.key_type == kind);
    let shared = table("HASH").map(|element| element.attribute_name.as_str());
    if table("RANGE").is_none() {
        faults.add(format!("{prefix}name"), "a local index needs a table that has a sort key");
    }
    if sides.partition.len() != 1 || sides.partition.first().copied() != shared {
        let message = "a local index has the table's partition key";
        faults.add(format!("{prefix}partition[0].name"), message);
    }
    match sides.sort.len() {
        0 => faults.add(format!("{prefix}sort[0].name"), "a local index needs a sort key of its own"),
        1 => {}
        _ => faults.add(format!("{prefix}sort[1].name"), "a local index has one sort key attribute"),
    }
    keys::names(request, &sides, prefix, faults);
}

fn projection(index: &CreateIndex, prefix: &str, projected: &mut usize, faults: &mut Faults) {
    let field = format!("{prefix}projection");
    let names = &index.projection.non_key_attributes;
    match (index.projection.projection_type.as_str(), names.len()) {
        ("ALL" | "KEYS_ONLY", 0) => {}
        ("ALL" | "KEYS_ONLY", _) => faults.add(field, "only an INCLUDE projection names attributes"),
        ("INCLUDE", 0) => faults.add(field, "an INCLUDE projection names at least one attribute"),
        ("INCLUDE", count) => {
            *projected += count;
            let unique: BTreeSet<_> = names.iter().collect();
            if let Some(bad) = names.iter().find(|name| !(1..=255).contains(&name.len())) {
                faults.add(field, format!("an attribute name has 1 to 255 bytes, not {}", bad.len()));
            } else if unique.len() != count {
                faults.add(field, "an attribute is projected twice");
            } else if count > MOST_PROJECTED {
                faults.add(
                    field,
                    format!("an index projects at most {MOST_PROJECTED} named attributes, not {count}"),
                );
            } else if *projected > MOST_PROJECTED_IN_ALL {
                let message = format!("all indexes together project at most {MOST_PROJECTED_IN_ALL} named attributes");
                faults.add(field, message);
            }
        }
        (other, _) => faults.add(field, format!("a projection is ALL, KEYS_ONLY or INCLUDE, not {other:?}")),
    }
}
