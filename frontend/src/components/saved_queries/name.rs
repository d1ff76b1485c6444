//! Gives a query its name: a new one, or another.

use dynadesk_shared::api::history::{Run, SavedCreate};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Shelf;
use super::run::run_title;
use crate::api;
use crate::state::{store, use_toasts};
use crate::ui::{Button, ButtonVariant, Dialog, Field, LeaveButton, Notice, TextInput, Tone};

/// A query that is about to get a name.
#[derive(Clone)]
pub struct Naming {
    run: Run,
    /// The name that it has, where it is renamed, with its id.
    had: Option<(String, String)>,
}

impl Naming {
    pub fn new(run: Run) -> Self {
        Self { run, had: None }
    }

    pub fn again(id: &str, name: &str, run: Run) -> Self {
        Self {
            run,
            had: Some((id.to_owned(), name.to_owned())),
        }
    }
}

#[component]
pub fn NameDialog(shelf: Shelf, naming: RwSignal<Option<Naming>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    // The id of the saved query that has the name.
    let taken = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let toasts = use_toasts();
    Effect::new(move |_| {
        if let Some(naming) = naming.get() {
            name.set(naming.had.map(|(_, name)| name).unwrap_or_default());
            problem.set(None);
            taken.set(None);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            naming.set(None);
        }
    });
    let send = move |replace: Option<String>| {
        let Some(wanted) = naming.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        let new = SavedCreate {
            name: name.get_untracked().trim().to_owned(),
            run: wanted.run,
            replace: replace.or(wanted.had.map(|(id, _)| id)),
        };
        if let Some(why) = wrong(&new.name) {
            return problem.set(Some(why));
        }
        busy.set(true);
        let connection = shelf.connection.get_value();
        spawn_local(async move {
            let answer = api::history::save(&connection, &new).await;
            busy.try_set(false);
            match answer {
                Ok(saved) => {
                    open.try_set(false);
                    shelf.saved.refresh();
                    toasts.done(format!("Saved as {}", saved.name));
                }
                Err(failure) => {
                    store::heard(&failure);
                    if failure.code() == "name_taken" {
                        let same = |name: &str| name.to_lowercase() == new.name.to_lowercase();
                        let owner = shelf
                            .saved
                            .ready_untracked(|all| all.iter().find(|one| same(&one.name)).map(|one| one.id.clone()));
                        taken.try_set(owner.flatten());
                        shelf.saved.refresh();
                    }
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    let renaming = move || naming.with(|naming| naming.as_ref().is_some_and(|naming| naming.had.is_some()));
    let title = Signal::derive(move || if renaming() { "Rename the query" } else { "Save this query" }.to_owned());
    let content = move || naming.with(|naming| naming.as_ref().map(|naming| run_title(&naming.run)));
    view! {
        <Dialog open title busy>
            <form
                class="ui-confirm"
                on:submit=move |event| {
                    event.prevent_default();
                    send(None);
                }
            >
                <p class="saved-run">{content}</p>
                <Field label="Name" hint="Everybody who uses this connection sees it".to_owned() error=problem required=true>
                    <TextInput
                        autofocus=true
                        value=name
                        on_input=move |text| {
                            name.set(text);
                            problem.set(None);
                            taken.set(None);
                        }
                    />
                </Field>
                <Show when=move || taken.with(Option::is_some) && !renaming()>
                    <Notice tone=Tone::Warning>"Replacing it saves this query in its place."</Notice>
                </Show>
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Show when=move || taken.with(Option::is_some) && !renaming()>
                        <Button variant=ButtonVariant::Danger busy on_press=move |()| send(taken.get_untracked())>"Replace it"</Button>
                    </Show>
                    <Button variant=ButtonVariant::Primary submit=true busy>
                        {move || if renaming() { "Rename" } else { "Save" }}
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
}

/// What is wrong with a name, before the server is asked.
fn wrong(name: &str) -> Option<String> {
    match name.chars().count() {
        0 => Some("A saved query needs a name".to_owned()),
        1..=100 => None,
        long => Some(format!("A name has at most 100 characters, this one has {long}")),
    }
}
