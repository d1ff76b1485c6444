//! Deletes a pattern that is still as it was seen.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Patterns;
use crate::api;
use crate::state::use_toasts;
use crate::ui::ConfirmDialog;

#[component]
pub fn RemoveDialog(page: Patterns) -> impl IntoView {
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if page.removing.with(Option::is_some) {
            problem.set(None);
            open.set(true);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            page.removing.set(None);
        }
        now
    });
    let message = Signal::derive(move || {
        page.removing.with(|row| match row {
            Some(row) if row.preset => format!("{} goes back to what the preset says.", row.pattern.name),
            Some(row) => format!(
                "{} goes from this table's patterns for everybody. No item of the table changes.",
                row.pattern.name
            ),
            None => String::new(),
        })
    });
    let confirm = move |()| {
        let Some(row) = page.removing.get_untracked() else { return };
        let Some(kept) = row.kept.clone() else { return };
        busy.set(true);
        problem.set(None);
        let (connection, table) = page.scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        spawn_local(async move {
            let answer = api::patterns::remove(&connection, &table, &kept.id, kept.version).await;
            busy.try_set(false);
            page.list.refresh();
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    toasts.done(format!("{} was deleted", row.pattern.name));
                }
                Err(failure) => drop(problem.try_set(Some(failure.message()))),
            }
        });
    };
    view! { <ConfirmDialog open title="Delete this pattern?" message confirm="Delete pattern" busy problem on_confirm=confirm /> }
}
