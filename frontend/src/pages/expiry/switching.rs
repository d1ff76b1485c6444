//! Asks before TTL is turned on or off, with the exact request; production wants the table's name.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::expiry::ExpiryChange;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Expiry;
use crate::api;
use crate::components::request_panel::RequestCode;
use crate::format;
use crate::state::use_toasts;
use crate::ui::{Button, ButtonVariant, Dialog, DialogWidth, Field, LeaveButton, Problem, TextInput};

#[component]
pub fn Switching(page: Expiry, asking: RwSignal<Option<ExpiryChange>>) -> impl IntoView {
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let typed = RwSignal::new(String::new());
    // The change that is asked about; what the page learns meanwhile does not change the question.
    let change = RwSignal::new(None::<ExpiryChange>);
    Effect::new(move |_| {
        if let Some(wanted) = asking.get() {
            asking.set(None);
            change.set(Some(wanted));
            problem.set(None);
            typed.set(String::new());
            open.set(true);
        }
    });
    let (connection, table) = page.scope.with_value(|scope| (scope.connection.clone(), scope.table.clone()));
    let place = StoredValue::new((connection, table.clone()));
    let wanted = StoredValue::new(page.scope.with_value(super::TableScope::name_to_confirm));
    let not_yet = Signal::derive(move || {
        let name = wanted.get_value()?;
        (typed.get() != name).then(|| format!("Type {name} first"))
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(asked) = change.get_untracked() else { return };
        if busy.get_untracked() || not_yet.with_untracked(Option::is_some) {
            return;
        }
        busy.set(true);
        problem.set(None);
        let (connection, table) = place.get_value();
        let asked = ExpiryChange {
            confirm: wanted.get_value(),
            ..asked
        };
        spawn_local(async move {
            let answer = api::expiry::change(&connection.name, &table, &asked).await;
            busy.try_set(false);
            match answer {
                Ok(changed) => {
                    open.try_set(false);
                    let word = changed.view.state.status.name();
                    page.ttl.set(changed.view);
                    toasts.done(format!("Time to live of {table} is {word}"));
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                    // It may be something else by now; the question stays open beside the answer.
                    page.ttl.refresh();
                }
            }
        });
    };
    let words = move || {
        let change = change.get()?;
        let expired = page
            .survey()
            .map(|survey| survey.windows.now)
            .filter(|_| page.attribute.get() == change.attribute);
        Some(match change.enabled {
            true => {
                let sampled = match expired {
                    Some(number) if number > 0 => format!(
                        " {} of the sample would be deleted at once, and this cannot be undone.",
                        format::counted(number, "item", "items")
                    ),
                    _ => String::new(),
                };
                format!(
                    "From then on DynamoDB deletes every item whose {} is a Number of seconds that are over.{sampled} On AWS it takes up to an \
                    hour until that begins, and as long until it can be changed again.",
                    change.attribute
                )
            }
            false => format!(
                "Items are not deleted any more when their {} is over; what was deleted stays so. On AWS it takes up to an hour, and as long \
                until it can be turned on again.",
                change.attribute
            ),
        })
    };
    let title = format!("Change the time to live of {table}?");
    view! {
        <Dialog open title width=DialogWidth::Wide busy>
            <form class="stack" on:submit=send>
                <p>{words}</p>
                {move || {
                    change
                        .get()
                        .map(|change| {
                            let (connection, table) = place.get_value();
                            let exchange = Exchange {
                                operation: "UpdateTimeToLive".to_owned(),
                                request: change.request(&table),
                                index: None,
                                consumed: None,
                                split: None,
                                took_ms: 0,
                            };
                            view! { <RequestCode connection exchange /> }
                        })
                }}
                {move || {
                    wanted
                        .get_value()
                        .map(|name| {
                            view! {
                                <Field label=format!("Production: type {name} to confirm")>
                                    <TextInput mono=true autofocus=true value=typed on_input=move |text| typed.set(text) />
                                </Field>
                            }
                        })
                }}
                <Problem text=problem />
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Danger submit=true busy disabled=not_yet>
                        {move || match change.with(|change| change.as_ref().is_some_and(|change| change.enabled)) {
                            true => "Turn on",
                            false => "Turn off",
                        }}
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
}
