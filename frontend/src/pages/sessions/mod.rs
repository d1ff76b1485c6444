//! Who is signed in, for those who look after Dynadesk: any session can be ended.

use dynadesk_shared::api::session::{SessionList, SessionRow, Way};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::components::{FailurePanel, Page, When};
use crate::format;
use crate::format::time::Style;
use crate::state::{Load, Remote, use_session, use_toasts};
use crate::ui::{Badge, Button, ConfirmDialog, DataTable, EmptyState, IconName, Skeleton};

#[component]
pub fn SessionsPage() -> impl IntoView {
    let list: Remote<SessionList> = Remote::new(api::session::list);
    let session = use_session();
    let may = Memo::new(move |_| !session.looks_after_less());
    // The question outlives the list, which is built anew with each answer.
    let ending = RwSignal::new(None::<SessionRow>);
    let actions = move || {
        may.get()
            .then(|| view! { <Button icon=IconName::Refresh busy=list.busy() on_press=move |()| list.reload()>"Refresh"</Button> })
    };
    view! {
        <Page title="Sessions" actions>
            {move || match list.with(|state| matches!(state, Load::Loading)) {
                true => view! { <Skeleton lines=6 label="Loading the sessions" /> }.into_any(),
                false => {
                    list.failure()
                        .map(|failure| {
                            let retry = Callback::new(move |()| list.reload());
                            view! { <FailurePanel what="The sessions could not be read" failure retry /> }
                        })
                        .into_any()
                }
            }}
            {move || {
                list.ready(|list| list.sessions.clone())
                    .map(|sessions| match sessions.is_empty() {
                        true => {
                            view! {
                                <EmptyState
                                    icon=IconName::Users
                                    title="No sessions"
                                    text="Nobody has signed in with a password or a provider. Whom a proxy signs in has no session here."
                                />
                            }
                                .into_any()
                        }
                        false => view! { <List sessions ending /> }.into_any(),
                    })
            }}
            {move || ending.get().map(|session| view! { <End session ending list /> })}
        </Page>
    }
}

#[component]
fn List(sessions: Vec<SessionRow>, ending: RwSignal<Option<SessionRow>>) -> impl IntoView {
    let row = move |session: SessionRow| {
        let (own, who, may) = (session.own, format::readable(&session.name), format::roles(&session.grants));
        let label = format!("End the session of {who}");
        let (asked, title) = (session.clone(), session.browser.clone());
        view! {
            <tr>
                <td>
                    <span class="ui-clip sessions-who" title=who.clone()>{who.clone()}</span>
                    {own.then(|| view! { " " <Badge>"This one"</Badge> })}
                </td>
                <td data-label="Signed in with">{way(session.way)}</td>
                <td data-label="May"><span class="sessions-may">{may}</span></td>
                <td data-label="From">{session.from}</td>
                <td class="ui-clip sessions-browser" data-label="Browser" title=title>{session.browser}</td>
                <td data-label="Signed in"><When at=session.signed_in_at style=Style::Short /></td>
                <td data-label="Last seen"><When at=session.seen_at style=Style::Short /></td>
                <td>
                    <Button small=true on_press=move |()| ending.set(Some(asked.clone()))>
                        <span aria-hidden="true">"End"</span>
                        <span class="ui-hidden">{label}</span>
                    </Button>
                </td>
            </tr>
        }
    };
    view! {
        <DataTable label="Sessions" stacks=true>
            <thead>
                <tr>
                    <th scope="col">"Who"</th>
                    <th scope="col">"Signed in with"</th>
                    <th scope="col">"May"</th>
                    <th scope="col">"From"</th>
                    <th scope="col">"Browser"</th>
                    <th scope="col">"Signed in"</th>
                    <th scope="col">"Last seen"</th>
                    <th scope="col"><span class="ui-hidden">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>{sessions.into_iter().map(row).collect_view()}</tbody>
        </DataTable>
    }
}

#[component]
fn End(session: SessionRow, ending: RwSignal<Option<SessionRow>>, list: Remote<SessionList>) -> impl IntoView {
    let (open, busy, problem) = (RwSignal::new(true), RwSignal::new(false), RwSignal::new(None::<String>));
    let toasts = use_toasts();
    Effect::new(move |_| {
        if !open.get() {
            ending.set(None);
        }
    });
    let (id, name) = (StoredValue::new(session.id), format::readable(&session.name));
    let title = format!("End the session of {name}?");
    let own = session.own;
    let confirm = move |()| {
        busy.set(true);
        problem.set(None);
        let (name, asked) = (name.clone(), id.get_value());
        spawn_local(async move {
            let answer = api::session::end(&asked).await;
            // Whoever put the question aside meanwhile is told all the same.
            let here = busy.try_set(false).is_none();
            match answer {
                Ok(_) => {
                    toasts.done(format!("The session of {name} has ended"));
                    open.try_set(false);
                    list.reload();
                }
                Err(failure) if here => problem.set(Some(failure.message())),
                Err(failure) => toasts.failed(&format!("The session of {name} has not ended"), &failure),
            }
        });
    };
    let message = match own {
        true => "This is the session that you are using: you will have to sign in again.".to_owned(),
        false => "Their next request asks them to sign in again. What they typed stays in their browser.".to_owned(),
    };
    view! {
        <ConfirmDialog
            open
            title
            message
            confirm="End the session"
            busy
            problem
            on_confirm=confirm
        />
    }
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Local => "nothing",
        Way::Password => "a password",
        Way::Oidc => "OpenID Connect",
        Way::Alb => "a load balancer",
        Way::Proxy => "a proxy",
    }
}
