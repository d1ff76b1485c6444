//! Tags: edited as a list, sent as a difference.

use std::sync::atomic::{AtomicU32, Ordering};

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::settings::{SettingsChange, SettingsView};
use leptos::prelude::*;

use super::card::{Card, fact, facts};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use crate::ui::{Button, Field, IconButton, IconName, TextInput};

static NEXT: AtomicU32 = AtomicU32::new(1);

#[component]
pub fn TagsCard(desk: Desk) -> impl IntoView {
    view! {
        <Card
            desk
            form="tags"
            title="Tags"
            today
            limit="A table has at most 50 tags. Keys that begin with aws: belong to AWS and stay as they are."
            feature=Feature::Tags
            change="Edit tags"
            content=|desk, seen| view! { <Form desk seen /> }.into_any()
        />
    }
}

fn today(view: &SettingsView) -> AnyView {
    if view.tags.is_empty() {
        return view! { <p class="muted">"No tags."</p> }.into_any();
    }
    facts(view.tags.iter().map(|(key, value)| fact(key.clone(), value.clone())).collect())
}

#[derive(Clone, Copy)]
struct Row {
    id: u32,
    key: RwSignal<String>,
    value: RwSignal<String>,
}

impl Row {
    fn new(key: &str, value: &str) -> Self {
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            key: RwSignal::new(key.to_owned()),
            value: RwSignal::new(value.to_owned()),
        }
    }

    fn is_of_aws(self) -> bool {
        self.key.with_untracked(|key| key.starts_with("aws:"))
    }

    fn is_empty(self) -> bool {
        self.key.with(String::is_empty) && self.value.with(String::is_empty)
    }
}

#[component]
fn Form(desk: Desk, seen: SettingsView) -> impl IntoView {
    // Rows are added from a button, and live as long as the form.
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let rows = RwSignal::new(seen.tags.iter().map(|(key, value)| Row::new(key, value)).collect::<Vec<_>>());
    let filled = move || rows.get().into_iter().filter(|row| !row.is_empty());
    let wanted = move || filled().map(|row| (row.key.get(), row.value.get())).collect();
    let twice = move || {
        let mut keys: Vec<String> = filled().map(|row| row.key.get()).collect();
        keys.sort();
        let same = keys.windows(2).filter(|pair| pair[0] == pair[1]);
        same.map(|pair| FieldError::new(format!("tags.{}", pair[0]), "this key stands here twice"))
            .collect()
    };
    let draft = Draft::checked(desk, &seen, move || SettingsChange::Tags(wanted()), twice);
    let add = move |()| {
        let row = owner.get_value().with(|| Row::new("", ""));
        rows.update(|rows| rows.push(row));
    };
    let line = move |row: Row| {
        let fixed = row.is_of_aws();
        let error = draft.error(move || format!("tags.{}", row.key.get()));
        let touch = move || draft.touch(&row.key.with_untracked(|key| format!("tags.{key}")));
        view! {
            <div class="settings-tag">
                <Field label="Tag key" error>
                    <TextInput
                        value=row.key
                        disabled=fixed
                        on_input=move |text| {
                            row.key.set(text);
                            touch();
                        }
                    />
                </Field>
                <Field label="Tag value">
                    <TextInput
                        value=row.value
                        disabled=fixed
                        on_input=move |text| {
                            row.value.set(text);
                            touch();
                        }
                    />
                </Field>
                {(!fixed)
                    .then(|| {
                        let remove = move |()| rows.update(|rows| rows.retain(|other| other.id != row.id));
                        view! { <IconButton icon=IconName::Trash label="Remove tag" on_press=remove /> }
                    })}
            </div>
        }
    };
    view! {
        <ChangeForm desk draft title="Tags" verb="Save tags">
            <For each=move || rows.get() key=|row| row.id children=line />
            <div>
                <Button small=true icon=IconName::Plus on_press=add>"Add tag"</Button>
            </div>
        </ChangeForm>
    }
}
