//! "Integrity": who in a table is nowhere, whose name is out of date, and which handle stands for several.

mod checking;
mod findings;
mod handles;
mod more;
mod names;
mod refresh;

use dynadesk_shared::api::identity::{IdentityView, PoolState};
use dynadesk_shared::api::integrity::FindingKind;
use leptos::prelude::*;

use self::checking::Checking;
use self::findings::Unknown;
use self::handles::SameHandles;
use self::names::OutOfDate;
use super::frame::UsersFrame;
use super::table::{Picked, TablePicker};
use crate::components::identity_health::HealthCards;
use crate::components::{FailurePanel, RequestButton};
use crate::format;
use crate::ui::{Button, ButtonVariant, IconName, Notice, Skeleton, Tone};

#[component]
pub fn IntegrityPage() -> impl IntoView {
    view! { <UsersFrame title="Integrity of users" file_will_do=true body=move |view: IdentityView| view! { <Body view /> }.into_any() /> }
}

#[component]
fn Body(view: IdentityView) -> impl IntoView {
    let (has_database, has_pool) = (view.database.is_some(), view.pool.is_some());
    let can_check = has_database || view.users_file.is_some();
    let source = if has_database { "PostgreSQL" } else { "the users file" };
    let sources = view.clone();
    let picked = Picked::new();
    let checking = Checking::new();
    let job = RwSignal::new(None::<(String, String)>);
    // What was found belongs to the table that it was found in.
    Effect::new(move |before: Option<(String, String)>| {
        let now = picked.place();
        if before.is_some_and(|before| before != now) {
            checking.forget();
            job.set(None);
        }
        now
    });
    let begin = move |()| checking.begin(untrack(|| picked.place()), has_pool);
    let go_on = move |()| checking.read_on(untrack(|| picked.place()));
    let request = move || {
        let connection = picked.connection()?;
        Some(view! { <RequestButton connection exchange=checking.exchange /> })
    };
    view! {
        <div class="page-column users">
            <HealthCards view />
            <p class="muted">
                {format!(
                    "The rows of a table carry the uuid, the display name and the handle of users. This reads the table stretch by stretch and \
                    compares them with {source}{}. Nothing is written.",
                    if has_pool { " and the user pool" } else { "" },
                )}
            </p>
            {(!can_check)
                .then(|| {
                    view! {
                        <Notice tone=Tone::Warning>
                            "A user pool alone does not know the uuids of a table: configure a PostgreSQL or a users file as well."
                        </Notice>
                    }
                })}
            <div class="page-bar users-bar">
                <TablePicker picked label="Table to check" />
                {move || {
                    if checking.reading.get() {
                        view! { <Button icon=IconName::Stop on_press=move |()| checking.stop()>"Stop"</Button> }.into_any()
                    } else if checking.next.with(Option::is_some) {
                        view! { <Button variant=ButtonVariant::Primary icon=IconName::Play on_press=go_on>"Continue"</Button> }.into_any()
                    } else {
                        let word = if checking.begun.get() { "Check again" } else { "Check the table" };
                        let why_not = (!can_check).then(|| "Nobody is configured to know the uuids".to_owned());
                        view! { <Button variant=ButtonVariant::Primary icon=IconName::Play disabled=why_not on_press=begin>{word}</Button> }
                            .into_any()
                    }
                }}
                {request}
            </div>
            <p class="users-state muted" role="status">{move || standing(checking)}</p>
            {move || match checking.pool.get() {
                PoolState::Failed { why } => Some(view! { <Notice tone=Tone::Bad>"The user pool could not be read: "{why}</Notice> }),
                _ => None,
            }}
            {move || {
                checking
                    .failure
                    .get()
                    .map(|failure| {
                        let retry = Callback::new(begin);
                        view! { <FailurePanel what="The table could not be checked" failure retry busy=checking.reading /> }
                    })
            }}
            <Show when=move || checking.begun.get()>
                <Unknown checking picked kind=FindingKind::Nowhere />
                <Unknown checking picked kind=FindingKind::OnlyPool />
                <OutOfDate checking picked source job />
            </Show>
            <Show when=move || checking.reading.get() && !checking.begun.get()>
                <Skeleton lines=4 label="Checking the table" />
            </Show>
            <SameHandles view=sources checking picked />
        </div>
    }
}

/// How far it is, in words.
fn standing(checking: Checking) -> String {
    if let PoolState::Reading(progress) = checking.pool.get() {
        return format!("Reading the user pool: {} so far", format::counted(progress.users, "user", "users"));
    }
    if !checking.begun.get() {
        return String::new();
    }
    let read = format::counted(checking.scanned.get(), "item", "items");
    let rows = format::counted(checking.rows.get(), "row that names a user", "rows that name users");
    let end = match (checking.reading.get(), checking.next.with(Option::is_some)) {
        (true, _) => " …",
        (false, true) => ", there is more",
        (false, false) => ", all of them",
    };
    format!("{read} read, {rows} among them{end}")
}
