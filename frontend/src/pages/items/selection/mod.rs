//! What is done with the rows that the operator chose: copy, export, delete.

mod bar;
mod delete;
mod export;
mod report;

use dynadesk_shared::Key;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

pub use self::bar::SelectionBar;
pub use self::delete::DeleteDialog;
pub use self::export::copy_rows;
pub use self::report::ReportDialog;
use super::View;
use super::scan::Scan;
use crate::api::ApiFailure;
use crate::components::TableScope;
use crate::format;
use crate::format::rows::RowForm;
use crate::grid::pages::Spot;
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
    /// Rows that changed or went since they were seen, so that not even their key is known.
    pub changed: usize,
    pub stopped: bool,
}

/// Why work on the chosen rows ended before it was done.
#[derive(Debug)]
pub enum Ended {
    /// The rows have other numbers now.
    Moved,
    /// The page is gone, and nobody is there to be told.
    Left,
    Failed(ApiFailure),
}

impl From<ApiFailure> for Ended {
    fn from(failure: ApiFailure) -> Self {
        Self::Failed(failure)
    }
}

impl Ended {
    /// Says it. `what` is what came of it: `no file was saved`.
    fn say(&self, view: View, failed: &str, what: &str) {
        match self {
            Self::Moved => view.toasts.note(format!("The rows changed order meanwhile: {what}. Select again.")),
            Self::Left => {}
            Self::Failed(failure) => view.toasts.failed(failed, failure),
        }
    }
}

/// How many rows were left out, for the end of a sentence; nothing where none was.
fn left_out(rows: usize) -> String {
    match rows {
        0 => String::new(),
        rows => format!(
            "; {} changed since you saw {} and {} left out",
            format::counted(rows as u64, "row", "rows"),
            if rows == 1 { "it" } else { "them" },
            if rows == 1 { "was" } else { "were" },
        ),
    }
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

    /// The chosen rows, tied to what they stand for now. They are worked on a batch at a time.
    fn pin(self, scan: Scan) -> Vec<Spot> {
        self.rows.with_untracked(|selection| scan.pin(selection.rows()))
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

    /// What was begun goes over to its next part.
    fn go_over(self, verb: &'static str, of: usize) {
        self.work.try_set(Some(Work { verb, done: 0, of }));
    }

    fn end(self) {
        self.work.try_set(None);
    }

    /// Where pages came back with other rows than before, those are not chosen any more: nobody saw them
    /// when the selection was made. Work that is under way leaves them out by itself.
    fn let_go(self, view: View) {
        Effect::new(move |_| {
            view.scan.version.track();
            if self.work.with(Option::is_some) {
                return;
            }
            let mut differing = view.scan.take_differing();
            self.rows.with_untracked(|rows| differing.retain(|row| rows.contains(*row)));
            if differing.is_empty() {
                return;
            }
            self.rows.update(|rows| differing.iter().for_each(|row| rows.toggle(*row)));
            let rows = format::counted(differing.len() as u64, "row", "rows");
            view.toasts
                .note(format!("Not selected any more, because the table changed since you saw it: {rows}"));
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_were_left_out_are_counted() {
        assert_eq!(left_out(0), "");
        assert_eq!(left_out(1), "; 1 row changed since you saw it and was left out");
        assert_eq!(left_out(2_000), "; 2,000 rows changed since you saw them and were left out");
    }
}
