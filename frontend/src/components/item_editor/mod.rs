//! The editor of one item: as a form, as JSON and as DynamoDB JSON, with its size and price as it is
//! typed. Nothing is sent before the difference and the request were seen.

mod clash;
mod delete;
mod ends;
mod fields;
mod foot;
mod form;
mod lazy;
mod merge;
mod review;
mod row;
mod saving;
mod state;
mod text_view;

use dynadesk_shared::Item;
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::api::writes::Change;
use dynadesk_shared::edit::differences;
use dynadesk_shared::item_faults::Rules;
use dynadesk_shared::item_text::Form;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

pub use self::delete::DeleteDialog;
pub use self::lazy::{ItemEditor, fetch_ahead};
pub use self::saving::{Patches, Saver};

use self::clash::ClashDialog;
use self::foot::Foot;
use self::form::FormView;
use self::lazy::Place;
use self::review::ReviewDialog;
use self::state::{Editor, View};
use self::text_view::TextView;
use crate::components::TableScope;
use crate::format;
use crate::state::{use_toasts, use_unsaved};
use crate::ui::{SidePanel, Tab, Tabs};

/// What is edited.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// An item as it was read, whole.
    Edit(Item),
    /// A new one, blank or a copy.
    Add(Item),
}

/// What DynamoDB asks of the items of a table.
pub fn rules(table: &TableView) -> Rules {
    Rules {
        key: table.key.clone(),
        indexes: table.indexes.iter().map(|index| index.key.clone()).collect(),
    }
}

/// A new item of a table: its key attributes, empty.
pub fn blank(table: &TableView) -> Item {
    use dynadesk_shared::{AttributeValue, ScalarType};
    let empty = |kind| match kind {
        ScalarType::S => AttributeValue::S(String::new()),
        ScalarType::N => AttributeValue::N(String::new()),
        ScalarType::B => AttributeValue::B(Vec::new()),
    };
    table.key.attributes().map(|key| (key.name.clone(), empty(key.kind))).collect()
}

/// What [`ItemEditor`] shows once its file is here.
#[component]
fn EditorPanel(
    scope: TableScope,
    task: Task,
    place: Place,
    /// Set while something would be lost.
    dirty: RwSignal<bool>,
    on_patch: Callback<Patches>,
    /// What was written, before the editor goes.
    on_written: Callback<Patches>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let (base, adding) = match task {
        Task::Edit(item) => (item, false),
        Task::Add(item) => (item, true),
    };
    let table_rules = scope.details.ready_untracked(rules).unwrap_or_default();
    let title = match (adding, table_rules.key.key_of(&base)) {
        (true, _) => "New item".to_owned(),
        (false, Ok(key)) => format!("Edit {}", format::short(&key.to_string())),
        (false, Err(_)) => "Edit item".to_owned(),
    };
    let editor = Editor::new(base, table_rules);
    let saver = Saver::new(&scope, on_patch, on_written);
    let is_dirty = editor.is_dirty();
    Effect::new(move |_| dirty.set(is_dirty.get()));
    on_cleanup(move || {
        dirty.try_set(false);
    });
    let held = title.clone();
    use_unsaved().hold(Signal::derive(move || {
        is_dirty.get().then(|| format!("{held}: your changes are not saved."))
    }));
    let toasts = use_toasts();
    let why_not = StoredValue::new(scope.why_not_write());
    let save = move || {
        if saver.busy.get_untracked() || why_not.with_value(Option::is_some) {
            return;
        }
        editor.tried.set(true);
        let item = editor.standing.with_untracked(|standing| match standing.faults() {
            0 => standing.item.clone(),
            _ => None,
        });
        let Some(item) = item else {
            return editor.point();
        };
        let base = editor.base.get_value();
        let change = match adding {
            true => Change::Create { item },
            false if differences(&base, &item).is_empty() => {
                toasts.note("Nothing was changed, so nothing was saved");
                return;
            }
            false => Change::Edit { base, item },
        };
        saver.failure.set(None);
        saver.review.set(Some(change));
    };
    let keys = window_event_listener(ev::keydown, move |event| {
        let save_key = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && event.key().eq_ignore_ascii_case("s");
        if !save_key || event.default_prevented() {
            return;
        }
        event.prevent_default();
        if saver.review.with_untracked(Option::is_some) {
            // The button knows whether the change can be written.
            press("dialog[open] .edit-review button.is-primary");
        } else if saver.clash.with_untracked(Option::is_none) {
            save();
        }
    });
    on_cleanup(move || keys.remove());
    // Whoever opened the editor is gone by now, and the focus with it.
    place.since.get_value().to(&[if adding {
        ".edit-form .ui-control"
    } else {
        ".edit [role=tab][aria-selected=true]"
    }]);
    let foot = move || view! { <Foot editor saver adding why_not=why_not.get_value() on_save=move |()| save() on_cancel=on_close /> };
    view! {
        <SidePanel title on_close width=place.width foot>
            <div class="edit">
                <Views editor />
                <ReviewDialog saver />
                <ClashDialog saver />
            </div>
        </SidePanel>
    }
}

/// Presses a button, as the operator would.
fn press(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(button) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}

/// The three views of the item. One that cannot be left, because what stands in it is no item, stays.
#[component]
fn Views(editor: Editor) -> impl IntoView {
    let name = |view: View| match view {
        View::Form => "form",
        View::Text(Form::Plain) => "plain",
        View::Text(Form::Dynamo) => "dynamo",
    };
    let selected = RwSignal::new(name(editor.view.get_untracked()).to_owned());
    let refused = RwSignal::new(false);
    Effect::new(move |_| {
        let wanted = match selected.get().as_str() {
            "plain" => View::Text(Form::Plain),
            "dynamo" => View::Text(Form::Dynamo),
            _ => View::Form,
        };
        if editor.view.get_untracked() == wanted {
            return;
        }
        let shown = editor.show(wanted);
        refused.set(!shown);
        if !shown {
            selected.set(name(editor.view.get_untracked()).to_owned());
        }
    });
    let tabs = vec![
        Tab::new("form", "Form"),
        Tab::new("plain", "JSON"),
        Tab::new("dynamo", "DynamoDB JSON"),
    ];
    let panel = move || {
        let text = move || {
            (refused.get() && editor.standing.with(|standing| standing.item.is_none())).then(|| {
                view! { <p class="edit-refused" role="alert">"This view stays until what stands here can be read as an item."</p> }
            })
        };
        let view = move || match editor.view.get() {
            View::Form => view! { <FormView editor /> }.into_any(),
            View::Text(form) => view! { <TextView editor form /> }.into_any(),
        };
        view! { {text} {view} }
    };
    view! { <Tabs label="View of the item" tabs selected panel /> }
}
