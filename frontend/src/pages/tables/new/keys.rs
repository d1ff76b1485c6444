//! The attributes on one side of a key: their names and types.

use dynadesk_shared::key::ScalarType;
use leptos::prelude::*;

use super::draft::{Draft, KeyDraft};
use super::faults::Faults;
use crate::ui::{Button, ButtonVariant, Choice, Field, IconButton, IconName, Select, TextInput};

/// Writes the path of an attribute: `gsi[0].partition[1].name`.
pub type Path = Callback<usize, String>;

#[component]
pub fn KeySide(
    draft: Draft,
    /// `Partition key` or `Sort key`.
    label: &'static str,
    keys: RwSignal<Vec<KeyDraft>>,
    /// The path of the attribute at a place, for its faults.
    path: Path,
    faults: Faults,
    #[prop(optional)] required: bool,
    /// How many attributes this side may have, and why not more.
    #[prop(default = 1)]
    most: usize,
    #[prop(optional, into)] why_not_more: Option<String>,
    #[prop(optional)] hint: Option<&'static str>,
) -> impl IntoView {
    let place = move |id: u32| keys.with(|keys| keys.iter().position(|key| key.id == id).unwrap_or(0));
    let row = move |key: KeyDraft| {
        let field = move || path.run(place(key.id));
        let first = place(key.id) == 0;
        let label = if first {
            label.to_owned()
        } else {
            format!("{label}, attribute {}", place(key.id) + 1)
        };
        let kinds = ScalarType::ALL.map(|kind| Choice::new(kind.name(), kind.label())).to_vec();
        let hint = if first { hint.map(str::to_owned) } else { None };
        view! {
            <div class="key-row">
                <Field label=label.clone() required=required && first error=faults.of(field) hint>
                    <TextInput
                        mono=true
                        placeholder="Attribute name"
                        value=key.name
                        on_input=move |text| {
                            key.name.set(text);
                            faults.touch(untrack(field));
                        }
                    />
                </Field>
                <Field label=format!("{label} type") hide_label=true>
                    <Select value=key.kind choices=kinds on_change=move |kind| key.kind.set(kind) />
                </Field>
                {(!first)
                    .then(|| {
                        let remove = move |()| keys.update(|keys| keys.retain(|other| other.id != key.id));
                        view! { <IconButton icon=IconName::Close label="Remove attribute" on_press=remove /> }
                    })}
            </div>
        }
    };
    let add = move |()| {
        let key = draft.make(|| KeyDraft::new("", ScalarType::S));
        keys.update(|keys| keys.push(key));
    };
    let blocked: Signal<Option<String>> = Signal::stored(why_not_more);
    view! {
        <div class="key-side">
            <For each=move || keys.get() key=|key| key.id children=row />
            {(most > 1)
                .then(|| {
                    view! {
                        <Show when=move || keys.with(Vec::len) < most>
                            <Button small=true variant=ButtonVariant::Ghost icon=IconName::Plus disabled=blocked on_press=add>
                                "Add attribute"
                            </Button>
                        </Show>
                    }
                })}
        </div>
    }
}
