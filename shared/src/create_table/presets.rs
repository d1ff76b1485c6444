//! Tables that are ready to create.

use crate::api::tables::{
    AttributeDefinition, CreateIndex, CreateTable, KeySchemaElement, Projection, StreamSpecification, TableCreate, Throughput,
};
use crate::cruddur;
use crate::key::ScalarType;

/// The table of Cruddur's direct messages, as first made or with the index of its later stage.
pub fn cruddur_messages(with_index: bool) -> TableCreate {
    let units = Throughput { read: 5, write: 5 };
    let index = CreateIndex {
        index_name: cruddur::GROUP_INDEX.to_owned(),
        key_schema: vec![key("message_group_uuid", "HASH"), key("sk", "RANGE")],
        projection: Projection {
            projection_type: "ALL".to_owned(),
            non_key_attributes: Vec::new(),
        },
        provisioned_throughput: Some(units),
        on_demand_throughput: None,
    };
    let mut attributes = vec!["pk", "sk"];
    attributes.extend(with_index.then_some("message_group_uuid"));
    TableCreate {
        request: CreateTable {
            table_name: cruddur::TABLE.to_owned(),
            attribute_definitions: attributes.into_iter().map(string).collect(),
            key_schema: vec![key("pk", "HASH"), key("sk", "RANGE")],
            billing_mode: Some("PROVISIONED".to_owned()),
            provisioned_throughput: Some(units),
            global_secondary_indexes: with_index.then_some(index).into_iter().collect(),
            stream_specification: Some(StreamSpecification {
                stream_enabled: true,
                stream_view_type: Some("NEW_IMAGE".to_owned()),
            }),
            ..CreateTable::default()
        },
        ttl_attribute: None,
    }
}

fn string(name: &str) -> AttributeDefinition {
    AttributeDefinition {
        attribute_name: name.to_owned(),
        attribute_type: ScalarType::S,
    }
}

fn key(name: &str, key_type: &str) -> KeySchemaElement {
    KeySchemaElement {
        attribute_name: name.to_owned(),
        key_type: key_type.to_owned(),
    }
}
