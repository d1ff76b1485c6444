//! A change as lines that a person reads: what it is, what it was, what it will be.

use std::collections::{BTreeMap, BTreeSet};

use super::capacity::units_text;
use crate::api::settings::{Encryption, EncryptionKind, SettingsChange, SettingsView, WarmThroughput};
use crate::api::tables::{CreateIndex, IndexView, KeySchemaElement, OnDemandThroughput};

/// One line of a change; a side that is nothing was not there, or will not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub what: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Line {
    fn new(what: impl Into<String>, before: Option<String>, after: Option<String>) -> Self {
        Self {
            what: what.into(),
            before,
            after,
        }
    }
}

/// Only what differs.
pub fn diff(view: &SettingsView, change: &SettingsChange) -> Vec<Line> {
    let mut lines = match change {
        SettingsChange::Capacity(wanted) => {
            let now = &view.capacity;
            let mut lines = vec![
                Line::new("Capacity mode", Some(mode(&now.mode)), Some(mode(&wanted.mode))),
                Line::new("Table", now.table.map(units_text), wanted.table.map(units_text)),
            ];
            lines.extend(each(&now.indexes, &wanted.indexes, |units| Some(units_text(*units))));
            lines
        }
        SettingsChange::OnDemandMaximum(wanted) => {
            let now = &view.on_demand_maximum;
            let mut lines = vec![Line::new("Table", maximum(&now.table), maximum(&wanted.table))];
            lines.extend(each(&now.indexes, &wanted.indexes, maximum));
            lines
        }
        SettingsChange::WarmThroughput(wanted) => {
            let now = &view.warm_throughput;
            let mut lines = vec![Line::new("Table", now.table.as_ref().map(warm), wanted.table.as_ref().map(warm))];
            lines.extend(each(&now.indexes, &wanted.indexes, |units| Some(warm(units))));
            lines
        }
        SettingsChange::AddIndex(new) => vec![Line::new(
            format!("Index {}", new.index.index_name),
            None,
            Some(index_text(&new.index)),
        )],
        SettingsChange::RemoveIndex(name) => {
            let now = view.indexes.iter().find(|index| index.name == *name);
            vec![Line::new(format!("Index {name}"), now.map(view_text), None)]
        }
        SettingsChange::Stream(wanted) => {
            let now = view.stream.as_ref().map(|stream| stream.view.clone());
            vec![Line::new("Stream", Some(off(now)), Some(off(wanted.clone())))]
        }
        SettingsChange::DeletionProtection(on) => {
            let word = |on: bool| Some(if on { "On" } else { "Off" }.to_owned());
            vec![Line::new("Deletion protection", word(view.deletion_protection), word(*on))]
        }
        SettingsChange::TableClass(class) => vec![Line::new("Table class", Some(view.table_class.clone()), Some(class.clone()))],
        SettingsChange::Tags(wanted) => each_of(&view.tags, wanted, |value| Some(value.clone())),
        SettingsChange::Encryption(wanted) => vec![Line::new("Key", Some(key(&view.encryption)), Some(key(wanted)))],
        SettingsChange::ResourcePolicy(wanted) => {
            let now = view.resource_policy.as_ref().map(|policy| policy.policy.clone());
            vec![Line::new("Resource policy", now, wanted.clone())]
        }
    };
    lines.retain(|line| line.before != line.after);
    lines
}

fn each<T>(now: &BTreeMap<String, T>, then: &BTreeMap<String, T>, text: impl Fn(&T) -> Option<String>) -> Vec<Line> {
    let mut lines = each_of(now, then, text);
    for line in &mut lines {
        line.what = format!("Index {}", line.what);
    }
    lines
}

fn each_of<T>(now: &BTreeMap<String, T>, then: &BTreeMap<String, T>, text: impl Fn(&T) -> Option<String>) -> Vec<Line> {
    let names: BTreeSet<_> = now.keys().chain(then.keys()).collect();
    let side = |all: &BTreeMap<String, T>, name: &str| all.get(name).and_then(&text);
    names
        .into_iter()
        .map(|name| Line::new(name.clone(), side(now, name), side(then, name)))
        .collect()
}

fn mode(mode: &str) -> String {
    match mode {
        "PAY_PER_REQUEST" => "On demand".to_owned(),
        "PROVISIONED" => "Provisioned".to_owned(),
        other => other.to_owned(),
    }
}

fn maximum(most: &OnDemandThroughput) -> Option<String> {
    let side = |units: Option<i64>, word: &str| format!("{} {word}", units.map_or_else(|| "any".to_owned(), |units| units.to_string()));
    (*most != OnDemandThroughput::default()).then(|| {
        let (read, write) = (
            side(most.max_read_request_units, "read"),
            side(most.max_write_request_units, "write"),
        );
        format!("at most {read}, {write} a second")
    })
}

fn warm(units: &WarmThroughput) -> String {
    format!(
        "{} read, {} write a second",
        units.read_units_per_second, units.write_units_per_second
    )
}

fn off(view: Option<String>) -> String {
    view.unwrap_or_else(|| "Off".to_owned())
}

fn key(encryption: &Encryption) -> String {
    match (encryption.kind, &encryption.key) {
        (EncryptionKind::AwsOwned, _) => "A key that AWS owns".to_owned(),
        (EncryptionKind::AwsManaged, _) => "The account's key alias/aws/dynamodb".to_owned(),
        (EncryptionKind::Kms, Some(key)) => format!("The KMS key {key}"),
        (EncryptionKind::Kms, None) => "A KMS key".to_owned(),
    }
}

fn index_text(index: &CreateIndex) -> String {
    let side = |schema: &[KeySchemaElement], word: &str| {
        let names = schema.iter().filter(|element| element.key_type == word);
        names.map(|element| element.attribute_name.clone()).collect::<Vec<_>>()
    };
    let (partition, sort) = (side(&index.key_schema, "HASH"), side(&index.key_schema, "RANGE"));
    key_text(
        &partition,
        &sort,
        &index.projection.projection_type,
        &index.projection.non_key_attributes,
    )
}

fn view_text(index: &IndexView) -> String {
    let names = |keys: &[crate::key::KeyAttribute]| keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>();
    key_text(
        &names(&index.key.partition),
        &names(&index.key.sort),
        &index.projection,
        &index.projected,
    )
}

fn key_text(partition: &[String], sort: &[String], projection: &str, projected: &[String]) -> String {
    let mut text = format!("by {}", partition.join(" + "));
    if !sort.is_empty() {
        text.push_str(&format!(", sorted by {}", sort.join(" + ")));
    }
    text.push_str(&format!(", {projection}"));
    if !projected.is_empty() {
        text.push_str(&format!(" ({})", projected.join(", ")));
    }
    text
}
