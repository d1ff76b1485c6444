//! The way around: connections, the connection's pages, and its tables.

use leptos::prelude::*;

use super::scope::why_not_change;
use crate::nav::{self, Route};
use crate::state::tables::use_tables;
use crate::state::{use_connections, use_navigation};
use crate::ui::{Button, ButtonVariant, Choice, Icon, IconName, Select, TextInput};

/// How many names the sidebar shows; the filter finds the rest.
const SHOWN: usize = 200;

#[component]
pub fn Sidebar(drawer: RwSignal<bool>) -> impl IntoView {
    let (route, connections) = (use_navigation().route(), use_connections());
    let name = Memo::new(move |_| {
        let own = route.with(|route| route.connection().map(str::to_owned));
        own.or_else(|| connections.default_one().map(|connection| connection.name))
    });
    view! {
        <div class="shell-shade" class:is-open=drawer on:click=move |_| drawer.set(false)></div>
        <nav class="sidebar" class:is-open=drawer aria-label="Console">
            {move || name.get().map(|name| view! { <Contents name /> })}
        </nav>
    }
}

#[component]
fn Contents(name: String) -> impl IntoView {
    let navigation = use_navigation();
    let (route, connections) = (navigation.route(), use_connections());
    let own = name.clone();
    let choices = Signal::derive(move || {
        let all = connections.all();
        all.into_iter().map(|one| Choice::new(one.name, one.label)).collect::<Vec<_>>()
    });
    let several = Signal::derive(move || choices.with(Vec::len) > 1);
    let link = move |icon: IconName, label: &'static str, href: String, current: fn(&Route) -> bool| {
        let here = move || route.with(current).then_some("page");
        view! { <a class="side-link" href=href aria-current=here><Icon name=icon />{label}</a> }
    };
    view! {
        <Show when=move || several.get()>
            <div class="side-switch">
                <Select
                    label="Connection"
                    value=own.clone()
                    choices
                    on_change=move |name: String| navigation.go(&nav::tables(&name))
                />
            </div>
        </Show>
        <div class="side-links">
            {several.get_untracked().then(|| link(IconName::Plug, "Connections", nav::home(), |route| *route == Route::Home))}
            {link(IconName::Table, "Tables", nav::tables(&name), |route| matches!(route, Route::Tables { .. }))}
            {link(IconName::Command, "PartiQL", nav::partiql(&name), |route| matches!(route, Route::PartiQl { .. }))}
            {link(IconName::Users, "Users", nav::people(), |route| matches!(route, Route::People | Route::CognitoIds | Route::Integrity))}
            {link(IconName::Clock, "History", nav::history(&name), |route| matches!(route, Route::History { .. }))}
            {link(IconName::Jobs, "Jobs", nav::jobs(&name), |route| matches!(route, Route::Jobs { .. } | Route::Job { .. }))}
        </div>
        <TableLinks name />
        <footer class="side-foot">{move || connections.list.ready(|list| format!("Dynadesk {}", list.version))}</footer>
    }
}

#[component]
fn TableLinks(name: String) -> impl IntoView {
    let route = use_navigation().route();
    let shelf = use_tables().of(&name);
    let filter = RwSignal::new(String::new());
    let new_table = nav::table_new(&name);
    let connections = use_connections();
    let connection = StoredValue::new(name);
    let why_not = Memo::new(move |_| {
        connection
            .with_value(|name| connections.named(name))
            .and_then(|connection| why_not_change(&connection))
    });
    let link = move |table: String| {
        let own = table.clone();
        let here = move || route.with(|route| route.table() == Some(own.as_str())).then_some("page");
        let href = connection.with_value(|connection| nav::overview(connection, &table));
        let title = table.clone();
        view! { <li><a class="side-link is-table" href=href aria-current=here title=title><span>{table}</span></a></li> }
    };
    let recent = {
        let shelf = shelf.clone();
        move || {
            let known = shelf.names.with(|names| (names.list.len() > 8).then(|| names.list.clone()))?;
            let recent: Vec<String> = shelf.recent.get().into_iter().filter(|name| known.contains(name)).collect();
            (filter.with(String::is_empty) && !recent.is_empty()).then(|| {
                view! {
                    <h2 class="side-heading">"Recent"</h2>
                    <ul class="side-list">{recent.into_iter().map(link).collect_view()}</ul>
                }
            })
        }
    };
    let names = shelf.names.clone();
    let found = Memo::new(move |_| {
        let wanted = filter.get().to_lowercase();
        names.with(|names| {
            let mut found: Vec<String> = names
                .list
                .iter()
                .filter(|name| name.to_lowercase().contains(&wanted))
                .cloned()
                .collect();
            found.sort();
            found
        })
    });
    let many = move || shelf.names.with(|names| names.list.len() > 8);
    // Names that come later leave each link what it is.
    let shown = move || found.with(|found| found.iter().take(SHOWN).cloned().collect::<Vec<_>>());
    let more = move || {
        let more = found.with(|found| found.len().saturating_sub(SHOWN));
        (more > 0).then(|| view! { <p class="side-more">{format!("and {more} more: filter to find them")}</p> })
    };
    view! {
        <div class="side-tables">
            <Show when=many>
                <TextInput
                    label="Filter the tables"
                    kind="search"
                    icon=IconName::Search
                    placeholder="Filter tables"
                    value=filter
                    on_input=move |text| filter.set(text)
                />
            </Show>
            {recent}
            <div class="side-heading-row">
                <h2 class="side-heading">"Tables"</h2>
                {move || match why_not.get() {
                    Some(reason) => {
                        view! {
                            <Button small=true variant=ButtonVariant::Ghost icon=IconName::Plus disabled=Some(reason)>
                                <span class="ui-hidden">"Create a table"</span>
                            </Button>
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <a class="ui-icon-button" href=new_table.clone() aria-label="Create a table" title="Create a table">
                                <Icon name=IconName::Plus />
                            </a>
                        }
                            .into_any()
                    }
                }}
            </div>
            <ul class="side-list"><For each=shown key=Clone::clone children=link /></ul>
            {more}
        </div>
    }
}
