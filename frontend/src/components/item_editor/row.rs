//! One value of the form: its name, its type, its field, and what can be done with it.

use dynadesk_shared::draft::{Id, Kind, Part};
use leptos::prelude::*;

use super::fields::{binary_field, boolean_field, number_field, string_field};
use super::form::inside;
use super::state::Editor;
use crate::format;
use crate::ui::{Badge, Choice, Field, Icon, IconButton, IconName, Select, TextArea, TextInput, Tone, focus};

/// Lists and maps up to this size begin open.
const OPEN_UP_TO: usize = 20;
const OPEN_DEPTH: usize = 3;

pub fn row(editor: Editor, id: Id, ids: Memo<Vec<Id>>, parent: Kind, depth: usize) -> AnyView {
    let name = RwSignal::new(
        editor
            .draft(|draft| draft.name(id).map(str::to_owned))
            .flatten()
            .unwrap_or_default(),
    );
    let key = (depth == 0).then(|| key_word(editor, &name.get_untracked())).flatten();
    let kind = Memo::new(move |_| {
        editor.shape.track();
        editor
            .draft(|draft| draft.get(id).map(|node| (node.value.kind(), node.turn)))
            .flatten()
    });
    let place = Memo::new(move |_| ids.with(|ids| ids.iter().position(|other| *other == id).unwrap_or_default()));
    let label = move || match parent {
        Kind::M if name.with(String::is_empty) => "New attribute".to_owned(),
        Kind::M => name.get(),
        Kind::L => format!("Element {}", place.get()),
        _ => format!("Member {}", place.get() + 1),
    };
    let in_set = parent.member().is_some();
    let open = RwSignal::new(
        editor
            .input(id, |input| input.len() <= OPEN_UP_TO && depth < OPEN_DEPTH)
            .unwrap_or(true),
    );
    Effect::new(move |_| {
        if editor.revealed.with(|way| way.contains(&id)) {
            open.set(true);
        }
    });
    let remove = move |()| {
        let parent = editor.draft(|draft| draft.parent(id)).flatten().unwrap_or_default();
        match editor.reshape(|draft| draft.remove(id)).flatten() {
            Some(next) => focus::to(&[&format!("[data-draft='{next}'] .ui-control")]),
            None => focus::to(&[&format!("[data-add='{parent}'] button")]),
        }
    };
    let shift = move |by: isize| {
        editor.reshape(|draft| draft.shift(id, by));
        let word = if by < 0 { "up" } else { "down" };
        focus::to(&[&format!("[data-draft='{id}'] [data-shift='{word}'] button")]);
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        if !event.alt_key() || event.ctrl_key() || parent != Kind::L || event.default_prevented() {
            return;
        }
        let by = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            _ => return,
        };
        event.prevent_default();
        shift(by);
    };
    let fault = editor.fault(id, Part::Value);
    let holds = Memo::new(move |_| kind.get().is_some_and(|(kind, _)| kind.holds_values()));
    let head_name = match (parent, &key) {
        (Kind::M, Some(word)) => {
            let word = *word;
            view! {
                <span class="edit-key">
                    <Icon name=IconName::Key size=14 />
                    <code>{name.get_untracked()}</code>
                    <Badge tone=Tone::Accent>{word}</Badge>
                </span>
            }
            .into_any()
        }
        (Kind::M, None) => name_field(editor, id, name).into_any(),
        (Kind::L, _) => view! { <span class="edit-index">{move || format!("[{}]", place.get())}</span> }.into_any(),
        _ => ().into_any(),
    };
    let last = move || place.get() + 1 == ids.with(Vec::len);
    view! {
        <div class="edit-row" class:is-member=in_set data-draft=id.to_string() role="group" aria-label=label on:keydown=keys>
            <div class="edit-head">
                {move || holds.get().then(|| toggle(open))}
                {head_name}
                {(!in_set).then(|| type_field(editor, id, kind, key.is_some(), depth))}
                {in_set.then(|| view! { <div class="edit-value">{move || kind.get().map(|(kind, _)| value(editor, id, kind, open, depth))}</div> })}
                {(parent == Kind::L)
                    .then(|| {
                        view! {
                            <span data-shift="up">
                                <IconButton icon=IconName::ArrowUp label="Move up" disabled=Signal::derive(move || place.get() == 0) on_press=move |()| shift(-1) />
                            </span>
                            <span data-shift="down">
                                <IconButton icon=IconName::ArrowDown label="Move down" disabled=Signal::derive(last) on_press=move |()| shift(1) />
                            </span>
                        }
                    })}
                {key.is_none()
                    .then(|| {
                        let label = Signal::derive(move || format!("Remove {}", label()));
                        view! { <IconButton icon=IconName::Trash label on_press=remove /> }
                    })}
            </div>
            {(!in_set).then(|| view! { <div class="edit-value">{move || kind.get().map(|(kind, _)| value(editor, id, kind, open, depth))}</div> })}
            {move || {
                // The fields of scalars say their faults themselves.
                holds.get()
                    .then(|| fault.get())
                    .flatten()
                    .map(|text| view! { <p class="ui-field-error"><Icon name=IconName::Alert size=14 /><span>{text}</span></p> })
            }}
        </div>
    }
    .into_any()
}

/// What a key attribute is called; its name and type are the table's.
fn key_word(editor: Editor, name: &str) -> Option<&'static str> {
    editor.rules.with_value(|rules| {
        let has = |side: &[dynadesk_shared::KeyAttribute]| side.iter().any(|key| key.name == name);
        match (has(&rules.key.partition), has(&rules.key.sort)) {
            (true, _) => Some("partition key"),
            (_, true) => Some("sort key"),
            _ => None,
        }
    })
}

fn toggle(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ui-icon-button"
            aria-label="Values inside"
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || view! { <Icon name=if open.get() { IconName::ChevronDown } else { IconName::ChevronRight } /> }}
        </button>
    }
}

fn name_field(editor: Editor, id: Id, name: RwSignal<String>) -> impl IntoView {
    let rename = move |typed: String| {
        let typed = dynadesk_shared::draft::keep_line_ends(&name.get_untracked(), &typed);
        editor.rename(id, &typed);
        name.set(typed);
    };
    let first = name.get_untracked();
    // An input of one line would take the line breaks out of a name that has some.
    let breaks = first.contains(['\n', '\r']);
    let value = Signal::stored(first);
    view! {
        <div class="edit-name">
            <Field label="Name" hide_label=true error=editor.fault(id, Part::Name)>
                {if breaks {
                    view! { <TextArea mono=true rows=2 value on_input=rename /> }.into_any()
                } else {
                    view! { <TextInput mono=true placeholder="Name" value on_input=rename /> }.into_any()
                }}
            </Field>
        </div>
    }
}

fn type_field(editor: Editor, id: Id, kind: Memo<Option<(Kind, u32)>>, fixed: bool, depth: usize) -> AnyView {
    let name = Signal::derive(move || kind.get().map_or(String::new(), |(kind, _)| kind.name().to_owned()));
    if fixed {
        return view! { <Badge mono=true>{name}</Badge> }.into_any();
    }
    let choices = Kind::ALL.into_iter().map(|kind| Choice {
        value: kind.name().to_owned(),
        label: format!("{} {}", kind.label(), kind.name()),
        // Another level would be one too many.
        disabled: depth > 32 && matches!(kind, Kind::L | Kind::M),
    });
    let choices: Vec<Choice> = choices.collect();
    view! {
        <div class="edit-type">
            <Select
                label="Type"
                value=name
                choices=Signal::stored(choices)
                on_change=move |name: String| {
                    if let Some(kind) = Kind::of_name(&name) {
                        editor.retype(id, kind);
                    }
                }
            />
        </div>
    }
    .into_any()
}

fn value(editor: Editor, id: Id, kind: Kind, open: RwSignal<bool>, depth: usize) -> AnyView {
    match kind {
        Kind::S => string_field(editor, id),
        Kind::N => number_field(editor, id),
        Kind::B => binary_field(editor, id),
        Kind::Bool => boolean_field(editor, id),
        Kind::Null => view! { <p class="edit-quiet">"NULL has no value of its own."</p> }.into_any(),
        Kind::L | Kind::M | Kind::Ss | Kind::Ns | Kind::Bs => {
            let count = move || {
                editor.shape.track();
                let count = editor.input(id, |input| input.len()).unwrap_or_default() as u64;
                format::counted(count, "value inside", "values inside")
            };
            view! {
                <Show when=move || open.get() fallback=move || view! { <p class="edit-quiet">{count}</p> }>
                    {inside(editor, id, depth + 1)}
                </Show>
            }
            .into_any()
        }
    }
}
