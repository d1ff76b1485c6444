//! An editor for statements. The script behind it comes only with the page that shows one; where it does
//! not come, a plain field takes its place.

mod offsets;
mod script;

use dynadesk_shared::partiql::words;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::ui::{Notice, Skeleton, TextArea, Tone};

/// What completion offers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Names {
    pub tables: Vec<String>,
    pub indexes: std::collections::BTreeMap<String, Vec<String>>,
    pub attributes: Vec<String>,
}

/// A mistake and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub from: usize,
    pub to: usize,
    pub message: String,
}

/// The editor from outside: what is selected, and selecting. Cheap to copy.
#[derive(Clone, Copy)]
pub struct EditorHandle {
    editor: StoredValue<Option<script::Editor>, LocalStorage>,
    plain: NodeRef<html::Textarea>,
    text: RwSignal<String>,
}

impl EditorHandle {
    pub fn new(text: RwSignal<String>) -> Self {
        Self {
            editor: StoredValue::new_local(None),
            plain: NodeRef::new(),
            text,
        }
    }

    /// The selected bytes; an empty range where only the cursor is.
    pub fn selection(self) -> (usize, usize) {
        let plain = self.plain.get_untracked().map(|area| {
            let place = |place: Result<Option<u32>, JsValue>| place.ok().flatten().unwrap_or_default() as usize;
            (place(area.selection_start()), place(area.selection_end()))
        });
        let own = self
            .editor
            .with_value(|editor| editor.as_ref().map(|editor| (editor.from(), editor.to())));
        let (from, to) = own.or(plain).unwrap_or_default();
        self.text
            .with_untracked(|text| (offsets::to_byte(text, from), offsets::to_byte(text, to)))
    }

    /// Selects bytes and takes the focus there.
    pub fn select(self, from: usize, to: usize) {
        let (from, to) = self
            .text
            .with_untracked(|text| (offsets::to_utf16(text, from), offsets::to_utf16(text, to)));
        self.editor.with_value(|editor| match (editor, self.plain.get_untracked()) {
            (Some(editor), _) => editor.select(from, to),
            (None, Some(area)) => {
                // A refusal leaves the cursor where it is.
                let _ = area.set_selection_range(from as u32, to as u32);
                let _ = area.focus();
            }
            (None, None) => {}
        });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Coming,
    Here,
    Missing,
}

type Callbacks = (Closure<dyn FnMut(String)>, Closure<dyn FnMut()>);

#[component]
pub fn CodeEditor(
    label: &'static str,
    /// What stands there while nothing is written.
    hint: &'static str,
    text: RwSignal<String>,
    #[prop(into)] marks: Signal<Vec<Mark>>,
    #[prop(into)] names: Signal<Names>,
    handle: EditorHandle,
    /// Control and Enter were pressed.
    #[prop(into)]
    on_run: Callback<()>,
) -> impl IntoView {
    let state = RwSignal::new(Script::Coming);
    let host = NodeRef::<html::Div>::new();
    let callbacks = StoredValue::new_local(None::<Callbacks>);
    spawn_local(async move {
        let came = script::load().await.is_ok();
        state.try_set(if came { Script::Here } else { Script::Missing });
    });
    Effect::new(move |_| {
        let (Some(host), Script::Here) = (host.get(), state.get()) else {
            return;
        };
        if handle.editor.with_value(Option::is_some) {
            return;
        }
        let changed = Closure::<dyn FnMut(String)>::new(move |now: String| {
            text.try_set(now);
        });
        let run = Closure::<dyn FnMut()>::new(move || on_run.run(()));
        let keywords = [words::KEYWORDS, words::SOFT_KEYWORDS].concat();
        let functions = [words::CONDITION_FUNCTIONS, words::SET_FUNCTIONS].concat();
        let words = serde_json::json!({"keywords": keywords, "functions": functions});
        let written = text.get_untracked();
        match script::create(&host, label, hint, &written, &words.to_string(), changed.as_ref(), run.as_ref()) {
            Ok(editor) => handle.editor.set_value(Some(editor)),
            Err(_) => state.set(Script::Missing),
        }
        callbacks.set_value(Some((changed, run)));
    });
    let tell = move |say: &dyn Fn(&script::Editor)| {
        state.track();
        host.track();
        handle.editor.with_value(|editor| {
            if let Some(editor) = editor {
                say(editor);
            }
        });
    };
    Effect::new(move |_| text.with(|text| tell(&|editor| editor.set_text(text))));
    Effect::new(move |_| {
        let json = names.with(|names| serde_json::to_string(names).unwrap_or_default());
        tell(&|editor| editor.set_names(&json));
    });
    Effect::new(move |_| {
        let marks = marks.get();
        let json = text.with(|text| {
            let place = |byte| offsets::to_utf16(text, byte);
            let mark = |mark: &Mark| serde_json::json!({"from": place(mark.from), "to": place(mark.to), "message": mark.message});
            serde_json::Value::from(marks.iter().map(mark).collect::<Vec<_>>()).to_string()
        });
        tell(&|editor| editor.set_faults(&json));
    });
    on_cleanup(move || {
        if let Some(editor) = handle.editor.try_update_value(Option::take).flatten() {
            editor.destroy();
        }
        callbacks.try_update_value(Option::take);
    });
    let on_key = Callback::new(move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            on_run.run(());
        }
    });
    view! {
        <div class="code-editor">
            {move || match state.get() {
                Script::Coming => view! { <Skeleton lines=4 label="Loading the editor" /> }.into_any(),
                Script::Here => view! { <div class="code-editor-host" data-field node_ref=host></div> }.into_any(),
                Script::Missing => {
                    view! {
                        <Notice tone=Tone::Warning>
                            "The editor could not be loaded, so this is a plain field: without colours and completion, otherwise the same."
                        </Notice>
                        <TextArea
                            label
                            placeholder=hint
                            mono=true
                            rows=8
                            value=text
                            on_input=move |now| text.set(now)
                            on_key
                            node_ref=handle.plain
                        />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
