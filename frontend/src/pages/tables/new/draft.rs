//! A table while it is being thought out: every field a signal of its own, so that typing in one
//! touches no other. [`Draft::request`] is the exact request at any moment.

use std::sync::atomic::{AtomicU32, Ordering};

use dynadesk_shared::api::tables::{
    AttributeDefinition, CreateIndex, CreateTable, KeySchemaElement, OnDemandThroughput, Projection, StreamSpecification, TableCreate, Tag,
    Throughput,
};
use dynadesk_shared::key::ScalarType;
use leptos::prelude::*;

pub const ON_DEMAND: &str = "PAY_PER_REQUEST";
pub const PROVISIONED: &str = "PROVISIONED";

static NEXT: AtomicU32 = AtomicU32::new(1);

fn next_id() -> u32 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn text(value: impl Into<String>) -> RwSignal<String> {
    RwSignal::new(value.into())
}

/// One attribute of a key.
#[derive(Clone, Copy)]
pub struct KeyDraft {
    pub id: u32,
    pub name: RwSignal<String>,
    /// `S`, `N` or `B`.
    pub kind: RwSignal<String>,
}

impl KeyDraft {
    pub fn new(name: &str, kind: ScalarType) -> Self {
        Self {
            id: next_id(),
            name: text(name),
            kind: text(kind.name()),
        }
    }

    fn scalar(self) -> ScalarType {
        let kind = self.kind.get();
        ScalarType::ALL.into_iter().find(|one| one.name() == kind).unwrap_or(ScalarType::S)
    }
}

/// Capacity as it is typed: provisioned units, or the most on demand.
#[derive(Clone, Copy)]
pub struct CapacityDraft {
    pub read: RwSignal<String>,
    pub write: RwSignal<String>,
    pub most_read: RwSignal<String>,
    pub most_write: RwSignal<String>,
}

impl CapacityDraft {
    fn new(units: Option<Throughput>, most: Option<OnDemandThroughput>) -> Self {
        let units = units.unwrap_or(Throughput { read: 5, write: 5 });
        let most = most.unwrap_or_default();
        let number = |value: Option<i64>| text(value.map_or(String::new(), |value| value.to_string()));
        Self {
            read: text(units.read.to_string()),
            write: text(units.write.to_string()),
            most_read: number(most.max_read_request_units),
            most_write: number(most.max_write_request_units),
        }
    }

    /// What is no number becomes 0, which validation refuses in words.
    fn provisioned(self) -> Throughput {
        let number = |field: RwSignal<String>| field.get().trim().parse().unwrap_or(0);
        Throughput {
            read: number(self.read),
            write: number(self.write),
        }
    }

    fn on_demand(self) -> Option<OnDemandThroughput> {
        let number = |field: RwSignal<String>| {
            let typed = field.get();
            (!typed.trim().is_empty()).then(|| typed.trim().parse().unwrap_or(0))
        };
        let most = OnDemandThroughput {
            max_read_request_units: number(self.most_read),
            max_write_request_units: number(self.most_write),
        };
        (most != OnDemandThroughput::default()).then_some(most)
    }
}

#[derive(Clone, Copy)]
pub struct IndexDraft {
    pub id: u32,
    pub local: bool,
    pub name: RwSignal<String>,
    /// Unused by a local index, which has the table's.
    pub partition: RwSignal<Vec<KeyDraft>>,
    pub sort: RwSignal<Vec<KeyDraft>>,
    pub projection: RwSignal<String>,
    /// Attribute names, separated by commas.
    pub projected: RwSignal<String>,
    pub capacity: CapacityDraft,
}

impl IndexDraft {
    pub fn new(local: bool) -> Self {
        let key = || RwSignal::new(vec![KeyDraft::new("", ScalarType::S)]);
        Self {
            id: next_id(),
            local,
            name: text(""),
            partition: key(),
            sort: key(),
            projection: text("ALL"),
            projected: text(""),
            capacity: CapacityDraft::new(None, None),
        }
    }

    fn projection(self) -> Projection {
        let include = self.projection.get() == "INCLUDE";
        let named = self.projected.get();
        let names = named.split(',').map(str::trim).filter(|name| include && !name.is_empty());
        Projection {
            projection_type: self.projection.get(),
            non_key_attributes: names.map(str::to_owned).collect(),
        }
    }
}

#[derive(Clone, Copy)]
pub struct TagDraft {
    pub id: u32,
    pub key: RwSignal<String>,
    pub value: RwSignal<String>,
}

impl TagDraft {
    pub fn new(key: &str, value: &str) -> Self {
        Self {
            id: next_id(),
            key: text(key),
            value: text(value),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Draft {
    /// The page's own. Fields are added from buttons and menus, which go before the page does, and
    /// a signal goes with whoever made it.
    owner: StoredValue<Owner>,
    pub name: RwSignal<String>,
    pub partition: RwSignal<Vec<KeyDraft>>,
    /// Without a name there is no sort key.
    pub sort: RwSignal<Vec<KeyDraft>>,
    pub billing: RwSignal<String>,
    pub capacity: RwSignal<CapacityDraft>,
    pub indexes: RwSignal<Vec<IndexDraft>>,
    /// A stream's view, or nothing for no stream.
    pub stream: RwSignal<String>,
    pub ttl: RwSignal<String>,
    pub tags: RwSignal<Vec<TagDraft>>,
    pub protection: RwSignal<bool>,
    pub class: RwSignal<String>,
    /// Taken over from a pasted request as it is.
    encryption: RwSignal<Option<serde_json::Value>>,
}

impl Draft {
    /// An empty table on demand.
    pub fn blank() -> Self {
        let key = || RwSignal::new(vec![KeyDraft::new("", ScalarType::S)]);
        Self {
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            name: text(""),
            partition: key(),
            sort: key(),
            billing: text(ON_DEMAND),
            capacity: RwSignal::new(CapacityDraft::new(None, None)),
            indexes: RwSignal::new(Vec::new()),
            stream: text(""),
            ttl: text(""),
            tags: RwSignal::new(Vec::new()),
            protection: RwSignal::new(false),
            class: text("STANDARD"),
            encryption: RwSignal::new(None),
        }
    }

    /// Makes a part that lives as long as the draft.
    pub fn make<T>(self, part: impl FnOnce() -> T) -> T {
        self.owner.get_value().with(part)
    }

    /// Takes over a whole request: a preset, or one that was pasted.
    pub fn fill(self, create: &TableCreate) {
        self.make(|| self.fill_in(create));
    }

    fn fill_in(self, create: &TableCreate) {
        let request = &create.request;
        let kind = |name: &str| {
            let definition = request.attribute_definitions.iter().find(|one| one.attribute_name == name);
            definition.map_or(ScalarType::S, |one| one.attribute_type)
        };
        let side = |schema: &[KeySchemaElement], word: &str| {
            let mut keys: Vec<_> = schema
                .iter()
                .filter(|element| element.key_type == word)
                .map(|element| KeyDraft::new(&element.attribute_name, kind(&element.attribute_name)))
                .collect();
            if keys.is_empty() {
                keys.push(KeyDraft::new("", ScalarType::S));
            }
            keys
        };
        let index = |index: &CreateIndex, local: bool| IndexDraft {
            id: next_id(),
            local,
            name: text(&index.index_name),
            partition: RwSignal::new(side(&index.key_schema, "HASH")),
            sort: RwSignal::new(side(&index.key_schema, "RANGE")),
            projection: text(&index.projection.projection_type),
            projected: text(index.projection.non_key_attributes.join(", ")),
            capacity: CapacityDraft::new(index.provisioned_throughput, index.on_demand_throughput),
        };
        let global = request.global_secondary_indexes.iter().map(|one| index(one, false));
        let indexes = global
            .chain(request.local_secondary_indexes.iter().map(|one| index(one, true)))
            .collect();
        let stream = request.stream_specification.as_ref().filter(|stream| stream.stream_enabled);
        self.name.set(request.table_name.clone());
        self.partition.set(side(&request.key_schema, "HASH"));
        self.sort.set(side(&request.key_schema, "RANGE"));
        self.billing
            .set(request.billing_mode.clone().unwrap_or_else(|| PROVISIONED.to_owned()));
        self.capacity
            .set(CapacityDraft::new(request.provisioned_throughput, request.on_demand_throughput));
        self.indexes.set(indexes);
        self.stream
            .set(stream.and_then(|stream| stream.stream_view_type.clone()).unwrap_or_default());
        self.ttl.set(create.ttl_attribute.clone().unwrap_or_default());
        self.tags
            .set(request.tags.iter().map(|tag| TagDraft::new(&tag.key, &tag.value)).collect());
        self.protection.set(request.deletion_protection_enabled == Some(true));
        self.class.set(request.table_class.clone().unwrap_or_else(|| "STANDARD".to_owned()));
        self.encryption.set(request.sse_specification.clone());
    }

    /// The exact request, reactive.
    pub fn request(self) -> TableCreate {
        let provisioned = self.billing.get() == PROVISIONED;
        let (partition, sort) = (self.partition.get(), self.sort.get());
        let mut definitions = Vec::new();
        let key_schema = schema(&partition, &sort, &mut definitions);
        let mut make = |index: &IndexDraft| {
            let own = index.partition.get();
            let hash = if index.local { &partition } else { &own };
            let units = provisioned && !index.local;
            CreateIndex {
                index_name: index.name.get().trim().to_owned(),
                key_schema: schema(hash, &index.sort.get(), &mut definitions),
                projection: index.projection(),
                provisioned_throughput: units.then(|| index.capacity.provisioned()),
                on_demand_throughput: index.capacity.on_demand().filter(|_| !provisioned && !index.local),
            }
        };
        let indexes = self.indexes.get();
        let global_secondary_indexes = indexes.iter().filter(|one| !one.local).map(&mut make).collect();
        let local_secondary_indexes = indexes.iter().filter(|one| one.local).map(&mut make).collect();
        let filled = |field: RwSignal<String>| Some(field.get().trim().to_owned()).filter(|value| !value.is_empty());
        let capacity = self.capacity.get();
        let tag = |tag: TagDraft| Tag {
            key: tag.key.get(),
            value: tag.value.get(),
        };
        TableCreate {
            request: CreateTable {
                table_name: self.name.get().trim().to_owned(),
                attribute_definitions: definitions,
                key_schema,
                billing_mode: Some(self.billing.get()),
                provisioned_throughput: provisioned.then(|| capacity.provisioned()),
                on_demand_throughput: capacity.on_demand().filter(|_| !provisioned),
                global_secondary_indexes,
                local_secondary_indexes,
                stream_specification: filled(self.stream).map(|view| StreamSpecification {
                    stream_enabled: true,
                    stream_view_type: Some(view),
                }),
                sse_specification: self.encryption.get(),
                table_class: filled(self.class).filter(|class| class != "STANDARD"),
                deletion_protection_enabled: self.protection.get().then_some(true),
                tags: self.tags.get().into_iter().map(tag).collect(),
            },
            ttl_attribute: filled(self.ttl),
        }
    }
}

/// A key schema, its attributes defined. An attribute in two keys is defined once; where its types
/// differ it is defined twice, which validation refuses.
fn schema(partition: &[KeyDraft], sort: &[KeyDraft], definitions: &mut Vec<AttributeDefinition>) -> Vec<KeySchemaElement> {
    let mut elements = Vec::new();
    for (keys, word, needed) in [(partition, "HASH", true), (sort, "RANGE", false)] {
        for (at, key) in keys.iter().enumerate() {
            let name = key.name.get().trim().to_owned();
            // A sort key without a name is none; a partition key without one is a fault to be shown.
            if name.is_empty() && (!needed || at > 0) {
                continue;
            }
            let definition = AttributeDefinition {
                attribute_name: name.clone(),
                attribute_type: key.scalar(),
            };
            if !definitions.contains(&definition) {
                definitions.push(definition);
            }
            elements.push(KeySchemaElement {
                attribute_name: name,
                key_type: word.to_owned(),
            });
        }
    }
    elements
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::create_table::presets;

    use super::*;

    #[test]
    fn a_request_comes_back_from_the_form_as_it_was() {
        let _owner = Owner::new();
        for with_index in [false, true] {
            let wanted = presets::cruddur_messages(with_index);
            let draft = Draft::blank();
            draft.fill(&wanted);
            assert_eq!(untrack(|| draft.request()), wanted);
        }
    }

    #[test]
    fn a_sort_key_without_a_name_is_none() {
        let _owner = Owner::new();
        let draft = Draft::blank();
        draft.partition.with_untracked(|keys| keys[0].name.set("id".to_owned()));
        let request = untrack(|| draft.request()).request;
        assert_eq!(request.key_schema.len(), 1);
        assert_eq!(request.attribute_definitions.len(), 1);
    }
}
