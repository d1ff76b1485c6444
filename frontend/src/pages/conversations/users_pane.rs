//! Users, found from the table stretch by stretch.

use dynadesk_shared::api::conversations::{UserFound, UserRef, UsersRequest};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::gather::{initials, matches, merge_users, name_of};
use super::pages::Pages;
use crate::api;
use crate::components::{FailurePanel, RequestButton, TableScope};
use crate::format;
use crate::nav;
use crate::ui::{Button, EmptyState, IconName, Notice, Skeleton, TextInput, Tone};

/// One press reads so many stretches; a large table is not walked to its end unasked.
const STRETCHES: u32 = 20;

/// The users of a table as far as they are known. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Users {
    pub found: RwSignal<Vec<UserFound>>,
    scanned: RwSignal<u64>,
    /// Why names are only those of the table.
    names_problem: RwSignal<Option<String>>,
    pages: Pages,
}

impl Users {
    pub fn new(scope: &TableScope) -> Self {
        Self {
            found: RwSignal::new(Vec::new()),
            scanned: RwSignal::new(0),
            names_problem: RwSignal::new(None),
            pages: Pages::new(scope),
        }
    }

    /// What is known of a user, reactive; only the uuid where nothing is.
    pub fn named(self, uuid: &str) -> UserRef {
        self.found.with(|found| {
            found.iter().find(|found| found.user.uuid == uuid).map_or_else(
                || UserRef {
                    uuid: uuid.to_owned(),
                    ..UserRef::default()
                },
                |found| found.user.clone(),
            )
        })
    }

    /// Forgets everything and reads from the beginning.
    pub fn reload(self) {
        self.pages.restart();
        self.pages.begun.set(false);
        self.found.set(Vec::new());
        self.scanned.set(0);
        self.read_on();
    }

    fn ended(self) -> bool {
        self.pages.begun.get() && self.pages.next.with(Option::is_none)
    }

    pub fn stop(self) {
        self.pages.stop();
    }

    /// Reads the next stretches, and shows what each one brings.
    pub fn read_on(self) {
        let pages = self.pages;
        if pages.begun.get_untracked() && !pages.has_more() {
            return;
        }
        let Some(asked) = pages.ask() else { return };
        spawn_local(async move {
            for _ in 0..STRETCHES {
                let Some(cursor) = pages.next.try_get_untracked() else { return };
                let answer = api::conversations::users(&asked.connection, &asked.table, &UsersRequest { cursor }).await;
                if !pages.wants(&asked) {
                    return;
                }
                match answer {
                    Ok(page) => {
                        self.found.update(|found| merge_users(found, page.users));
                        self.scanned.update(|scanned| *scanned += page.scanned);
                        self.names_problem.set(page.names_problem);
                        let ended = page.next.is_none();
                        pages.came(page.next, page.exchange);
                        if ended {
                            break;
                        }
                    }
                    Err(failure) => {
                        pages.failure.set(Some(failure));
                        break;
                    }
                }
            }
            pages.reading.set(false);
        });
    }
}

#[component]
pub fn UsersPane(
    scope: TableScope,
    users: Users,
    /// The uuid of the chosen one.
    #[prop(into)]
    chosen: Signal<Option<String>>,
) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let search = search.get();
        users.found.with(|found| {
            found
                .iter()
                .filter(|found| matches(&found.user, &search))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let standing = move || {
        let read = format::counted(users.scanned.get(), "item", "items");
        let known = format::counted(users.found.with(Vec::len) as u64, "user", "users");
        match (users.pages.reading.get(), users.ended()) {
            (true, _) => format!("{known} · {read} read …"),
            (_, true) => format!("{known} · {read} read, all of them"),
            _ => format!("{known} · {read} read, there is more"),
        }
    };
    let href = {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        move |uuid: &str| nav::user(&connection, &table, uuid)
    };
    let seed = nav::seed(&scope.connection.name, &scope.table);
    let entry = move |found: UserFound| {
        let uuid = found.user.uuid.clone();
        let current = move || chosen.with(|chosen| chosen.as_ref() == Some(&uuid)).then_some("true");
        let handle = if found.user.handle.is_empty() {
            found.user.uuid.clone()
        } else {
            format!("@{}", found.user.handle)
        };
        view! {
            <li>
                <a class="talk-entry" href=href(&found.user.uuid) aria-current=current>
                    <span class="talk-face" aria-hidden="true">{initials(&found.user)}</span>
                    <span class="talk-entry-text">
                        <strong>{name_of(&found.user).to_owned()}</strong>
                        <span class="muted truncate">{handle}</span>
                    </span>
                    <span class="talk-entry-side muted">
                        {format::counted(found.conversations, "talk", "talks")}<br />{format::count(found.messages)}" sent"
                    </span>
                </a>
            </li>
        }
    };
    view! {
        <section class="talk-pane talk-users" aria-label="Users">
            <header class="talk-head">
                <h2>"Users"</h2>
                <RequestButton connection=scope.connection.clone() exchange=users.pages.exchange />
            </header>
            <div class="talk-tools">
                <TextInput
                    value=search
                    on_input=move |text| search.set(text)
                    label="Search users"
                    placeholder="Handle or name"
                    icon=IconName::Search
                    kind="search"
                />
            </div>
            {move || {
                users
                    .pages
                    .failure
                    .get()
                    .map(|failure| {
                        let retry = Callback::new(move |()| users.read_on());
                        view! { <FailurePanel what="The users could not be read" failure retry /> }
                    })
            }}
            {move || users.names_problem.get().map(|why| view! { <div class="talk-tools"><Notice tone=Tone::Warning>{why}</Notice></div> })}
            <ul class="talk-list" tabindex="-1">
                <For
                    each=move || shown.get()
                    key=|found| {
                        let user = &found.user;
                        (user.uuid.clone(), user.display_name.clone(), user.handle.clone(), found.conversations, found.messages)
                    }
                    children=entry
                />
            </ul>
            {move || {
                let empty = users.found.with(Vec::is_empty);
                if empty && users.ended() {
                    let href = seed.clone();
                    view! {
                        <EmptyState icon=IconName::Users title="No users yet" text="No group rows and no messages were found in this table.">
                            <crate::ui::LinkButton href icon=IconName::Seed>"Seed data"</crate::ui::LinkButton>
                        </EmptyState>
                    }
                        .into_any()
                } else if empty && users.pages.reading.get() {
                    view! { <div class="talk-tools"><Skeleton lines=6 label="Looking for users" /></div> }.into_any()
                } else if !empty && shown.with(Vec::is_empty) {
                    view! { <p class="talk-none muted">"Nobody of that name among the users found so far."</p> }.into_any()
                } else {
                    ().into_any()
                }
            }}
            <footer class="talk-foot">
                <span role="status">{standing}</span>
                {move || {
                    if users.pages.reading.get() {
                        view! { <Button small=true icon=IconName::Stop on_press=move |()| users.stop()>"Stop"</Button> }.into_any()
                    } else if !users.ended() {
                        view! { <Button small=true icon=IconName::Play on_press=move |()| users.read_on()>"Continue"</Button> }.into_any()
                    } else {
                        ().into_any()
                    }
                }}
            </footer>
        </section>
    }
}
