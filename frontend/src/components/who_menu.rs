//! Who is signed in, and the way out.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::format;
use crate::nav;
use crate::state::{use_navigation, use_session, use_toasts};
use crate::ui::{IconName, Menu, MenuItem};

#[component]
pub fn WhoMenu() -> impl IntoView {
    let (session, navigation, toasts) = (use_session(), use_navigation(), use_toasts());
    let sign_out = move || {
        spawn_local(async move {
            match api::session::sign_out().await {
                // A new page, so that nothing of this person is left in memory.
                Ok(answer) => {
                    session.forget();
                    let _ = window().location().set_href(&answer.go.unwrap_or_else(nav::home));
                }
                Err(failure) => toasts.failed("You could not be signed out", &failure),
            }
        });
    };
    let items = Signal::derive(move || {
        let kept = || {
            let sessions = MenuItem::new("Sessions", move || navigation.go(&nav::sessions())).icon(IconName::Users);
            let audit = MenuItem::new("Audit log", move || navigation.go(&nav::audit())).icon(IconName::Shield);
            [sessions, audit]
        };
        session
            .looks_after_all()
            .then(kept)
            .into_iter()
            .flatten()
            .chain([MenuItem::new("Sign out", sign_out).icon(IconName::ArrowLeft)])
            .collect::<Vec<_>>()
    });
    let name = Memo::new(move |_| session.person().filter(|_| session.is_needed()).map(|person| person.name));
    let head = Signal::derive(move || {
        let person = session.person();
        person.map_or_else(Vec::new, |person| {
            vec![format::readable(&person.name), format::roles(&person.grants)]
        })
    });
    move || {
        name.get().map(
            |name| view! { <Menu label=format!("Signed in as {}", format::readable(&name)) icon=IconName::User icon_only=true head items /> },
        )
    }
}
