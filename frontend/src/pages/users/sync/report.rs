//! What an update did, row by row, as a file, and the way back.

use dynadesk_shared::api::identity::{IdentityView, SyncReport, SyncRow, SyncState, UndoSyncRequest};
use dynadesk_shared::words::capitalized;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::list::seen;
use super::words;
use crate::api;
use crate::format;
use crate::format::time::{Style, when};
use crate::state::session::why_not_change_users;
use crate::state::use_toasts;
use crate::ui::{Button, ConfirmDialog, DataTable, Icon, IconName, Notice, StatusDot, Tone};

#[component]
pub fn Report(report: SyncReport, view: IdentityView, #[prop(into)] on_done: Callback<SyncReport>) -> impl IntoView {
    let summary = report.summary.clone();
    let (word, tone) = words::state(summary.state);
    let count = format::counted(summary.rows, "row", "rows");
    let what = capitalized(&summary.said());
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let kept = report.unkept.is_none();
    let can_undo = kept && matches!(summary.state, SyncState::Done | SyncState::Begun) && summary.undoes.is_none();
    let why_not = why_not_change_users(&view);
    // Production asks for the name of the database.
    let name = view
        .database
        .as_ref()
        .filter(|_| view.production)
        .map(|database| database.name.clone());
    let confirmed = UndoSyncRequest { confirm: name.clone() };
    let id = StoredValue::new(summary.id.clone());
    let undo = move |()| {
        busy.set(true);
        problem.set(None);
        let asked = confirmed.clone();
        spawn_local(async move {
            let answer = api::identity::undo(&id.get_value(), &asked).await;
            busy.try_set(false);
            match answer {
                Ok(report) => {
                    open.try_set(false);
                    on_done.try_run(report);
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    let message = format!(
        "{count} get the id back that they had before, if each still has the one that this update wrote; if one does not, nothing is written."
    );
    let counts = report.counts.iter().map(|(end, count)| {
        let count = format::count(*count);
        view! { <span><strong>{count}</strong>" "{end.word()}</span> }
    });
    let counts = counts.collect_view();
    let several = report.counts.len() > 1;
    let total = summary.rows;
    let rows = RwSignal::new(report.rows);
    let reading = RwSignal::new(false);
    let toasts = use_toasts();
    let more = move |()| {
        let offset = rows.with_untracked(Vec::len) as u64;
        reading.set(true);
        spawn_local(async move {
            let answer = api::identity::report_rows(&id.get_value(), offset).await;
            reading.try_set(false);
            match answer {
                Ok(page) => {
                    rows.try_update(|rows| rows.extend(page.rows));
                }
                Err(failure) => toasts.failed("More rows could not be read", &failure),
            }
        });
    };
    view! {
        <section class="users-report" aria-label="Report">
            <div class="page-bar users-bar">
                <h2>"Report of "{when(&summary.at, Style::Full)}</h2>
                <StatusDot tone label=word />
                {kept
                    .then(|| {
                        // With `download` the console leaves the link to the browser.
                        view! {
                            <a class="ui-button is-secondary" href=api::identity::csv_href(&summary.id) download="cognito-ids.csv">
                                <Icon name=IconName::Download />
                                <span class="ui-button-text">"Download CSV"</span>
                            </a>
                        }
                    })}
                {can_undo
                    .then(|| {
                        view! { <Button icon=IconName::Undo disabled=why_not on_press=move |()| open.set(true)>"Undo"</Button> }
                    })}
            </div>
            <p role="status">{what}</p>
            {report.unkept.map(|why| view! { <Notice tone=Tone::Warning>"The report could not be kept, so this cannot be undone here: "{why}</Notice> })}
            // Where all ended alike, the sentence above says it.
            {several.then(|| view! { <p class="users-facts" role="group" aria-label="What became of the rows">{counts}</p> })}
            <DataTable label="Rows of the report">
                <thead>
                    <tr>
                        <th scope="col">"Handle"</th>
                        <th scope="col">"uuid"</th>
                        <th scope="col">"cognito_user_id"</th>
                        <th scope="col">"Outcome"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || rows.get() key=|row| row.uuid.clone() children=line />
                </tbody>
            </DataTable>
            // What could not be kept has no more than what came with the answer.
            <Show when=move || kept && (rows.with(Vec::len) as u64) < total>
                <div class="users-more">
                    <Button busy=reading on_press=more>
                        {move || format!("Show more of {}", format::counted(total, "row", "rows"))}
                    </Button>
                </div>
            </Show>
            <ConfirmDialog open title="Undo this update?" message confirm="Undo" type_name=name busy problem on_confirm=undo />
        </section>
    }
}

fn line(row: SyncRow) -> impl IntoView {
    let (said, tone) = words::outcome(&row.outcome);
    let handle = seen(&row.handle);
    view! {
        <tr>
            <td class="users-text" title=handle.clone()>{handle.clone()}</td>
            <td class="users-id">{row.uuid.clone()}</td>
            <td>
                <span class="users-change">
                    <del>{row.old.unwrap_or_else(|| "nothing".to_owned())}</del>
                    <ins>{row.new.unwrap_or_else(|| "nothing".to_owned())}</ins>
                </span>
            </td>
            <td class="users-why"><StatusDot tone label=said /></td>
        </tr>
    }
}
