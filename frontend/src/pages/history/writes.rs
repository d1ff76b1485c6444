//! The list of writes, with the opened one beside it.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::history::{WriteSummary, WritesRequest};
use leptos::prelude::*;

use super::group::GroupPanel;
use super::panel::WritePanel;
use super::{Place, words};
use crate::api;
use crate::components::FailurePanel;
use crate::components::log::{Moment, Older};
use crate::format;
use crate::state::tables::use_tables;
use crate::state::{Pager, store, use_navigation};
use crate::ui::{Button, Choice, DataTable, EmptyState, IconName, Select, Skeleton, StatusDot, Tone};

#[component]
pub fn Writes(connection: ConnectionView, place: Memo<Place>) -> impl IntoView {
    let navigation = use_navigation();
    let name = StoredValue::new(connection.name.clone());
    let go = move |place: Place| navigation.replace(&place.href(&name.get_value()));
    let table = Memo::new(move |_| place.with(|place| place.table.clone()));
    let pager = Pager::new(move |after| {
        let (connection, table) = (name.get_value(), table.get_untracked());
        async move {
            let page = api::history::writes(&connection, WritesRequest { table, after }).await?;
            Ok((page.writes, page.next))
        }
    });
    Effect::new(move |before: Option<Option<String>>| {
        let now = table.get();
        if before.as_ref().is_some_and(|before| *before != now) {
            pager.rows.set(None);
        }
        pager.reload();
        now
    });
    let choices = {
        let shelf = use_tables().of(&connection.name);
        Signal::derive(move || {
            let mut names = shelf.names.with(|names| names.list.clone());
            // A table that was dropped still has a history.
            names.extend(table.get());
            names.sort();
            names.dedup();
            let all = names.into_iter().map(|name| Choice::new(name.clone(), name));
            std::iter::once(Choice::new("", "All tables")).chain(all).collect::<Vec<_>>()
        })
    };
    let opened = Memo::new(move |_| place.with(|place| place.write.clone()));
    let group = Memo::new(move |_| place.with(|place| place.group.clone()));
    let close = move |()| {
        let last = group.get_untracked().or(opened.get_untracked());
        go(Place {
            write: None,
            group: None,
            ..place.get_untracked()
        });
        // The focus goes back to the row that the panel was opened from.
        if let Some(row) = last.and_then(|id| document().get_element_by_id(&row_id(&id))) {
            let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(row).focus();
        }
    };
    let panel = {
        let connection = StoredValue::new(connection);
        let back = Signal::derive(move || {
            let place = place.get();
            place
                .group
                .is_some()
                .then(|| Place { write: None, ..place }.href(&name.get_value()))
        });
        move || {
            let on_change = move |()| pager.reload();
            match (opened.get(), group.get()) {
                (Some(write), _) => {
                    Some(view! { <WritePanel connection=connection.get_value() write back on_close=close on_change /> }.into_any())
                }
                (None, Some(group)) => {
                    Some(view! { <GroupPanel connection=connection.get_value() group place on_close=close on_change /> }.into_any())
                }
                (None, None) => None,
            }
        }
    };
    view! {
        <div class="page-panes log">
            <div class="page-column log-main">
                <div class="page-bar history-bar">
                    <Select
                        label="Table"
                        value=Signal::derive(move || table.get().unwrap_or_default())
                        choices
                        on_change=move |name: String| {
                            go(Place {
                                table: Some(name).filter(|name| !name.is_empty()),
                                ..Place::default()
                            })
                        }
                    />
                    <Button icon=IconName::Refresh busy=pager.busy on_press=move |()| pager.reload()>"Refresh"</Button>
                </div>
                {failure(pager, "The writes could not be read")}
                {move || {
                    pager
                        .rows
                        .with(|rows| match rows {
                            None if pager.failure.with(Option::is_some) => ().into_any(),
                            None => view! { <Skeleton lines=8 label="Loading the writes" /> }.into_any(),
                            Some(rows) if rows.is_empty() => {
                                view! {
                                    <EmptyState
                                        icon=IconName::Clock
                                        title="No writes yet"
                                        text="What is changed through Dynadesk is listed here for 7 days, with what it changed and the way back."
                                    />
                                }
                                    .into_any()
                            }
                            Some(rows) => list(rows, name, place),
                        })
                }}
                <Older pager />
            </div>
            {panel}
        </div>
    }
}

/// What stands in the place of a list that could not be read.
pub fn failure<T: Send + Sync + 'static>(pager: Pager<T>, what: &'static str) -> impl IntoView {
    move || {
        pager.failure.get().map(|failure| {
            let again = move |()| {
                store::ask();
                pager.reload();
            };
            if failure.code() == "store_unavailable" {
                view! {
                    <EmptyState icon=IconName::Clock title="History is off" text=failure.message()>
                        <Button busy=pager.busy on_press=again>"Try again"</Button>
                    </EmptyState>
                }
                .into_any()
            } else {
                view! { <FailurePanel what failure retry=Callback::new(again) busy=pager.busy /> }.into_any()
            }
        })
    }
}

fn row_id(write: &str) -> String {
    format!("write-{write}")
}

/// What a line of the list is about: one write, or all of a group that are on the page.
struct Line<'a> {
    write: &'a WriteSummary,
    /// How many writes of the group are here; nothing for a write on its own.
    several: Option<u64>,
    /// Whether all of them have ended as the first one.
    alike: bool,
}

/// A group is one line, where its newest write is.
fn lines(rows: &[WriteSummary]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for write in rows {
        let head = write.grouped.then(|| lines.iter_mut().find(|line| line.write.group == write.group));
        match head.flatten() {
            Some(line) => {
                line.several = line.several.map(|count| count + 1);
                line.alike &= line.write.state == write.state;
            }
            None => lines.push(Line {
                write,
                several: write.grouped.then_some(1),
                alike: true,
            }),
        }
    }
    lines
}

fn list(rows: &[WriteSummary], connection: StoredValue<String>, place: Memo<Place>) -> AnyView {
    // The oldest group may go on below.
    let cut = rows.last().map(|write| write.group.clone());
    let row = move |line: &Line<'_>| {
        let write = line.write;
        let (word, tone) = match line.alike {
            true => words::state(write.state),
            false => ("Several", Tone::Neutral),
        };
        let (is_group, id) = match write.packed || line.several.is_some() {
            true => (true, write.group.clone()),
            false => (false, write.id.clone()),
        };
        let own = id.clone();
        let is_open = Memo::new(move |_| {
            place.with(|place| match is_group {
                true => place.group.as_ref() == Some(&own),
                false => place.group.is_none() && place.write.as_ref() == Some(&own),
            })
        });
        let anchor = row_id(&id);
        let href = move || {
            let id = Some(id.clone());
            let place = match is_group {
                true => Place {
                    group: id,
                    write: None,
                    ..place.get()
                },
                false => Place {
                    group: None,
                    write: id,
                    ..place.get()
                },
            };
            connection.with_value(|connection| place.href(connection))
        };
        let key = match line.several {
            _ if write.packed => words::items(write.items),
            Some(count) if cut.as_ref() == Some(&write.group) && count > 1 => format!("{} items or more", format::count(count)),
            Some(count) => words::items(Some(count)),
            None => write.key.to_string(),
        };
        let who = format::readable(&write.operator);
        let changed = if is_group { String::new() } else { words::changed(write) };
        view! {
            <tr class:is-open=is_open>
                <td>
                    <a id=anchor href=href aria-current=move || is_open.get().then_some("true")>
                        <Moment at=write.at.clone() />
                    </a>
                </td>
                <td data-label="State"><StatusDot tone label=word /></td>
                <td data-label="What">{words::kind(write.kind)}</td>
                <td class="ui-clip history-key" data-label="Key" title=key.clone()>{key.clone()}</td>
                <td class="ui-clip" data-label="Table">{write.table.clone()}</td>
                <td class="ui-clip history-changed" data-label="Changed" title=changed.clone()>{changed.clone()}</td>
                <td class="ui-clip" data-label="Who" title=who.clone()>{who.clone()}</td>
            </tr>
        }
    };
    let rows = lines(rows).iter().map(row).collect_view();
    view! {
        <DataTable label="Writes" stacks=true>
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Key"</th>
                    <th scope="col">"Table"</th>
                    <th scope="col">"Changed"</th>
                    <th scope="col">"Who"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}
