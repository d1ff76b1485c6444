//! The fields of the values that hold no others. A field shows what the draft has when it appears and
//! tells it every stroke; nothing is written back into a field while somebody types.

mod binary;
mod string;

use dynadesk_shared::draft::{Id, Input, Part};
use leptos::prelude::*;

pub use self::binary::binary_field;
pub use self::string::string_field;
use super::state::Editor;
use crate::ui::{Choice, Field, SegmentedControl, TextInput};

/// Longer texts are shown cut until somebody wants to edit them: a browser lays all of a field out.
const LONG: usize = 20_000;

pub fn number_field(editor: Editor, id: Id) -> AnyView {
    let first = editor.input(id, |input| match input {
        Input::Number(text) => text.clone(),
        _ => String::new(),
    });
    view! {
        <Field label="Value" hide_label=true error=editor.fault(id, Part::Value)>
            <TextInput
                mono=true
                inputmode="decimal"
                placeholder="0"
                value=Signal::stored(first.unwrap_or_default())
                on_input=move |text: String| editor.edit(id, |node| node.value = Input::Number(text))
            />
        </Field>
    }
    .into_any()
}

pub fn boolean_field(editor: Editor, id: Id) -> AnyView {
    let flag = RwSignal::new(editor.input(id, |input| matches!(input, Input::Bool(true))).unwrap_or_default());
    view! {
        <SegmentedControl
            label="Value"
            value=Signal::derive(move || flag.get().to_string())
            on_change=move |word: String| {
                flag.set(word == "true");
                editor.edit(id, |node| node.value = Input::Bool(word == "true"));
            }
            choices=vec![Choice::new("true", "true"), Choice::new("false", "false")]
        />
    }
    .into_any()
}
