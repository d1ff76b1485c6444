//! Drops a table, after its name was typed.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::why_not_drop;
use crate::api;
use crate::components::TableScope;
use crate::format;
use crate::nav;
use crate::state::{use_navigation, use_toasts};
use crate::ui::ConfirmDialog;

#[component]
pub fn DropDialog(scope: TableScope, open: RwSignal<bool>) -> impl IntoView {
    let (navigation, toasts) = (use_navigation(), use_toasts());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
        }
    });
    let blocked = {
        let scope = scope.clone();
        Signal::derive(move || why_not_drop(&scope))
    };
    let message = {
        let (details, label) = (scope.details, scope.connection.label.clone());
        Signal::derive(move || {
            let held = details.ready(|view| format!("about {}", format::counted(view.item_count, "item", "items")));
            let held = held.unwrap_or_else(|| "all its items".to_owned());
            format!("The table goes from {label} with {held} and its indexes. This cannot be undone.")
        })
    };
    let title = format!("Drop the table {}?", scope.table);
    let name = scope.table.clone();
    let drop = move |()| {
        let scope = scope.clone();
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = api::tables::drop(&scope.connection.name, &scope.table, scope.table.clone()).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    scope.shelf.forget(&scope.table);
                    open.try_set(false);
                    toasts.done(format!("{} was dropped", scope.table));
                    navigation.go(&nav::tables(&scope.connection.name));
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    view! { <ConfirmDialog open title message confirm="Drop table" type_name=name blocked busy problem on_confirm=drop /> }
}
