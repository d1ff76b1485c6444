//! Drops a table, after its name was typed.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::held::held;
use super::why_not_drop;
use crate::api::{self, ApiFailure};
use crate::components::TableScope;
use crate::nav;
use crate::state::{use_navigation, use_toasts};
use crate::ui::ConfirmDialog;

/// A request that drops the table, on its way.
pub type Dropping = Pin<Box<dyn Future<Output = Result<(), ApiFailure>>>>;

#[component]
pub fn DropDialog(scope: TableScope, open: RwSignal<bool>) -> impl IntoView {
    let send = |scope: TableScope| -> Option<Dropping> {
        Some(Box::pin(async move {
            let table = scope.table.clone();
            api::tables::drop(&scope.connection.name, &scope.table, table).await.map(drop)
        }))
    };
    view! { <ConfirmDrop scope open send /> }
}

/// Asks for the table's name, sends what drops it, and leads away from a table that is gone.
#[component]
pub fn ConfirmDrop(
    scope: TableScope,
    open: RwSignal<bool>,
    /// A sentence more on what this answers, with a space before it.
    #[prop(optional, into)]
    more: Signal<String>,
    /// Nothing where there is nothing to drop by now.
    send: impl Fn(TableScope) -> Option<Dropping> + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let (navigation, toasts) = (use_navigation(), use_toasts());
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
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
        let (held, label) = (held(&scope, open), scope.connection.label.clone());
        Signal::derive(move || {
            format!(
                "The table goes from {label} with {} and its indexes, at once.{} This cannot be undone.",
                held.get(),
                more.get()
            )
        })
    };
    let (title, name) = (format!("Drop the table {}?", scope.table), scope.table.clone());
    let confirmed = move |()| {
        let Some(sent) = send(scope.clone()) else { return };
        let scope = scope.clone();
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = sent.await;
            let here = busy.try_set(false).is_none();
            match answer {
                Ok(()) => {
                    scope.shelf.forget(&scope.table);
                    toasts.done(format!("{} was dropped", scope.table));
                    // Whoever left the page of the table meanwhile is somewhere already, and stays there.
                    if here {
                        open.set(false);
                        navigation.go(&nav::tables(&scope.connection.name));
                    }
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    view! { <ConfirmDialog open title message confirm="Drop table" type_name=name blocked busy problem on_confirm=confirmed /> }
}
