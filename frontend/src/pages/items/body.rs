//! The page below its title: what is asked, the grid, and the item beside it.

use dynadesk_shared::filter::path::of_name;
use leptos::prelude::*;

use super::View;
use super::asking::segments;
use super::beside::Beside;
use super::builder::QueryBuilder;
use super::counting::Counting;
use super::load_all::LoadAllDialog;
use super::measuring::PatternNote;
use super::nothing::{Nothing, NothingYet};
use super::opening::open_row;
use super::pending::{CellEditor, PendingBar, ReviewDialog, begin};
use super::scan::{Pause, Phase, Sort};
use super::selection::{DeleteDialog, ReportDialog, SelectionBar, copy_rows};
use super::status::StatusLine;
use super::toolbar::Toolbar;
use super::use_value::{UseValueDialog, Used};
use crate::components::grid::{CellShown, ColumnDialog, Grid, GridEdit, GridSelect, GridSort, GridSource};
use crate::components::{FailurePanel, TableScope};
use crate::format::cell::{CellText, cell, copied};
use crate::format::rows::RowForm;
use crate::format::{expiry, time};
use crate::grid::selection::Selection;
use crate::state::clock::ticks;
use crate::ui::Skeleton;

#[component]
pub fn Body(view: View, scope: TableScope) -> impl IntoView {
    let scan = view.scan;
    let names = Memo::new(move |_| {
        scan.columns
            .with(|columns| columns.all().iter().map(|column| of_name(&column.name)).collect::<Vec<_>>())
    });
    let kept = StoredValue::new(scope.clone());
    let open_row = move |row: usize| kept.with_value(|scope| open_row(view, scope, row));
    let opened = Memo::new(move |_| view.opened.with(|opened| opened.as_ref().and_then(|opened| opened.row)));
    let counting = Memo::new(move |_| view.asked.with(|asked| asked.count));
    let empty = Memo::new(move |_| !counting.get() && scan.rows.get() == 0 && scan.ended.get());
    let thin =
        Memo::new(move |_| !counting.get() && scan.rows.get() == 0 && scan.phase.get() == Phase::Idle && scan.pause.get() != Pause::None);
    let waiting = Memo::new(move |_| !counting.get() && scan.rows.get() == 0 && !scan.ended.get() && scan.phase.get() != Phase::Idle);
    let failed = move || scan.failure.get();
    // A grid without columns is nothing to see and nothing to walk in.
    let bare = Memo::new(move |_| scan.rows.get() == 0 && scan.failure.with(Option::is_some));
    let chosen = view.chosen;
    let select = GridSelect {
        selection: chosen.rows,
        on_copy: Callback::new(move |()| copy_rows(view, RowForm::Json)),
    };
    let pending = view.pending;
    let edit = GridEdit {
        possible: scope.why_not_write().is_none(),
        ask: Callback::new(move |asked| kept.with_value(|scope| begin(view, scope, asked))),
        cell: Signal::derive(move || pending.editing.with(|editing| editing.as_ref().map(|editing| editing.cell))),
    };
    // An item may expire while it is looked at.
    let older = ticks(move || view.ttl.with(Option::is_some));
    let version = Signal::derive(move || {
        pending.queue.track();
        view.reads.track();
        view.ttl.track();
        older.track();
        scan.version.get()
    });
    // Rows are chosen by their places, and those belong to one walk and one order.
    Effect::new(move |before: Option<(bool, Option<_>)>| {
        let now = (scan.rows.with(|rows| *rows == 0), scan.sorted.get());
        if before.is_some_and(|before| before.1 != now.1 || (now.0 && !before.0)) {
            chosen.rows.update(Selection::clear);
        }
        now
    });
    let table = scope.table.clone();
    let segments = Signal::derive(move || view.asked.with(|asked| segments(view, asked)));
    let sort = GridSort {
        by: Signal::derive(move || {
            let sorted = scan.sorted.get();
            sorted.map(|sorted| (sorted.by.attribute, sorted.by.descending))
        }),
        ask: Callback::new(move |attribute| sort_by(view, attribute)),
    };
    let use_cell = move |(row, attribute): (usize, String)| {
        let used = scan.row(row, |item| {
            item.get(&attribute).cloned().map(|value| Used {
                attribute,
                value,
                item: item.clone(),
            })
        });
        match used.flatten() {
            Some(used) => {
                view.used.set(Some(used));
                true
            }
            None => false,
        }
    };
    view! {
        <div class="items">
            <Toolbar view />
            <Show when=move || view.builder_open.get()>
                <QueryBuilder view scope=kept.get_value() names=names.into() />
            </Show>
            <PatternNote view scope=kept.get_value() />
            {move || {
                failed()
                    .map(|failure| {
                        let retry = Callback::new(move |()| scan.go_on());
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
                    <Show when=move || counting.get()>
                        <Counting view scope=kept.get_value() />
                    </Show>
                    <Show when=move || empty.get()>
                        <Nothing view scope=kept.get_value() />
                    </Show>
                    <Show when=move || thin.get()>
                        <NothingYet scan />
                    </Show>
                    <Show when=move || waiting.get()>
                        <div class="items-waiting"><Skeleton lines=10 label="Loading the items" /></div>
                    </Show>
                    <div class="items-grid-box" class:is-hidden=move || counting.get() || empty.get() || waiting.get() || thin.get() || bare.get()>
                        <Grid
                            label=format!("Items of {table}")
                            source=source(view)
                            columns=scan.columns
                            rows=scan.rows
                            complete=scan.ended
                            version
                            opened
                            on_open=open_row
                            on_view=move |(first, last)| {
                                view.first_row.set(first);
                                view.last_row.set(last);
                                scan.view(first, last);
                            }
                            handle=view.grid
                            sort=Some(sort)
                            on_menu=Some(Callback::new(use_cell))
                            select=Some(select)
                            edit=Some(edit)
                        >
                            <CellEditor view scope=kept.get_value() />
                        </Grid>
                    </div>
                    <PendingBar view />
                    <SelectionBar view scope=kept.get_value() />
                    <StatusLine view />
                </div>
                <Beside view scope=scope.clone() />
            </div>
            <ReviewDialog view scope=kept.get_value() />
            <DeleteDialog view scope=kept.get_value() />
            <ReportDialog view />
            <ColumnDialog open=view.columns_open columns=scan.columns />
            <LoadAllDialog open=view.load_all_open scan segments />
            <UseValueDialog view scope=kept.get_value() />
        </div>
    }
}

/// Up, down, and back to the engine's order.
fn sort_by(view: View, attribute: String) {
    let scan = view.scan;
    let before = scan.sorted.get_untracked().map(|sorted| sorted.by);
    let next = match before.filter(|by| by.attribute == attribute) {
        None => Some(Sort {
            attribute,
            descending: false,
        }),
        Some(by) if !by.descending => Some(Sort { descending: true, ..by }),
        Some(_) => None,
    };
    if !scan.sort(next) {
        view.toasts
            .note("Too many rows were read to keep all of them: a narrower question can be sorted");
    }
}

/// What the grid's cells show.
fn source(view: View) -> GridSource {
    let View { scan, pending, reads, .. } = view;
    let unread = move |name: &str| reads.with_untracked(|reads| reads.as_ref().is_some_and(|reads| !reads.reads(name)));
    let ttl = view.ttl;
    let is_ttl = move |name: &str| ttl.try_with_untracked(|ttl| ttl.as_deref() == Some(name)).unwrap_or(false);
    GridSource {
        cell: Box::new(move |row, column| {
            let found = scan.row(row, |item| {
                let waits = pending.shown(item, &column.name);
                waits.or_else(|| {
                    item.get(&column.name).map(|value| {
                        let kind = value.type_name();
                        let text = if is_ttl(&column.name) {
                            expiry::ttl_cell(value, expiry::now())
                        } else {
                            cell(value)
                        };
                        CellShown {
                            mark: (kind != column.kind).then_some(kind),
                            ..text.into()
                        }
                    })
                })
            });
            match found {
                None => CellText::waiting().into(),
                Some(None) if unread(&column.name) => CellText::unread().into(),
                Some(None) => CellText::missing().into(),
                Some(Some(shown)) => shown,
            }
        }),
        hover: Box::new(move |row, column| {
            let words = |value: &_| match is_ttl(&column.name) {
                true => Some(expiry::ttl_words(value, expiry::now())),
                false => time::hover(value),
            };
            scan.row(row, |item| item.get(&column.name).and_then(words)).flatten()
        }),
        copy: Box::new(move |row, column| scan.row(row, |item| item.get(&column.name).map(copied)).flatten()),
        gone: Box::new(move |row| scan.is_deleted(row)),
        expired: Box::new(move |row| {
            let ttl = ttl.try_get_untracked().flatten();
            ttl.is_some()
                && scan
                    .row(row, |item| expiry::is_expired(item, ttl.as_deref(), expiry::now()))
                    .unwrap_or(false)
        }),
    }
}
