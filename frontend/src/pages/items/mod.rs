//! Items of a table: a walk through a scan, in a grid.

mod conditions;
mod filter_builder;
mod item_panel;
pub mod query;
mod scan;
mod status;
mod toolbar;
mod tree;

use std::time::Duration;

use dynadesk_shared::filter::path::of_name;
use dynadesk_shared::key::KeySchema;
use leptos::prelude::*;

use self::filter_builder::{FilterBuilder, Group};
use self::item_panel::{ItemPanel, Opened};
use self::query::{Asked, ItemsQuery};
use self::scan::{Pause, Phase, Scan};
use self::status::{LoadAllDialog, StatusLine};
use self::toolbar::Toolbar;
use crate::components::grid::{ColumnDialog, Grid, GridHandle, GridSource};
use crate::components::{FailurePanel, RequestButton, TableFrame, TableScope};
use crate::format;
use crate::format::cell::{CellText, cell, copied};
use crate::format::time;
use crate::grid::columns::{Columns, Remembered};
use crate::nav;
use crate::state::commands::{Command, use_commands};
use crate::state::shortcuts::use_shortcuts;
use crate::state::{storage, use_navigation};
use crate::ui::{Button, ButtonVariant, EmptyState, IconName, LinkButton, Skeleton};

/// The URL follows the scroll when it rests, so that the browser's limit on changes is not met.
const FOLLOW: Duration = Duration::from_millis(400);
/// A pasted link is walked to its row only so far.
const FURTHEST_ROW: usize = 5_000;

/// What the page's parts share. Cheap to copy.
#[derive(Clone, Copy)]
struct View {
    scan: Scan,
    asked: RwSignal<Asked>,
    opened: RwSignal<Option<Opened>>,
    first_row: RwSignal<usize>,
    grid: GridHandle,
    filter_open: RwSignal<bool>,
    columns_open: RwSignal<bool>,
    load_all_open: RwSignal<bool>,
}

#[component]
pub fn ItemsPage(scope: TableScope) -> impl IntoView {
    let navigation = use_navigation();
    let path = nav::items(&scope.connection.name, &scope.table);
    let first = navigation.query().with_untracked(|query| ItemsQuery::read(query));
    let memory_key = format!("columns.{}.{}", scope.connection.name, scope.table);
    let remembered: Remembered = first.columns.clone().or_else(|| storage::read(&memory_key)).unwrap_or_default();
    let scan = Scan::new(
        scope.connection.name.clone(),
        scope.table.clone(),
        first.asked.clone(),
        Columns::new([], remembered.clone()),
    );
    let view = View {
        scan,
        asked: RwSignal::new(first.asked.clone()),
        opened: RwSignal::new(first.item.clone().map(|key| Opened {
            key,
            item: None,
            row: None,
        })),
        first_row: RwSignal::new(first.row),
        grid: GridHandle::default(),
        filter_open: RwSignal::new(first.asked.filter.is_some()),
        columns_open: RwSignal::new(false),
        load_all_open: RwSignal::new(false),
    };
    let details = scope.details;
    let keys = Memo::new(move |_| details.ready(|table| pinned(table, view.asked.with(|asked| asked.index.clone()).as_deref())));
    Effect::new(move |_| {
        if let Some(keys) = keys.get() {
            let remembered = scan.columns.with_untracked(|columns| columns.remembered().clone());
            scan.set_columns(Columns::new(keys, remembered));
        }
    });
    Effect::new(move |_| {
        let remembered = scan.columns.with(|columns| columns.remembered().clone());
        storage::write(&memory_key, &remembered);
    });
    follow_url(view, path.clone());
    let row = first.row.min(FURTHEST_ROW);
    scan.more(if row > 0 { row + 60 } else { 0 });
    if row > 0 {
        // The rows come page by page; the first time there are enough of them, the grid goes there.
        let gone = StoredValue::new(false);
        Effect::new(move |_| {
            if scan.rows.get() > row && !gone.get_value() {
                gone.set_value(true);
                request_animation_frame(move || view.grid.scroll_to(row));
            }
        });
    }
    actions(view, &scope);
    let connection = scope.connection.clone();
    let buttons = move || {
        view! {
            <RequestButton connection=connection.clone() exchange=scan.exchange />
            <Button icon=IconName::Refresh busy=Signal::derive(move || scan.phase.get() == Phase::Reading) on_press=move |()| refresh(view)>
                "Refresh"
            </Button>
        }
    };
    let inner = scope.clone();
    view! {
        <TableFrame scope actions=buttons fill=true>
            <Body view scope=inner.clone() />
        </TableFrame>
    }
}

/// Pinned columns: the table's key, then the index's own.
fn pinned(table: &dynadesk_shared::api::tables::TableView, index: Option<&str>) -> Vec<(String, &'static str)> {
    let named = |key: &KeySchema, partition, sort| -> Vec<(String, &'static str)> {
        let partition = key.partition.iter().map(move |one| (one.name.clone(), partition));
        partition.chain(key.sort.iter().map(move |one| (one.name.clone(), sort))).collect()
    };
    let mut keys = named(&table.key, "partition key", "sort key");
    if let Some(index) = index.and_then(|name| table.indexes.iter().find(|index| index.name == name)) {
        let more = named(&index.key, "index partition key", "index sort key");
        keys.extend(
            more.into_iter()
                .filter(|(name, _)| !table.key.attributes().any(|key| key.name == *name)),
        );
    }
    keys
}

/// Keeps the URL in step with the view, and the view with Back and Forward.
fn follow_url(view: View, path: String) {
    let navigation = use_navigation();
    let mine = StoredValue::new(None::<String>);
    let timer: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    {
        let path = path.clone();
        Effect::new(move |before: Option<()>| {
            let href = ItemsQuery {
                asked: view.asked.get(),
                item: view.opened.with(|opened| opened.as_ref().map(|opened| opened.key.clone())),
                row: view.first_row.get(),
                columns: view.scan.columns.with(|columns| Some(columns.remembered().clone())),
            }
            .href(&path);
            if before.is_none() {
                return;
            }
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            let handle = set_timeout_with_handle(
                move || {
                    mine.set_value(href.split_once('?').map(|(_, query)| query.to_owned()).or(Some(String::new())));
                    navigation.replace(&href);
                },
                FOLLOW,
            );
            timer.set_value(handle.ok());
        });
    }
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    Effect::new(move |before: Option<()>| {
        let query = navigation.query().get();
        if before.is_none() || mine.get_value().as_ref() == Some(&query) {
            return;
        }
        let wanted = ItemsQuery::read(&query);
        if view.asked.with_untracked(|asked| *asked != wanted.asked) {
            ask(view, wanted.asked);
        }
        let same = view
            .opened
            .with_untracked(|opened| opened.as_ref().map(|opened| &opened.key) == wanted.item.as_ref());
        if !same {
            view.opened.set(wanted.item.map(|key| Opened {
                key,
                item: None,
                row: None,
            }));
        }
    });
}

/// Asks another question.
fn ask(view: View, asked: Asked) {
    view.asked.set(asked.clone());
    view.first_row.set(0);
    view.scan.restart(asked, 1);
    view.grid.scroll_to(0);
    view.scan.more(0);
}

fn refresh(view: View) {
    ask(view, view.asked.get_untracked());
}

/// The page's actions in the palette and on the keyboard.
fn actions(view: View, scope: &TableScope) {
    let group = scope.table.clone();
    let (columns, filter, all) = (view.columns_open, view.filter_open, view.load_all_open);
    use_commands().register(vec![
        Command::new(&group, "Refresh items", IconName::Refresh, move || refresh(view)).keys("r"),
        Command::new(&group, "Filter items", IconName::Filter, move || filter.set(true)).keys("f"),
        Command::new(&group, "Choose columns", IconName::Columns, move || columns.set(true)),
        Command::new(&group, "Load all items", IconName::Download, move || all.set(true)),
    ]);
    let shortcuts = use_shortcuts();
    shortcuts.register("r", "Refresh items", move || refresh(view));
    shortcuts.register("f", "Show or hide the filter", move || filter.update(|open| *open = !*open));
    shortcuts.register("j", "Next item", move || step(view, 1));
    shortcuts.register("k", "Previous item", move || step(view, -1));
}

#[component]
fn Body(view: View, scope: TableScope) -> impl IntoView {
    let scan = view.scan;
    let details = scope.details;
    let names = Memo::new(move |_| {
        scan.columns
            .with(|columns| columns.all().iter().map(|column| of_name(&column.name)).collect::<Vec<_>>())
    });
    let kept = StoredValue::new(scope.clone());
    let open_row = move |row: usize| {
        let key = details.ready_untracked(|table| scan.row(row, |item| table.key.key_of(item).ok().map(|key| (key, item.clone()))));
        if let Some((key, item)) = key.flatten().flatten() {
            // A page of an index may hold only a part of each item.
            let whole = view.asked.with_untracked(|asked| asked.index.is_none());
            view.opened.set(Some(Opened {
                key,
                item: whole.then_some(item),
                row: Some(row),
            }));
        }
    };
    let selected = Memo::new(move |_| view.opened.with(|opened| opened.as_ref().and_then(|opened| opened.row)));
    // The builder is made anew only for another filter, so that the focus stays in it otherwise.
    let filter = Memo::new(move |_| view.asked.with(|asked| asked.filter.clone()));
    let empty = Memo::new(move |_| scan.rows.get() == 0 && scan.ended.get());
    let thin = Memo::new(move |_| scan.rows.get() == 0 && scan.phase.get() == Phase::Idle && scan.pause.get() != Pause::None);
    let waiting = Memo::new(move |_| scan.rows.get() == 0 && !scan.ended.get() && scan.phase.get() != Phase::Idle);
    let failed = move || scan.failure.get();
    // A grid without columns is nothing to see and nothing to walk in.
    let bare = Memo::new(move |_| scan.rows.get() == 0 && scan.failure.with(Option::is_some));
    let table = scope.table.clone();
    let segments = scope.connection.capabilities.scan_segments;
    let close = move || {
        let row = view.opened.with_untracked(|opened| opened.as_ref().and_then(|opened| opened.row));
        view.opened.set(None);
        if let Some(row) = row {
            view.grid.focus_row(row);
        }
    };
    view! {
        <div class="items">
            <Toolbar view scope=scope.clone() />
            <Show when=move || view.filter_open.get()>
                {move || {
                    let group = filter.with(|filter| Group::of(filter.as_ref()));
                    view! {
                        <FilterBuilder
                            group
                            names
                            on_apply=move |filter| ask(view, Asked { filter, ..view.asked.get_untracked() })
                        />
                    }
                }}
            </Show>
            {move || {
                failed()
                    .map(|failure| {
                        let retry = Callback::new(move |()| scan.more(0));
                        let what = if scan.rows.get_untracked() > 0 {
                            "The next items could not be read; those below are what was read before"
                        } else {
                            "The items could not be read"
                        };
                        view! { <FailurePanel what failure retry /> }
                    })
            }}
            <div class="items-main">
                <div class="items-grid">
                    <Show when=move || empty.get()>
                        <Nothing view scope=kept.get_value() />
                    </Show>
                    <Show when=move || thin.get()>
                        <NothingYet scan />
                    </Show>
                    <Show when=move || waiting.get()>
                        <div class="items-waiting"><Skeleton lines=10 label="Loading the items" /></div>
                    </Show>
                    <div class="items-grid-box" class:is-hidden=move || empty.get() || waiting.get() || thin.get() || bare.get()>
                        <Grid
                            label=format!("Items of {table}")
                            source=source(scan)
                            columns=scan.columns
                            rows=scan.rows
                            complete=scan.ended
                            version=scan.version
                            selected
                            on_open=open_row
                            on_view=move |(first, last)| {
                                view.first_row.set(first);
                                scan.view(first, last);
                            }
                            handle=view.grid
                        />
                    </div>
                    <StatusLine scan />
                </div>
                {move || {
                    view.opened
                        .get()
                        .map(|opened| {
                            view! {
                                <ItemPanel scope=kept.get_value() opened on_close=move |()| close() on_step=move |by| step(view, by) />
                            }
                        })
                }}
            </div>
            <ColumnDialog open=view.columns_open columns=scan.columns />
            <LoadAllDialog open=view.load_all_open scan segments />
        </div>
    }
}

/// Opens the next row or the one before.
fn step(view: View, by: isize) {
    let row = view.opened.with_untracked(|opened| opened.as_ref().and_then(|opened| opened.row));
    let Some(next) = row.and_then(|row| row.checked_add_signed(by)) else {
        return;
    };
    let opened = view.opened.get_untracked();
    let key_names: Vec<String> = opened.iter().flat_map(|opened| opened.key.0.keys().cloned()).collect();
    let found = view.scan.row(next, |item| {
        let key = key_names
            .iter()
            .filter_map(|name| item.get(name).map(|value| (name.clone(), value.clone())))
            .collect();
        (dynadesk_shared::Key(key), item.clone())
    });
    if let Some((key, item)) = found {
        let whole = view.asked.with_untracked(|asked| asked.index.is_none());
        view.opened.set(Some(Opened {
            key,
            item: whole.then_some(item),
            row: Some(next),
        }));
        view.grid.reveal(next);
    }
}

/// What the grid's cells show.
fn source(scan: Scan) -> GridSource {
    GridSource {
        cell: Box::new(move |row, column| {
            let found = scan.row(row, |item| {
                item.get(&column.name).map(|value| {
                    let kind = value.type_name();
                    (cell(value), (kind != column.kind).then_some(kind))
                })
            });
            match found {
                None => (CellText::waiting(), None),
                Some(None) => (CellText::missing(), None),
                Some(Some(shown)) => shown,
            }
        }),
        hover: Box::new(move |row, column| scan.row(row, |item| item.get(&column.name).and_then(time::hover)).flatten()),
        copy: Box::new(move |row, column| scan.row(row, |item| item.get(&column.name).map(copied)).flatten()),
    }
}

/// What stands in the place of the grid while much was read and nothing matched.
#[component]
fn NothingYet(scan: Scan) -> impl IntoView {
    let totals = scan.totals.get_untracked();
    let text = format!(
        "{} scanned so far and none of them matched. The rest of the table is not read yet.",
        format::counted(totals.scanned, "item", "items")
    );
    view! { <EmptyState icon=IconName::Filter title="Nothing matched yet" text /> }
}

/// What stands in the place of the grid when nothing came.
#[component]
fn Nothing(view: View, scope: TableScope) -> impl IntoView {
    let filtered = view.asked.with_untracked(|asked| asked.filter.is_some());
    let indexed = view.asked.with_untracked(|asked| asked.index.clone());
    if filtered {
        view! {
            <EmptyState icon=IconName::Filter title="Nothing matches" text="The whole table was read and no item meets the filter.">
                <Button on_press=move |()| ask(view, Asked { filter: None, ..view.asked.get_untracked() })>"Clear the filter"</Button>
            </EmptyState>
        }
        .into_any()
    } else if let Some(index) = indexed {
        let text = format!("No item of the table has the attributes that put it into the index {index}.");
        view! {
            <EmptyState icon=IconName::Index title="The index is empty" text>
                <Button on_press=move |()| ask(view, Asked { index: None, ..view.asked.get_untracked() })>"Read the table instead"</Button>
            </EmptyState>
        }
        .into_any()
    } else {
        let href = nav::seed(&scope.connection.name, &scope.table);
        view! {
            <EmptyState
                icon=IconName::Table
                title="The table is empty"
                text="Seed it with a sample, with a conversation, or with items of your own from a file or the clipboard."
            >
                <LinkButton variant=ButtonVariant::Primary icon=IconName::Seed href>"Seed data"</LinkButton>
            </EmptyState>
        }
        .into_any()
    }
}
