//! Capacity, stream, TTL, tags, class and protection.

use std::collections::BTreeSet;

use super::Faults;
use crate::api::connections::{Capabilities, Feature};
use crate::api::tables::{CreateTable, OnDemandThroughput, TableCreate, Throughput};

const MOST_TAGS: usize = 50;
const MOST_TAG_KEY: usize = 128;
const MOST_TAG_VALUE: usize = 256;
pub const STREAM_VIEWS: [&str; 4] = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];
pub const TABLE_CLASSES: [&str; 2] = ["STANDARD", "STANDARD_INFREQUENT_ACCESS"];

pub(super) fn capacity(request: &CreateTable, engine: &Capabilities, faults: &mut Faults) {
    // DynamoDB takes a request without a mode for a provisioned one.
    let provisioned = match request.billing_mode.as_deref() {
        None | Some("PROVISIONED") => true,
        Some("PAY_PER_REQUEST") => false,
        Some(other) => {
            faults.add("billing_mode", format!("billing is PROVISIONED or PAY_PER_REQUEST, not {other:?}"));
            return;
        }
    };
    throughput(request.provisioned_throughput, provisioned, "", faults);
    on_demand(request.on_demand_throughput, provisioned, engine, "", faults);
    for (at, index) in request.global_secondary_indexes.iter().enumerate() {
        let prefix = format!("gsi[{at}].");
        throughput(index.provisioned_throughput, provisioned, &prefix, faults);
        on_demand(index.on_demand_throughput, provisioned, engine, &prefix, faults);
    }
    for (at, index) in request.local_secondary_indexes.iter().enumerate() {
        if index.provisioned_throughput.is_some() || index.on_demand_throughput.is_some() {
            faults.add(format!("lsi[{at}].throughput.read"), "a local index uses the table's capacity");
        }
    }
}

fn throughput(units: Option<Throughput>, provisioned: bool, prefix: &str, faults: &mut Faults) {
    match (units, provisioned) {
        (None, false) => {}
        (Some(_), false) => faults.add(format!("{prefix}throughput.read"), "on demand there is no capacity to provision"),
        (None, true) => faults.add(
            format!("{prefix}throughput.read"),
            "provisioned billing needs read and write capacity",
        ),
        (Some(units), true) => {
            for (side, value) in [("read", units.read), ("write", units.write)] {
                if value == 0 {
                    faults.add(format!("{prefix}throughput.{side}"), format!("at least 1 {side} capacity unit"));
                }
            }
        }
    }
}

fn on_demand(most: Option<OnDemandThroughput>, provisioned: bool, engine: &Capabilities, prefix: &str, faults: &mut Faults) {
    let Some(most) = most else { return };
    let field = |side: &str| format!("{prefix}on_demand.{side}");
    if provisioned {
        faults.add(field("read"), "a maximum throughput belongs to on-demand billing");
    } else if let Some(why) = engine.why_not(Feature::OnDemandMaximum) {
        faults.add(field("read"), why);
    }
    for (side, value) in [("read", most.max_read_request_units), ("write", most.max_write_request_units)] {
        // -1 is DynamoDB's word for no maximum.
        if value.is_some_and(|value| value < 1 && value != -1) {
            faults.add(field(side), "a maximum is at least 1, or -1 for none");
        }
    }
}

pub(super) fn rest(wanted: &TableCreate, engine: &Capabilities, faults: &mut Faults) {
    let request = &wanted.request;
    let mut needs = |there: bool, field: &str, feature: Feature| {
        let why = engine.why_not(feature).filter(|_| there);
        faults.check(field, why.map_or(Ok(()), |why| Err(why.to_owned())));
        why.is_none() && there
    };
    let stream = needs(
        request.stream_specification.as_ref().is_some_and(|stream| stream.stream_enabled),
        "stream",
        Feature::Streams,
    );
    let ttl = needs(wanted.ttl_attribute.is_some(), "ttl_attribute", Feature::Ttl);
    let tags = needs(!request.tags.is_empty(), "tags[0].key", Feature::Tags);
    let class = needs(
        request.table_class.as_deref().is_some_and(|class| class != "STANDARD"),
        "table_class",
        Feature::TableClass,
    );
    needs(
        request.deletion_protection_enabled == Some(true),
        "deletion_protection",
        Feature::DeletionProtection,
    );
    needs(request.sse_specification.is_some(), "encryption", Feature::Encryption);

    let view = request
        .stream_specification
        .as_ref()
        .and_then(|stream| stream.stream_view_type.as_deref());
    if stream && !view.is_some_and(|view| STREAM_VIEWS.contains(&view)) {
        faults.add("stream", format!("a stream's view is one of {}", STREAM_VIEWS.join(", ")));
    }
    if let Some(name) = wanted.ttl_attribute.as_deref().filter(|_| ttl)
        && !(1..=255).contains(&name.len())
    {
        faults.add("ttl_attribute", format!("an attribute name has 1 to 255 bytes, not {}", name.len()));
    }
    if let Some(name) = request.table_class.as_deref().filter(|_| class)
        && !TABLE_CLASSES.contains(&name)
    {
        faults.add("table_class", format!("a table's class is one of {}", TABLE_CLASSES.join(", ")));
    }
    if tags {
        check_tags(request, faults);
    }
}

fn check_tags(request: &CreateTable, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (at, tag) in request.tags.iter().enumerate() {
        let (key, value) = (tag.key.chars().count(), tag.value.chars().count());
        let field = format!("tags[{at}].key");
        if at >= MOST_TAGS {
            faults.add(field, format!("a table has at most {MOST_TAGS} tags"));
        } else if !(1..=MOST_TAG_KEY).contains(&key) {
            faults.add(field, format!("a tag's key has 1 to {MOST_TAG_KEY} characters, not {key}"));
        } else if tag.key.to_ascii_lowercase().starts_with("aws:") {
            faults.add(field, "keys that begin with aws: belong to AWS");
        } else if !seen.insert(tag.key.as_str()) {
            faults.add(field, format!("{:?} is a tag already", tag.key));
        }
        if value > MOST_TAG_VALUE {
            let message = format!("a tag's value has at most {MOST_TAG_VALUE} characters, not {value}");
            faults.add(format!("tags[{at}].value"), message);
        }
    }
}
