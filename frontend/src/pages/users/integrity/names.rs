//! Names that are out of date, the review, and the job that refreshes them.

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::integrity::{Finding, FindingKind, MOST_USERS, RefreshRequest};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::table::Picked;
use super::checking::Checking;
use super::findings::{SHOWN, called, copied};
use crate::api;
use crate::components::job_panel::JobPanel;
use crate::format;
use crate::nav;
use crate::ui::{Button, ButtonVariant, ConfirmDialog, DataTable, IconName, LinkButton, Notice, Tone};

#[component]
pub fn OutOfDate(
    checking: Checking,
    picked: Picked,
    /// Who knows the names.
    source: &'static str,
    /// The job that was started last, with its connection. It outlives the next check.
    job: RwSignal<Option<(String, String)>>,
) -> impl IntoView {
    let found = Memo::new(move |_| checking.of(FindingKind::OutOfDate));
    let chosen = Memo::new(move |_| {
        let out = checking.left_out.get();
        let chosen = |finding: &&Finding| !out.contains(&finding.uuid);
        found.with(|found| found.iter().filter(chosen).cloned().collect::<Vec<_>>())
    });
    let open = RwSignal::new(false);
    let why_not_write = move || {
        let read_only = picked.connection().is_some_and(|connection| connection.read_only);
        read_only.then(|| "This connection is read-only".to_owned())
    };
    let why_not = Signal::derive(move || {
        why_not_write().or_else(|| match chosen.with(Vec::len) {
            0 => Some("Nobody is chosen".to_owned()),
            users if users > MOST_USERS => Some(format!("At most {} users at once", format::count(MOST_USERS as u64))),
            _ => None,
        })
    });
    let row = move |finding: Finding| view! { <Line checking finding /> };
    view! {
        <section class="users-section" aria-label="Names out of date">
            <h2>"Names out of date "<span class="muted">{move || format::count(found.with(Vec::len) as u64)}</span></h2>
            {move || {
                let all = found.get();
                if all.is_empty() {
                    return view! { <p class="muted">{format!("Every row has the name that {source} has.")}</p> }.into_any();
                }
                let more = all.len().saturating_sub(SHOWN);
                let rows = all.into_iter().take(SHOWN).map(row).collect_view();
                view! {
                    <p class="muted">
                        {format!("Rows keep a copy of each name. These users have another one in {source} by now. Take out those that are to stay.")}
                    </p>
                    <DataTable label="Users with another name">
                        <thead>
                            <tr>
                                <th scope="col"><span class="ui-hidden">"Chosen"</span></th>
                                <th scope="col">"User"</th>
                                <th scope="col">"In the rows"</th>
                                <th scope="col" class="is-numeric">"Rows"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </DataTable>
                    {(more > 0).then(|| view! { <p class="muted">{format!("and {} more", format::count(more as u64))}</p> })}
                    <div class="users-bar">
                        <Button variant=ButtonVariant::Primary icon=IconName::Check disabled=why_not on_press=move |()| open.set(true)>
                            {move || format!("Review {}", format::counted(chosen.with(Vec::len) as u64, "name", "names"))}
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
                            <div class="users-bar">
                                <LinkButton icon=IconName::Jobs href>"Open as a job"</LinkButton>
                            </div>
                        }
                    })
            }}
            // The dialog knows its table: another one has another name to type.
            {move || {
                let (connection, table) = picked.place();
                let production = picked.connection().is_some_and(|connection| connection.production);
                view! { <Confirm open chosen connection table production job /> }
            }}
        </section>
    }
}

#[component]
fn Line(checking: Checking, finding: Finding) -> impl IntoView {
    let known = finding.known.clone().unwrap_or_default();
    let uuid = StoredValue::new(finding.uuid.clone());
    let choose = move |event| {
        let chosen = event_target_checked(&event);
        checking.left_out.update(|out| {
            if chosen {
                out.remove(&uuid.get_value());
            } else {
                out.insert(uuid.get_value());
            }
        });
    };
    let checked = move || !checking.left_out.with(|out| out.contains(&uuid.get_value()));
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

fn rows_of(finding: &Finding) -> u64 {
    finding.copies.iter().map(|copy| copy.groups + copy.messages).sum()
}

/// The last look before the job begins.
#[component]
fn Confirm(
    open: RwSignal<bool>,
    chosen: Memo<Vec<Finding>>,
    connection: String,
    table: String,
    production: bool,
    job: RwSignal<Option<(String, String)>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
        }
    });
    let name = production.then(|| table.clone());
    let (confirmed, words) = (name.clone(), format!("{table} on {connection}"));
    let message = Signal::derive(move || {
        chosen.with(|chosen| {
            let first: Vec<String> = chosen.iter().take(5).filter_map(|one| one.known.as_ref()).map(|user| called(&user.display_name, &user.handle)).collect();
            let others = if chosen.len() > first.len() { " and others" } else { "" };
            format!(
                "{} of {words} get the name that their user has by now: {}{others}. Each row is written only while it is what was read; what it \
                 was is kept in the history for 7 days, with the way back.",
                format::counted(chosen.iter().map(rows_of).sum(), "row", "rows"),
                first.join(", "),
            )
        })
    });
    let confirm = move |()| {
        let users: Vec<UserRef> = chosen.with_untracked(|chosen| chosen.iter().filter_map(|finding| finding.known.clone()).collect());
        let request = RefreshRequest {
            users,
            rows: chosen.with_untracked(|chosen| chosen.iter().map(rows_of).sum()),
            confirm: confirmed.clone(),
        };
        let (connection, table) = (connection.clone(), table.clone());
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let answer = api::integrity::refresh(&connection, &table, &request).await;
            busy.try_set(false);
            match answer {
                Ok(started) => {
                    open.try_set(false);
                    job.try_set(Some((connection, started.id)));
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    view! { <ConfirmDialog open title="Refresh these names?" message confirm="Refresh" type_name=name busy problem on_confirm=confirm /> }
}
