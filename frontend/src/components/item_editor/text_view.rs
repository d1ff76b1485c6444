//! The item as text, with line numbers and every fault at its line.

use dynadesk_shared::item_text::{Form, TypeNote, type_notes};
use dynadesk_shared::value::located::{self, TextFault};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::state::Editor;
use crate::format;
use crate::ui::{Button, ButtonVariant, IconName, Notice, Tone, focus, id};

/// More faults than this are only counted.
const MOST: usize = 20;
const TEXT: &str = "item-editor-text";
/// As the style sheet has it, px.
const LINE: f64 = 20.0;

/// Selects the place of a fault, so that it is seen and can be typed over.
pub fn point(editor: Editor, at: usize) {
    let (before, line) = editor.text.with_untracked(|text| {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &text[..at];
        (before.encode_utf16().count() as u32, before.matches('\n').count())
    });
    focus::soon(move || {
        let field = document().get_element_by_id(TEXT);
        let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) else {
            return;
        };
        // The field is on the screen and takes both.
        let _ = field.focus();
        let _ = field.set_selection_range(before, before + 1);
        field.set_scroll_top((LINE * line as f64 - f64::from(field.client_height()) / 2.0) as i32);
    });
}

#[component]
pub fn TextView(editor: Editor, form: Form) -> impl IntoView {
    let gutter = NodeRef::<html::Pre>::new();
    let described = id::unique("faults");
    let lines = Memo::new(move |_| editor.text.with(|text| text.matches('\n').count() + 1));
    let numbers = move || {
        let count = lines.get();
        (1..=count).map(|line| line.to_string()).collect::<Vec<_>>().join("\n")
    };
    let faults = Memo::new(move |_| editor.standing.with(|standing| standing.lines.clone()));
    let scrolled = move |event: leptos::ev::Event| {
        let field = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if let (Some(field), Some(gutter)) = (field, gutter.get_untracked()) {
            gutter.set_scroll_top(field.scroll_top());
        }
    };
    let tidy = move |()| {
        let read = editor.text.with_untracked(|text| located::parse(text).ok());
        match read {
            Some(read) => editor.text.set(located::write(&read, true)),
            None => editor.point(),
        }
    };
    let label = match form {
        Form::Plain => "Item as JSON",
        Form::Dynamo => "Item as DynamoDB JSON",
    };
    let faults_id = described.clone();
    view! {
        <div class="edit-text">
            <div class="edit-text-box">
                <pre class="edit-gutter" aria-hidden="true" node_ref=gutter>{numbers}</pre>
                <textarea
                    id=TEXT
                    class="ui-control edit-text-field"
                    aria-label=label
                    aria-describedby=described
                    aria-invalid=move || faults.with(|faults| !faults.is_empty()).then_some("true")
                    wrap="off"
                    spellcheck="false"
                    autocomplete="off"
                    prop:value=editor.text
                    on:input=move |event| editor.text.set(event_target_value(&event))
                    on:scroll=scrolled
                ></textarea>
            </div>
            <div class="edit-tools">
                <Button small=true variant=ButtonVariant::Ghost icon=IconName::Code on_press=tidy>"Indent"</Button>
            </div>
            <div id=faults_id aria-live="polite">
                {move || {
                    let all = faults.get();
                    (!all.is_empty()).then(|| fault_list(editor, all))
                }}
            </div>
            {(form == Form::Plain).then(|| view! { <Types editor /> })}
        </div>
    }
}

fn fault_list(editor: Editor, all: Vec<TextFault>) -> impl IntoView {
    let more = all.len().saturating_sub(MOST);
    let line = move |fault: TextFault| {
        let (line, column) = editor.text.with_untracked(|text| fault.place(text));
        let at = fault.at;
        view! {
            <li>
                <button type="button" class="edit-place" on:click=move |_| point(editor, at)>
                    {format!("Line {line}, column {column}")}
                </button>
                {format!(": {}", fault.message)}
            </li>
        }
    };
    view! {
        <Notice tone=Tone::Bad>
            <ul class="edit-faults">
                {all.into_iter().take(MOST).map(line).collect_view()}
                {(more > 0).then(|| view! { <li>{format!("and {} more", format::count(more as u64))}</li> })}
            </ul>
        </Notice>
    }
}

/// Says which types plain JSON does not show, and which of them an edit changed.
#[component]
fn Types(editor: Editor) -> impl IntoView {
    let notes = Memo::new(move |_| {
        editor.standing.with(|standing| {
            standing
                .item
                .as_ref()
                .map(|item| editor.text_base.with(|base| type_notes(base, item)))
        })
    });
    let name = |note: &TypeNote| format!("{} ({})", note.path, note.was);
    move || {
        let notes = notes.get().unwrap_or_default();
        let (kept, changed): (Vec<_>, Vec<_>) = notes.into_iter().partition(|note| note.was == note.is);
        let shown: Vec<String> = kept.iter().take(MOST).map(name).collect();
        let more = kept.len().saturating_sub(MOST);
        view! {
            <div class="edit-types">
                {(!changed.is_empty())
                    .then(|| {
                        let lines = changed
                            .into_iter()
                            .map(|note| view! { <li>{format!("{} was {} and is {} now: what stands there does not fit.", note.path, note.was, note.is)}</li> });
                        view! { <Notice tone=Tone::Warning><ul class="edit-faults">{lines.collect_view()}</ul></Notice> }
                    })}
                {(!shown.is_empty())
                    .then(|| {
                        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                        view! { <p class="muted">{format!("JSON cannot show sets and binary. These keep their type: {}{more}.", shown.join(", "))}</p> }
                    })}
            </div>
        }
    }
}
