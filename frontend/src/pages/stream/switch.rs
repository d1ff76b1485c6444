//! Turning the stream off, which loses what it kept.

use dynadesk_shared::api::streams::StreamChange;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::components::TableScope;
use crate::ui::{Button, ButtonVariant, ConfirmDialog};

#[component]
pub fn TurnOff(scope: TableScope) -> impl IntoView {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let blocked = Signal::stored(scope.why_not_change());
    let title = format!("Turn off the stream of {}?", scope.table);
    let name = scope.table.clone();
    let confirm = move |()| {
        let (connection, table, details) = (scope.connection.name.clone(), scope.table.clone(), scope.details);
        let seen = details.ready_untracked(|table| table.stream_arn.clone()).flatten();
        busy.set(true);
        spawn_local(async move {
            let wanted = StreamChange {
                view_type: None,
                seen,
                confirm: Some(table.clone()),
            };
            let answer = api::streams::change(&connection, &table, &wanted).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    open.try_set(false);
                    details.refresh();
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    view! {
        <Button variant=ButtonVariant::Ghost small=true disabled=blocked on_press=move |()| open.set(true)>"Turn the stream off"</Button>
        <ConfirmDialog
            open
            title
            message="Changes made from then on are not recorded, and whatever reads the stream stops. Turning it on again begins a new stream."
            confirm="Turn it off"
            type_name=Some(name)
            busy
            problem
            on_confirm=confirm
        />
    }
}
