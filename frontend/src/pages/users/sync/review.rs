//! The last look before anything is written.

use dynadesk_shared::api::identity::{IdentityView, SyncReport, SyncRequest};
use dynadesk_shared::identity::plan::PlanKind;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::planning::Planning;
use crate::api;
use crate::format;
use crate::ui::ConfirmDialog;

/// Characters of a handle in the review.
const MOST: usize = 40;

#[component]
pub fn Review(open: RwSignal<bool>, planning: Planning, view: IdentityView, #[prop(into)] on_done: Callback<SyncReport>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
        }
    });
    let database = view.database.as_ref();
    let place = database.map(|database| database.place.clone()).unwrap_or_default();
    let table = database.map(|database| database.table.clone()).unwrap_or_default();
    // Production asks for the name of the database.
    let name = database.filter(|_| view.production).map(|database| database.name.clone());
    let confirmed = name.clone();
    let message = Signal::derive(move || {
        let first: Vec<String> = planning.rows.with(|rows| {
            planning.chosen.with(|chosen| {
                // The list may show lines of another kind just now.
                let chosen = rows
                    .iter()
                    .filter(|row| row.kind == PlanKind::WillChange && row.uuid.as_ref().is_some_and(|uuid| chosen.has(uuid)));
                chosen.take(5).map(|row| short(&row.handle)).collect()
            })
        });
        format!(
            "{} of {table} at {place} get the sub of their Cognito user{}{}. One transaction checks that each row is still as planned; \
             if one is not, nothing is written. It can be undone from the report.",
            format::counted(planning.chosen(), "row", "rows"),
            if first.is_empty() {
                String::new()
            } else {
                format!(": {}", first.join(", "))
            },
            if !first.is_empty() && planning.chosen() > first.len() as u64 {
                " and others"
            } else {
                ""
            },
        )
    });
    let confirm = move |()| {
        let Some(plan) = planning.id() else { return };
        let request = SyncRequest {
            plan,
            choice: planning.chosen.get_untracked().choice(),
            confirm: confirmed.clone(),
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = api::identity::sync(&request).await;
            busy.try_set(false);
            match answer {
                Ok(report) => {
                    open.try_set(false);
                    on_done.try_run(report);
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    view! {
        <ConfirmDialog
            open
            title="Update these Cognito ids?"
            message
            confirm="Update"
            type_name=name
            busy
            problem
            on_confirm=confirm
        />
    }
}

/// A handle in a sentence: whoever made it may have made it very long.
fn short(handle: &str) -> String {
    let handle = format::readable(handle);
    match handle.char_indices().nth(MOST) {
        Some((end, _)) => format!("“{}…”", &handle[..end]),
        None => format!("“{handle}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_handle_does_not_fill_the_dialog() {
        assert_eq!(short("ada"), "“ada”");
        assert_eq!(short(&"é".repeat(100)).chars().count(), MOST + 3);
    }
}
