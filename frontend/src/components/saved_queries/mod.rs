//! The menu of saved queries and recent runs: opens one, saves what is on the page, keeps the list.
//!
//! ```ignore
//! <SavedQueries
//!     connection=connection.name.clone()
//!     // What the page asks now; nothing while it asks nothing that could be saved.
//!     current=Signal::derive(move || Some(Run::Items { table, query, title }))
//!     // Another run was chosen: show it, or go to `run_href(&connection, &run)`.
//!     on_open=move |run: Run| navigation.go(&run_href(&connection, &run))
//! />
//! ```
//!
//! A page that has run something also calls `api::history::ran` for the history. Nobody waits for that,
//! and its failure is for `state::store::heard`.

mod manage;
mod name;
mod run;

use dynadesk_shared::api::history::{Run, RunView, SavedView};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use self::manage::ManageDialog;
use self::name::{NameDialog, Naming};
pub use self::run::{run_href, run_title};
use crate::api;
use crate::state::{Remote, store};
use crate::ui::{IconName, Menu, MenuItem};

/// How many the menu has room for; the dialog and the history have all.
const SAVED: usize = 12;
const RECENT: usize = 6;

/// What the parts share. Cheap to copy.
#[derive(Clone, Copy)]
struct Shelf {
    connection: StoredValue<String>,
    saved: Remote<Vec<SavedView>>,
    open: Callback<Run>,
}

#[component]
pub fn SavedQueries(
    /// The connection's name.
    #[prop(into)]
    connection: String,
    /// What the page asks now.
    #[prop(into)]
    current: Signal<Option<Run>>,
    /// Shows another run.
    #[prop(into)]
    on_open: Callback<Run>,
) -> impl IntoView {
    let name = StoredValue::new(connection);
    let saved = Remote::new(move || {
        let connection = name.get_value();
        async move { Ok(api::history::saved(&connection).await?.saved) }
    });
    let recent = Remote::new(move || {
        let connection = name.get_value();
        async move { Ok(api::history::runs(&connection, None).await?.runs) }
    });
    Effect::new(move |_| {
        if let Some(failure) = saved.failure() {
            store::heard(&failure);
        }
    });
    let shelf = Shelf {
        connection: name,
        saved,
        open: on_open,
    };
    let (naming, managing) = (RwSignal::new(None::<Naming>), RwSignal::new(false));
    // The menu is built anew only when a list changed: an item that has the focus stays.
    let named = Memo::new(move |_| saved.ready(Clone::clone).unwrap_or_default());
    let ran: Memo<Vec<RunView>> = Memo::new(move |_| recent.ready(Clone::clone).unwrap_or_default());
    let off = Memo::new(move |_| saved.failure().map(|failure| failure.message()));
    let items = Signal::derive(move || {
        let mut items = vec![save_item(current, naming, off.get())];
        if off.with(Option::is_none) {
            // Before what comes and goes, so that it stays where it is.
            items.push(MenuItem::new("Manage saved queries", move || managing.set(true)).icon(IconName::Settings));
            let open = |title: String, icon, run: &Run| {
                let run = run.clone();
                MenuItem::new(title, move || on_open.run(run.clone())).icon(icon)
            };
            named.with(|all| items.extend(all.iter().take(SAVED).map(|one| open(one.name.clone(), IconName::Star, &one.run))));
            ran.with(|all| {
                items.extend(
                    all.iter()
                        .take(RECENT)
                        .map(|one| open(run_title(&one.run), IconName::Clock, &one.run)),
                )
            });
        }
        items
    });
    // Whoever comes to the menu sees what others saved and what was run meanwhile.
    let refresh = move || {
        saved.refresh();
        recent.refresh();
    };
    let root = NodeRef::<leptos::html::Span>::new();
    let focused = move |event: leptos::ev::FocusEvent| {
        let from: Option<web_sys::Node> = event.related_target().and_then(|target| target.dyn_into().ok());
        if !root.get_untracked().is_some_and(|root| root.contains(from.as_ref())) {
            refresh();
        }
    };
    view! {
        <span class="saved-queries" node_ref=root on:pointerenter=move |_| refresh() on:focusin=focused>
            <Menu label="Saved" icon=IconName::Star items />
        </span>
        <NameDialog shelf naming />
        <ManageDialog shelf open=managing naming />
    }
}

fn save_item(current: Signal<Option<Run>>, naming: RwSignal<Option<Naming>>, off: Option<String>) -> MenuItem {
    let nothing = current.with(Option::is_none).then(|| "There is nothing to save yet".to_owned());
    let save = move || {
        if let Some(run) = current.get_untracked() {
            naming.set(Some(Naming::new(run)));
        }
    };
    MenuItem {
        disabled: off.or(nothing),
        ..MenuItem::new("Save this query", save).icon(IconName::Plus)
    }
}
