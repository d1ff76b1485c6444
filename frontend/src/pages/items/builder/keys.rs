//! What is read, and its key: the table or an index, the partition key, the tests of the sort key.

use dynadesk_shared::api::tables::{IndexKind, TableView};
use dynadesk_shared::key::{KeyAttribute, KeySchema};
use leptos::prelude::*;

use super::Faults;
use super::draft::{Draft, find};
use super::key_texts::{SortText, SortWord};
use crate::state::remote::Remote;
use crate::ui::{Choice, Field, Select, TextInput};

#[component]
pub fn KeyFields(draft: Draft, details: Remote<TableView>, faults: Faults) -> impl IntoView {
    let places = Signal::derive(move || {
        let mut choices = vec![Choice::new("", "Table")];
        details.ready(|table| {
            choices.extend(table.indexes.iter().map(|index| {
                let kind = if index.kind == IndexKind::Gsi { "GSI" } else { "LSI" };
                Choice::new(&index.name, format!("{kind} {}", index.name))
            }));
        });
        choices
    });
    let schema = Memo::new(move |_| {
        let name = draft.index.get();
        details.ready(|table| find(table, &name).map_or_else(|| table.key.clone(), |index| index.key.clone()))
    });
    view! {
        <section class="query-part" role="group" aria-label="Key">
            <div class="query-fields">
                <Field label="Read from" error=faults.of("index")>
                    <Select value=draft.index on_change=move |name: String| draft.index.set(name) choices=places />
                </Field>
                {move || schema.get().map(|schema| fields(draft, &schema, faults))}
            </div>
        </section>
    }
}

fn fields(draft: Draft, schema: &KeySchema, faults: Faults) -> AnyView {
    let partition = schema
        .partition
        .iter()
        .map(|attribute| partition_field(draft, attribute, faults))
        .collect_view();
    let sort = schema
        .sort
        .iter()
        .map(|attribute| sort_fields(draft, attribute, faults))
        .collect_view();
    (partition, sort).into_any()
}

/// `Partition key pk (String)`.
fn named(what: &str, attribute: &KeyAttribute) -> String {
    format!("{what} {} ({})", attribute.name, attribute.kind.label())
}

fn placeholder(attribute: &KeyAttribute) -> &'static str {
    match attribute.kind {
        dynadesk_shared::ScalarType::B => "base64",
        _ => "",
    }
}

fn partition_field(draft: Draft, attribute: &KeyAttribute, faults: Faults) -> impl IntoView + use<> {
    let (name, written) = (attribute.name.clone(), attribute.name.clone());
    let value = Signal::derive(move || draft.keys.with(|keys| keys.partition.get(&name).cloned().unwrap_or_default()));
    let set = move |text: String| draft.keys.update(|keys| drop(keys.partition.insert(written.clone(), text)));
    let (label, hint) = (named("Partition key", attribute), placeholder(attribute));
    let error = faults.of(format!("key.partition.{}", attribute.name));
    view! {
        <Field label error>
            <TextInput value on_input=set mono=true placeholder=hint />
        </Field>
    }
}

fn sort_fields(draft: Draft, attribute: &KeyAttribute, faults: Faults) -> impl IntoView + use<> {
    let name = StoredValue::new(attribute.name.clone());
    let text = Memo::new(move |_| {
        draft
            .keys
            .with(|keys| name.with_value(|name| keys.sort.get(name).cloned()).unwrap_or_default())
    });
    let change = move |change: &dyn Fn(&mut SortText)| {
        draft.keys.update(|keys| change(keys.sort.entry(name.get_value()).or_default()));
    };
    let words: Vec<Choice> = SortWord::of(attribute.kind)
        .map(|word| Choice::new(word.label(), word.label()))
        .collect();
    let word = Memo::new(move |_| text.with(|text| text.word));
    let fault = faults.of(format!("key.sort.{}", attribute.name));
    let hint = placeholder(attribute);
    let attribute_name = attribute.name.clone();
    let values = move || {
        let second = (word.get() == SortWord::Between).then(|| {
            view! {
                <Field label=format!("{attribute_name} to")>
                    <TextInput
                        value=Signal::derive(move || text.with(|text| text.second.clone()))
                        on_input=move |second: String| change(&|text| text.second.clone_from(&second))
                        mono=true
                        placeholder=hint
                    />
                </Field>
            }
        });
        let label = match word.get() {
            SortWord::Any => return ().into_any(),
            SortWord::Between => format!("{attribute_name} from"),
            other => format!("{attribute_name} {}", other.label()),
        };
        view! {
            <Field label error=fault>
                <TextInput
                    value=Signal::derive(move || text.with(|text| text.first.clone()))
                    on_input=move |first: String| change(&|text| text.first.clone_from(&first))
                    mono=true
                    placeholder=hint
                />
            </Field>
            {second}
        }
        .into_any()
    };
    let label = named("Sort key", attribute);
    view! {
        <Field label>
            <Select
                value=Signal::derive(move || word.get().label().to_owned())
                on_change=move |label: String| {
                    if let Some(word) = SortWord::of_label(&label) {
                        change(&|text| text.word = word);
                    }
                }
                choices=words
            />
        </Field>
        {values}
    }
}
