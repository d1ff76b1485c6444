//! Everything that can be set on a table: DescribeTable, and what are calls of their own.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types as sdk;
use dynadesk_shared::ScalarType;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{
    Capacity, Encryption, EncryptionKind, Maximums, ResourcePolicy, SettingsView, Spent, Stream, Warm, WarmThroughput,
};
use dynadesk_shared::api::tables::{AttributeDefinition, OnDemandThroughput};

use super::describe::{count, throughput, view};
use crate::engine::{Engine, EngineError};

/// How a description names the account's own key, where it names it by its alias.
const AWS_MANAGED: &str = "alias/aws/dynamodb";

impl Engine {
    /// All settings of a table; what cannot be read beside the table itself is named in `unread`.
    pub async fn describe_settings(&self, table: &str) -> Result<SettingsView, EngineError> {
        let mut settings = self.describe_settings_only(table).await?;
        let arn = settings.arn.clone();
        let (ttl, tags, policy) = tokio::join!(
            self.ttl_attribute(table),
            self.tags(arn.as_deref()),
            self.resource_policy(arn.as_deref())
        );
        let mut unread = |part: &str, error: EngineError| {
            settings.unread.insert(part.to_owned(), error.to_string());
        };
        match ttl {
            Ok(attribute) => settings.ttl_attribute = attribute,
            Err(error) => unread("ttl_attribute", error),
        }
        match tags {
            Ok(tags) => settings.tags = tags,
            Err(error) => unread("tags", error),
        }
        match policy {
            Ok(policy) => settings.resource_policy = policy,
            Err(error) => unread("resource_policy", error),
        }
        Ok(settings)
    }

    /// What a single DescribeTable says.
    async fn describe_settings_only(&self, table: &str) -> Result<SettingsView, EngineError> {
        let (description, exchange) = self.description(table).await?;
        let view = view(table, &description, exchange)?;
        let stream = view.stream_view.map(|kind| Stream {
            view: kind,
            arn: view.stream_arn,
        });
        Ok(SettingsView {
            attributes: attributes(&description),
            capacity: capacity(&view.billing_mode, &description),
            on_demand_maximum: maximums(&description),
            warm_throughput: warm(&description),
            encryption: encryption(description.sse_description()),
            spent: spent(&description),
            under_way: under_way(&description),
            table: view.name,
            status: view.status,
            arn: view.arn,
            item_count: view.item_count,
            key: view.key,
            indexes: view.indexes,
            stream,
            deletion_protection: view.deletion_protection,
            table_class: view.table_class,
            tags: BTreeMap::new(),
            resource_policy: None,
            ttl_attribute: None,
            unread: BTreeMap::new(),
            exchange: view.exchange,
        })
    }

    async fn resource_policy(&self, arn: Option<&str>) -> Result<Option<ResourcePolicy>, EngineError> {
        let Some(arn) = arn.filter(|_| self.capabilities().why_not(Feature::ResourcePolicy).is_none()) else {
            return Ok(None);
        };
        match self.client().get_resource_policy().resource_arn(arn).send().await {
            Ok(answer) => Ok(answer.policy.map(|policy| ResourcePolicy {
                policy,
                revision: answer.revision_id.unwrap_or_default(),
            })),
            Err(error) => match EngineError::from(error) {
                error if error.code.as_deref() == Some("PolicyNotFoundException") => Ok(None),
                error => Err(error),
            },
        }
    }
}

fn attributes(description: &sdk::TableDescription) -> Vec<AttributeDefinition> {
    let kind = |name: &str| ScalarType::ALL.into_iter().find(|kind| kind.name() == name);
    description
        .attribute_definitions()
        .iter()
        .filter_map(|definition| {
            Some(AttributeDefinition {
                attribute_name: definition.attribute_name().to_owned(),
                attribute_type: kind(definition.attribute_type().as_str())?,
            })
        })
        .collect()
}

/// The units, where they are provisioned: on demand an engine may still describe those of before.
fn capacity(mode: &str, description: &sdk::TableDescription) -> Capacity {
    let mut capacity = Capacity {
        mode: mode.to_owned(),
        ..Capacity::default()
    };
    if mode == "PROVISIONED" {
        capacity.table = description.provisioned_throughput().and_then(throughput);
        capacity.indexes = by_index(description, |index| index.provisioned_throughput().and_then(throughput));
    }
    capacity
}

fn maximums(description: &sdk::TableDescription) -> Maximums {
    let table = description.on_demand_throughput().map(maximum).unwrap_or_default();
    let index = |index: &sdk::GlobalSecondaryIndexDescription| {
        let most = index.on_demand_throughput().map(maximum)?;
        (most != OnDemandThroughput::default()).then_some(most)
    };
    Maximums {
        table,
        indexes: by_index(description, index),
    }
}

/// -1 is DynamoDB's word for no maximum.
fn maximum(described: &sdk::OnDemandThroughput) -> OnDemandThroughput {
    OnDemandThroughput {
        max_read_request_units: described.max_read_request_units().filter(|units| *units > 0),
        max_write_request_units: described.max_write_request_units().filter(|units| *units > 0),
    }
}

fn warm(description: &sdk::TableDescription) -> Warm {
    let units = |read: Option<i64>, write: Option<i64>| {
        let units = WarmThroughput {
            read_units_per_second: count(read),
            write_units_per_second: count(write),
        };
        (units != WarmThroughput::default()).then_some(units)
    };
    Warm {
        table: description
            .warm_throughput()
            .and_then(|warm| units(warm.read_units_per_second(), warm.write_units_per_second())),
        indexes: by_index(description, |index| {
            let warm = index.warm_throughput()?;
            units(warm.read_units_per_second(), warm.write_units_per_second())
        }),
    }
}

fn by_index<T>(
    description: &sdk::TableDescription,
    of: impl Fn(&sdk::GlobalSecondaryIndexDescription) -> Option<T>,
) -> BTreeMap<String, T> {
    description
        .global_secondary_indexes()
        .iter()
        .filter_map(|index| Some((index.index_name()?.to_owned(), of(index)?)))
        .collect()
}

fn encryption(described: Option<&sdk::SseDescription>) -> Encryption {
    let on = described.filter(|sse| {
        let off = [sdk::SseStatus::Disabled, sdk::SseStatus::Disabling];
        sse.status().is_some_and(|status| !off.contains(status))
    });
    let key = on.and_then(|sse| sse.kms_master_key_arn()).map(str::to_owned);
    let kind = match &key {
        None if on.is_none() => EncryptionKind::AwsOwned,
        Some(arn) if arn.ends_with(AWS_MANAGED) => EncryptionKind::AwsManaged,
        _ => EncryptionKind::Kms,
    };
    Encryption {
        key: key.filter(|_| kind == EncryptionKind::Kms),
        kind,
    }
}

/// A key and warm throughput have states of their own, which may be on their way while the table is active.
fn under_way(description: &sdk::TableDescription) -> BTreeMap<String, String> {
    let settled = ["ACTIVE", "ENABLED", "DISABLED"];
    let key = description.sse_description().and_then(|sse| sse.status());
    let table = description.warm_throughput().and_then(|warm| warm.status());
    let mut all = vec![
        ("encryption".to_owned(), key.map(sdk::SseStatus::as_str)),
        ("warm_throughput".to_owned(), table.map(sdk::TableStatus::as_str)),
    ];
    for index in description.global_secondary_indexes() {
        let status = index.warm_throughput().and_then(|warm| warm.status());
        let name = index.index_name().unwrap_or_default();
        all.push((format!("warm_throughput of {name}"), status.map(sdk::IndexStatus::as_str)));
    }
    all.into_iter()
        .filter_map(|(part, status)| Some((part, status.filter(|status| !settled.contains(status))?.to_owned())))
        .collect()
}

fn spent(description: &sdk::TableDescription) -> Spent {
    let decreases =
        |units: Option<&sdk::ProvisionedThroughputDescription>| count(units.and_then(|units| units.number_of_decreases_today()));
    let on_demand = description
        .billing_mode_summary()
        .and_then(|summary| summary.last_update_to_pay_per_request_date_time());
    let class = description
        .table_class_summary()
        .and_then(|summary| summary.last_update_date_time());
    let time = |time: Option<&DateTime>| time.and_then(|time| time.fmt(DateTimeFormat::DateTime).ok());
    Spent {
        decreases_today: decreases(description.provisioned_throughput()),
        index_decreases_today: by_index(description, |index| {
            Some(decreases(index.provisioned_throughput())).filter(|count| *count > 0)
        }),
        on_demand_since: time(on_demand),
        class_changed_at: time(class),
    }
}
