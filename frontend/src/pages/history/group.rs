//! The writes of one request or job: what they were, and the way back for all of them at once.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::history::{GroupRow, GroupUndo, GroupUndone, GroupView, RowUndone, WriteState};
use dynadesk_shared::api::writes::Outcome;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Place;
use super::facts::Facts;
use super::words;
use crate::api::{self, ApiFailure};
use crate::components::FailurePanel;
use crate::components::job_panel::JobPanel;
use crate::components::log::Older;
use crate::components::scope::why_not_write;
use crate::format;
use crate::state::{Pager, storage, store, use_toasts};
use crate::ui::{Button, ConfirmDialog, DataTable, EmptyState, IconName, Notice, SidePanel, Skeleton, StatusDot, Tone};

const WIDTH: &str = "history-panel-width";

#[component]
pub fn GroupPanel(
    connection: ConnectionView,
    group: String,
    place: Memo<Place>,
    #[prop(into)] on_close: Callback<()>,
    /// Something was written: the list has new rows.
    #[prop(into)]
    on_change: Callback<()>,
) -> impl IntoView {
    let width = RwSignal::new(storage::read(WIDTH).unwrap_or(480.0));
    Effect::new(move |_| storage::write(WIDTH, &width.get()));
    let head = RwSignal::new(None::<GroupView>);
    let ids = StoredValue::new((connection.name.clone(), group));
    let pager = Pager::new(move |after| {
        let (connection, group) = ids.get_value();
        async move {
            let mut view = api::history::group(&connection, &group, after).await?;
            let (rows, next) = (std::mem::take(&mut view.rows), view.next.take());
            head.try_set(Some(view));
            Ok((rows, next))
        }
    });
    pager.reload();
    let title = Signal::derive(move || {
        let title = head.with(|head| {
            head.as_ref()
                .map(|view| format!("{} · {}", words::kind(view.kind), words::items(view.items)))
        });
        title.unwrap_or_else(|| "Writes".to_owned())
    });
    let done = Callback::new(move |()| {
        pager.reload();
        on_change.try_run(());
    });
    let connection = StoredValue::new(connection);
    // Read again after an undo, the section that tells of it must not be built anew.
    let there = Memo::new(move |_| head.with(Option::is_some));
    view! {
        <SidePanel title on_close width>
            {move || {
                pager
                    .failure
                    .get()
                    .map(|failure| match failure.is_not_found() {
                        true => {
                            view! {
                                <EmptyState icon=IconName::Clock title="No longer kept" text="Writes are listed for 7 days, and these are gone." />
                            }
                                .into_any()
                        }
                        false => {
                            let retry = Callback::new(move |()| pager.reload());
                            view! { <FailurePanel what="The writes could not be read" failure retry busy=pager.busy /> }.into_any()
                        }
                    })
            }}
            {move || (!there.get() && pager.failure.with(Option::is_none)).then(|| view! { <Skeleton lines=8 label="Loading the writes" /> })}
            <Show when=move || there.get()>
                <div class="history-write">
                    {move || head.get().map(|view| facts(&connection.get_value(), &view))}
                    <UndoAll connection=connection.get_value() head pager on_done=done />
                    <h3>"The items"</h3>
                    {move || pager.rows.with(|all| all.as_ref().map(|all| rows(all, connection, place)))}
                    <Older pager />
                </div>
            </Show>
        </SidePanel>
    }
}

fn facts(connection: &ConnectionView, view: &GroupView) -> impl IntoView + use<> {
    view! {
        <Facts
            connection=connection.name.clone()
            table=view.table.clone()
            at=view.at.clone()
            operator=view.operator.clone()
            state=view.state
            own=("Items", view.items.map_or_else(|| "not counted".to_owned(), format::count))
            expires_at=view.expires_at.clone()
            between="it still runs, or the server was gone in between."
        />
    }
}

fn rows(all: &[GroupRow], connection: StoredValue<ConnectionView>, place: Memo<Place>) -> AnyView {
    let row = |row: &GroupRow| {
        let (word, tone) = words::state(row.state);
        let key = row.key.to_string();
        let title = key.clone();
        let write = row.write.clone();
        let href = move || {
            let write = Some(write.clone());
            Place { write, ..place.get() }.href(&connection.with_value(|one| one.name.clone()))
        };
        view! {
            <tr>
                <td class="ui-clip history-key" title=title>
                    <a href=href>{key}</a>
                </td>
                <td>{words::kind(row.kind)}</td>
                <td><StatusDot tone label=word /></td>
            </tr>
        }
    };
    let rows = all.iter().map(row).collect_view();
    view! {
        <DataTable label="Items of these writes">
            <thead>
                <tr>
                    <th scope="col">"Key"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"State"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

/// How undoing all went, where something is to be said.
#[derive(Clone)]
enum Told {
    Failed(ApiFailure),
    /// Nothing was undone, because of these.
    InTheWay(Vec<(String, String)>),
    Job(String),
}

#[component]
fn UndoAll(connection: ConnectionView, head: RwSignal<Option<GroupView>>, pager: Pager<GroupRow>, on_done: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let (busy, asking) = (RwSignal::new(false), RwSignal::new(false));
    let told = RwSignal::new(None::<Told>);
    // A second one beside it would find everything undone, or be in its way.
    let running = RwSignal::new(false);
    let read_only = StoredValue::new(why_not_write(&connection));
    let blocked = Signal::derive(move || {
        let state = head.with(|head| head.as_ref().map(|view| view.state));
        let over = match state {
            Some(WriteState::Undone) => Some("All of it was undone already"),
            Some(WriteState::Failed) => Some("The engine refused it: nothing changed"),
            _ => None,
        };
        let over = over.or_else(|| running.get().then_some("It is being undone"));
        over.map(str::to_owned).or_else(|| read_only.get_value())
    });
    let production = connection.production;
    let title = format!("Undo all of this on {}?", connection.label);
    let name = StoredValue::new(connection.name);
    let to_type = Memo::new(move |_| head.with(|head| head.as_ref().filter(|_| production).map(|view| view.table.clone())));
    let undo = move |together: bool| {
        let Some(group) = head.with_untracked(|head| head.as_ref().map(|view| view.group.clone())) else {
            return;
        };
        let asked = GroupUndo {
            together,
            confirm: to_type.get_untracked(),
        };
        busy.set(true);
        told.set(None);
        spawn_local(async move {
            let answer = api::history::undo_group(&name.get_value(), &group, &asked).await;
            busy.try_set(false);
            asking.try_set(false);
            let says = match answer {
                Err(failure) => {
                    store::heard(&failure);
                    Some(Told::Failed(failure))
                }
                Ok(GroupUndone::Job { job }) => {
                    running.try_set(true);
                    Some(Told::Job(job.id))
                }
                Ok(GroupUndone::Together { rows, unkept }) => {
                    let ways = in_the_way(&rows);
                    if ways.is_empty() {
                        let all = format!("{} undone", format::counted(rows.len() as u64, "write", "writes"));
                        toasts.done(unkept.map_or(all.clone(), |why| format!("{all}, but not kept in the history: {why}")));
                        None
                    } else {
                        Some(Told::InTheWay(ways))
                    }
                }
            };
            told.try_set(says);
            on_done.try_run(());
        });
    };
    let tell = move || {
        told.get().map(|told| match told {
            Told::Failed(failure) => view! { <FailurePanel what="The writes could not be undone" failure /> }.into_any(),
            Told::Job(job) => {
                let why_not = Signal::derive(move || read_only.get_value());
                view! { <JobPanel job why_not on_over=move |_| {
                    running.try_set(false);
                    on_done.try_run(());
                } /> }
                .into_any()
            }
            Told::InTheWay(ways) => {
                let lines = ways
                    .into_iter()
                    .map(|(key, why)| view! { <li><code>{key}</code> ": " {why}</li> })
                    .collect_view();
                view! {
                    <Notice tone=Tone::Warning>"Nothing was undone, because of these:"</Notice>
                    <ul class="history-ways" aria-label="In the way">{lines}</ul>
                    <div class="row">
                        <Button busy on_press=move |()| undo(false)>"Undo the others, one by one"</Button>
                    </div>
                }
                .into_any()
            }
        })
    };
    let message = Signal::derive(move || {
        let items = head.with(|head| head.as_ref().and_then(|view| view.items));
        let is_whole = pager.next.with(Option::is_none);
        let back = pager
            .rows
            .with(|rows| words::put_back(rows.as_deref().unwrap_or_default(), is_whole, items));
        format!("{back} {WAY}")
    });
    const WAY: &str = "Every item is put back as it was before, each only while it still is as this left it. Up to 100 items of one table go in one transaction; more go one by one, and each that changed since stays and is listed.";
    let question = move || {
        let (title, type_name) = (title.clone(), to_type.get());
        view! { <ConfirmDialog open=asking title message confirm="Undo all" type_name busy on_confirm=move |()| undo(true) /> }
    };
    view! {
        <section class="history-undo" aria-label="Undo all">
            <p>{WAY}</p>
            <div class="row">
                <Button icon=IconName::Undo busy disabled=blocked on_press=move |()| asking.set(true)>"Undo all"</Button>
            </div>
            <div role="status">{tell}</div>
        </section>
        {question}
    }
}

/// The rows that kept the transaction from being done, with their reasons.
fn in_the_way(rows: &[RowUndone]) -> Vec<(String, String)> {
    let why = |outcome: &Outcome| match outcome {
        Outcome::Written { .. } | Outcome::Unchanged | Outcome::NotWritten => None,
        Outcome::Conflict { theirs: None } => Some("somebody deleted it since".to_owned()),
        Outcome::Conflict { .. } => Some("somebody changed it since".to_owned()),
        Outcome::Refused { message, .. } => Some(message.clone()),
    };
    rows.iter()
        .filter_map(|row| Some((row.key.to_string(), why(&row.outcome)?)))
        .collect()
}
