//! The way from the connection to this page.

use leptos::prelude::*;

use crate::nav::{self, Route, Section};
use crate::state::{use_connections, use_navigation};
use crate::ui::{Icon, IconName};

#[component]
pub fn Breadcrumbs() -> impl IntoView {
    let (route, connections) = (use_navigation().route(), use_connections());
    move || {
        let route = route.get();
        let name = route.connection()?.to_owned();
        let label = connections.named(&name).map_or_else(|| name.clone(), |connection| connection.label);
        let mut steps = vec![(label, nav::tables(&name))];
        steps.extend(trail(&route, &name));
        let last = steps.len() - 1;
        let step = |(at, (label, href)): (usize, (String, String))| {
            view! {
                <li>
                    {(at > 0).then(|| view! { <Icon name=IconName::ChevronRight size=12 /> })}
                    <a href=href aria-current=(at == last).then_some("page")>{label}</a>
                </li>
            }
        };
        Some(view! {
            <nav class="breadcrumbs" aria-label="Breadcrumbs">
                <ol>{steps.into_iter().enumerate().map(step).collect_view()}</ol>
            </nav>
        })
    }
}

fn trail(route: &Route, connection: &str) -> Vec<(String, String)> {
    let step = |label: &str, href: String| (label.to_owned(), href);
    match route {
        Route::Home
        | Route::NotFound
        | Route::People
        | Route::CognitoIds
        | Route::Integrity
        | Route::Sessions
        | Route::Audit
        | Route::SignIn => Vec::new(),
        Route::Tables { .. } => vec![step("Tables", route.href())],
        Route::TableNew { .. } => vec![step("Tables", nav::tables(connection)), step("Create a table", route.href())],
        Route::PartiQl { .. } => vec![step("PartiQL", route.href())],
        Route::History { .. } => vec![step("History", route.href())],
        Route::Jobs { .. } => vec![step("Jobs", route.href())],
        Route::Job { job, .. } => vec![step("Jobs", nav::jobs(connection)), step(job, route.href())],
        Route::Table { table, section, .. } => {
            let mut steps = vec![
                step("Tables", nav::tables(connection)),
                step(table, nav::overview(connection, table)),
            ];
            match section {
                Section::Overview => {}
                Section::Conversations { .. } => steps.push(step(section.word(), nav::users(connection, table))),
                other => steps.push(step(other.word(), route.href())),
            }
            steps
        }
    }
}
