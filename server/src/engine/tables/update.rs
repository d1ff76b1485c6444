//! Changes of settings: from our request, which is DynamoDB's, to the SDK's builders.

use std::time::Instant;

use aws_sdk_dynamodb::types as sdk;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::settings::{IndexThroughput, IndexUpdate, SettingsRequest, UpdateTable, WarmThroughput};
use dynadesk_shared::api::tables::CreateIndex;

use super::create::{attribute, key_schema, on_demand, projection, stream, throughput};
use crate::engine::convert::exchange;
use crate::engine::error::unbuildable;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Sends one request; a table is often still `UPDATING` when this returns.
    pub async fn change_settings(&self, request: &SettingsRequest) -> Result<Exchange, EngineError> {
        let started = Instant::now();
        match request {
            SettingsRequest::UpdateTable(wanted) => self.update_table(wanted).await?,
            SettingsRequest::Tag(wanted) => {
                let mut call = self.client().tag_resource().resource_arn(&wanted.resource_arn);
                for tag in &wanted.tags {
                    call = call.tags(sdk::Tag::builder().key(&tag.key).value(&tag.value).build().map_err(unbuildable)?);
                }
                call.send().await?;
            }
            SettingsRequest::Untag(wanted) => {
                let call = self.client().untag_resource().resource_arn(&wanted.resource_arn);
                call.set_tag_keys(Some(wanted.tag_keys.clone())).send().await?;
            }
            SettingsRequest::PutPolicy(wanted) => {
                let call = self.client().put_resource_policy().resource_arn(&wanted.resource_arn);
                let call = call.policy(&wanted.policy).expected_revision_id(&wanted.expected_revision_id);
                call.send().await?;
            }
            SettingsRequest::DeletePolicy(wanted) => {
                let call = self.client().delete_resource_policy().resource_arn(&wanted.resource_arn);
                call.expected_revision_id(&wanted.expected_revision_id).send().await?;
            }
        }
        Ok(exchange(request.operation(), request.json(), started))
    }

    async fn update_table(&self, wanted: &UpdateTable) -> Result<(), EngineError> {
        let mut call = self
            .client()
            .update_table()
            .table_name(&wanted.table_name)
            .set_billing_mode(wanted.billing_mode.as_deref().map(Into::into))
            .set_provisioned_throughput(wanted.provisioned_throughput.map(throughput).transpose()?)
            .set_on_demand_throughput(wanted.on_demand_throughput.map(on_demand))
            .set_warm_throughput(wanted.warm_throughput.map(warm))
            .set_table_class(wanted.table_class.as_deref().map(Into::into))
            .set_deletion_protection_enabled(wanted.deletion_protection_enabled);
        for definition in &wanted.attribute_definitions {
            call = call.attribute_definitions(attribute(definition)?);
        }
        for update in &wanted.global_secondary_index_updates {
            call = call.global_secondary_index_updates(index_update(update)?);
        }
        if let Some(specification) = &wanted.stream_specification {
            call = call.stream_specification(stream(specification)?);
        }
        if let Some(sse) = &wanted.sse_specification {
            call = call.sse_specification(
                sdk::SseSpecification::builder()
                    .enabled(sse.enabled)
                    .set_sse_type(sse.sse_type.as_deref().map(Into::into))
                    .set_kms_master_key_id(sse.kms_master_key_id.clone())
                    .build(),
            );
        }
        call.send().await?;
        Ok(())
    }
}

fn index_update(update: &IndexUpdate) -> Result<sdk::GlobalSecondaryIndexUpdate, EngineError> {
    let built = sdk::GlobalSecondaryIndexUpdate::builder();
    Ok(match update {
        IndexUpdate::Create(index) => built.create(create(index)?),
        IndexUpdate::Update(index) => built.update(change(index)?),
        IndexUpdate::Delete { index_name } => built.delete(
            sdk::DeleteGlobalSecondaryIndexAction::builder()
                .index_name(index_name)
                .build()
                .map_err(unbuildable)?,
        ),
    }
    .build())
}

fn create(index: &CreateIndex) -> Result<sdk::CreateGlobalSecondaryIndexAction, EngineError> {
    sdk::CreateGlobalSecondaryIndexAction::builder()
        .index_name(&index.index_name)
        .set_key_schema(Some(key_schema(&index.key_schema)?))
        .projection(projection(&index.projection))
        .set_provisioned_throughput(index.provisioned_throughput.map(throughput).transpose()?)
        .set_on_demand_throughput(index.on_demand_throughput.map(on_demand))
        .build()
        .map_err(unbuildable)
}

fn change(index: &IndexThroughput) -> Result<sdk::UpdateGlobalSecondaryIndexAction, EngineError> {
    sdk::UpdateGlobalSecondaryIndexAction::builder()
        .index_name(&index.index_name)
        .set_provisioned_throughput(index.provisioned_throughput.map(throughput).transpose()?)
        .set_on_demand_throughput(index.on_demand_throughput.map(on_demand))
        .set_warm_throughput(index.warm_throughput.map(warm))
        .build()
        .map_err(unbuildable)
}

fn warm(wanted: WarmThroughput) -> sdk::WarmThroughput {
    // DynamoDB counts in signed numbers; what does not fit is beyond any quota and is refused there.
    sdk::WarmThroughput::builder()
        .read_units_per_second(i64::try_from(wanted.read_units_per_second).unwrap_or(i64::MAX))
        .write_units_per_second(i64::try_from(wanted.write_units_per_second).unwrap_or(i64::MAX))
        .build()
}
