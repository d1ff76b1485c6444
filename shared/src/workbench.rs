//! NoSQL Workbench data models: their tables as CreateTable requests.

use serde::Deserialize;
use serde_json::Value;

use crate::api::tables::{AttributeDefinition, CreateIndex, CreateTable, KeySchemaElement, Projection, TableCreate, Throughput};
use crate::key::ScalarType;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Model {
    data_model: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Table {
    table_name: String,
    key_attributes: Keys,
    #[serde(default)]
    global_secondary_indexes: Vec<Index>,
    #[serde(default)]
    local_secondary_indexes: Vec<Index>,
    billing_mode: Option<String>,
    provisioned_capacity_settings: Option<Capacity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    partition_key: Attribute,
    sort_key: Option<Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    attribute_name: String,
    attribute_type: ScalarType,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Index {
    index_name: String,
    key_attributes: Keys,
    projection: Option<Projection>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Capacity {
    provisioned_throughput: Option<Throughput>,
}

/// Reads a model; its sample data, facets and visual settings are left out.
pub fn read(model: &Value) -> Result<Vec<TableCreate>, String> {
    let model = Model::deserialize(model).map_err(|cause| format!("the NoSQL Workbench model is not complete: {cause}"))?;
    if model.data_model.is_empty() {
        return Err("the NoSQL Workbench model has no table".to_owned());
    }
    model.data_model.into_iter().map(create).collect()
}

fn create(table: Table) -> Result<TableCreate, String> {
    let mut definitions = Vec::new();
    let key_schema = keys(table.key_attributes, &table.table_name, &mut definitions)?;
    let provisioned = table.billing_mode.as_deref() == Some("PROVISIONED");
    let units = table
        .provisioned_capacity_settings
        .and_then(|settings| settings.provisioned_throughput);
    // A model without capacity is provisioned as DynamoDB's console proposes it.
    let units = provisioned.then(|| units.unwrap_or(Throughput { read: 5, write: 5 }));
    let mut indexes = |all: Vec<Index>, units: Option<Throughput>| {
        all.into_iter()
            .map(|index| {
                Ok(CreateIndex {
                    key_schema: keys(index.key_attributes, &index.index_name, &mut definitions)?,
                    index_name: index.index_name,
                    projection: index.projection.unwrap_or_else(|| Projection {
                        projection_type: "ALL".to_owned(),
                        non_key_attributes: Vec::new(),
                    }),
                    provisioned_throughput: units,
                    on_demand_throughput: None,
                })
            })
            .collect::<Result<Vec<_>, String>>()
    };
    let global_secondary_indexes = indexes(table.global_secondary_indexes, units)?;
    let local_secondary_indexes = indexes(table.local_secondary_indexes, None)?;
    let request = CreateTable {
        table_name: table.table_name,
        key_schema,
        global_secondary_indexes,
        local_secondary_indexes,
        attribute_definitions: definitions,
        billing_mode: Some(if provisioned { "PROVISIONED" } else { "PAY_PER_REQUEST" }.to_owned()),
        provisioned_throughput: units,
        ..CreateTable::default()
    };
    Ok(TableCreate {
        request,
        ttl_attribute: None,
    })
}

/// The key schema, its attributes added to the definitions where they are new.
fn keys(keys: Keys, owner: &str, definitions: &mut Vec<AttributeDefinition>) -> Result<Vec<KeySchemaElement>, String> {
    let mut schema = Vec::new();
    let sides = [("HASH", Some(keys.partition_key)), ("RANGE", keys.sort_key)];
    for (key_type, attribute) in sides.into_iter().filter_map(|(kind, side)| side.map(|side| (kind, side))) {
        let known = definitions
            .iter()
            .find(|definition| definition.attribute_name == attribute.attribute_name);
        match known {
            Some(known) if known.attribute_type != attribute.attribute_type => {
                return Err(format!(
                    "{owner:?} gives key attribute {:?} the type {}, elsewhere it is {}",
                    attribute.attribute_name,
                    attribute.attribute_type.name(),
                    known.attribute_type.name()
                ));
            }
            Some(_) => {}
            None => definitions.push(AttributeDefinition {
                attribute_name: attribute.attribute_name.clone(),
                attribute_type: attribute.attribute_type,
            }),
        }
        schema.push(KeySchemaElement {
            attribute_name: attribute.attribute_name,
            key_type: key_type.to_owned(),
        });
    }
    Ok(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::connections::Capabilities;

    #[test]
    fn a_model_becomes_requests_that_dynamodb_takes() {
        let key = |name: &str, kind: &str| serde_json::json!({"AttributeName": name, "AttributeType": kind});
        let mut model = serde_json::json!({"ModelName": "Shop", "DataModel": [{
            "TableName": "orders", "BillingMode": "PROVISIONED",
            "KeyAttributes": {"PartitionKey": key("pk", "S"), "SortKey": key("sk", "N")},
            "NonKeyAttributes": [key("note", "S")], "TableData": [{"pk": {"S": "1"}}],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-sk", "KeyAttributes": {"PartitionKey": key("sk", "N")}, "Projection": {"ProjectionType": "KEYS_ONLY"},
            }],
        }]});
        let tables = read(&model).expect("a model");
        assert_eq!(crate::create_table::validate(&tables[0], &Capabilities::default()), vec![]);
        assert_eq!(tables[0].request.attribute_definitions.len(), 2);
        model["DataModel"][0]["GlobalSecondaryIndexes"][0]["KeyAttributes"]["PartitionKey"]["AttributeType"] = "S".into();
        assert!(read(&model).expect_err("two types").contains("elsewhere it is N"));
        assert!(read(&serde_json::json!({"DataModel": []})).is_err());
    }
}
