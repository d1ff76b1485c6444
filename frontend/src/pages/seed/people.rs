//! The two people of a conversation: picked from those known, or typed.

use dynadesk_shared::api::conversations::UserRef;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::ui::{Button, Choice, Field, IconName, Select, TextInput};

/// One person while being chosen. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Person {
    uuid: RwSignal<String>,
    name: RwSignal<String>,
    handle: RwSignal<String>,
}

impl Person {
    pub fn new() -> Self {
        Self {
            uuid: RwSignal::new(String::new()),
            name: RwSignal::new(String::new()),
            handle: RwSignal::new(String::new()),
        }
    }

    pub fn read(self) -> UserRef {
        UserRef {
            uuid: self.uuid.get_untracked().trim().to_owned(),
            display_name: self.name.get_untracked().trim().to_owned(),
            handle: self.handle.get_untracked().trim().trim_start_matches('@').to_owned(),
        }
    }

    fn set(self, user: &UserRef) {
        self.uuid.set(user.uuid.clone());
        self.name.set(user.display_name.clone());
        self.handle.set(user.handle.clone());
    }
}

#[component]
pub fn PersonPicker(
    #[prop(into)] label: String,
    person: Person,
    /// Users of the table and of a users file.
    known: RwSignal<Vec<UserRef>>,
    /// Whether PostgreSQL can be asked for a handle.
    by_handle: RwSignal<bool>,
) -> impl IntoView {
    let finding = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let find = move |()| {
        let before = person.read();
        let handle = before.handle.clone();
        if handle.is_empty() {
            return problem.set(Some("Type a handle first".to_owned()));
        }
        finding.set(true);
        problem.set(None);
        spawn_local(async move {
            let found = found_by_handle(&handle).await;
            if finding.try_set(false).is_some() {
                return;
            }
            match found {
                Ok(user) if person.read() == before => person.set(&user),
                // What was typed or picked meanwhile is not written over.
                Ok(user) => problem.set(Some(format!(
                    "{handle} has the uuid {}: not filled in over what was changed since",
                    user.uuid
                ))),
                Err(why) => drop(problem.try_set(Some(why))),
            }
        });
    };
    let choices = Signal::derive(move || {
        let mut choices = vec![Choice::new("", "Somebody else")];
        known.with(|known| {
            choices.extend(known.iter().map(|user| {
                let name = if user.display_name.is_empty() {
                    &user.uuid
                } else {
                    &user.display_name
                };
                let handle = if user.handle.is_empty() {
                    String::new()
                } else {
                    format!(" (@{})", user.handle)
                };
                Choice::new(&user.uuid, format!("{name}{handle}"))
            }));
        });
        choices
    });
    let picked = Signal::derive(move || {
        let uuid = person.uuid.get();
        let is_known = known.with(|known| known.iter().any(|user| user.uuid == uuid));
        if is_known { uuid } else { String::new() }
    });
    let pick = move |uuid: String| {
        let user = known.with_untracked(|known| known.iter().find(|user| user.uuid == uuid).cloned());
        person.set(&user.unwrap_or_default());
    };
    let title = label.clone();
    view! {
        <fieldset class="seed-person">
            <legend>{title}</legend>
            <Field label="User">
                <Select value=picked on_change=pick choices />
            </Field>
            <Field label="Uuid" required=true>
                <TextInput value=person.uuid on_input=move |text| person.uuid.set(text) mono=true />
            </Field>
            <Field label="Display name">
                <TextInput value=person.name on_input=move |text| person.name.set(text) />
            </Field>
            <Field label="Handle">
                <TextInput value=person.handle on_input=move |text| person.handle.set(text) mono=true />
            </Field>
            <Show when=move || by_handle.get()>
                <Button icon=IconName::Search busy=finding on_press=find>"Find by handle"</Button>
            </Show>
            {move || problem.get().map(|why| view! { <p class="seed-problem" role="alert">{why}</p> })}
        </fieldset>
    }
}

/// The one user whom PostgreSQL has under a handle, or why there is none.
async fn found_by_handle(handle: &str) -> Result<UserRef, String> {
    let found = api::identity::with_handle(handle.to_owned())
        .await
        .map_err(|failure| failure.message())?;
    match found.as_slice() {
        [user] => Ok(user.clone()),
        [] => Err(format!("Nobody in PostgreSQL has the handle {handle}")),
        _ => Err(format!("More than one user has the handle {handle}: give the uuid")),
    }
}
