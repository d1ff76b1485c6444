//! What was asked: opened again by its link, or forgotten.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::history::{Run, RunView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::writes::failure;
use crate::api;
use crate::components::log::{Moment, Older};
use crate::components::saved_queries::{run_href, run_title};
use crate::state::{Pager, store, use_toasts};
use crate::ui::{Badge, Button, DataTable, EmptyState, IconButton, IconName, Skeleton, focus};

#[component]
pub fn Runs(connection: ConnectionView) -> impl IntoView {
    let toasts = use_toasts();
    let name = StoredValue::new(connection.name);
    let pager = Pager::new(move |after| {
        let connection = name.get_value();
        async move {
            let page = api::history::runs(&connection, after).await?;
            Ok((page.runs, page.next))
        }
    });
    pager.reload();
    let forget = move |id: String| {
        let connection = name.get_value();
        spawn_local(async move {
            match api::history::forget(&connection, &id).await {
                Ok(()) => {
                    pager.rows.try_update(|rows| {
                        if let Some(rows) = rows {
                            rows.retain(|run| run.id != id);
                        }
                    });
                    // The row that had the focus is gone.
                    focus::back(&["#kept-runs"]);
                }
                Err(failure) => {
                    store::heard(&failure);
                    toasts.failed("The run could not be deleted", &failure);
                }
            }
        });
    };
    let row = move |run: &RunView| {
        let id = run.id.clone();
        let title = run_title(&run.run);
        let label = format!("Delete {title} from the history");
        let kind = match run.run {
            Run::Items { .. } => "Items",
            Run::PartiQl { .. } => "PartiQL",
        };
        view! {
            <tr>
                <td><Moment at=run.at.clone() /></td>
                <td data-label="Kind"><Badge>{kind}</Badge></td>
                <td class="ui-clip history-run" data-label="Asked"><a href=name.with_value(|name| run_href(name, &run.run))>{title}</a></td>
                <td class="ui-clip history-changed" data-label="Result">{run.result.clone()}</td>
                <td><IconButton icon=IconName::Trash label on_press=move |()| forget(id.clone()) /></td>
            </tr>
        }
    };
    let list = move |rows: &[RunView]| {
        let rows = rows.iter().map(row).collect_view();
        view! {
            <DataTable label="Queries and statements" stacks=true>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Asked"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col"><span class="ui-hidden">"Delete"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        }
        .into_any()
    };
    view! {
        <div class="page-panes log">
            <div class="page-column log-main" id="kept-runs" tabindex="-1">
                <div class="page-bar">
                    <Button icon=IconName::Refresh busy=pager.busy on_press=move |()| pager.reload()>"Refresh"</Button>
                </div>
                {failure(pager, "The history could not be read")}
                {move || {
                    pager
                        .rows
                        .with(|rows| match rows {
                            None if pager.failure.with(Option::is_some) => ().into_any(),
                            None => view! { <Skeleton lines=8 label="Loading the history" /> }.into_any(),
                            Some(rows) if rows.is_empty() => {
                                view! {
                                    <EmptyState
                                        icon=IconName::Search
                                        title="Nothing was asked yet"
                                        text="Queries and statements that are run stand here for 30 days, to be run again."
                                    />
                                }
                                    .into_any()
                            }
                            Some(rows) => list(rows),
                        })
                }}
                <Older pager />
            </div>
        </div>
    }
}
