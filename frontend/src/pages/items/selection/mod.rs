//! What is done with the rows that the operator chose: copy, export, delete.

mod bar;
mod delete;
mod export;
mod report;

use std::ops::Range;

use dynadesk_shared::Key;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

pub use self::bar::SelectionBar;
pub use self::delete::DeleteDialog;
pub use self::export::copy_rows;
pub use self::report::ReportDialog;
use super::View;
use crate::components::TableScope;
use crate::format::rows::RowForm;
use crate::grid::selection::Selection;
use crate::state::commands::{Command, use_commands};
use crate::state::shortcuts::use_shortcuts;
use crate::ui::IconName;

/// So many rows are done at a time; then the page may paint and the operator may stop.
const BATCH: usize = 1_000;

/// Work on the chosen rows that takes a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// `Exporting`.
    pub verb: &'static str,
    pub done: usize,
    pub of: usize,
}

/// A row that was not deleted, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    pub key: Key,
    pub reason: String,
}

/// What came of a deletion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub done: usize,
    pub of: usize,
    pub failed: Vec<Failed>,
    pub stopped: bool,
}

/// The chosen rows. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Chosen {
    pub rows: RwSignal<Selection>,
    pub work: RwSignal<Option<Work>>,
    pub delete_open: RwSignal<bool>,
    pub report: RwSignal<Option<Report>>,
    stopped: StoredValue<bool>,
}

impl Chosen {
    pub fn new() -> Self {
        Self {
            rows: RwSignal::new(Selection::default()),
            work: RwSignal::new(None),
            delete_open: RwSignal::new(false),
            report: RwSignal::new(None),
            stopped: StoredValue::new(false),
        }
    }

    pub fn stop(self) {
        self.stopped.set_value(true);
    }

    fn count(self) -> usize {
        self.rows.with_untracked(|rows| rows.count())
    }

    /// The chosen rows in ranges of at most a batch.
    fn batches(self) -> Vec<Range<usize>> {
        let split = |range: &Range<usize>| {
            let end = range.end;
            range.clone().step_by(BATCH).map(move |from| from..end.min(from + BATCH))
        };
        self.rows
            .with_untracked(|selection| selection.ranges().iter().flat_map(split).collect())
    }

    /// Begins work; nothing else begins until it ended.
    fn begin(self, verb: &'static str, of: usize) -> bool {
        if self.work.with_untracked(Option::is_some) {
            return false;
        }
        self.stopped.set_value(false);
        self.work.set(Some(Work { verb, done: 0, of }));
        true
    }

    /// Says how far it is and lets the page paint. False when it shall stop, or the page is gone.
    async fn went_on(self, done: usize) -> bool {
        self.work.try_update(|work| {
            if let Some(work) = work {
                work.done = done;
            }
        });
        TimeoutFuture::new(0).await;
        self.stopped.try_get_value() == Some(false)
    }

    fn end(self) {
        self.work.try_set(None);
    }
}

/// The actions in the palette, and the keys in the sheet.
pub fn register(view: View, scope: &TableScope) {
    let (chosen, group) = (view.chosen, scope.table.clone());
    let table = StoredValue::new(scope.table.clone());
    let all_rows = move || {
        let rows = view.scan.rows.get_untracked();
        chosen.rows.update(|selection| selection.all(rows));
    };
    let clear = move || chosen.rows.update(Selection::clear);
    let mut all = vec![
        Command::new(&group, "Select all loaded rows", IconName::Check, all_rows).keys("Ctrl A"),
        Command::new(&group, "Clear the selection", IconName::Close, clear).keys("Esc"),
    ];
    for form in RowForm::ALL {
        let copy = format!("Copy the selected rows as {}", form.label(false));
        all.push(Command::new(&group, copy, IconName::Copy, move || copy_rows(view, form)));
        let export = format!("Export the selected rows as {}", form.label(true));
        all.push(Command::new(&group, export, IconName::Download, move || {
            table.with_value(|table| export::export_rows(view, form, table));
        }));
    }
    let shortcuts = use_shortcuts();
    if scope.why_not_write().is_none() {
        let delete = move || delete::ask(view);
        all.push(Command::new(&group, "Delete the selected rows", IconName::Trash, delete).keys("Delete"));
        shortcuts.register("Delete", "Delete the selected rows", delete);
    }
    use_commands().register(all);
    shortcuts.tell("Space", "Select the row, or not");
    shortcuts.tell("Shift ↑ ↓", "Select a range of rows");
    shortcuts.tell("Ctrl A", "Select all loaded rows");
    shortcuts.tell("Ctrl C", "Copy the selected rows, or the cell");
}
