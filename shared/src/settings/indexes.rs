//! Adding and removing global indexes. The rules are those of a new table: the table is written down
//! again with the new index as its last.

use serde_json::{Value, json};

use crate::api::connections::{Capabilities, Feature};
use crate::api::error::FieldError;
use crate::api::settings::{NewIndex, SettingsView};
use crate::api::tables::{
    AttributeDefinition, CreateIndex, CreateTable, IndexKind, IndexView, KeySchemaElement, Projection, TableCreate, Throughput,
};
use crate::create_table;
use crate::key::KeySchema;

/// Which global indexes there are, without what moves by itself.
pub(super) fn facet(view: &SettingsView) -> Value {
    let all = view.indexes.iter().filter(|index| index.kind == IndexKind::Gsi);
    all.map(|index| json!({"name": index.name, "key": index.key, "projection": index.projection, "projected": index.projected}))
        .collect()
}

pub(super) fn add(view: &SettingsView, new: &NewIndex, engine: &Capabilities, faults: &mut Vec<FieldError>) {
    for (at, side, name) in named(&new.index.key_schema) {
        let (Some(known), Some(wanted)) = (attribute_of(&view.attributes, name), attribute_of(&new.attributes, name)) else {
            continue;
        };
        if known.attribute_type != wanted.attribute_type {
            // DynamoDB would keep the type that it knows and say nothing.
            let message = format!(
                "{name:?} is a {} in another key of this table, and cannot be a {} here",
                known.attribute_type.label(),
                wanted.attribute_type.label()
            );
            faults.push(FieldError::new(format!("{side}[{at}].name"), message));
        }
    }
    let (request, prefix) = table_with(view, new, engine);
    for fault in create_table::validate(&request, engine) {
        let own = match fault.field.strip_prefix(&prefix) {
            Some(field) => field.to_owned(),
            None if fault.field.starts_with("attributes[") => "change".to_owned(),
            None => continue,
        };
        faults.push(FieldError::new(own, fault.message));
    }
}

pub(super) fn remove(view: &SettingsView, name: &str, faults: &mut Vec<FieldError>) {
    match view.indexes.iter().find(|index| index.name == name) {
        None => faults.push(FieldError::new("name", format!("there is no index {name:?}"))),
        Some(index) if index.kind == IndexKind::Lsi => {
            faults.push(FieldError::new("name", "a local index stays as long as its table"));
        }
        Some(_) => {}
    }
}

/// The definition of an attribute, where there is one.
pub fn attribute_of<'a>(all: &'a [AttributeDefinition], name: &str) -> Option<&'a AttributeDefinition> {
    all.iter().find(|definition| definition.attribute_name == name)
}

fn named(schema: &[KeySchemaElement]) -> Vec<(usize, &'static str, &str)> {
    let side = |word: &str, side: &'static str| {
        let own: Vec<_> = schema.iter().filter(|element| element.key_type == word).collect();
        own.into_iter()
            .enumerate()
            .map(move |(at, element)| (at, side, element.attribute_name.as_str()))
            .collect::<Vec<_>>()
    };
    [side("HASH", "partition"), side("RANGE", "sort")].concat()
}

/// A creation of this table with the new index, and how faults of that index begin.
fn table_with(view: &SettingsView, new: &NewIndex, engine: &Capabilities) -> (TableCreate, String) {
    let provisioned = view.capacity.mode == "PROVISIONED";
    let of_kind = |kind: IndexKind| view.indexes.iter().filter(move |index| index.kind == kind);
    let mut global: Vec<_> = of_kind(IndexKind::Gsi).map(|index| create(index, provisioned)).collect();
    let prefix = format!("gsi[{}].", global.len());
    let mut own = new.index.clone();
    if provisioned && engine.why_not(Feature::IndexCapacity).is_some() {
        // Such an engine needs no units for an index, and would keep none.
        own.provisioned_throughput = Some(Throughput { read: 1, write: 1 });
    }
    global.push(own);
    let mut attributes = view.attributes.clone();
    let unknown = |definition: &&AttributeDefinition| attribute_of(&view.attributes, &definition.attribute_name).is_none();
    attributes.extend(new.attributes.iter().filter(unknown).cloned());
    let request = CreateTable {
        table_name: view.table.clone(),
        attribute_definitions: attributes,
        key_schema: schema(&view.key),
        billing_mode: Some(view.capacity.mode.clone()),
        provisioned_throughput: provisioned.then_some(Throughput { read: 1, write: 1 }),
        global_secondary_indexes: global,
        local_secondary_indexes: of_kind(IndexKind::Lsi).map(|index| create(index, false)).collect(),
        ..CreateTable::default()
    };
    let create = TableCreate {
        request,
        ttl_attribute: None,
    };
    (create, prefix)
}

fn create(index: &IndexView, provisioned: bool) -> CreateIndex {
    CreateIndex {
        index_name: index.name.clone(),
        key_schema: schema(&index.key),
        projection: Projection {
            projection_type: index.projection.clone(),
            non_key_attributes: index.projected.clone(),
        },
        provisioned_throughput: provisioned.then_some(Throughput { read: 1, write: 1 }),
        on_demand_throughput: None,
    }
}

fn schema(key: &KeySchema) -> Vec<KeySchemaElement> {
    let side = |word: &'static str, keys: &[crate::key::KeyAttribute]| {
        let element = |key: &crate::key::KeyAttribute| KeySchemaElement {
            attribute_name: key.name.clone(),
            key_type: word.to_owned(),
        };
        keys.iter().map(element).collect::<Vec<_>>()
    };
    [side("HASH", &key.partition), side("RANGE", &key.sort)].concat()
}
