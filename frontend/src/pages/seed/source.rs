//! Where the items come from: the choice, and what each choice needs.

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::seed::SeedSource;
use dynadesk_shared::identity::users_file;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::people::{Person, PersonPicker};
use crate::format;
use crate::ui::{Button, Field, Icon, IconName, TextArea, TextInput};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sample,
    Conversation,
    Items,
}

/// A text from a file, from the clipboard or typed. A large file is not put into a text area.
#[derive(Clone, Copy)]
pub struct TextSource {
    pub text: RwSignal<String>,
    pub file: RwSignal<Option<String>>,
    problem: RwSignal<Option<String>>,
    /// Counts the files and what is typed: a file that was read too late takes the place of nothing.
    turn: StoredValue<u64>,
}

impl TextSource {
    fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            file: RwSignal::new(None),
            problem: RwSignal::new(None),
            turn: StoredValue::new(0),
        }
    }

    fn next_turn(self) -> u64 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    fn write(self, text: String) {
        self.next_turn();
        self.text.set(text);
    }

    fn take(self, file: web_sys::File) {
        let name = format!("{}, {}", file.name(), format::bytes(file.size() as u64));
        let turn = self.next_turn();
        spawn_local(async move {
            let read = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match read {
                Some(text) => {
                    self.problem.try_set(None);
                    self.text.try_set(text);
                    self.file.try_set(Some(name));
                }
                None => drop(self.problem.try_set(Some(format!("{name} could not be read")))),
            }
        });
    }
}

/// What was chosen so far. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Form {
    pub kind: RwSignal<Kind>,
    pub conversation: TextSource,
    pub items: TextSource,
    pub people: [Person; 2],
    pub known: RwSignal<Vec<UserRef>>,
    /// Whether PostgreSQL can be asked for a handle.
    pub by_handle: RwSignal<bool>,
    pub start: RwSignal<String>,
}

impl Form {
    pub fn new(cruddur: bool) -> Self {
        Self {
            kind: RwSignal::new(if cruddur { Kind::Sample } else { Kind::Items }),
            conversation: TextSource::new(),
            items: TextSource::new(),
            people: [Person::new(), Person::new()],
            known: RwSignal::new(Vec::new()),
            by_handle: RwSignal::new(false),
            start: RwSignal::new(String::new()),
        }
    }

    /// The source as the server takes it, or what is missing.
    pub fn source(self) -> Result<SeedSource, String> {
        let text = |source: TextSource, what: &str| {
            let text = source.text.get_untracked();
            if text.trim().is_empty() {
                Err(format!("Choose a file or paste {what}"))
            } else {
                Ok(text)
            }
        };
        match self.kind.get_untracked() {
            Kind::Sample => Ok(SeedSource::Sample),
            Kind::Items => Ok(SeedSource::Items {
                text: text(self.items, "the items")?,
            }),
            Kind::Conversation => {
                let text = text(self.conversation, "the conversation")?;
                let [person1, person2] = self.people.map(Person::read);
                if person1.uuid.is_empty() || person2.uuid.is_empty() {
                    return Err("Both people need a uuid".to_owned());
                }
                if person1.uuid == person2.uuid {
                    return Err("A conversation needs two different people".to_owned());
                }
                let start = self.start.get_untracked().trim().to_owned();
                Ok(SeedSource::Conversation {
                    text,
                    person1,
                    person2,
                    start: (!start.is_empty()).then_some(start),
                })
            }
        }
    }
}

#[component]
pub fn SourceStep(form: Form, #[prop(into)] on_kind: Callback<()>) -> impl IntoView {
    let card = move |kind: Kind, icon: IconName, title: &'static str, text: &'static str| {
        view! {
            <label class="seed-choice" class:is-chosen=move || form.kind.get() == kind>
                <input
                    type="radio"
                    name="seed-source"
                    prop:checked=move || form.kind.get() == kind
                    on:change=move |_| {
                        form.kind.set(kind);
                        on_kind.run(());
                    }
                />
                <Icon name=icon size=20 />
                <span>
                    <strong>{title}</strong>
                    <span class="muted">{text}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="seed-choices">
            <legend class="ui-hidden">"Source"</legend>
            {card(
                Kind::Sample,
                IconName::Seed,
                "The Cruddur sample",
                "Conversations of a few people over more than a year, with their group rows. For a table with pk and sk.",
            )}
            {card(
                Kind::Conversation,
                IconName::Chat,
                "A conversation",
                "A text file with one message a line, each beginning “Person 1: ” or “Person 2: ”.",
            )}
            {card(Kind::Items, IconName::Upload, "Items", "JSON, JSON Lines or DynamoDB JSON, from a file or the clipboard.")}
        </fieldset>
        {move || match form.kind.get() {
            Kind::Sample => ().into_any(),
            Kind::Items => {
                view! {
                    <TextInputArea
                        source=form.items
                        label="Items"
                        hint="A JSON array, one object a line, or either in DynamoDB JSON. Which one is found from the text."
                    />
                }
                    .into_any()
            }
            Kind::Conversation => {
                view! {
                    <TextInputArea
                        source=form.conversation
                        label="Conversation"
                        hint="Message after message, a minute apart. The whole conversation ends in the past."
                    />
                    <div class="seed-people">
                        <PersonPicker label="Person 1" person=form.people[0] known=form.known by_handle=form.by_handle />
                        <PersonPicker label="Person 2" person=form.people[1] known=form.known by_handle=form.by_handle />
                    </div>
                    <UsersFile known=form.known />
                    <Field label="Time of the first message" hint="ISO, such as 2024-03-01T09:00:00. Empty: it ends an hour before now.">
                        <TextInput value=form.start on_input=move |text| form.start.set(text) mono=true />
                    </Field>
                }
                    .into_any()
            }
        }}
    }
}

/// A button that opens the browser's choice of files.
#[component]
fn FileButton(
    /// What the button says.
    #[prop(into)]
    label: String,
    #[prop(into)] on_file: Callback<web_sys::File>,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let named = label.clone();
    view! {
        <input
            type="file"
            class="ui-hidden"
            tabindex="-1"
            aria-label=named
            node_ref=input
            on:change=move |_| {
                if let Some(input) = input.get_untracked() {
                    if let Some(file) = input.files().and_then(|files| files.get(0)) {
                        on_file.run(file);
                    }
                    input.set_value("");
                }
            }
        />
        <Button
            small=true
            icon=IconName::Upload
            on_press=move |()| {
                if let Some(input) = input.get_untracked() {
                    input.click();
                }
            }
        >
            {label}
        </Button>
    }
}

#[component]
fn TextInputArea(source: TextSource, #[prop(into)] label: String, #[prop(into)] hint: String) -> impl IntoView {
    let over = RwSignal::new(false);
    let TextSource { file, problem, .. } = source;
    let dropped = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let file = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            source.take(file);
        }
    };
    let label = StoredValue::new(label);
    view! {
        <div
            class="seed-drop"
            class:is-over=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <div class="row">
                <FileButton label="Choose a file" on_file=move |file| source.take(file) />
                <span class="muted">"or drop one here, or paste below"</span>
            </div>
            {move || match file.get() {
                Some(name) => {
                    view! {
                        <p class="row">
                            <Icon name=IconName::Check />
                            <span>{name}</span>
                            <Button
                                small=true
                                on_press=move |()| {
                                    file.set(None);
                                    source.write(String::new());
                                }
                            >
                                "Remove"
                            </Button>
                        </p>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <Field label=label.get_value() hint=hint.clone() error=problem>
                            <TextArea value=source.text on_input=move |written| source.write(written) rows=10 mono=true />
                        </Field>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// A file of users, for people who are not in the table yet.
#[component]
fn UsersFile(known: RwSignal<Vec<UserRef>>) -> impl IntoView {
    let note = RwSignal::new(None::<Result<String, String>>);
    let take = move |file: web_sys::File| {
        spawn_local(async move {
            let text = JsFuture::from(file.text().unchecked_into::<js_sys::Promise>())
                .await
                .ok()
                .and_then(|text| text.as_string());
            let answer = text.ok_or_else(|| "The file could not be read".to_owned()).and_then(|text| {
                users_file::read(&text)
                    .ok_or_else(|| "A users file is a JSON list of objects with uuid, display_name and handle".to_owned())
            });
            note.try_set(Some(answer.map(|users| {
                let count = users.len() as u64;
                known.update(|known| {
                    known.retain(|old| !users.iter().any(|new| new.uuid == old.uuid));
                    known.extend(users);
                });
                format!("{} to choose from", format::counted(count, "user", "users"))
            })));
        });
    };
    view! {
        <div class="row">
            <FileButton label="Read a users file" on_file=take />
            <span class="muted" role="status">
                {move || match note.get() {
                    None => "JSON: a list of objects with uuid, display_name and handle".to_owned(),
                    Some(Ok(text)) | Some(Err(text)) => text,
                }}
            </span>
        </div>
    }
}
