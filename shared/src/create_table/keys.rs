//! The keys of a table or an index, and the definitions that must name exactly their attributes.

use std::collections::BTreeSet;

use super::Faults;
use crate::api::tables::{CreateTable, KeySchemaElement};
use crate::limits;

/// The two sides of a key schema as the request spells it.
pub(super) struct Sides<'a> {
    pub partition: Vec<&'a str>,
    pub sort: Vec<&'a str>,
}

/// Takes a key schema apart; a word other than HASH or RANGE counts as a sort key and is a fault.
pub(super) fn sides<'a>(schema: &'a [KeySchemaElement], prefix: &str, faults: &mut Faults) -> Sides<'a> {
    let mut sides = Sides {
        partition: Vec::new(),
        sort: Vec::new(),
    };
    for element in schema {
        let side = match element.key_type.as_str() {
            "HASH" => &mut sides.partition,
            "RANGE" => &mut sides.sort,
            other => {
                let field = format!("{prefix}sort[{}].name", sides.sort.len());
                faults.add(field, format!("a key type is HASH or RANGE, not {other:?}"));
                &mut sides.sort
            }
        };
        side.push(element.attribute_name.as_str());
    }
    sides
}

/// The names of one key: well formed, defined with a type, and none twice.
pub(super) fn names(request: &CreateTable, sides: &Sides<'_>, prefix: &str, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    let places = [("partition", &sides.partition), ("sort", &sides.sort)];
    for (side, at, name) in places
        .into_iter()
        .flat_map(|(side, names)| names.iter().enumerate().map(move |(at, name)| (side, at, *name)))
    {
        let field = format!("{prefix}{side}[{at}].name");
        if let Err(message) = limits::key_attribute_name(name) {
            faults.add(field, message);
        } else if !seen.insert(name) {
            faults.add(field, format!("{name:?} is in this key already"));
        } else if !request
            .attribute_definitions
            .iter()
            .any(|definition| definition.attribute_name == name)
        {
            faults.add(field, format!("{name:?} has no type among the attribute definitions"));
        }
    }
}

pub(super) fn table(request: &CreateTable, faults: &mut Faults) {
    let sides = sides(&request.key_schema, "", faults);
    if sides.partition.is_empty() {
        faults.add("partition[0].name", "a table needs a partition key");
    }
    for at in 1..sides.partition.len() {
        faults.add(format!("partition[{at}].name"), "a table has one partition key attribute");
    }
    for at in 1..sides.sort.len() {
        faults.add(format!("sort[{at}].name"), "a table has at most one sort key attribute");
    }
    names(request, &sides, "", faults);
}

/// DynamoDB takes definitions of key attributes only, each once.
pub(super) fn definitions(request: &CreateTable, faults: &mut Faults) {
    let indexes = request.global_secondary_indexes.iter().chain(&request.local_secondary_indexes);
    let used: BTreeSet<&str> = indexes
        .map(|index| &index.key_schema)
        .chain([&request.key_schema])
        .flatten()
        .map(|element| element.attribute_name.as_str())
        .collect();
    let mut seen = BTreeSet::new();
    for (at, definition) in request.attribute_definitions.iter().enumerate() {
        let name = definition.attribute_name.as_str();
        if !seen.insert(name) {
            faults.add(format!("attributes[{at}]"), format!("{name:?} is defined twice"));
        } else if !used.contains(name) {
            let message = format!("{name:?} is in no key: only key attributes are defined when a table is created");
            faults.add(format!("attributes[{at}]"), message);
        }
    }
}
