//! Production is locked until a reason is given, and locked again after a quarter of an hour.

use dynadesk_shared::access::{IDENTITY, Role};
use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::identity::IdentityView;
use dynadesk_shared::api::session::{UnlockView, check_reason};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, gate};
use crate::state::{use_connections, use_session};
use crate::ui::{Button, ButtonVariant, Dialog, Field, IconName, LeaveButton, TextInput};

/// Asks for the reason when a write stands before a locked connection, or when the bar asks.
#[component]
pub fn UnlockDialog() -> impl IntoView {
    let (session, connections) = (use_session(), use_connections());
    let open = RwSignal::new(false);
    let (reason, problem, busy) = (RwSignal::new(String::new()), RwSignal::new(None::<String>), RwSignal::new(false));
    // What is asked about stays the same until it is decided, and signing in goes before it.
    let asked = Memo::new(move |_| gate::locked().filter(|_| gate::signed_out().is_none()));
    Effect::new(move |_| {
        let wanted = asked.get().is_some();
        if wanted {
            reason.set(String::new());
            problem.set(None);
        }
        open.set(wanted);
    });
    // Esc and the cross are a no, but not to what is on its way.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if before == Some(true) && !now {
            match asked.get_untracked() {
                Some(_) if busy.get_untracked() => open.set(true),
                Some(connection) => gate::decided(&connection, false),
                None => {}
            }
        }
        now
    });
    let title = Signal::derive(move || {
        let name = asked.get().unwrap_or_default();
        if name == IDENTITY {
            return "Unlock the users?".to_owned();
        }
        let label = connections.named(&name).map_or(name, |connection| connection.label);
        format!("Unlock {label}?")
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(connection) = asked.get_untracked() else { return };
        match check_reason(&reason.get_untracked()) {
            Err(why) => problem.set(Some(why)),
            Ok(said) if !busy.get_untracked() => {
                let said = said.to_owned();
                busy.set(true);
                spawn_local(async move {
                    let answer = api::session::unlock(&connection, said).await;
                    busy.set(false);
                    match answer {
                        Ok(_) => {
                            session.view.refresh();
                            gate::decided(&connection, true);
                        }
                        Err(failure) => problem.set(Some(failure.message())),
                    }
                });
            }
            Ok(_) => {}
        }
    };
    view! {
        <Dialog open title busy>
            <form class="sign-in-form" on:submit=submit>
                <p>"This is production. It takes writes of yours for 15 minutes; the reason is logged with your name."</p>
                <Field label="Why do you write to it?" error=problem>
                    <TextInput autofocus=true value=reason on_input=move |text| reason.set(text) />
                </Field>
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Leave it locked"</LeaveButton>
                    <Button variant=ButtonVariant::Danger submit=true busy>"Unlock"</Button>
                </footer>
            </form>
        </Dialog>
    }
}

/// In the bar of a production connection: locked with a way to unlock, or how long it is unlocked.
#[component]
pub fn LockState(connection: ConnectionView) -> impl IntoView {
    if !connection.production || connection.read_only || connection.role_on_some() < Some(Role::Operator) {
        return ().into_any();
    }
    state_of(connection.name)
}

/// The same for the users of the application.
#[component]
pub fn UsersLockState(view: IdentityView) -> impl IntoView {
    let session = use_session();
    let may = Memo::new(move |_| {
        session
            .person()
            .is_some_and(|person| person.grants.on_all_of(IDENTITY) >= Some(Role::Operator))
    });
    let can = view.production && !view.read_only && view.database.is_some();
    move || (can && may.get()).then(|| state_of(IDENTITY.to_owned()))
}

fn state_of(name: String) -> AnyView {
    let session = use_session();
    let name = StoredValue::new(name);
    let unlock = Memo::new(move |_| {
        let person = session.person()?;
        person
            .unlocks
            .into_iter()
            .find(|one| name.with_value(|name| one.connection == *name))
    });
    let lock = move || {
        spawn_local(async move {
            // What cannot be locked now locks itself when its time is over.
            if api::session::lock(&name.get_value()).await.is_ok() {
                session.view.refresh();
            }
        });
    };
    let unlocked = Memo::new(move |_| unlock.with(Option::is_some));
    // One button for both, so that the focus stays on it whatever it says.
    let press = move |()| match unlocked.get_untracked() {
        true => lock(),
        false => gate::ask(&name.get_value()),
    };
    let word = move || match unlocked.get() {
        true => view! { <span class="bar-lock-word">"Lock"</span> }.into_any(),
        false => "Locked".into_any(),
    };
    view! {
        {move || unlock.get().map(|unlock| view! { <Countdown unlock /> })}
        <Button small=true icon=IconName::Lock on_press=press>{word}</Button>
    }
    .into_any()
}

#[component]
fn Countdown(unlock: UnlockView) -> impl IntoView {
    let session = use_session();
    let left = RwSignal::new(unlock.seconds_left);
    let began = now();
    let total = unlock.seconds_left;
    // By the time that has passed: a window in the background is woken rarely.
    let tick = Interval::new(1_000, move || {
        let passed = ((now() - began) / 1000.0).max(0.0) as u64;
        left.set(total.saturating_sub(passed));
        if passed >= total {
            session.view.refresh();
        }
    });
    let tick = StoredValue::new_local(Some(tick));
    on_cleanup(move || drop(tick.try_update_value(Option::take)));
    let words = move || format!("{}:{:02}", left.get() / 60, left.get() % 60);
    view! {
        <span class="bar-unlocked" title=unlock.reason>
            <span class="bar-unlocked-word">"Unlocked "</span>
            <span role="timer">{words}</span>
        </span>
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}
