//! The frame of every page of a table: its name, its state, and tabs to its other pages.

use leptos::prelude::*;

use super::failure_panel::FailurePanel;
use super::page::Page;
use super::scope::TableScope;
use crate::nav::{self, Section};
use crate::state::use_navigation;
use crate::ui::{ButtonVariant, EmptyState, IconName, LinkButton, NavTab, NavTabs, StatusDot, Tone};

/// How a table's state reads.
pub fn status_tone(status: &str) -> Tone {
    match status {
        "ACTIVE" => Tone::Good,
        "CREATING" | "UPDATING" => Tone::Accent,
        "DELETING" | "ARCHIVING" => Tone::Warning,
        _ => Tone::Neutral,
    }
}

/// The frame of a table's page. A table that does not exist is said once, here.
#[component]
pub fn TableFrame(
    scope: TableScope,
    /// Buttons of this page, the most important one last.
    #[prop(optional, into)]
    actions: ViewFn,
    /// The page fills the window and scrolls by itself, as a grid or a chat does.
    #[prop(optional)]
    fill: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let details = scope.details;
    let missing = Memo::new(move |_| details.failure().is_some_and(|failure| failure.is_not_found()));
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let tab_title = {
        let (route, table) = (use_navigation().route(), table.clone());
        Signal::derive(move || {
            let word = route.with(|route| match route {
                crate::nav::Route::Table { section, .. } => section.word(),
                _ => "",
            });
            format!("{word} · {table}")
        })
    };
    let meta = move || {
        let status = details.ready(|view| view.status.clone());
        status.map(|status| {
            let pulsing = status != "ACTIVE";
            view! { <StatusDot tone=status_tone(&status) label=status pulsing /> }
        })
    };
    let tabs = {
        let scope = scope.clone();
        move || view! { <TableTabs scope=scope.clone() /> }
    };
    let name = StoredValue::new(table.clone());
    let back = StoredValue::new(nav::tables(&connection));
    view! {
        <Page title=table.clone() tab_title=tab_title meta actions tabs fill>
            {move || {
                if missing.get() {
                    let text = format!("{} does not exist on this connection. It may have been dropped.", name.get_value());
                    view! {
                        <EmptyState icon=IconName::Table title="No such table" text>
                            <LinkButton variant=ButtonVariant::Primary href=back.get_value()>"See the tables"</LinkButton>
                        </EmptyState>
                    }
                        .into_any()
                } else {
                    children()
                }
            }}
        </Page>
    }
}

/// Says why a table's details could not be read, with a way to try again; nothing while they can.
#[component]
pub fn DetailsFailure(scope: TableScope) -> impl IntoView {
    let details = scope.details;
    move || {
        details.failure().map(|failure| {
            let retry = Callback::new(move |()| details.refresh());
            view! { <FailurePanel what="The table could not be described" failure retry busy=details.busy() /> }
        })
    }
}

#[component]
fn TableTabs(scope: TableScope) -> impl IntoView {
    let route = use_navigation().route();
    let tabs = Signal::derive(move || {
        let current = route.with(|route| match route {
            nav::Route::Table { section, .. } => Some(section.clone()),
            _ => None,
        });
        let mut sections = vec![(Section::Overview, IconName::Info), (Section::Items, IconName::Table)];
        let here = current.as_ref().is_some_and(|section| section.same_page(&Section::USERS));
        if here || scope.looks_like_cruddur() {
            sections.push((Section::USERS, IconName::Chat));
        }
        sections.extend([
            (Section::Seed, IconName::Seed),
            (Section::Patterns, IconName::Key),
            (Section::Stream, IconName::Stream),
            (Section::Relay, IconName::Send),
            (Section::Expiry, IconName::Clock),
            (Section::Settings, IconName::Settings),
            (Section::Monitoring, IconName::Monitor),
            (Section::Backups, IconName::Database),
        ]);
        sections
            .into_iter()
            .map(|(section, icon)| NavTab {
                label: section.word().to_owned(),
                icon,
                current: current.as_ref().is_some_and(|current| current.same_page(&section)),
                href: nav::table(&scope.connection.name, &scope.table, section),
            })
            .collect::<Vec<_>>()
    });
    view! { <NavTabs label="Pages of this table" tabs /> }
}
