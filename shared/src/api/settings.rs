//! Settings of a table after its creation: what they are, one change to one of them, and the exact
//! requests that carry it out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use super::tables::{AttributeDefinition, CreateIndex, IndexView, OnDemandThroughput, Tag, Throughput};
use crate::key::KeySchema;

/// Every setting of a table as the engine describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SettingsView {
    pub table: String,
    /// `ACTIVE`, `UPDATING` and so on: whoever changed it.
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Up to six hours old on AWS.
    pub item_count: u64,
    pub key: KeySchema,
    /// The types of all key attributes, of the table and of its indexes.
    pub attributes: Vec<AttributeDefinition>,
    pub capacity: Capacity,
    pub on_demand_maximum: Maximums,
    pub warm_throughput: Warm,
    pub indexes: Vec<IndexView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
    pub deletion_protection: bool,
    pub table_class: String,
    pub tags: BTreeMap<String, String>,
    pub encryption: Encryption,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_policy: Option<ResourcePolicy>,
    /// The TTL attribute, where TTL is on. It is changed on a page of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_attribute: Option<String>,
    pub spent: Spent,
    /// What is on its way by itself, whatever the table's status says: `encryption`, or `warm_throughput`
    /// of the table or an index, each with the state that the engine describes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub under_way: BTreeMap<String, String>,
    /// Settings that could not be read (`tags`, `resource_policy`, `ttl_attribute`) and why.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unread: BTreeMap<String, String>,
    pub exchange: Exchange,
}

/// How capacity is paid for, and the units where they are provisioned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// `PROVISIONED` or `PAY_PER_REQUEST`.
    pub mode: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Throughput>,
    /// By the name of the index.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<String, Throughput>,
}

/// The most that an on-demand table and its indexes may take; what has no maximum is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Maximums {
    #[serde(default)]
    pub table: OnDemandThroughput,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<String, OnDemandThroughput>,
}

/// What a table and its indexes can take at once, where the engine says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Warm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<WarmThroughput>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<String, WarmThroughput>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WarmThroughput {
    pub read_units_per_second: u64,
    pub write_units_per_second: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stream {
    /// `NEW_IMAGE` and so on.
    pub view: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

/// Which key encrypts the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Encryption {
    pub kind: EncryptionKind,
    /// The KMS key's ARN as described, or the id that is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EncryptionKind {
    /// A key that AWS owns; DynamoDB's default.
    AwsOwned,
    /// The account's `alias/aws/dynamodb`.
    AwsManaged,
    /// A KMS key. A description does not tell the account's own one from a customer's.
    Kms,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResourcePolicy {
    pub policy: String,
    pub revision: String,
}

/// What is known of the limits that are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spent {
    /// Decreases of provisioned capacity in this UTC day: of the table, and of its indexes by name.
    pub decreases_today: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub index_decreases_today: BTreeMap<String, u64>,
    /// ISO, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_demand_since: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_changed_at: Option<String>,
}

/// One change to one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SettingsChange {
    Capacity(Capacity),
    OnDemandMaximum(Maximums),
    WarmThroughput(Warm),
    AddIndex(Box<NewIndex>),
    RemoveIndex(String),
    /// The view, or nothing for no stream. Another view is another stream.
    Stream(Option<String>),
    DeletionProtection(bool),
    TableClass(String),
    /// All tags as they shall be.
    Tags(BTreeMap<String, String>),
    Encryption(Encryption),
    /// The policy's text, or nothing to remove it.
    ResourcePolicy(Option<String>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewIndex {
    pub index: CreateIndex,
    /// The types of its key attributes.
    pub attributes: Vec<AttributeDefinition>,
}

/// Asks for a change of what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SettingsUpdate {
    pub change: SettingsChange,
    /// The part of [`SettingsView`] that the change replaces, as it was shown
    /// ([`crate::settings::facet`]). Where it is not so any more, nothing is changed.
    pub seen: serde_json::Value,
    /// The name that a change of this weight asks for ([`crate::settings::name_to_confirm`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// What was sent for a change, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SettingsChanged {
    pub exchanges: Vec<Exchange>,
}

/// A request that changes settings, in DynamoDB's own spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsRequest {
    UpdateTable(Box<UpdateTable>),
    Tag(TagResource),
    Untag(UntagResource),
    PutPolicy(PutResourcePolicy),
    DeletePolicy(DeleteResourcePolicy),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateTable {
    pub table_name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attribute_definitions: Vec<AttributeDefinition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<Throughput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_throughput: Option<OnDemandThroughput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm_throughput: Option<WarmThroughput>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub global_secondary_index_updates: Vec<IndexUpdate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_specification: Option<super::tables::StreamSpecification>,
    #[serde(rename = "SSESpecification", skip_serializing_if = "Option::is_none")]
    pub sse_specification: Option<SseSpecification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_protection_enabled: Option<bool>,
}

/// One entry of `GlobalSecondaryIndexUpdates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum IndexUpdate {
    Create(Box<CreateIndex>),
    Update(IndexThroughput),
    #[serde(rename_all = "PascalCase")]
    Delete {
        index_name: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IndexThroughput {
    pub index_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<Throughput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_demand_throughput: Option<OnDemandThroughput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm_throughput: Option<WarmThroughput>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SseSpecification {
    pub enabled: bool,
    #[serde(rename = "SSEType", skip_serializing_if = "Option::is_none")]
    pub sse_type: Option<String>,
    #[serde(rename = "KMSMasterKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_master_key_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagResource {
    pub resource_arn: String,
    pub tags: Vec<Tag>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UntagResource {
    pub resource_arn: String,
    pub tag_keys: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutResourcePolicy {
    pub resource_arn: String,
    pub policy: String,
    pub expected_revision_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteResourcePolicy {
    pub resource_arn: String,
    pub expected_revision_id: String,
}

impl SettingsRequest {
    pub fn operation(&self) -> &'static str {
        match self {
            Self::UpdateTable(_) => "UpdateTable",
            Self::Tag(_) => "TagResource",
            Self::Untag(_) => "UntagResource",
            Self::PutPolicy(_) => "PutResourcePolicy",
            Self::DeletePolicy(_) => "DeleteResourcePolicy",
        }
    }

    /// The request as DynamoDB reads it.
    pub fn json(&self) -> serde_json::Value {
        let json = match self {
            Self::UpdateTable(request) => serde_json::to_value(request),
            Self::Tag(request) => serde_json::to_value(request),
            Self::Untag(request) => serde_json::to_value(request),
            Self::PutPolicy(request) => serde_json::to_value(request),
            Self::DeletePolicy(request) => serde_json::to_value(request),
        };
        // Structs of texts and numbers always have a JSON form.
        json.unwrap_or_default()
    }
}
