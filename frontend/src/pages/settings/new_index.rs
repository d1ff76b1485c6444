//! A new global index: its name, up to four attributes on each side of its key, what it holds.

use std::sync::atomic::{AtomicU32, Ordering};

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{NewIndex, SettingsChange, SettingsView};
use dynadesk_shared::api::tables::{AttributeDefinition, CreateIndex, KeySchemaElement, Projection, Throughput};
use dynadesk_shared::key::ScalarType;
use dynadesk_shared::settings::attribute_of;
use leptos::prelude::*;

use super::capacity::why_no_index;
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use super::units::{Pair, Units};
use crate::format::sentence;
use crate::ui::{Button, ButtonVariant, Choice, Field, IconButton, IconName, Select, TextInput};

/// On one side of a key.
const MOST: usize = 4;

static NEXT: AtomicU32 = AtomicU32::new(1);

#[derive(Clone, Copy)]
struct KeyRow {
    id: u32,
    name: RwSignal<String>,
    kind: RwSignal<String>,
}

impl KeyRow {
    fn new() -> Self {
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            name: RwSignal::new(String::new()),
            kind: RwSignal::new(ScalarType::S.name().to_owned()),
        }
    }
}

#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    partition: RwSignal<Vec<KeyRow>>,
    sort: RwSignal<Vec<KeyRow>>,
    projection: RwSignal<String>,
    projected: RwSignal<String>,
    units: Pair,
    /// Rows are added from a button, and live as long as the form.
    owner: StoredValue<Owner>,
}

impl Typed {
    fn new() -> Self {
        let row = || RwSignal::new(vec![KeyRow::new()]);
        Self {
            name: RwSignal::new(String::new()),
            partition: row(),
            sort: row(),
            projection: RwSignal::new("ALL".to_owned()),
            projected: RwSignal::new(String::new()),
            units: Pair::new(Some(5), Some(5)),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }

    /// The index as it stands, reactive.
    fn index(self, with_units: bool) -> NewIndex {
        let mut new = NewIndex::default();
        for (rows, role) in [(self.partition, "HASH"), (self.sort, "RANGE")] {
            for (at, row) in rows.get().into_iter().enumerate() {
                let name = row.name.get().trim().to_owned();
                // A sort key without a name is none; a partition key without one is a fault to be shown.
                if name.is_empty() && (role == "RANGE" || at > 0) {
                    continue;
                }
                new.index.key_schema.push(KeySchemaElement {
                    attribute_name: name.clone(),
                    key_type: role.to_owned(),
                });
                let kind = row.kind.get();
                if attribute_of(&new.attributes, &name).is_none() {
                    new.attributes.push(AttributeDefinition {
                        attribute_name: name,
                        attribute_type: ScalarType::ALL.into_iter().find(|one| one.name() == kind).unwrap_or(ScalarType::S),
                    });
                }
            }
        }
        let include = self.projection.with(|kind| kind == "INCLUDE");
        let named = self.projected.get();
        let names = named.split(',').map(str::trim).filter(|name| include && !name.is_empty());
        let (read, write) = self.units.numbers();
        new.index = CreateIndex {
            index_name: self.name.get().trim().to_owned(),
            projection: Projection {
                projection_type: self.projection.get(),
                non_key_attributes: names.map(str::to_owned).collect(),
            },
            provisioned_throughput: with_units.then_some(Throughput { read, write }),
            ..new.index
        };
        new
    }
}

#[component]
pub fn NewIndexForm(desk: Desk, seen: SettingsView) -> impl IntoView {
    let typed = Typed::new();
    let provisioned = seen.capacity.mode == "PROVISIONED";
    let why = why_no_index(desk).filter(|_| provisioned);
    let with_units = provisioned && why.is_none();
    let known = StoredValue::new(seen.attributes.clone());
    let draft = Draft::new(desk, &seen, move || SettingsChange::AddIndex(Box::new(typed.index(with_units))));
    let projections = vec![
        Choice::new("ALL", "All attributes"),
        Choice::new("KEYS_ONLY", "Keys only"),
        Choice::new("INCLUDE", "Keys and named attributes"),
    ];
    let several = desk.scope.with_value(|scope| {
        let why = scope.connection.capabilities.why_not(Feature::MultiAttributeKeys);
        why.map(sentence)
    });
    let side = move |label: &'static str, path: &'static str, rows: RwSignal<Vec<KeyRow>>| {
        let why_not_more = several.clone();
        view! { <Side draft typed known label path rows why_not_more /> }
    };
    view! {
        <ChangeForm desk draft title="Index" verb="Add index">
            <Field
                label="Index name"
                required=true
                error=draft.error(|| "name".to_owned())
                hint=Some("3 to 255 letters, digits, - _ and .".to_owned())
            >
                <TextInput
                    mono=true
                    autofocus=true
                    value=typed.name
                    on_input=move |text| {
                        typed.name.set(text);
                        draft.touch("name");
                    }
                />
            </Field>
            {side("Partition key", "partition", typed.partition)}
            {side("Sort key", "sort", typed.sort)}
            <Field label="Projection" error=draft.error(|| "projection".to_owned()) hint=Some("What the index holds of each item".to_owned())>
                <Select value=typed.projection choices=projections on_change=move |value| typed.projection.set(value) />
            </Field>
            <Show when=move || typed.projection.with(|kind| kind == "INCLUDE")>
                <Field label="Projected attributes" hint=Some("Names, separated by commas".to_owned())>
                    <TextInput
                        mono=true
                        value=typed.projected
                        on_input=move |text| {
                            typed.projected.set(text);
                            draft.touch("projection");
                        }
                    />
                </Field>
            </Show>
            {provisioned
                .then(|| {
                    view! {
                        <Units
                            draft
                            pair=typed.units
                            title="Capacity of the index".to_owned()
                            path="throughput".to_owned()
                            unit="capacity units"
                            hint=Some("Filling the index takes write units of its own: with few of them it takes long".to_owned())
                            why_not=why
                        />
                    }
                })}
        </ChangeForm>
    }
}

/// The attributes on one side of the key.
#[component]
fn Side(
    draft: Draft,
    typed: Typed,
    /// Attributes whose types the table has fixed.
    known: StoredValue<Vec<AttributeDefinition>>,
    label: &'static str,
    path: &'static str,
    rows: RwSignal<Vec<KeyRow>>,
    #[prop(optional_no_strip)] why_not_more: Option<String>,
) -> impl IntoView {
    let place = move |id: u32| rows.with(|rows| rows.iter().position(|row| row.id == id).unwrap_or(0));
    let required = path == "partition";
    let line = move |row: KeyRow| {
        let field = move || format!("{path}[{}].name", place(row.id));
        let at = untrack(move || place(row.id));
        let name = if at == 0 {
            label.to_owned()
        } else {
            format!("{label}, attribute {}", at + 1)
        };
        let kinds = ScalarType::ALL.map(|kind| Choice::new(kind.name(), kind.label())).to_vec();
        let hint = (at == 0 && !required).then(|| "Optional".to_owned());
        let suggestions =
            Signal::derive(move || known.with_value(|all| all.iter().map(|one| one.attribute_name.clone()).collect::<Vec<_>>()));
        let input = move |text: String| {
            // An attribute of another key keeps its type.
            let kind = known.with_value(|all| attribute_of(all, text.trim()).map(|one| one.attribute_type.name().to_owned()));
            if let Some(kind) = kind {
                row.kind.set(kind);
            }
            row.name.set(text);
            draft.touch(&untrack(field));
        };
        view! {
            <div class="settings-key">
                <Field label=name.clone() required=required && at == 0 error=draft.error(field) hint>
                    <TextInput mono=true placeholder="Attribute name" suggestions value=row.name on_input=input />
                </Field>
                <Field label=format!("{name} type")>
                    <Select
                        value=row.kind
                        choices=kinds
                        on_change=move |kind| {
                            row.kind.set(kind);
                            draft.touch(&untrack(field));
                        }
                    />
                </Field>
                {(at > 0)
                    .then(|| {
                        let remove = move |()| rows.update(|rows| rows.retain(|other| other.id != row.id));
                        view! { <IconButton icon=IconName::Close label="Remove attribute" on_press=remove /> }
                    })}
            </div>
        }
    };
    let add = move |()| {
        let row = typed.owner.get_value().with(KeyRow::new);
        rows.update(|rows| rows.push(row));
    };
    let disabled = Signal::stored(why_not_more);
    view! {
        <div class="settings-side" role="group" aria-label=label>
            <For each=move || rows.get() key=|row| row.id children=line />
            <Show when=move || rows.with(Vec::len) < MOST>
                <Button small=true variant=ButtonVariant::Ghost icon=IconName::Plus disabled on_press=add>
                    {format!("Add {} attribute", label.to_lowercase())}
                </Button>
            </Show>
        </div>
    }
}
