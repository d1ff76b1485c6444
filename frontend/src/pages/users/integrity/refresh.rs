//! The last look before a job refreshes names.

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::integrity::{Finding, RefreshRequest};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::checking::Checking;
use super::findings::called;
use crate::api;
use crate::format;
use crate::ui::ConfirmDialog;

/// Rows that have another name of a user.
pub fn rows_of(finding: &Finding) -> u64 {
    finding.copies.iter().map(|copy| copy.groups + copy.messages).sum()
}

#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    checking: Checking,
    /// Those whom the job takes.
    next: Memo<Vec<Finding>>,
    /// How many are chosen, with those whom the next job takes.
    chosen: Memo<u64>,
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
        next.with(|next| {
            let first: Vec<String> = next.iter().take(5).filter_map(|one| one.known.as_ref()).map(|user| called(&user.display_name, &user.handle)).collect();
            let others = if next.len() > first.len() { " and others" } else { "" };
            format!(
                "{} of {words} get the name that their user has by now: {}{others}. Each row is written only while it is what was read; what it \
                 was is kept in the history for 7 days, with the way back.{}",
                format::counted(next.iter().map(rows_of).sum(), "row", "rows"),
                first.join(", "),
                match chosen.get().saturating_sub(next.len() as u64) {
                    0 => String::new(),
                    left => format!(
                        " One job takes {} users: the other {} stay chosen for the next.",
                        format::count(next.len() as u64),
                        format::count(left)
                    ),
                },
            )
        })
    });
    let confirm = move |()| {
        let users: Vec<UserRef> = next.with_untracked(|next| next.iter().filter_map(|finding| finding.known.clone()).collect());
        let taken: Vec<String> = users.iter().map(|user| user.uuid.clone()).collect();
        let request = RefreshRequest {
            users,
            rows: next.with_untracked(|next| next.iter().map(rows_of).sum()),
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
                    // Those are the job's now; who is still chosen waits for the next one.
                    checking
                        .chosen
                        .try_update(|chosen| taken.iter().for_each(|uuid| chosen.set(uuid, false)));
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    view! { <ConfirmDialog open title="Refresh these names?" message confirm="Refresh" type_name=name busy problem on_confirm=confirm /> }
}
