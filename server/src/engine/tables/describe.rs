//! DescribeTable with what belongs to it: TTL and tags are calls of their own and may be refused.

use std::collections::BTreeMap;
use std::time::Instant;

use aws_sdk_dynamodb::types as sdk;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::expiry::TtlStatus;
use dynadesk_shared::api::tables::{IndexKind, IndexView, TableView, Throughput};
use dynadesk_shared::{KeyAttribute, KeySchema, ScalarType};
use serde_json::json;

use crate::engine::convert::exchange;
use crate::engine::{Engine, EngineError, EngineErrorKind};

impl Engine {
    /// A table with its TTL and tags; those that cannot be read are named in `unread`.
    pub async fn describe_table(&self, table: &str) -> Result<TableView, EngineError> {
        let mut view = self.describe_table_only(table).await?;
        let (ttl, tags) = tokio::join!(self.ttl_attribute(table), self.tags(view.arn.as_deref()));
        match ttl {
            Ok(attribute) => view.ttl_attribute = attribute,
            Err(error) => view.unread.push(format!("TTL: {error}")),
        }
        match tags {
            Ok(tags) => view.tags = tags,
            Err(error) => view.unread.push(format!("tags: {error}")),
        }
        Ok(view)
    }

    /// One DescribeTable: keys and indexes for those who write, without the calls for TTL and tags.
    pub async fn describe_table_only(&self, table: &str) -> Result<TableView, EngineError> {
        let (description, exchange) = self.description(table).await?;
        view(table, &description, exchange)
    }

    /// The description as the SDK has it.
    pub(super) async fn description(&self, table: &str) -> Result<(sdk::TableDescription, Exchange), EngineError> {
        let started = Instant::now();
        let answer = self.client().describe_table().table_name(table).send().await?;
        let exchange = exchange("DescribeTable", json!({"TableName": table}), started);
        let description = answer
            .table
            .ok_or_else(|| EngineError::new(EngineErrorKind::Other, format!("the engine described nothing for table {table}")))?;
        Ok((description, exchange))
    }

    /// `ACTIVE`, `CREATING` and so on: the cheap question while one waits.
    pub async fn table_status(&self, table: &str) -> Result<String, EngineError> {
        let answer = self.client().describe_table().table_name(table).send().await?;
        Ok(answer
            .table
            .and_then(|table| table.table_status)
            .map_or_else(|| "UNKNOWN".to_owned(), |status| status.as_str().to_owned()))
    }

    pub(super) async fn ttl_attribute(&self, table: &str) -> Result<Option<String>, EngineError> {
        if self.capabilities().why_not(Feature::Ttl).is_some() {
            return Ok(None);
        }
        let state = self.describe_ttl(table).await?.state;
        let on = matches!(state.status, TtlStatus::Enabled | TtlStatus::Enabling);
        Ok(state.attribute.filter(|_| on))
    }

    pub(super) async fn tags(&self, arn: Option<&str>) -> Result<BTreeMap<String, String>, EngineError> {
        let mut tags = BTreeMap::new();
        let Some(arn) = arn.filter(|_| self.capabilities().why_not(Feature::Tags).is_none()) else {
            return Ok(tags);
        };
        let mut next = None;
        loop {
            let page = self
                .client()
                .list_tags_of_resource()
                .resource_arn(arn)
                .set_next_token(next)
                .send()
                .await?;
            tags.extend(page.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)));
            // An empty token ends the list on some engines, as its absence does on AWS.
            match page.next_token.filter(|token| !token.is_empty()) {
                Some(token) => next = Some(token),
                None => return Ok(tags),
            }
        }
    }
}

pub(super) fn view(table: &str, description: &sdk::TableDescription, exchange: Exchange) -> Result<TableView, EngineError> {
    let types = description.attribute_definitions();
    let text = |value: Option<&str>| value.map(str::to_owned);
    let mut indexes = Vec::new();
    for index in description.global_secondary_indexes() {
        indexes.push(IndexView {
            name: index.index_name().unwrap_or_default().to_owned(),
            kind: IndexKind::Gsi,
            key: key_schema(index.key_schema(), types)?,
            projection: projection_type(index.projection()),
            projected: projected(index.projection()),
            status: index.index_status().map(|status| status.as_str().to_owned()),
            backfilling: index.backfilling().unwrap_or(false),
            item_count: count(index.item_count()),
            size_bytes: count(index.index_size_bytes()),
            throughput: index.provisioned_throughput().and_then(throughput),
        });
    }
    for index in description.local_secondary_indexes() {
        indexes.push(IndexView {
            name: index.index_name().unwrap_or_default().to_owned(),
            kind: IndexKind::Lsi,
            key: key_schema(index.key_schema(), types)?,
            projection: projection_type(index.projection()),
            projected: projected(index.projection()),
            status: None,
            backfilling: false,
            item_count: count(index.item_count()),
            size_bytes: count(index.index_size_bytes()),
            throughput: None,
        });
    }
    let provisioned = description.provisioned_throughput().and_then(throughput);
    let billing_mode = description
        .billing_mode_summary()
        .and_then(|summary| summary.billing_mode())
        // A table that never was on demand has no summary.
        .map_or_else(|| "PROVISIONED".to_owned(), |mode| mode.as_str().to_owned());
    let stream = description.stream_specification().filter(|stream| stream.stream_enabled());
    Ok(TableView {
        name: text(description.table_name()).unwrap_or_else(|| table.to_owned()),
        status: description
            .table_status()
            .map_or_else(|| "UNKNOWN".to_owned(), |status| status.as_str().to_owned()),
        key: key_schema(description.key_schema(), types)?,
        item_count: count(description.item_count()),
        size_bytes: count(description.table_size_bytes()),
        throughput: provisioned.filter(|_| billing_mode == "PROVISIONED"),
        billing_mode,
        indexes,
        stream_view: stream
            .and_then(|stream| stream.stream_view_type())
            .map(|view| view.as_str().to_owned()),
        stream_arn: stream.and_then(|_| text(description.latest_stream_arn())),
        ttl_attribute: None,
        deletion_protection: description.deletion_protection_enabled().unwrap_or(false),
        table_class: description
            .table_class_summary()
            .and_then(|summary| summary.table_class())
            .map_or_else(|| "STANDARD".to_owned(), |class| class.as_str().to_owned()),
        arn: text(description.table_arn()),
        id: text(description.table_id()),
        created_at: description
            .creation_date_time()
            .and_then(|time| time.fmt(aws_sdk_dynamodb::primitives::DateTimeFormat::DateTime).ok()),
        tags: BTreeMap::new(),
        unread: Vec::new(),
        exchange,
    })
}

fn key_schema(elements: &[sdk::KeySchemaElement], types: &[sdk::AttributeDefinition]) -> Result<KeySchema, EngineError> {
    let mut schema = KeySchema::default();
    for element in elements {
        let name = element.attribute_name();
        let kind = types
            .iter()
            .find(|definition| definition.attribute_name() == name)
            .and_then(|definition| {
                ScalarType::ALL
                    .into_iter()
                    .find(|kind| kind.name() == definition.attribute_type().as_str())
            })
            .ok_or_else(|| {
                EngineError::new(
                    EngineErrorKind::Other,
                    format!("the engine describes key attribute {name:?} without its type"),
                )
            })?;
        let attribute = KeyAttribute {
            name: name.to_owned(),
            kind,
        };
        match element.key_type() {
            sdk::KeyType::Hash => schema.partition.push(attribute),
            _ => schema.sort.push(attribute),
        }
    }
    Ok(schema)
}

fn projection_type(projection: Option<&sdk::Projection>) -> String {
    projection
        .and_then(|projection| projection.projection_type())
        .map_or_else(|| "ALL".to_owned(), |kind| kind.as_str().to_owned())
}

fn projected(projection: Option<&sdk::Projection>) -> Vec<String> {
    projection
        .map(|projection| projection.non_key_attributes().to_vec())
        .unwrap_or_default()
}

pub(super) fn throughput(description: &sdk::ProvisionedThroughputDescription) -> Option<Throughput> {
    Some(Throughput {
        read: count(description.read_capacity_units()),
        write: count(description.write_capacity_units()),
    })
    .filter(|units| units.read > 0 || units.write > 0)
}

/// A count is never negative; an engine that leaves one out has counted nothing.
pub(super) fn count(value: Option<i64>) -> u64 {
    value.and_then(|value| u64::try_from(value).ok()).unwrap_or(0)
}
