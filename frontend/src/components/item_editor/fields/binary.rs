//! Binary: typed as base64, hex or text, or taken from a file.

use dynadesk_shared::draft::{Bytes, Encoding, Id, Input, Part};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::LONG;
use crate::components::download::download_bytes;
use crate::components::item_editor::state::Editor;
use crate::format;
use crate::ui::{Button, Choice, Field, IconName, Select, TextArea};

fn bytes<T>(editor: Editor, id: Id, read: impl FnOnce(&Bytes) -> T) -> Option<T> {
    editor
        .input(id, |input| match input {
            Input::Binary(bytes) => Some(read(bytes)),
            _ => None,
        })
        .flatten()
}

fn change(editor: Editor, id: Id, change: impl FnOnce(&mut Bytes)) {
    editor.edit(id, |node| {
        if let Input::Binary(bytes) = &mut node.value {
            change(bytes);
        }
    });
}

pub fn binary_field(editor: Editor, id: Id) -> AnyView {
    let size = RwSignal::new(0);
    let measure = move || size.set(bytes(editor, id, |bytes| bytes.bytes().len()).unwrap_or_default());
    measure();
    let encoding = RwSignal::new(bytes(editor, id, Bytes::encoding).unwrap_or_default());
    let whole = RwSignal::new(size.get_untracked() <= LONG);
    let refused = RwSignal::new(None::<String>);
    let show = move |label: String| {
        let Some(wanted) = Encoding::of_label(&label) else { return };
        let mut answer = Ok(());
        change(editor, id, |bytes| answer = bytes.show(wanted));
        refused.set(answer.err());
        // Set even where it was refused, so that the picker shows what is.
        encoding.set(bytes(editor, id, Bytes::encoding).unwrap_or_default());
    };
    let field = move || {
        let first = bytes(editor, id, Bytes::text).unwrap_or_default();
        encoding.track();
        let fault = editor.fault(id, Part::Value);
        let error = Signal::derive(move || refused.get().or_else(|| fault.get()));
        let typed = move |text: String| {
            refused.set(None);
            change(editor, id, |bytes| bytes.typed(&text));
            measure();
        };
        view! {
            <Field label="Value" hide_label=true error>
                <TextArea mono=true rows=1 placeholder="No bytes" value=Signal::stored(first) on_input=typed />
            </Field>
        }
    };
    let choices: Vec<Choice> = Encoding::ALL.map(|one| Choice::new(one.label(), one.label())).into();
    view! {
        {move || {
            if whole.get() {
                field().into_any()
            } else {
                view! { <Button small=true on_press=move |()| whole.set(true)>"Show the bytes"</Button> }.into_any()
            }
        }}
        <div class="edit-tools">
            <div class="edit-type">
                <Select label="Written as" value=Signal::derive(move || encoding.get().label().to_owned()) choices=Signal::stored(choices) on_change=show />
            </div>
            <Upload editor id />
            <Button
                small=true
                icon=IconName::Download
                on_press=move |()| {
                    bytes(editor, id, |bytes| download_bytes("value.bin", bytes.bytes()));
                }
            >
                "Download"
            </Button>
            <span class="muted">{move || format::bytes(size.get() as u64)}</span>
        </div>
    }
    .into_any()
}

/// Takes the bytes of a file.
#[component]
fn Upload(editor: Editor, id: Id) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(element) = input.get_untracked() else { return };
        let Some(file) = element.files().and_then(|files| files.get(0)) else {
            return;
        };
        spawn_local(async move {
            let read = JsFuture::from(file.array_buffer()).await;
            if let Ok(buffer) = read {
                let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
                editor.put(id, Input::Binary(Bytes::new(bytes)));
            }
        });
        // The same file can be chosen again.
        element.set_value("");
    };
    let press = move |()| {
        if let Some(element) = input.get_untracked() {
            element.click();
        }
    };
    view! {
        <input type="file" class="ui-hidden" tabindex="-1" aria-label="File with the bytes" node_ref=input on:change=chosen />
        <Button small=true icon=IconName::Upload on_press=press>"From a file"</Button>
    }
}
