//! Who is signed in, and what is unlocked for them.

use dynadesk_shared::access::{IDENTITY, Role};
use dynadesk_shared::api::identity::IdentityView;
use dynadesk_shared::api::session::{PersonView, SessionView, Way};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

use super::remote::{Load, Remote};
use super::storage;
use crate::api::{self, gate};

/// Where windows of one browser tell each other that somebody signed in.
pub const CHANNEL: &str = "dynadesk-sign-in";

/// Whether somebody was signed in in this browser when it was last known: then nothing waits for the answer.
const WAS_IN: &str = "signed-in";

#[derive(Clone, Copy)]
pub struct Session {
    pub view: Remote<SessionView>,
}

pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    pub fn provide() -> Self {
        if storage::read(WAS_IN) != Some(true) {
            gate::unknown();
        }
        let session = Self {
            view: Remote::new(api::session::view),
        };
        provide_context(session);
        Effect::new(move |_| {
            session.view.with(|view| match view {
                Load::Loading => {}
                Load::Ready(view) => {
                    gate::known(view.person.is_none());
                    storage::write(WAS_IN, &view.person.is_some());
                }
                // Whoever asks next says what is wrong.
                Load::Failed(_) => gate::known(false),
            });
        });
        let channel = BroadcastChannel::new(CHANNEL).ok();
        let channel = StoredValue::new_local(channel);
        Effect::new(move |before: Option<bool>| {
            let name = session.person().filter(|person| person.way != Way::Local).map(|person| person.name);
            let is_in = name.is_some();
            // Somebody else in the same browser must not go on with what the first one began.
            if let Some(name) = name {
                gate::means(name);
            }
            if is_in && before == Some(false) {
                // Other windows of this browser may wait for it.
                channel.with_value(|channel| channel.as_ref().map(|channel| channel.post_message(&JsValue::TRUE)));
            }
            is_in
        });
        Effect::new(move |before: Option<bool>| {
            let is_out = gate::signed_out().is_some();
            if is_out {
                session.forget();
            }
            if before == Some(true) && !is_out {
                session.view.refresh();
            }
            is_out
        });
        session
    }

    /// Whoever is signed in, reactive.
    pub fn person(self) -> Option<PersonView> {
        self.view.ready(|view| view.person.clone()).flatten()
    }

    /// Nobody is signed in from now on.
    pub fn forget(self) {
        storage::write(WAS_IN, &false);
    }

    /// Whether whoever is signed in looks after Dynadesk itself, reactive.
    pub fn looks_after_all(self) -> bool {
        self.person().is_some_and(|person| person.grants.everywhere() == Some(Role::Admin))
    }

    /// Whether it is known that they do not, reactive.
    pub fn looks_after_less(self) -> bool {
        self.person().is_some_and(|person| person.grants.everywhere() != Some(Role::Admin))
    }

    /// Whether anybody signs in here at all, reactive.
    pub fn is_needed(self) -> bool {
        self.view.ready(|view| view.ways.is_needed()).unwrap_or(false)
    }

    /// Whoever was signed in last, without following it.
    pub fn person_now(self) -> Option<PersonView> {
        self.view.ready_untracked(|view| view.person.clone()).flatten()
    }
}

/// Why the application's users cannot be changed, for buttons that do.
pub fn why_not_change_users(view: &IdentityView) -> Option<String> {
    if view.read_only {
        return Some("The users are marked as read-only".to_owned());
    }
    // Before it is known who asks, the server is the one to refuse.
    let role = use_session().person_now()?.grants.on_all_of(IDENTITY);
    let has = role.map_or("none", Role::word);
    (role < Some(Role::Operator)).then(|| format!("This needs the role operator on the users, and yours is {has}"))
}
