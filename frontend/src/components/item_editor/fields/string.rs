//! A string: as text, or, where it holds JSON, as JSON that is kept as the string.

use dynadesk_shared::draft::{Id, Input, Part, keep_line_ends};
use dynadesk_shared::value::located;
use leptos::prelude::*;

use super::LONG;
use crate::components::download::download;
use crate::components::item_editor::state::Editor;
use crate::format::{self, json_text};
use crate::ui::{Button, ButtonVariant, Field, IconName, TextArea};

/// How the string is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Too long to be put into a field unasked.
    Cut,
    Text,
    Json,
}

fn current(editor: Editor, id: Id) -> String {
    let text = editor.input(id, |input| match input {
        Input::Text(text) => text.clone(),
        _ => String::new(),
    });
    text.unwrap_or_default()
}

pub fn string_field(editor: Editor, id: Id) -> AnyView {
    // A field that is made anew begins as text.
    editor.broken(id, None);
    let first = current(editor, id);
    let way = RwSignal::new(if first.len() > LONG { Way::Cut } else { Way::Text });
    let json = RwSignal::new(json_text::is_json(&first));
    drop(first);
    view! {
        {move || match way.get() {
            Way::Cut => cut(editor, id, way),
            Way::Text => plain(editor, id, json),
            Way::Json => as_json(editor, id),
        }}
        {move || {
            (json.get() && way.get() != Way::Cut)
                .then(|| {
                    let is_json = way.get() == Way::Json;
                    let press = move |()| {
                        editor.broken(id, None);
                        way.set(if is_json { Way::Text } else { Way::Json });
                    };
                    let word = if is_json { "Edit as text" } else { "Edit as JSON" };
                    view! {
                        <div class="edit-tools">
                            <Button small=true variant=ButtonVariant::Ghost icon=IconName::Code on_press=press>{word}</Button>
                        </div>
                    }
                })
        }}
    }
    .into_any()
}

fn plain(editor: Editor, id: Id, json: RwSignal<bool>) -> AnyView {
    let typed = move |typed: String| {
        let text = keep_line_ends(&current(editor, id), &typed);
        json.set(json_text::is_json(&text));
        editor.edit(id, |node| node.value = Input::Text(text));
    };
    // What stands in an empty field must not promise what DynamoDB refuses.
    let placeholder = if editor.is_key(id) {
        "A key is never empty"
    } else {
        "Empty string"
    };
    view! {
        <Field label="Value" hide_label=true error=editor.fault(id, Part::Value)>
            <TextArea rows=1 placeholder value=Signal::stored(current(editor, id)) on_input=typed />
        </Field>
    }
    .into_any()
}

/// The string is what stands here; on one line where it was on one line.
fn as_json(editor: Editor, id: Id) -> AnyView {
    let before = current(editor, id);
    let lines = before.trim().contains('\n');
    let shown = located::parse(&before).map_or(before, |read| located::write(&read, true));
    let typed = move |typed: String| match located::parse(&typed) {
        Ok(read) => {
            editor.broken(id, None);
            let text = if lines { typed } else { located::write(&read, false) };
            editor.edit(id, |node| node.value = Input::Text(text));
        }
        Err(fault) => {
            let (line, column) = fault.place(&typed);
            editor.edit(id, |node| node.value = Input::Text(typed));
            editor.broken(id, Some(format!("line {line}, column {column}: {}", fault.message)));
        }
    };
    let hint = if lines {
        "JSON, kept as a string"
    } else {
        "JSON, kept as a string on one line"
    };
    view! {
        <Field label="Value as JSON" hide_label=true hint=Some(hint.to_owned()) error=editor.fault(id, Part::Value)>
            <TextArea mono=true rows=4 value=Signal::stored(shown) on_input=typed />
        </Field>
    }
    .into_any()
}

fn cut(editor: Editor, id: Id, way: RwSignal<Way>) -> AnyView {
    let text = current(editor, id);
    let size = format::bytes(text.len() as u64);
    let start: String = text.chars().take(400).collect();
    view! {
        <p class="edit-cut">{start}"…"</p>
        <div class="edit-tools">
            <span class="muted">{size}</span>
            <Button small=true on_press=move |()| way.set(Way::Text)>"Edit this text"</Button>
            <Button small=true icon=IconName::Download on_press=move |()| download("value.txt", &current(editor, id))>"Download"</Button>
        </div>
    }
    .into_any()
}
