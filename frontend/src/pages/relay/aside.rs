//! Messages that the relay could not deal with: why, the row as it was, retry and dismiss.

use dynadesk_shared::api::relay::{RelayAside, RelayRetry, RelayView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::components::{TableScope, When};
use crate::format;
use crate::format::time::Style;
use crate::state::{Remote, use_toasts};
use crate::ui::{Badge, Button, CodeBlock, ConfirmDialog, EmptyState, IconName, Problem, Tone};

#[component]
pub fn Asides(scope: TableScope, relay: Remote<RelayView>) -> impl IntoView {
    let asides = Memo::new(move |_| relay.ready(|view| view.aside.clone()).unwrap_or_default());
    let more = Memo::new(move |_| relay.ready(|view| view.more_aside).unwrap_or(false));
    let scope = StoredValue::new(scope);
    view! {
        <section class="relay-part">
            <h2>"Set aside"</h2>
            {move || {
                asides
                    .with(Vec::is_empty)
                    .then(|| {
                        view! {
                            <EmptyState
                                icon=IconName::Check
                                title="Nothing was set aside"
                                text="A message that cannot be dealt with does not hold the others up: it is listed here with the reason."
                            />
                        }
                    })
            }}
            <ul class="relay-asides">
                <For each=move || asides.get() key=|aside| (aside.id.clone(), aside.retries, aside.reason.clone()) let(aside)>
                    <Aside scope=scope.get_value() relay aside />
                </For>
            </ul>
            {move || more.get().then(|| view! { <p class="muted">"More were set aside; these are the first. Deal with some to see the next."</p> })}
        </section>
    }
}

#[component]
fn Aside(scope: TableScope, relay: Remote<RelayView>, aside: RelayAside) -> impl IntoView {
    let toasts = use_toasts();
    let (asking, busy) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<String>);
    let why_not = scope.why_not_write();
    let to_type = StoredValue::new(scope.name_to_confirm());
    let place = StoredValue::new((scope.connection.name.clone(), scope.table.clone(), aside.id.clone()));
    let act = move |retry: bool| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let (connection, table, id) = place.get_value();
            let answer = match retry {
                true => {
                    let confirm = to_type.get_value();
                    let done = api::relay::retry(&connection, &table, &RelayRetry { id, confirm }).await;
                    done.map(|done| match done.moved {
                        0 => "Its group rows stood right already".to_owned(),
                        moved => format!("{} moved", format::counted(moved, "group row", "group rows")),
                    })
                }
                false => api::relay::dismiss(&connection, &table, id).await.map(|_| "Dismissed".to_owned()),
            };
            busy.try_set(false);
            asking.try_set(false);
            match answer {
                Ok(said) => toasts.done(said),
                Err(failure) => drop(problem.try_set(Some(failure.message()))),
            }
            relay.refresh();
        });
    };
    let press = move |()| match to_type.with_value(Option::is_some) {
        true => asking.set(true),
        false => act(true),
    };
    // Records that nobody saw name no row, and cannot be tried again.
    let lost = aside.key.0.is_empty();
    let tried = (aside.retries > 0).then(|| format!(", tried again {}", format::counted(aside.retries, "time", "times")));
    let image = match aside.item.as_ref().and_then(|item| serde_json::to_string_pretty(item).ok()) {
        Some(code) => view! {
            <details class="relay-image">
                <summary>"The message row as it was written"</summary>
                <CodeBlock text=code label="The message row as it was written" />
            </details>
        }
        .into_any(),
        None if lost => ().into_any(),
        None => view! { <p class="muted">"The row was too large to keep here: open it by its key."</p> }.into_any(),
    };
    view! {
        <li class="card relay-aside">
            <p class="relay-reason">{aside.reason}</p>
            <p class="muted">
                {(!lost).then(|| view! { <code class="relay-id">{aside.key.to_string()}</code> " · " })}
                <When at=aside.at style=Style::Short />
                {tried}
                " "
                <Badge tone=Tone::Warning mono=true>{aside.code}</Badge>
            </p>
            {image}
            <Problem text=problem />
            <div class="row">
                {(!lost)
                    .then(|| {
                        view! {
                            <Button small=true icon=IconName::Refresh busy disabled=Signal::stored(why_not) on_press=press>"Retry"</Button>
                        }
                    })}
                <Button small=true busy on_press=move |()| act(false)>"Dismiss"</Button>
            </div>
            <ConfirmDialog
                open=asking
                title="Try this message again?"
                message="The group rows of its conversation move in this production table, if they are not newer."
                confirm="Retry"
                type_name=to_type.get_value()
                busy
                on_confirm=move |()| act(true)
            />
        </li>
    }
}
