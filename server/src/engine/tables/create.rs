//! CreateTable: from our wire type, which is DynamoDB's request, to the SDK's builders.

use std::time::Instant;

use aws_sdk_dynamodb::types as sdk;
use dynadesk_shared::api::tables::{
    AttributeDefinition, CreateIndex, CreateTable, KeySchemaElement, OnDemandThroughput, Projection, StreamSpecification, TableCreated,
    Throughput,
};

use crate::engine::convert::exchange;
use crate::engine::error::unbuildable;
use crate::engine::{Engine, EngineError, EngineErrorKind};

impl Engine {
    /// Asks for a table; it is often still `CREATING` when this returns.
    pub async fn create_table(&self, wanted: &CreateTable) -> Result<TableCreated, EngineError> {
        let started = Instant::now();
        let request = serde_json::to_value(wanted).map_err(|cause| {
            EngineError::new(
                EngineErrorKind::Validation,
                format!("the request could not be written as JSON: {cause}"),
            )
        })?;
        let mut call = self
            .client()
            .create_table()
            .table_name(&wanted.table_name)
            .set_key_schema(Some(key_schema(&wanted.key_schema)?))
            .set_billing_mode(wanted.billing_mode.as_deref().map(Into::into))
            .set_table_class(wanted.table_class.as_deref().map(Into::into))
            .set_deletion_protection_enabled(wanted.deletion_protection_enabled)
            .set_provisioned_throughput(wanted.provisioned_throughput.map(throughput).transpose()?)
            .set_on_demand_throughput(wanted.on_demand_throughput.map(on_demand));
        for definition in &wanted.attribute_definitions {
            call = call.attribute_definitions(attribute(definition)?);
        }
        for index in &wanted.global_secondary_indexes {
            call = call.global_secondary_indexes(gsi(index)?);
        }
        for index in &wanted.local_secondary_indexes {
            call = call.local_secondary_indexes(
                sdk::LocalSecondaryIndex::builder()
                    .index_name(&index.index_name)
                    .set_key_schema(Some(key_schema(&index.key_schema)?))
                    .projection(projection(&index.projection))
                    .build()
                    .map_err(unbuildable)?,
            );
        }
        if let Some(specification) = &wanted.stream_specification {
            call = call.stream_specification(stream(specification)?);
        }
        if let Some(encryption) = &wanted.sse_specification {
            let text = |name: &str| encryption.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
            call = call.sse_specification(
                sdk::SseSpecification::builder()
                    .set_enabled(encryption.get("Enabled").and_then(serde_json::Value::as_bool))
                    .set_sse_type(text("SSEType").as_deref().map(Into::into))
                    .set_kms_master_key_id(text("KMSMasterKeyId"))
                    .build(),
            );
        }
        for tag in &wanted.tags {
            call = call.tags(sdk::Tag::builder().key(&tag.key).value(&tag.value).build().map_err(unbuildable)?);
        }
        let answer = call.send().await?;
        let status = answer.table_description.and_then(|table| table.table_status);
        Ok(TableCreated {
            name: wanted.table_name.clone(),
            status: status.map_or_else(|| "CREATING".to_owned(), |status| status.as_str().to_owned()),
            notes: Vec::new(),
            exchange: exchange("CreateTable", request, started),
        })
    }
}

fn gsi(index: &CreateIndex) -> Result<sdk::GlobalSecondaryIndex, EngineError> {
    sdk::GlobalSecondaryIndex::builder()
        .index_name(&index.index_name)
        .set_key_schema(Some(key_schema(&index.key_schema)?))
        .projection(projection(&index.projection))
        .set_provisioned_throughput(index.provisioned_throughput.map(throughput).transpose()?)
        .set_on_demand_throughput(index.on_demand_throughput.map(|most| {
            sdk::OnDemandThroughput::builder()
                .set_max_read_request_units(most.max_read_request_units)
                .set_max_write_request_units(most.max_write_request_units)
                .build()
        }))
        .build()
        .map_err(unbuildable)
}

pub(super) fn key_schema(elements: &[KeySchemaElement]) -> Result<Vec<sdk::KeySchemaElement>, EngineError> {
    elements
        .iter()
        .map(|element| {
            sdk::KeySchemaElement::builder()
                .attribute_name(&element.attribute_name)
                .key_type(element.key_type.as_str().into())
                .build()
                .map_err(unbuildable)
        })
        .collect()
}

pub(super) fn projection(wanted: &Projection) -> sdk::Projection {
    sdk::Projection::builder()
        .projection_type(wanted.projection_type.as_str().into())
        .set_non_key_attributes((!wanted.non_key_attributes.is_empty()).then(|| wanted.non_key_attributes.clone()))
        .build()
}

pub(super) fn attribute(definition: &AttributeDefinition) -> Result<sdk::AttributeDefinition, EngineError> {
    sdk::AttributeDefinition::builder()
        .attribute_name(&definition.attribute_name)
        .attribute_type(definition.attribute_type.name().into())
        .build()
        .map_err(unbuildable)
}

pub(super) fn stream(wanted: &StreamSpecification) -> Result<sdk::StreamSpecification, EngineError> {
    sdk::StreamSpecification::builder()
        .stream_enabled(wanted.stream_enabled)
        .set_stream_view_type(wanted.stream_view_type.as_deref().map(Into::into))
        .build()
        .map_err(unbuildable)
}

pub(super) fn on_demand(most: OnDemandThroughput) -> sdk::OnDemandThroughput {
    sdk::OnDemandThroughput::builder()
        .set_max_read_request_units(most.max_read_request_units)
        .set_max_write_request_units(most.max_write_request_units)
        .build()
}

pub(super) fn throughput(wanted: Throughput) -> Result<sdk::ProvisionedThroughput, EngineError> {
    // DynamoDB counts in signed numbers; what does not fit is beyond any quota and is refused there.
    sdk::ProvisionedThroughput::builder()
        .read_capacity_units(i64::try_from(wanted.read).unwrap_or(i64::MAX))
        .write_capacity_units(i64::try_from(wanted.write).unwrap_or(i64::MAX))
        .build()
        .map_err(unbuildable)
}
