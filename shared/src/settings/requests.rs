//! The exact requests of a change, in the order in which they are sent; none where nothing changes.

use std::collections::BTreeMap;

use super::{capacity, same_key};
use crate::api::settings::{
    Capacity, DeleteResourcePolicy, Encryption, EncryptionKind, IndexThroughput, IndexUpdate, Maximums, NewIndex, PutResourcePolicy,
    SettingsChange, SettingsRequest, SettingsView, SseSpecification, TagResource, UntagResource, UpdateTable, Warm,
};
use crate::api::tables::{StreamSpecification, Tag};

/// `ExpectedRevisionId` where there must be no policy.
const NO_POLICY: &str = "NO_POLICY";

pub fn requests(view: &SettingsView, change: &SettingsChange) -> Vec<SettingsRequest> {
    let update = |fill: &dyn Fn(&mut UpdateTable)| {
        let mut request = UpdateTable {
            table_name: view.table.clone(),
            ..UpdateTable::default()
        };
        let empty = request.clone();
        fill(&mut request);
        let changes = request != empty;
        changes
            .then(|| SettingsRequest::UpdateTable(Box::new(request)))
            .into_iter()
            .collect::<Vec<_>>()
    };
    match change {
        SettingsChange::Capacity(wanted) => update(&|request| units(view, wanted, request)),
        SettingsChange::OnDemandMaximum(wanted) => update(&|request| maximums(view, wanted, request)),
        SettingsChange::WarmThroughput(wanted) => update(&|request| warm(view, wanted, request)),
        SettingsChange::AddIndex(new) => update(&|request| add_index(new, request)),
        SettingsChange::RemoveIndex(name) => update(&|request| {
            request
                .global_secondary_index_updates
                .push(IndexUpdate::Delete { index_name: name.clone() });
        }),
        SettingsChange::Stream(wanted) => stream(view, wanted.as_deref())
            .into_iter()
            .flat_map(|specification| update(&|request| request.stream_specification = Some(specification.clone())))
            .collect(),
        SettingsChange::DeletionProtection(on) => update(&|request| {
            request.deletion_protection_enabled = Some(*on).filter(|on| *on != view.deletion_protection);
        }),
        SettingsChange::TableClass(class) => update(&|request| {
            request.table_class = Some(class.clone()).filter(|class| *class != view.table_class);
        }),
        SettingsChange::Tags(wanted) => tags(view, wanted),
        SettingsChange::Encryption(wanted) => update(&|request| {
            request.sse_specification = (!same_key(&view.encryption, wanted)).then(|| sse(wanted));
        }),
        SettingsChange::ResourcePolicy(wanted) => policy(view, wanted.as_deref()),
    }
}

fn units(view: &SettingsView, wanted: &Capacity, request: &mut UpdateTable) {
    let now = &view.capacity;
    let switches = now.mode != wanted.mode;
    if switches {
        request.billing_mode = Some(wanted.mode.clone());
    }
    if wanted.mode != "PROVISIONED" {
        return;
    }
    request.provisioned_throughput = wanted.table.filter(|units| switches || now.table != Some(*units));
    let changed = wanted
        .indexes
        .iter()
        .filter(|(name, units)| switches || now.indexes.get(*name) != Some(*units));
    request.global_secondary_index_updates = changed
        .map(|(name, units)| {
            IndexUpdate::Update(IndexThroughput {
                index_name: name.clone(),
                provisioned_throughput: Some(*units),
                ..IndexThroughput::default()
            })
        })
        .collect();
}

fn maximums(view: &SettingsView, wanted: &Maximums, request: &mut UpdateTable) {
    let now = &view.on_demand_maximum;
    request.on_demand_throughput = capacity::maximum(now.table, wanted.table);
    let names = now
        .indexes
        .keys()
        .chain(wanted.indexes.keys().filter(|name| !now.indexes.contains_key(*name)));
    for name in names {
        let of = |all: &Maximums| all.indexes.get(name).copied().unwrap_or_default();
        if let Some(most) = capacity::maximum(of(now), of(wanted)) {
            request.global_secondary_index_updates.push(IndexUpdate::Update(IndexThroughput {
                index_name: name.clone(),
                on_demand_throughput: Some(most),
                ..IndexThroughput::default()
            }));
        }
    }
}

fn warm(view: &SettingsView, wanted: &Warm, request: &mut UpdateTable) {
    let now = &view.warm_throughput;
    request.warm_throughput = wanted.table.filter(|units| now.table != Some(*units));
    for (name, units) in wanted.indexes.iter().filter(|(name, units)| now.indexes.get(*name) != Some(*units)) {
        request.global_secondary_index_updates.push(IndexUpdate::Update(IndexThroughput {
            index_name: name.clone(),
            warm_throughput: Some(*units),
            ..IndexThroughput::default()
        }));
    }
}

fn add_index(new: &NewIndex, request: &mut UpdateTable) {
    // All key attributes of the index, also those that the table knows already: DynamoDB looks for
    // them in this very request.
    request.attribute_definitions = new.attributes.clone();
    request
        .global_secondary_index_updates
        .push(IndexUpdate::Create(Box::new(new.index.clone())));
}

/// Another view is off and then on: DynamoDB has no way to change it.
fn stream(view: &SettingsView, wanted: Option<&str>) -> Vec<StreamSpecification> {
    let now = view.stream.as_ref().map(|stream| stream.view.as_str());
    if now == wanted {
        return Vec::new();
    }
    let off = now.map(|_| StreamSpecification {
        stream_enabled: false,
        stream_view_type: None,
    });
    let on = wanted.map(|view| StreamSpecification {
        stream_enabled: true,
        stream_view_type: Some(view.to_owned()),
    });
    off.into_iter().chain(on).collect()
}

fn sse(wanted: &Encryption) -> SseSpecification {
    let kms = wanted.kind != EncryptionKind::AwsOwned;
    SseSpecification {
        enabled: kms,
        sse_type: kms.then(|| "KMS".to_owned()),
        kms_master_key_id: wanted.key.clone().filter(|_| wanted.kind == EncryptionKind::Kms),
    }
}

fn tags(view: &SettingsView, wanted: &BTreeMap<String, String>) -> Vec<SettingsRequest> {
    let arn = || view.arn.clone().unwrap_or_default();
    let changed: Vec<Tag> = wanted
        .iter()
        .filter(|(key, value)| view.tags.get(*key) != Some(*value))
        .map(|(key, value)| Tag {
            key: key.clone(),
            value: value.clone(),
        })
        .collect();
    let gone: Vec<String> = view.tags.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    let added = changed.iter().filter(|tag| !view.tags.contains_key(&tag.key)).count();
    let too_many = view.tags.len() + added > super::MOST_TAGS;
    let tag = (!changed.is_empty()).then(|| {
        SettingsRequest::Tag(TagResource {
            resource_arn: arn(),
            tags: changed,
        })
    });
    let untag = (!gone.is_empty()).then(|| {
        SettingsRequest::Untag(UntagResource {
            resource_arn: arn(),
            tag_keys: gone,
        })
    });
    // Where both do not fit at once, room is made first; else nothing goes before its successor is there.
    if too_many {
        untag.into_iter().chain(tag).collect()
    } else {
        tag.into_iter().chain(untag).collect()
    }
}

/// The engine itself makes sure that the policy is the one that was seen.
fn policy(view: &SettingsView, wanted: Option<&str>) -> Vec<SettingsRequest> {
    let resource_arn = view.arn.clone().unwrap_or_default();
    let now = view.resource_policy.as_ref();
    let request = match (now, wanted) {
        (None, None) => return Vec::new(),
        (Some(now), Some(wanted)) if now.policy == wanted => return Vec::new(),
        (_, Some(wanted)) => SettingsRequest::PutPolicy(PutResourcePolicy {
            resource_arn,
            policy: wanted.to_owned(),
            expected_revision_id: now.map_or_else(|| NO_POLICY.to_owned(), |now| now.revision.clone()),
        }),
        (Some(now), None) => SettingsRequest::DeletePolicy(DeleteResourcePolicy {
            resource_arn,
            expected_revision_id: now.revision.clone(),
        }),
    };
    vec![request]
}
