//! Handles that stand for more than one user: of the database, of the pool, of the users file.

use dynadesk_shared::api::identity::{IdentityView, PeopleFilter, Person, PoolState};
use leptos::prelude::*;

use super::super::list::seen;
use super::super::listed::Listed;
use super::super::people::People;
use super::super::table::Picked;
use super::checking::Checking;
use crate::format;
use crate::nav;
use crate::ui::{Button, DataTable, IconName};

/// Who may have one handle twice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Database,
    Pool,
    File,
}

impl Source {
    fn filter(self) -> PeopleFilter {
        match self {
            Self::Database => PeopleFilter::SameHandle,
            Self::Pool => PeopleFilter::SameInPool,
            Self::File => PeopleFilter::SameInFile,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Database => "In PostgreSQL",
            Self::Pool => "In Cognito",
            Self::File => "In the users file",
        }
    }

    /// Of its table.
    fn label(self) -> &'static str {
        match self {
            Self::Database => "Users with one handle in PostgreSQL",
            Self::Pool => "Users with one handle in Cognito",
            Self::File => "Users with one handle in the users file",
        }
    }

    fn none(self) -> &'static str {
        match self {
            Self::Database => "No two rows of the database have one handle.",
            Self::Pool => "No two users of the pool have one preferred_username.",
            Self::File => "No two users of the file have one handle.",
        }
    }
}

#[component]
pub fn SameHandles(view: IdentityView, checking: Checking, picked: Picked) -> impl IntoView {
    let database = view
        .database
        .is_some()
        .then(|| view! { <Same source=Source::Database picked checking /> });
    let pool = view.pool.is_some().then(|| view! { <Same source=Source::Pool picked checking /> });
    let file = view
        .users_file
        .is_some()
        .then(|| view! { <Same source=Source::File picked checking /> });
    view! {
        <section class="users-section" aria-label="One handle, several users">
            <h2>"One handle, several users"</h2>
            <p class="muted">"Nobody can tell which of these a handle means, so their Cognito ids are left alone."</p>
            {database}
            {pool}
            {file}
        </section>
    }
}

#[component]
fn Same(source: Source, picked: Picked, checking: Checking) -> impl IntoView {
    let people = People::new(source.filter());
    people.reload();
    if source == Source::Pool {
        // The check reads the pool, and then it is known who is in it.
        Effect::new(move |before: Option<bool>| {
            let read = checking.pool.with(|pool| matches!(pool, PoolState::Read { .. }));
            if read && before == Some(false) {
                people.reload();
            }
            read
        });
    }
    let unread = move || source == Source::Pool && !people.pool.with(|pool| matches!(pool, PoolState::Read { .. }));
    let nobody = move || match unread() {
        true => view! { <Unread people /> }.into_any(),
        false => view! { <p class="muted">{source.none()}</p> }.into_any(),
    };
    view! {
        <h3>{source.title()}" "<span class="muted">{move || people.total.get().filter(|total| *total > 0 || !unread()).map(format::count)}</span></h3>
        <Listed people what="Handles could not be compared" loading="Comparing handles" lines=3 nobody>
            <Table source people picked />
        </Listed>
    }
}

/// Reading a pool takes a request for each 60 users, so it is not read unasked.
#[component]
fn Unread(people: People) -> impl IntoView {
    let words = move || match people.pool.get() {
        PoolState::Reading(progress) => format!(
            "Reading the user pool: {} so far.",
            format::counted(progress.users, "user", "users")
        ),
        PoolState::Failed { why } => format!("The user pool could not be read: {why}"),
        PoolState::Unread | PoolState::Read { .. } => "The user pool was not read yet, so nobody knows who is in it.".to_owned(),
    };
    let reading = Signal::derive(move || people.pool.with(|pool| matches!(pool, PoolState::Reading(_))));
    view! {
        <div class="page-bar users-bar">
            <span class="muted" role="status">{words}</span>
            <Button icon=IconName::Key busy=reading on_press=move |()| people.read_pool()>"Read the pool"</Button>
        </div>
    }
}

#[component]
fn Table(source: Source, people: People, picked: Picked) -> impl IntoView {
    let row = move |person: Person| {
        let handle = seen(&person.handle);
        let cells = match source {
            Source::Pool => of_pool(&person),
            Source::Database | Source::File => of_rows(person, picked),
        };
        view! {
            <tr>
                <td class="users-text" title=handle.clone()>{handle.clone()}</td>
                {cells}
            </tr>
        }
    };
    let (second, third, fourth) = match source {
        Source::Pool => ("Username", "sub", "Status"),
        Source::Database | Source::File => ("Display name", "uuid", "Created"),
    };
    view! {
        <DataTable label=source.label()>
            <thead>
                <tr>
                    <th scope="col">"Handle"</th>
                    <th scope="col">{second}</th>
                    <th scope="col">{third}</th>
                    <th scope="col">{fourth}</th>
                    <th scope="col"><span class="ui-hidden">"Link"</span></th>
                </tr>
            </thead>
            <tbody>
                <For each=move || people.rows.get().unwrap_or_default() key=|person| format!("{person:?}") children=row />
            </tbody>
        </DataTable>
    }
}

fn of_rows(person: Person, picked: Picked) -> AnyView {
    let uuid = person.uuid.unwrap_or_default();
    let user = uuid.clone();
    let name = seen(&person.display_name);
    let href = move || {
        let (connection, table) = picked.place();
        nav::user(&connection, &table, &user)
    };
    view! {
        <td class="users-text" title=name.clone()>{name.clone()}</td>
        <td class="users-id">{uuid}</td>
        <td>{person.created_at}</td>
        <td><a href=href>"Conversations"</a></td>
    }
    .into_any()
}

fn of_pool(person: &Person) -> AnyView {
    let user = person.pool.first();
    let text = |pick: fn(&dynadesk_shared::api::identity::PoolPerson) -> &String| user.map(pick).cloned().unwrap_or_default();
    let (username, sub, status) = (
        seen(&text(|user| &user.username)),
        text(|user| &user.sub),
        text(|user| &user.status),
    );
    view! {
        <td class="users-text" title=username.clone()>{username.clone()}</td>
        <td class="users-id">{sub}</td>
        <td>{status}</td>
        <td></td>
    }
    .into_any()
}
