//! The joined list: one line for each user, with both sides and what a table holds.

use dynadesk_shared::api::identity::{IdentityView, PeopleFilter, Person, PoolState};
use dynadesk_shared::identity::MOCK;
use leptos::prelude::*;

use super::counting::{CountAll, Counting};
use super::counts::MOST_REQUESTS;
use super::frame::UsersFrame;
use super::listed::Listed;
use super::people::People;
use super::table::{Picked, TablePicker};
use crate::components::identity_health::HealthCards;
use crate::format;
use crate::nav;
use crate::state::use_toasts;
use crate::ui::{Badge, Button, Choice, DataTable, EmptyState, IconButton, IconName, Notice, Select, Sort, SortHeader, TextInput, Tone};

#[component]
pub fn UsersPage() -> impl IntoView {
    view! { <UsersFrame title="Users" body=move |view: IdentityView| view! { <Body view /> }.into_any() /> }
}

#[component]
fn Body(view: IdentityView) -> impl IntoView {
    let (has_database, has_pool) = (view.database.is_some(), view.pool.is_some());
    let people = People::new(PeopleFilter::All);
    people.reload();
    if has_pool {
        people.read_pool();
    }
    Effect::new(move |before: Option<Sort>| {
        let now = people.sort.get();
        if before.is_some_and(|before| before != now) {
            people.reload();
        }
        now
    });
    let table = Picked::new();
    let is_listed = Memo::new(move |_| people.rows.with(|rows| rows.as_ref().is_some_and(|rows| !rows.is_empty())));
    let nobody = Signal::derive(move || (!is_listed.get()).then(|| "Nobody is listed".to_owned()));
    let filters = filters(has_database, has_pool);
    let toasts = use_toasts();
    let counting = Counting::new(table, toasts);
    let listed = move |()| {
        people.rows.with_untracked(|rows| {
            let rows = rows.iter().flatten();
            rows.filter_map(|person| person.uuid.clone()).collect::<Vec<_>>()
        })
    };
    let reveal_all = move |()| {
        people.reveal(listed(()), move |failure| {
            toasts.failed("The addresses could not be read", &failure)
        });
    };
    let has_masked = move || {
        people
            .rows
            .with(|rows| rows.iter().flatten().any(|person| !person.email.is_empty()))
    };
    view! {
        <div class="page-column users">
            <HealthCards view />
            <div class="page-bar users-bar">
                <TextInput
                    kind="search"
                    label="Search users"
                    placeholder="Handle, name, uuid, email"
                    icon=IconName::Search
                    value=people.search
                    on_input=move |text| people.look_for(text)
                />
                <Select
                    label="Which users"
                    value=Signal::derive(move || filter_word(people.filter.get()).to_owned())
                    choices=filters
                    on_change=move |word: String| {
                        people.filter.set(filter_of(&word));
                        people.rows.set(None);
                        people.reload();
                    }
                />
                <TablePicker picked=table label="Table to count in" />
                {has_database.then(|| view! { <CountAll counting listed why_not=nobody /> })}
                <Button icon=IconName::Refresh busy=people.busy on_press=move |()| people.reload()>"Refresh"</Button>
                {has_pool.then(|| view! { <Button icon=IconName::Key on_press=move |()| people.read_pool()>"Read the pool"</Button> })}
                <Show when=has_masked>
                    <Button icon=IconName::Lock on_press=reveal_all>"Show emails"</Button>
                </Show>
            </div>
            <p class="users-state muted" role="status">
                {move || people.total.get().map(|total| format::counted(total, "user", "users"))}
                {move || pool_words(&people.pool.get()).map(|words| format!(" · {words}"))}
            </p>
            {has_database
                .then(|| {
                    view! {
                        <p class="users-state muted">
                            {format!(
                                "Counted when you ask: a user's group rows in the table, and the messages that the user sent to those \
                                conversations, with at most {MOST_REQUESTS} requests a user.",
                            )}
                        </p>
                    }
                })}
            {move || match people.pool.get() {
                PoolState::Failed { why } => Some(view! { <Notice tone=Tone::Warning>"The user pool could not be read: "{why}</Notice> }),
                _ => None,
            }}
            <Listed
                people
                what="The users could not be read"
                loading="Loading the users"
                nobody=|| view! { <EmptyState icon=IconName::Users title="Nobody here" text="No user fits the search and the filter." /> }
            >
                <Rows people table counting />
            </Listed>
        </div>
    }
}

#[component]
fn Rows(people: People, table: Picked, counting: Counting) -> impl IntoView {
    let row = move |person: Person| view! { <PersonRow person people table counting /> };
    view! {
        <DataTable label="Users">
            <thead>
                <tr>
                    <SortHeader label="Handle and uuid" by="handle" sort=people.sort />
                    <SortHeader label="Display name" by="name" sort=people.sort />
                    <th scope="col">"Email"</th>
                    <th scope="col">"Cognito"</th>
                    <th scope="col">"In the table"</th>
                    <SortHeader label="Created" by="created" sort=people.sort />
                </tr>
            </thead>
            <tbody>
                <For each=move || people.rows.get().unwrap_or_default() key=|person| format!("{person:?}") children=row />
            </tbody>
        </DataTable>
    }
}

#[component]
fn PersonRow(person: Person, people: People, table: Picked, counting: Counting) -> impl IntoView {
    let toasts = use_toasts();
    let uuid = StoredValue::new(person.uuid.clone().unwrap_or_default());
    let who = StoredValue::new(if person.handle.is_empty() {
        uuid.get_value()
    } else {
        person.handle.clone()
    });
    let counts = Memo::new(move |_| uuid.with_value(|uuid| counting.of(uuid)));
    let busy = Signal::derive(move || uuid.with_value(|uuid| counting.is_counting(uuid)));
    let press = move |()| counting.one(uuid.get_value());
    let masked = person.email.clone();
    let email = move || people.emails.with(|emails| emails.get(&uuid.get_value()).cloned());
    let has_email = !masked.is_empty();
    let reveal = move |()| {
        people.reveal(vec![uuid.get_value()], move |failure| {
            toasts.failed("The address could not be read", &failure)
        });
    };
    let link = move || {
        let (connection, name) = table.place();
        nav::user(&connection, &name, &uuid.get_value())
    };
    let has_row = person.uuid.is_some();
    let (handle, name) = (seen(&person.handle), seen(&person.display_name));
    view! {
        <tr>
            <td>
                <span class="users-who">
                    <span class="users-text" title=handle.clone()>{handle.clone()}</span>
                    <span class="users-id muted">{person.uuid.clone().unwrap_or_else(|| "no row".to_owned())}</span>
                </span>
            </td>
            <td class="users-text" title=name.clone()>{name.clone()}</td>
            <td>
                <span class="users-email">
                    <span class="users-text">{move || email().unwrap_or_else(|| masked.clone())}</span>
                    <Show when=move || has_email && email().is_none()>
                        <IconButton icon=IconName::Lock label=format!("Show the email of {}", who.get_value()) on_press=reveal />
                    </Show>
                </span>
            </td>
            <td>{cognito(&person)}</td>
            <td>
                <Show when=move || has_row>
                    <span class="users-counts">
                        <a href=link>"Conversations"</a>
                        {move || match counts.get() {
                            Some(counts) => view! { <span class="muted">{counts.words()}</span> }.into_any(),
                            None => {
                                view! { <Button small=true busy on_press=press>"Count"<span class="ui-hidden">" of "{who.get_value()}</span></Button> }
                                    .into_any()
                            }
                        }}
                    </span>
                </Show>
            </td>
            <td>{person.created_at.clone()}</td>
        </tr>
    }
}

/// A name as a person can see it. Nothing where there is none.
pub fn seen(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format::readable(text),
    }
}

/// What both sides say of the user's sub.
fn cognito(person: &Person) -> AnyView {
    let id = person.cognito_user_id.clone();
    let mock = id.as_deref() == Some(MOCK);
    let pool = person.pool.iter().map(|user| {
        let right = id.as_deref() == Some(user.sub.as_str());
        let tone = if right || id.is_none() { Tone::Good } else { Tone::Warning };
        let state = if user.enabled {
            user.status.clone()
        } else {
            format!("{} · disabled", user.status)
        };
        view! {
            <span class="users-sub">
                <Badge tone>{state}</Badge>
                <code>{user.sub.clone()}</code>
            </span>
        }
    });
    let pool = pool.collect_view();
    view! {
        <div class="users-cognito">
            {mock.then(|| view! { <Badge tone=Tone::Warning mono=true>"MOCK"</Badge> })}
            {pool}
            {(person.pool.is_empty() && !mock).then(|| view! { <span class="muted">{id.unwrap_or_else(|| "not known".to_owned())}</span> })}
        </div>
    }
    .into_any()
}

fn filters(database: bool, pool: bool) -> Vec<Choice> {
    let mut all = vec![Choice::new("all", "All users")];
    if database {
        all.push(Choice::new("mock", "Still MOCK"));
        all.push(Choice::new("same", "One handle twice"));
    }
    if database && pool {
        all.push(Choice::new("pool", "Only in Cognito"));
    }
    if pool {
        all.push(Choice::new("same_in_pool", "One handle twice in Cognito"));
    }
    all
}

fn filter_word(filter: PeopleFilter) -> &'static str {
    match filter {
        PeopleFilter::All => "all",
        PeopleFilter::Mock => "mock",
        PeopleFilter::SameHandle => "same",
        PeopleFilter::OnlyPool => "pool",
        PeopleFilter::SameInPool => "same_in_pool",
        PeopleFilter::SameInFile => "same_in_file",
    }
}

fn filter_of(word: &str) -> PeopleFilter {
    match word {
        "mock" => PeopleFilter::Mock,
        "same" => PeopleFilter::SameHandle,
        "pool" => PeopleFilter::OnlyPool,
        "same_in_pool" => PeopleFilter::SameInPool,
        "same_in_file" => PeopleFilter::SameInFile,
        _ => PeopleFilter::All,
    }
}

fn pool_words(state: &PoolState) -> Option<String> {
    match state {
        PoolState::Unread | PoolState::Failed { .. } => None,
        PoolState::Reading(progress) => Some(format!(
            "reading the user pool: {} so far{}",
            format::counted(progress.users, "user", "users"),
            if progress.throttled > 0 {
                ", Cognito asks for patience"
            } else {
                ""
            },
        )),
        PoolState::Read { users, .. } => Some(format!("{} in the pool", format::counted(*users, "user", "users"))),
    }
}
