//! Billing, stream, time to live, class, protection and tags of the new table.

use dynadesk_shared::api::connections::{Capabilities, Feature};
use leptos::prelude::*;

use super::capacity::Capacity;
use super::draft::{Draft, ON_DEMAND, PROVISIONED, TagDraft};
use super::faults::Faults;
use crate::ui::{Button, Checkbox, Choice, Field, IconButton, IconName, SegmentedControl, Select, TextInput};

#[component]
pub fn Billing(draft: Draft, faults: Faults, engine: Capabilities) -> impl IntoView {
    let engine = StoredValue::new(engine);
    let choices = vec![Choice::new(ON_DEMAND, "On demand"), Choice::new(PROVISIONED, "Provisioned")];
    let prefix = Callback::new(|()| String::new());
    view! {
        <section class="card form-section">
            <h2>"Capacity"</h2>
            <SegmentedControl label="Billing" value=draft.billing choices on_change=move |mode| draft.billing.set(mode) />
            {move || {
                let capacity = draft.capacity.get();
                view! { <Capacity capacity billing=draft.billing prefix faults engine /> }
            }}
        </section>
    }
}

#[component]
pub fn Settings(draft: Draft, faults: Faults, engine: Capabilities) -> impl IntoView {
    let why_not = move |feature: Feature| engine.why_not(feature).map(str::to_owned);
    let (stream, ttl, class) = (why_not(Feature::Streams), why_not(Feature::Ttl), why_not(Feature::TableClass));
    let (protection, tags) = (why_not(Feature::DeletionProtection), why_not(Feature::Tags));
    let streams = vec![
        Choice::new("", "No stream"),
        Choice::new("NEW_AND_OLD_IMAGES", "New and old images"),
        Choice::new("NEW_IMAGE", "New image"),
        Choice::new("OLD_IMAGE", "Old image"),
        Choice::new("KEYS_ONLY", "Keys only"),
    ];
    let classes = vec![
        Choice::new("STANDARD", "Standard"),
        Choice::new("STANDARD_INFREQUENT_ACCESS", "Standard, infrequent access"),
    ];
    let path = |name: &'static str| move || name.to_owned();
    let protect = Signal::stored(Some("The table cannot be dropped until this is switched off".to_owned()));
    let (no_stream, no_ttl, no_class) = (stream.is_some(), ttl.is_some(), class.is_some());
    let ttl_hint = ttl.or_else(|| Some("A number of epoch seconds after which an item may be removed. Empty for none".to_owned()));
    view! {
        <section class="card form-section">
            <h2>"Settings"</h2>
            <div class="form-pair">
                <Field label="Stream" error=faults.of(path("stream")) hint=stream>
                    <Select value=draft.stream choices=streams disabled=no_stream on_change=move |view| draft.stream.set(view) />
                </Field>
                <Field label="Table class" error=faults.of(path("table_class")) hint=class>
                    <Select value=draft.class choices=classes disabled=no_class on_change=move |class| draft.class.set(class) />
                </Field>
            </div>
            <Field label="Time to live attribute" error=faults.of(path("ttl_attribute")) hint=ttl_hint>
                <TextInput
                    mono=true
                    value=draft.ttl
                    disabled=no_ttl
                    on_input=move |text| {
                        draft.ttl.set(text);
                        faults.touch("ttl_attribute".to_owned());
                    }
                />
            </Field>
            <Checkbox
                label="Deletion protection"
                checked=draft.protection
                hint=protect
                disabled=Signal::stored(protection)
                on_change=move |on| draft.protection.set(on)
            />
            <Tags draft faults blocked=Signal::stored(tags) />
        </section>
    }
}

#[component]
fn Tags(draft: Draft, faults: Faults, blocked: Signal<Option<String>>) -> impl IntoView {
    let row = move |tag: TagDraft| {
        let place = move || {
            draft
                .tags
                .with(|tags| tags.iter().position(|other| other.id == tag.id).unwrap_or(0))
        };
        let path = move |side: &'static str| move || format!("tags[{}].{side}", place());
        let remove = move |()| draft.tags.update(|tags| tags.retain(|other| other.id != tag.id));
        let side = move |label: &'static str, field: RwSignal<String>, side: &'static str| {
            view! {
                <Field label=label error=faults.of(path(side))>
                    <TextInput
                        value=field
                        on_input=move |text| {
                            field.set(text);
                            faults.touch(untrack(path(side)));
                        }
                    />
                </Field>
            }
        };
        view! {
            <div class="tag-row">
                {side("Tag key", tag.key, "key")}
                {side("Tag value", tag.value, "value")}
                <IconButton icon=IconName::Close label="Remove tag" on_press=remove />
            </div>
        }
    };
    let add = move || {
        let tag = draft.make(|| TagDraft::new("", ""));
        draft.tags.update(|tags| tags.push(tag));
    };
    view! {
        <div class="stack">
            <For each=move || draft.tags.get() key=|tag| tag.id children=row />
            <div>
                <Button
                    small=true
                    icon=IconName::Plus
                    disabled=blocked
                    on_press=move |()| add()
                >
                    "Add tag"
                </Button>
            </div>
        </div>
    }
}
