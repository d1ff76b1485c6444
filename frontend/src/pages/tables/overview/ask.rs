//! Asks somebody else to let a table be dropped: its name is typed, and a reason given.

use dynadesk_shared::api::drops::DropAsk;
use dynadesk_shared::api::session::check_reason;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::components::TableScope;
use crate::state::drops::use_drops;
use crate::state::use_toasts;
use crate::ui::{Button, ButtonVariant, Dialog, Field, LeaveButton, Problem, TextInput};

#[component]
pub fn AskDialog(scope: TableScope, open: RwSignal<bool>) -> impl IntoView {
    let (drops, toasts) = (use_drops(), use_toasts());
    let (typed, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (fault, problem, busy) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>), RwSignal::new(false));
    Effect::new(move |_| {
        if open.get() {
            for field in [typed, reason] {
                field.set(String::new());
            }
            fault.set(None);
            problem.set(None);
        }
    });
    let table = StoredValue::new(scope.table.clone());
    let not_yet =
        Signal::derive(move || table.with_value(|table| typed.with(|typed| typed != table).then(|| format!("Type {table} first"))));
    let scope = StoredValue::new(scope);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || not_yet.with_untracked(Option::is_some) {
            return;
        }
        let asked = match check_reason(&reason.get_untracked()) {
            Err(why) => {
                fault.set(Some(why));
                return;
            }
            Ok(reason) => DropAsk {
                confirm: typed.get_untracked(),
                reason: reason.to_owned(),
            },
        };
        fault.set(None);
        problem.set(None);
        busy.set(true);
        let (connection, name) = scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        spawn_local(async move {
            let answer = api::drops::ask(&connection, &name, &asked).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    drops.refresh();
                    open.try_set(false);
                    toasts.done(format!("Asked to drop {name}: somebody else has to approve it"));
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    let title = format!("Ask to drop the table {}?", table.get_value());
    let label = scope.with_value(|scope| scope.connection.label.clone());
    view! {
        <Dialog open title busy>
            <form class="ui-confirm" on:submit=submit>
                <p>
                    {format!("Dropping a table of {label} takes two people. Nothing is dropped now: for 4 hours another admin can look at the table and approve or refuse.")}
                </p>
                <Field label=format!("Type {} to confirm", table.get_value())>
                    <TextInput mono=true autofocus=true value=typed on_input=move |text| typed.set(text) />
                </Field>
                <Field label="Why should it be dropped?" error=fault>
                    <TextInput value=reason on_input=move |text| reason.set(text) />
                </Field>
                <Problem text=problem />
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Danger submit=true busy disabled=not_yet>"Ask to drop"</Button>
                </footer>
            </form>
        </Dialog>
    }
}
