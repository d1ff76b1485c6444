//! Signing in, also in the middle of work: what lies below stays as it is, and goes on afterwards.

use dynadesk_shared::api::paths::{self, encode};
use dynadesk_shared::api::session::{Way, Ways};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::BroadcastChannel;

use crate::api::{self, gate};
use crate::nav::{self, Route};
use crate::state::session::CHANNEL;
use crate::state::{Load, use_navigation, use_session};
use crate::ui::{Button, ButtonVariant, Dialog, Field, Notice, TextInput, Tone};

#[component]
pub fn SignInDialog() -> impl IntoView {
    let (session, route) = (use_session(), use_navigation().route());
    let open = RwSignal::new(false);
    // A browser may close a dialog that wants to stay; this one is there as long as nobody is signed in.
    Effect::new(move |_| {
        // It opens when there is something in it that can have the focus.
        let wanted = gate::signed_out().is_some() && session.view.with(|view| !matches!(view, Load::Loading));
        if open.get() != wanted {
            open.set(wanted);
        }
    });
    // The password is right, or another window of this browser signed in.
    listen();
    let title = Signal::derive(move || match gate::signed_out().as_deref() {
        Some("session_ended") => "Your session has ended".to_owned(),
        _ => "Sign in to Dynadesk".to_owned(),
    });
    let known = move || session.view.ready(|view| view.ways.clone());
    // What was typed here before is only there where somebody was signed in before.
    let in_the_middle = move || session.person().is_some();
    // Whom a proxy brought comes back by it, also where there are other ways.
    let by_proxy = move |ways: &Ways| {
        let brought = session.person().is_some_and(|person| matches!(person.way, Way::Alb | Way::Proxy));
        ways.proxy && (brought || (ways.oidc.is_none() && !ways.password))
    };
    // It answered even the question who is signed in, in words of its own.
    let past_proxy = move || session.view.failure().is_some_and(|failure| failure.status() == Some(401));
    let failed = move || match route.get() {
        Route::SignIn => use_navigation().query_value("failed").map(|code| words(&code)),
        _ => None,
    };
    view! {
        <Dialog open title stays=true>
            <div class="sign-in">
                {move || in_the_middle().then(|| view! { <p>"Sign in again: what you typed is still here, and what was under way goes on."</p> })}
                {move || failed().map(|words| view! { <Notice tone=Tone::Bad>{words}</Notice> })}
                {move || past_proxy().then(|| view! { <Proxy again=false /> })}
                {move || {
                    known()
                        .map(|ways| {
                            view! {
                                {ways.oidc.clone().map(|label| view! { <Provider label again=in_the_middle() /> })}
                                {ways.password.then(|| view! { <Password /> })}
                                {by_proxy(&ways).then(|| view! { <Proxy again=in_the_middle() /> })}
                            }
                        })
                }}
            </div>
        </Dialog>
    }
}

/// What a code says that came back with a browser. Anybody can write such a link, so only codes that are
/// known have words.
fn words(code: &str) -> &'static str {
    match code {
        "sign_in_unreachable" => "The provider does not answer as it must. Try again, or ask whoever runs Dynadesk.",
        "store_unavailable" => "Dynadesk's own store does not answer, so no session could be kept.",
        _ => "The provider signed nobody in. Try again.",
    }
}

/// Opens the doors when another window tells that somebody is signed in.
fn listen() {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
    let heard = Closure::<dyn FnMut()>::new(gate::signed_in);
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Both live as long as the console.
    heard.forget();
    std::mem::forget(channel);
    look();
}

/// Who signed in elsewhere, in whatever window, comes back to this one: it asks whether they are in.
fn look() {
    let seen = Closure::<dyn FnMut()>::new(|| {
        if document().hidden() || gate::signed_out_now().is_none() {
            return;
        }
        spawn_local(async {
            if let Ok(view) = api::session::view().await
                && view.person.is_some()
            {
                gate::signed_in();
            }
        });
    });
    // A tab that comes to the front is shown, and a window beside which another one closed has the focus. Both take
    // every listener.
    let _ = document().add_event_listener_with_callback("visibilitychange", seen.as_ref().unchecked_ref());
    let _ = window().add_event_listener_with_callback("focus", seen.as_ref().unchecked_ref());
    seen.forget();
}

/// A link that opens beside this window, which keeps what is in it.
#[component]
fn Beside(href: String, #[prop(into)] label: String) -> impl IntoView {
    let press = {
        let href = href.clone();
        move |event: leptos::ev::MouseEvent| {
            // Where the browser opens no window, the link opens a tab.
            if let Ok(Some(_)) = window().open_with_url_and_target_and_features(&href, "dynadesk-sign-in", "popup,width=520,height=680") {
                event.prevent_default();
            }
        }
    };
    view! { <a class="ui-button is-primary" href=href target="_blank" on:click=press>{label}</a> }
}

#[component]
fn Provider(label: String, again: bool) -> impl IntoView {
    let navigation = use_navigation();
    let url = move |to: &str| format!("{}?to={}", nav::with_base(paths::OIDC_BEGIN), encode(to));
    // In the middle of work another window goes, so that this one keeps what is in it.
    if again {
        return view! { <Beside href=url(&nav::signed_in()) label /> }.into_any();
    }
    let press = move |()| {
        let here = match navigation.route().get_untracked() {
            Route::SignIn if navigation.query_value_now("done").is_some() => nav::signed_in(),
            Route::SignIn => nav::home(),
            _ => navigation.here(),
        };
        let _ = window().location().set_href(&url(&here));
    };
    view! { <Button variant=ButtonVariant::Primary on_press=press>{label}</Button> }.into_any()
}

#[component]
fn Password() -> impl IntoView {
    let session = use_session();
    let known = session.person_now().map(|person| person.name);
    let (name, password) = (RwSignal::new(known.clone().unwrap_or_default()), RwSignal::new(String::new()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api::session::sign_in(name.get_untracked(), password.get_untracked()).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    problem.set(None);
                    password.set(String::new());
                    gate::signed_in();
                }
                Err(failure) => problem.set(Some(failure.message())),
            }
        });
    };
    let has_name = known.is_some();
    view! {
        <form class="sign-in-form" on:submit=submit>
            <Field label="Name">
                <TextInput autofocus=!has_name autocomplete="username" value=name on_input=move |text| name.set(text) />
            </Field>
            <Field label="Password" error=problem>
                <TextInput
                    kind="password"
                    autofocus=has_name
                    autocomplete="current-password"
                    value=password
                    on_input=move |text| password.set(text)
                />
            </Field>
            <footer class="ui-dialog-foot">
                <Button variant=ButtonVariant::Primary submit=true busy>"Sign in"</Button>
            </footer>
        </form>
    }
}

#[component]
fn Proxy(again: bool) -> impl IntoView {
    // The page that it opens is ours, so the proxy asks for a sign-in before it, and then it tells this one.
    if again {
        return view! {
            <p>"The proxy in front of Dynadesk signs people in. It asks for that in a window of its own."</p>
            <Beside href=nav::signed_in() label="Sign in again" />
        }
        .into_any();
    }
    let press = move |()| {
        let _ = window().location().reload();
    };
    view! {
        <p>"The proxy in front of Dynadesk signs people in, and it named nobody. Load the page again to sign in there."</p>
        <Button variant=ButtonVariant::Primary on_press=press>"Load the page again"</Button>
    }
    .into_any()
}
