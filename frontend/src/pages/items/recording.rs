//! What was run is written down in the history, and can be saved under a name.

use dynadesk_shared::api::history::Run;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::View;
use super::asking::run_elsewhere;
use super::query::{Asked, ItemsQuery};
use super::scan::{Phase, Totals};
use super::words;
use crate::api;
use crate::components::TableScope;
use crate::components::saved_queries::{SavedQueries, run_href};
use crate::format;
use crate::state::store;

fn as_run(table: &str, asked: &Asked) -> Run {
    Run::Items {
        table: table.to_owned(),
        query: asked.to_query(),
        title: words::of(asked),
    }
}

fn result(totals: &Totals) -> String {
    format!(
        "{} scanned, {} matched, {} RCU",
        format::count(totals.scanned),
        format::count(totals.matched),
        format::units(totals.units)
    )
}

/// Writes down each question that the operator ran, once its first rows or its count are there. The
/// plain opening of a table is no run.
pub fn record(view: View, scope: &TableScope) {
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    Effect::new(move |_| {
        let idle = view.scan.phase.get() == Phase::Idle;
        let Some(asked) = view.ran.get().filter(|_| idle) else { return };
        view.ran.set(None);
        let result = view
            .scan
            .totals
            .with_untracked(|totals| (totals.requests > 0).then(|| result(totals)));
        let (connection, run) = (connection.clone(), as_run(&table, &asked));
        spawn_local(async move {
            if let Err(failure) = api::history::ran(&connection, run, result).await {
                store::heard(&failure);
            }
        });
    });
}

/// The menu of saved queries; one of this table is run here.
#[component]
pub fn Saved(view: View, scope: TableScope) -> impl IntoView {
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let current = {
        let table = table.clone();
        Signal::derive(move || Some(view.asked.with(|asked| as_run(&table, asked))))
    };
    let open = {
        let connection = connection.clone();
        move |chosen: Run| match &chosen {
            Run::Items { table: other, query, .. } if *other == table => run_elsewhere(view, ItemsQuery::read(query).asked),
            _ => view.navigation.go(&run_href(&connection, &chosen)),
        }
    };
    view! { <SavedQueries connection current on_open=open /> }
}
