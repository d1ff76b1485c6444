//! The form: every value a field, lists and maps and sets with their values inside. Rows are made only
//! as far as somebody scrolls, because an item may have a thousand attributes.

use dynadesk_shared::draft::{Draft, Id, Kind, Part};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::row::row;
use super::state::Editor;
use crate::format;
use crate::ui::{Button, ButtonVariant, IconName, Notice, TextInput, Tone, focus};

/// Rows that are made at once, and each time that the end of them comes into view.
const ROWS: usize = 40;
/// From so many attributes on they can be searched.
const MANY: usize = 25;
/// The deepest list or map that may hold values.
const DEEPEST: usize = 31;

#[component]
pub fn FormView(editor: Editor) -> impl IntoView {
    let whole = editor.fault(Draft::ROOT, Part::Value);
    view! {
        <div class="edit-form">
            {move || whole.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
            {inside(editor, Draft::ROOT, 0)}
        </div>
    }
}

/// The values in a list, a map or a set, and a button that adds one.
pub fn inside(editor: Editor, parent: Id, depth: usize) -> AnyView {
    let kind = editor.input(parent, |input| input.kind()).unwrap_or(Kind::M);
    let ids = Memo::new(move |_| {
        editor.shape.track();
        editor.draft(|draft| draft.inside(parent)).unwrap_or_default()
    });
    let shown = RwSignal::new(ROWS);
    let find = RwSignal::new(String::new());
    Effect::new(move |_| {
        let at = editor
            .revealed
            .with(|way| ids.with_untracked(|ids| ids.iter().position(|id| way.contains(id))));
        if let Some(at) = at {
            if !find.with_untracked(String::is_empty) {
                find.set(String::new());
            }
            if at >= shown.get_untracked() {
                shown.set(at + ROWS);
            }
        }
    });
    let matching = Memo::new(move |_| {
        let wanted = find.with(|text| text.trim().to_lowercase());
        let all = ids.get();
        if wanted.is_empty() {
            return all;
        }
        editor
            .draft(|draft| {
                let members = draft.members().iter();
                let found = members.filter(|member| member.name.to_lowercase().contains(&wanted));
                found.map(|member| member.node.id).collect()
            })
            .unwrap_or_default()
    });
    let visible = Memo::new(move |_| matching.with(|ids| ids.iter().take(shown.get()).copied().collect::<Vec<_>>()));
    let hidden = Memo::new(move |_| matching.with(Vec::len).saturating_sub(shown.get()));
    let many = Memo::new(move |_| depth == 0 && ids.with(Vec::len) > MANY);
    let add = move |()| {
        // A new attribute comes before the rows that are not made yet: its place has no meaning.
        let at = if kind == Kind::M { shown.get_untracked() } else { usize::MAX };
        find.set(String::new());
        let added = editor.reshape(|draft| draft.add(parent, Kind::S, at)).flatten();
        if let Some(id) = added {
            let count = ids.with_untracked(Vec::len);
            shown.update(|shown| *shown = if kind == Kind::M { *shown + 1 } else { (*shown).max(count) });
            focus::to(&[&format!("[data-draft='{id}'] .ui-control")]);
        }
    };
    let word = match kind {
        Kind::M => "Add attribute",
        Kind::L => "Add element",
        _ => "Add member",
    };
    let too_deep = (depth > DEEPEST).then(|| "Lists and maps nest at most 32 deep".to_owned());
    view! {
        {move || {
            many.get()
                .then(|| {
                    view! {
                        <div class="edit-find">
                            <TextInput
                                kind="search"
                                icon=IconName::Search
                                label="Find an attribute"
                                placeholder=format!("Find one of {} attributes", format::count(ids.with_untracked(Vec::len) as u64))
                                value=find
                                on_input=move |text| {
                                    shown.set(ROWS);
                                    find.set(text);
                                }
                            />
                        </div>
                    }
                })
        }}
        <div class="edit-list" class:is-inner={depth > 0} class:is-deep={depth > 5}>
            <For each=move || visible.get() key=|id| *id children=move |id| row(editor, id, ids, kind, depth) />
        </div>
        {move || {
            (hidden.get() > 0).then(|| view! { <More hidden on_more=move |()| shown.update(|shown| *shown += ROWS * 2) /> })
        }}
        <div class="edit-add" data-add=parent.to_string()>
            <Button small=true variant=ButtonVariant::Ghost icon=IconName::Plus disabled=Signal::stored(too_deep) on_press=add>
                {word}
            </Button>
        </div>
    }
    .into_any()
}

/// Makes more rows when it comes into view, or when it is pressed.
#[component]
fn More(hidden: Memo<usize>, #[prop(into)] on_more: Callback<()>) -> impl IntoView {
    let here = NodeRef::<html::Div>::new();
    let watched = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(element) = here.get() else { return };
        let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let in_view = entries
                .iter()
                .filter_map(|entry| entry.dyn_into::<web_sys::IntersectionObserverEntry>().ok())
                .any(|entry| entry.is_intersecting());
            if in_view {
                on_more.try_run(());
            }
        });
        if let Ok(observer) = web_sys::IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
            observer.observe(&element);
            watched.set_value(Some((observer, seen)));
        }
    });
    on_cleanup(move || {
        if let Some((observer, _)) = watched.try_update_value(Option::take).flatten() {
            observer.disconnect();
        }
    });
    view! {
        <div class="edit-more" node_ref=here>
            <Button small=true on_press=on_more>{move || format!("Show more ({} left)", format::count(hidden.get() as u64))}</Button>
        </div>
    }
}
