//! The editor that lies over a cell: a type, a value, and what is wrong with it.

use dynadesk_shared::item_check;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::View;
use super::Editing;
use super::draft::{Draft, Kind};
use crate::components::TableScope;
use crate::grid::cursor::Cell;
use crate::state::use_unsaved;
use crate::ui::{Choice, Select};

/// Lies in the grid's overlay while a cell is being changed.
#[component]
pub fn CellEditor(view: View, scope: TableScope) -> impl IntoView {
    let kept = StoredValue::new(scope);
    move || {
        let editing = view.pending.editing.get();
        editing.map(|editing| view! { <Editor view scope=kept.get_value() editing /> })
    }
}

#[component]
fn Editor(view: View, scope: TableScope, editing: Editing) -> impl IntoView {
    let draft = RwSignal::new(editing.draft.clone());
    let problem = RwSignal::new(None::<String>);
    // What cannot go into the queue is unsaved work as well.
    use_unsaved().hold(Signal::derive(move || {
        let wrong = problem.try_with(Option::is_some).unwrap_or_default();
        wrong.then(|| "A cell holds what cannot be saved yet.".to_owned())
    }));
    let closed = StoredValue::new(false);
    let (root, text) = (NodeRef::<html::Div>::new(), NodeRef::<html::Textarea>::new());
    let label = format!("Change {} of {}", editing.column, editing.key);
    let cell = editing.cell;
    let kept = StoredValue::new((scope, editing));
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        match text.get_untracked() {
            Some(text) => {
                let _ = text.focus();
                let end = text.value().encode_utf16().count() as u32;
                let _ = text.set_selection_range(end, end);
            }
            None => {
                if let Ok(Some(first)) = root.query_selector("select") {
                    let _ = first.unchecked_into::<web_sys::HtmlElement>().focus();
                }
            }
        }
    });
    let close = move |to: Option<Cell>| {
        closed.set_value(true);
        view.pending.editing.set(None);
        if let Some(to) = to {
            view.grid.focus_cell(to);
        }
    };
    // Puts the value into the queue; false where it cannot be one.
    let commit = move || {
        let draft = draft.get_untracked();
        match kept.with_value(|(scope, editing)| queue_up(view, scope, editing, &draft)) {
            Ok(()) => true,
            Err(reason) => {
                problem.set(Some(reason));
                false
            }
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        // The keys of the grid and of the page mean nothing while somebody types.
        event.stop_propagation();
        let (shift, plain) = (event.shift_key(), !event.alt_key() && !event.is_composing());
        let beside = |by: isize| Cell {
            column: cell.column.saturating_add_signed(by),
            ..cell
        };
        let to = match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                return close(Some(cell));
            }
            "Enter" if plain && !shift => Cell { row: cell.row + 1, ..cell },
            "Tab" if plain => beside(if shift { -1 } else { 1 }),
            _ => return,
        };
        event.prevent_default();
        if commit() {
            close(Some(to));
        }
    };
    let left = move |event: leptos::ev::FocusEvent| {
        let to: Option<web_sys::Node> = event.related_target().and_then(|target| target.dyn_into().ok());
        // Without a target the whole window lost the focus, and the operator comes back.
        let outside = to.is_some() && root.try_get_untracked().flatten().is_some_and(|root| !root.contains(to.as_ref()));
        if outside && closed.try_get_value() == Some(false) && commit() {
            close(None);
        }
    };
    let change = move |next: Draft| {
        problem.set(next.value().err().filter(|_| !next.text.is_empty()));
        draft.set(next);
    };
    let kinds: Vec<Choice> = Kind::ALL.map(|kind| Choice::new(kind.name(), kind.label())).to_vec();
    let kind = Memo::new(move |_| draft.with(|draft| draft.kind));
    let value = move || match kind.get() {
        Kind::S | Kind::N | Kind::B => view! {
            <textarea
                class="ui-control"
                class:is-mono=kind.get_untracked() != Kind::S
                node_ref=text
                rows="1"
                spellcheck="false"
                autocomplete="off"
                aria-label="Value"
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                prop:value=draft.with_untracked(|draft| draft.text.clone())
                on:input=move |event| {
                    change(Draft { text: event_target_value(&event), ..draft.get_untracked() });
                }
            ></textarea>
        }
        .into_any(),
        Kind::Bool => {
            let choices: Vec<Choice> = ["true", "false"].map(|word| Choice::new(word, word)).to_vec();
            view! {
                <Select
                    value=Signal::derive(move || draft.with(|draft| draft.text.clone()))
                    on_change=move |text| change(Draft { text, ..draft.get_untracked() })
                    choices
                    label="Value"
                />
            }
            .into_any()
        }
        Kind::Null => view! { <span class="cell-editor-word">"NULL"</span> }.into_any(),
        Kind::Absent => view! { <span class="cell-editor-word">"The attribute goes"</span> }.into_any(),
    };
    view! {
        <div class="cell-editor" role="group" aria-label=label node_ref=root on:keydown=keys on:focusout=left>
            <div class="cell-editor-line">
                {value}
                <Select
                    value=Signal::derive(move || kind.get().name().to_owned())
                    on_change=move |name: String| {
                        if let Some(kind) = Kind::of_name(&name) {
                            change(draft.with_untracked(|draft| draft.as_kind(kind)));
                        }
                    }
                    choices=kinds
                    label="Type"
                />
            </div>
            <div class="cell-editor-notes">
                <p class="cell-editor-problem" role="alert">{problem}</p>
                <p class="cell-editor-hint">"Enter keeps it for saving, Tab goes on, Esc cancels"</p>
            </div>
        </div>
    }
}

/// Puts what was typed into the queue, or says in DynamoDB's terms why it cannot be saved.
fn queue_up(view: View, scope: &TableScope, editing: &Editing, draft: &Draft) -> Result<(), String> {
    let value = draft.value()?;
    if *draft == editing.before {
        return Ok(());
    }
    let now = view
        .pending
        .queue
        .with_untracked(|queue| queue.get(&editing.key).map(|edited| edited.item.clone()));
    // What was saved since the cell was opened is what its next change stands on.
    let newer = view.pending.newer.with_value(|newer| {
        let of_key = newer.iter().rev().find(|(key, _)| *key == editing.key);
        of_key.map(|(_, item)| item.clone())
    });
    let base = newer.unwrap_or_else(|| editing.base.clone());
    let mut item = now.unwrap_or_else(|| base.clone());
    match value.clone() {
        Some(value) => drop(item.insert(editing.column.clone(), value)),
        None => drop(item.remove(&editing.column)),
    }
    let checked = scope.details.ready_untracked(|table| {
        let indexes: Vec<_> = table.indexes.iter().map(|index| index.key.clone()).collect();
        item_check::check(&item, &table.key, &indexes)
    });
    checked.unwrap_or(Ok(()))?;
    view.pending
        .queue
        .update(|queue| queue.put(&editing.key, &base, &editing.column, value));
    Ok(())
}
