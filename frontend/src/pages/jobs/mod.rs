//! Jobs of a connection, and one job.

use std::time::Duration;

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::jobs::{JobList, JobView};
use leptos::prelude::*;

use crate::api;
use crate::components::job_panel::{JobPanel, job_share, job_state};
use crate::components::scope::why_not_write;
use crate::components::{FailurePanel, Page, When};
use crate::format;
use crate::format::time::Style;
use crate::nav;
use crate::state::{Load, Remote};
use crate::ui::{Button, DataTable, EmptyState, IconName, LinkButton, ProgressBar, Skeleton, StatusDot};

/// How often the list is read again while a job runs.
const AGAIN: Duration = Duration::from_secs(2);

#[component]
pub fn JobsPage(connection: ConnectionView) -> impl IntoView {
    let list: Remote<JobList> = Remote::new(api::jobs::list);
    let name = StoredValue::new(connection.name.clone());
    let own = Memo::new(move |_| {
        list.ready(|list| {
            let name = name.get_value();
            list.jobs.iter().filter(|job| job.connection == name).cloned().collect::<Vec<_>>()
        })
    });
    let timer = set_interval_with_handle(
        move || {
            let running = list.ready_untracked(|list| list.jobs.iter().any(|job| !job.state.is_over()));
            if running == Some(true) {
                list.poll();
            }
        },
        AGAIN,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    let actions = move || view! { <Button icon=IconName::Refresh busy=list.busy() on_press=move |()| list.reload()>"Refresh"</Button> };
    view! {
        <Page title="Jobs" actions>
            {move || match list.with(|state| matches!(state, Load::Loading)) {
                true => view! { <Skeleton lines=6 label="Loading the jobs" /> }.into_any(),
                false => {
                    list.failure()
                        .map(|failure| {
                            let retry = Callback::new(move |()| list.reload());
                            view! { <FailurePanel what="The jobs could not be read" failure retry /> }
                        })
                        .into_any()
                }
            }}
            {move || {
                own.get()
                    .map(|jobs| {
                        if jobs.is_empty() {
                            let href = nav::tables(&name.get_value());
                            view! {
                                <EmptyState icon=IconName::Jobs title="No jobs yet" text="Seeding a table and undoing many writes run as jobs: they are listed here, with what became of them.">
                                    <LinkButton href>"See the tables"</LinkButton>
                                </EmptyState>
                            }
                                .into_any()
                        } else {
                            view! { <List jobs /> }.into_any()
                        }
                    })
            }}
        </Page>
    }
}

#[component]
fn List(jobs: Vec<JobView>) -> impl IntoView {
    let row = |job: JobView| {
        let (word, tone) = job_state(job.state);
        view! {
            <tr>
                <td><a href=nav::job(&job.connection, &job.id)>{job.title.clone()}</a></td>
                <td><a href=nav::items(&job.connection, &job.table)>{job.table.clone()}</a></td>
                <td><StatusDot tone label=word pulsing=!job.state.is_over() /></td>
                <td class="jobs-progress"><ProgressBar value=job_share(&job.progress) label=format!("{}: {word}", job.title) tone /></td>
                <td class="num">{format!("{} / {}", format::count(job.progress.processed), format::count(job.progress.total))}</td>
                <td><When at=job.started_at.clone() style=Style::Short /></td>
            </tr>
        }
    };
    view! {
        <DataTable label="Jobs">
            <thead>
                <tr>
                    <th scope="col">"Job"</th>
                    <th scope="col">"Table"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Progress"</th>
                    <th scope="col" class="num">"Items"</th>
                    <th scope="col">"Started"</th>
                </tr>
            </thead>
            <tbody>{jobs.into_iter().map(row).collect_view()}</tbody>
        </DataTable>
    }
}

#[component]
pub fn JobPage(connection: ConnectionView, job: String) -> impl IntoView {
    let over = RwSignal::new(None::<JobView>);
    let why_not = StoredValue::new(why_not_write(&connection));
    let back = nav::jobs(&connection.name);
    let actions = move || view! { <LinkButton href=back.clone() icon=IconName::Jobs>"All jobs"</LinkButton> };
    view! {
        <Page title="Job" actions narrow=true>
            <div class="card">
                <JobPanel job why_not=Signal::derive(move || why_not.get_value()) on_over=move |job| over.set(Some(job)) />
            </div>
            {move || {
                over.get()
                    .map(|job| {
                        view! {
                            <div class="row">
                                <LinkButton href=nav::items(&job.connection, &job.table) icon=IconName::Table>{format!("Items of {}", job.table)}</LinkButton>
                            </div>
                        }
                    })
            }}
        </Page>
    }
}
