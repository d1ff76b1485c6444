//! The indexes of the new table.

use dynadesk_shared::api::connections::{Capabilities, Feature};
use leptos::prelude::*;

use super::capacity::Capacity;
use super::draft::{Draft, IndexDraft};
use super::faults::Faults;
use super::keys::KeySide;
use crate::ui::{Badge, Button, Choice, Field, IconButton, IconName, Select, TextInput};

#[component]
pub fn Indexes(draft: Draft, faults: Faults, engine: Capabilities) -> impl IntoView {
    let engine = StoredValue::new(engine);
    let add = move |local: bool| {
        let index = draft.make(|| IndexDraft::new(local));
        draft.indexes.update(|all| all.push(index));
    };
    let no_sort_key = Signal::derive(move || {
        let sorted = draft
            .sort
            .with(|keys| keys.iter().any(|key| key.name.with(|name| !name.trim().is_empty())));
        (!sorted).then(|| "A local index needs a table that has a sort key".to_owned())
    });
    view! {
        <section class="card form-section">
            <h2>"Indexes"</h2>
            <p class="muted">"A global index finds items by other attributes. A local index sorts a partition in another way, and can only be made together with the table."</p>
            <For each=move || draft.indexes.get() key=|index| index.id children=move |index| view! { <Index draft index faults engine /> } />
            <div class="row">
                <Button small=true icon=IconName::Plus on_press=move |()| add(false)>"Global index"</Button>
                <Button small=true icon=IconName::Plus disabled=no_sort_key on_press=move |()| add(true)>"Local index"</Button>
            </div>
        </section>
    }
}

#[component]
fn Index(draft: Draft, index: IndexDraft, faults: Faults, engine: StoredValue<Capabilities>) -> impl IntoView {
    // The place among the indexes of its kind, as the request counts them.
    let place = move || {
        draft.indexes.with(|all| {
            all.iter()
                .filter(|other| other.local == index.local)
                .position(|other| other.id == index.id)
                .unwrap_or(0)
        })
    };
    let prefix = move || format!("{}[{}]", if index.local { "lsi" } else { "gsi" }, place());
    let path = move |rest: &'static str| move || format!("{}.{rest}", prefix());
    let remove = move |()| draft.indexes.update(|all| all.retain(|other| other.id != index.id));
    let title = if index.local { "Local index" } else { "Global index" };
    let projections = vec![
        Choice::new("ALL", "All attributes"),
        Choice::new("KEYS_ONLY", "Keys only"),
        Choice::new("INCLUDE", "Keys and named attributes"),
    ];
    let more = engine.with_value(|engine| engine.why_not(Feature::MultiAttributeKeys).map(str::to_owned));
    let why_more = more.clone().unwrap_or_default();
    let side = move |word: &'static str| Callback::new(move |at: usize| format!("{}.{word}[{at}].name", prefix()));
    let sides = if index.local {
        view! { <KeySide draft label="Sort key" keys=index.sort path=side("sort") faults required=true /> }.into_any()
    } else if more.is_some() {
        view! {
            <KeySide draft label="Partition key" keys=index.partition path=side("partition") faults required=true most=4 why_not_more=why_more.clone() />
            <KeySide draft label="Sort key" keys=index.sort path=side("sort") faults most=4 why_not_more=why_more hint="Optional" />
        }
        .into_any()
    } else {
        view! {
            <KeySide draft label="Partition key" keys=index.partition path=side("partition") faults required=true most=4 />
            <KeySide draft label="Sort key" keys=index.sort path=side("sort") faults most=4 hint="Optional" />
        }
        .into_any()
    };
    view! {
        <fieldset class="index-form">
            <legend class="ui-hidden">{title}</legend>
            <div class="index-head">
                <Badge>{title}</Badge>
                <IconButton icon=IconName::Trash label="Remove index" on_press=remove />
            </div>
            <Field label="Index name" required=true error=faults.of(path("name"))>
                <TextInput
                    mono=true
                    value=index.name
                    on_input=move |text| {
                        index.name.set(text);
                        faults.touch(untrack(path("name")));
                    }
                />
            </Field>
            {sides}
            <Field label="Projection" error=faults.of(path("projection")) hint="What the index holds of each item">
                <Select value=index.projection choices=projections on_change=move |value| index.projection.set(value) />
            </Field>
            <Show when=move || index.projection.with(|projection| projection == "INCLUDE")>
                <Field label="Projected attributes" hint="Names, separated by commas">
                    <TextInput mono=true value=index.projected on_input=move |text| index.projected.set(text) />
                </Field>
            </Show>
            {(!index.local)
                .then(|| {
                    let prefix = Callback::new(move |()| format!("{}.", prefix()));
                    view! { <Capacity capacity=index.capacity billing=draft.billing prefix faults engine /> }
                })}
        </fieldset>
    }
}
