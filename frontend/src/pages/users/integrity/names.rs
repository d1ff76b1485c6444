//! Names that are out of date: which of them are to be refreshed, and the job that does it.

use dynadesk_shared::api::integrity::{Finding, FindingKind, MOST_USERS};
use leptos::prelude::*;

use super::super::choice::{Choosing, Chosen};
use super::super::table::Picked;
use super::checking::Checking;
use super::findings::{called, content, copied};
use super::more::{ShowMore, Shown};
use super::refresh::{Confirm, rows_of};
use crate::components::job_panel::JobPanel;
use crate::components::scope;
use crate::format;
use crate::nav;
use crate::state::Rest;
use crate::state::rest::TYPING;
use crate::ui::{Button, ButtonVariant, DataTable, IconName, LinkButton, Notice, TextInput, Tone};

#[component]
pub fn OutOfDate(
    checking: Checking,
    picked: Picked,
    /// Who knows the names.
    source: &'static str,
    /// The job that was started last, with its connection. It outlives the next check.
    job: RwSignal<Option<(String, String)>>,
) -> impl IntoView {
    let all = Memo::new(move |_| checking.of(FindingKind::OutOfDate));
    let is_empty = Memo::new(move |_| all.with(Vec::is_empty));
    let chosen = Memo::new(move |_| checking.chosen.with(|chosen| chosen.count(all.with(Vec::len) as u64)));
    // One job takes so many; the others stay chosen for the next.
    let next = Memo::new(move |_| {
        checking.chosen.with(|chosen| {
            let is_chosen = |finding: &&Finding| chosen.has(&finding.uuid);
            all.with(|all| all.iter().filter(is_chosen).take(MOST_USERS).cloned().collect::<Vec<_>>())
        })
    });
    let open = RwSignal::new(false);
    let why_not_write = move || scope::why_not_write(&picked.connection()?);
    let why_not = Signal::derive(move || why_not_write().or_else(|| next.with(Vec::is_empty).then(|| "Nobody is chosen".to_owned())));
    view! {
        <section class="users-section" aria-label="Names out of date">
            <h2>"Names out of date "<span class="muted">{move || format::count(all.with(Vec::len) as u64)}</span></h2>
            {move || {
                if is_empty.get() {
                    return view! { <p class="muted">{format!("Every row has the name that {source} has.")}</p> }.into_any();
                }
                view! {
                    <p class="muted">
                        {format!("Rows keep a copy of each name. These users have another one in {source} by now. Take out those that are to stay.")}
                    </p>
                    <Names checking all />
                    <div class="page-bar users-bar">
                        <Button variant=ButtonVariant::Primary icon=IconName::Check disabled=why_not on_press=move |()| open.set(true)>
                            {move || review(next.with(Vec::len) as u64, chosen.get())}
                        </Button>
                    </div>
                }
                    .into_any()
            }}
            <Show when=move || checking.next.with(Option::is_some)>
                <Notice tone=Tone::Neutral>"Only a part of the table was checked. The job looks at all of it."</Notice>
            </Show>
            {move || {
                job.get()
                    .map(|(connection, id)| {
                        let href = nav::job(&connection, &id);
                        let why_not = Signal::derive(why_not_write);
                        view! {
                            <div class="card">
                                <JobPanel job=id why_not />
                            </div>
                            <div class="page-bar users-bar">
                                <LinkButton icon=IconName::Jobs href>"Open as a job"</LinkButton>
                            </div>
                        }
                    })
            }}
            // The dialog knows its table: another one has another name to type.
            {move || {
                let (connection, table) = picked.place();
                let production = picked.connection().is_some_and(|connection| connection.production);
                view! { <Confirm open checking next chosen connection table production job /> }
            }}
        </section>
    }
}

/// What the review is of.
fn review(next: u64, chosen: u64) -> String {
    if next < chosen {
        format!("Review the first {} of {} names", format::count(next), format::count(chosen))
    } else {
        format!("Review {}", format::counted(next, "name", "names"))
    }
}

/// The names, searched and chosen.
#[component]
fn Names(checking: Checking, all: Memo<Vec<Finding>>) -> impl IntoView {
    let (typed, search) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let rest = Rest::new(TYPING);
    let shown = Shown::new();
    let look_for = move |text: String| {
        typed.set(text);
        rest.then(move || {
            shown.reset();
            search.set(typed.get_untracked());
        });
    };
    let fitting = Memo::new(move |_| {
        let search = search.get().trim().to_lowercase();
        all.with(|all| all.iter().filter(|finding| fits(finding, &search)).cloned().collect::<Vec<_>>())
    });
    let total = Signal::derive(move || all.with(Vec::len) as u64);
    let found = Signal::derive(move || {
        let searching = search.with(|search| !search.trim().is_empty());
        searching.then(|| fitting.with(Vec::len) as u64)
    });
    let these = move |()| {
        let uuids = fitting.with_untracked(|fitting| fitting.iter().map(|finding| finding.uuid.clone()).collect::<Vec<_>>());
        checking.chosen.set(Chosen::only(uuids));
    };
    let row = move |finding: Finding| view! { <Line checking finding /> };
    view! {
        <div class="page-bar users-bar">
            <TextInput
                kind="search"
                label="Search these names"
                placeholder="Name, handle, uuid"
                icon=IconName::Search
                value=typed
                on_input=look_for
            />
            <Choosing label="Names to refresh" chosen=checking.chosen total found on_these=these />
        </div>
        <DataTable label="Users with another name">
            <thead>
                <tr>
                    <th scope="col"><span class="ui-hidden">"Chosen"</span></th>
                    <th scope="col">"User"</th>
                    <th scope="col">"In the rows"</th>
                    <th scope="col" class="is-numeric">"Rows"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || fitting.with(|fitting| shown.of(fitting)) key=content children=row />
            </tbody>
        </DataTable>
        <Show when=move || found.get() == Some(0)>
            <p class="muted">"No name fits the search."</p>
        </Show>
        <ShowMore shown total=Signal::derive(move || fitting.with(Vec::len)) />
    }
}

/// Whether a search in small letters finds a user, by the names of today or those in the rows.
fn fits(finding: &Finding, search: &str) -> bool {
    let known = finding.known.iter().flat_map(|user| [&user.display_name, &user.handle]);
    let copies = finding.copies.iter().flat_map(|copy| [&copy.display_name, &copy.handle]);
    let mut texts = known.chain(copies).chain([&finding.uuid]);
    texts.any(|text| text.to_lowercase().contains(search))
}

#[component]
fn Line(checking: Checking, finding: Finding) -> impl IntoView {
    let known = finding.known.clone().unwrap_or_default();
    let uuid = StoredValue::new(finding.uuid.clone());
    let choose = move |event| {
        let is_chosen = event_target_checked(&event);
        checking.chosen.update(|chosen| uuid.with_value(|uuid| chosen.set(uuid, is_chosen)));
    };
    let checked = move || checking.chosen.with(|chosen| uuid.with_value(|uuid| chosen.has(uuid)));
    let label = format!(
        "Refresh the name of {}",
        if known.handle.is_empty() { &finding.uuid } else { &known.handle }
    );
    let now = called(&known.display_name, &known.handle);
    view! {
        <tr>
            <td><input type="checkbox" aria-label=label prop:checked=checked on:change=choose /></td>
            <td>
                <span class="users-who">
                    <span class="users-text" title=now.clone()>{now.clone()}</span>
                    <span class="users-id muted">{finding.uuid.clone()}</span>
                </span>
            </td>
            <td>{copied(&finding.copies)}</td>
            <td class="is-numeric">{format::count(rows_of(&finding))}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::api::conversations::UserRef;
    use dynadesk_shared::api::integrity::NameCopy;

    #[test]
    fn a_name_is_found_by_what_it_is_and_what_it_was() {
        let finding = Finding {
            uuid: "u-1".to_owned(),
            kind: FindingKind::OutOfDate,
            known: Some(UserRef {
                uuid: "u-1".to_owned(),
                display_name: "Ada".to_owned(),
                handle: "ada".to_owned(),
            }),
            copies: vec![NameCopy {
                display_name: "Augusta".to_owned(),
                handle: String::new(),
                groups: 1,
                messages: 0,
            }],
            owned: 0,
        };
        assert!(["", "ad", "august", "u-1"].iter().all(|search| fits(&finding, search)));
        assert!(!fits(&finding, "bo"));
    }

    #[test]
    fn more_than_one_job_takes_says_so() {
        assert_eq!(review(1, 1), "Review 1 name");
        assert_eq!(review(1000, 1501), "Review the first 1,000 of 1,501 names");
    }
}
