//! The list of tables: names at once, details of the rows in view as they come.

mod order;
mod rows;

use dynadesk_shared::api::connections::ConnectionView;
use leptos::html;
use leptos::prelude::*;

use crate::api::{ApiFailure, reachability};
use crate::components::drops::DropNotices;
use crate::components::first_run::FirstRun;
use crate::components::scope::why_not_change;
use crate::components::{FailurePanel, Page};
use crate::format;
use crate::nav;
use crate::state::commands::{Command, use_commands};
use crate::state::shortcuts::use_shortcuts;
use crate::state::tables::{Shelf, use_tables};
use crate::state::use_navigation;
use crate::ui::{Button, ButtonVariant, IconButton, IconName, LinkButton, Skeleton, Sort, TextInput};
use order::Order;
use rows::Rows;

#[component]
pub fn TablesPage(connection: ConnectionView) -> impl IntoView {
    let shelf = use_tables().of(&connection.name);
    // Coming back to the list asks for the names again, behind what is already there.
    shelf.reload();
    reachability::on_return({
        let shelf = shelf.clone();
        move || {
            if shelf.names.with_untracked(|names| names.failure == Some(ApiFailure::Unreachable)) {
                shelf.reload();
            }
        }
    });
    let filter = RwSignal::new(String::new());
    let sort = RwSignal::new(Sort {
        by: order::NAME,
        descending: false,
    });
    let order = Order::new(&shelf, filter, sort);
    let input = NodeRef::<html::Input>::new();
    let blocked = why_not_change(&connection);
    let create = nav::table_new(&connection.name);
    shortcuts(&connection, &shelf, input);

    let names = shelf.names.clone();
    let busy = {
        let names = names.clone();
        Signal::derive(move || names.with(|names| names.loading))
    };
    let meta = {
        let names = names.clone();
        move || {
            names.with(|names| {
                let known = format::counted(names.list.len() as u64, "table", "tables");
                let text = if names.complete { known } else { format!("{known} so far") };
                (!names.list.is_empty()).then(|| view! { <span class="muted">{text}</span> })
            })
        }
    };
    let actions = {
        let shelf = shelf.clone();
        move || {
            let shelf = shelf.clone();
            view! {
                <IconButton icon=IconName::Refresh label="Reload (r)" disabled=busy on_press=move |()| reload(&shelf) />
                {match blocked.clone() {
                    Some(_) => {
                        view! {
                            <Button variant=ButtonVariant::Primary icon=IconName::Plus disabled=blocked.clone()>"Create table"</Button>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <LinkButton variant=ButtonVariant::Primary icon=IconName::Plus href=create.clone()>"Create table"</LinkButton>
                        }
                            .into_any()
                    }
                }}
            }
        }
    };
    let state = Memo::new(move |_| {
        names.with(|names| match (&names.failure, names.list.is_empty()) {
            (Some(failure), true) => State::Failed(failure.clone()),
            (_, false) => State::Some,
            (None, true) if names.complete => State::None,
            (None, true) => State::Loading,
        })
    });
    let requests = connection.name.clone();
    let connection = StoredValue::new(connection);
    let content = move || match state.get() {
        State::Loading => view! { <Skeleton lines=8 label="Loading the tables" /> }.into_any(),
        State::None => view! { <FirstRun connection=connection.get_value() /> }.into_any(),
        State::Failed(failure) => {
            let shelf = shelf.clone();
            let retry = Callback::new(move |()| shelf.reload());
            view! { <FailurePanel what="The tables could not be listed" failure retry busy /> }.into_any()
        }
        State::Some => {
            let name = connection.with_value(|connection| connection.name.clone());
            view! { <Listed shelf=shelf.clone() name filter order=order.clone() sort input /> }.into_any()
        }
    };
    view! {
        <Page title="Tables" meta actions fill=true>
            <DropNotices connection=requests />
            {content}
        </Page>
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Loading,
    None,
    Some,
    Failed(ApiFailure),
}

#[component]
fn Listed(
    shelf: Shelf,
    name: String,
    filter: RwSignal<String>,
    order: Order,
    sort: RwSignal<Sort>,
    input: NodeRef<html::Input>,
) -> impl IntoView {
    let navigation = use_navigation();
    let found = order.found;
    let cursor = RwSignal::new(0_usize);
    let open_first = {
        let name = name.clone();
        move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                if let Some(table) = found.with_untracked(|found| found.first().cloned()) {
                    event.prevent_default();
                    navigation.go(&nav::overview(&name, &table));
                }
            }
            "ArrowDown" => {
                event.prevent_default();
                cursor.set(0);
                rows::focus(0);
            }
            _ => {}
        }
    };
    let failure = {
        let (names, shelf) = (shelf.names.clone(), shelf.clone());
        move || {
            let failure = names.with(|names| names.failure.clone())?;
            let shelf = shelf.clone();
            let retry = Callback::new(move |()| shelf.reload());
            Some(view! { <FailurePanel what="Not all tables could be listed" failure retry /> })
        }
    };
    let note = {
        let (order, shelf) = (order.clone(), shelf.clone());
        move || {
            let (known, all) = order.sorted_by_details()?;
            let shelf = shelf.clone();
            let text = format!(
                "Sorted by what is loaded: details of {} of {} tables.",
                format::count(known),
                format::count(all)
            );
            Some(view! {
                <p class="tables-note" role="status">
                    {text}
                    <Button small=true on_press=move |()| shelf.want_all(found.get_untracked())>"Load the rest"</Button>
                </p>
            })
        }
    };
    view! {
        <div class="tables-tools">
            <TextInput
                label="Filter by name"
                kind="search"
                icon=IconName::Search
                placeholder="Filter by name"
                value=filter
                on_input=move |text| filter.set(text)
                on_key=open_first
                node_ref=input
            />
            {note}
        </div>
        {failure}
        <Rows shelf name found sort cursor />
    }
}

/// Asks for everything again: names, and the details of what is in view.
fn reload(shelf: &Shelf) {
    shelf.details.update(std::collections::HashMap::clear);
    shelf.reload();
}

fn shortcuts(connection: &ConnectionView, shelf: &Shelf, input: NodeRef<html::Input>) {
    let focus = move || {
        if let Some(input) = input.get_untracked() {
            // A field that is not on the page any more cannot take the focus, and need not.
            let _ = input.focus();
            input.select();
        }
    };
    let again = {
        let shelf = shelf.clone();
        move || reload(&shelf)
    };
    use_shortcuts().register("/", "Filter the tables", focus);
    use_shortcuts().register("r", "Reload the tables", again.clone());
    let group = connection.label.clone();
    use_commands().register(vec![
        Command::new(group.clone(), "Filter the tables", IconName::Search, focus).keys("/"),
        Command::new(group, "Reload the tables", IconName::Refresh, again).keys("r"),
    ]);
}
