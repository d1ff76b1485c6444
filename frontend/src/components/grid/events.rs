//! What keys and presses do to a grid.

use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::handle::GridHandle;
use super::painter::Painter;
use super::pointer;
use super::source::{EditAsked, GridEdit, GridSelect, GridSort, GridSource};
use crate::format;
use crate::grid::columns::Columns;
use crate::grid::cursor::{Bounds, Cell, moved};
use crate::state::Rest;
use crate::ui::copy_button::copy_text;

/// How far a key widens or narrows a column, px.
const STEP: f64 = 16.0;
/// How long scrolling must rest before the scrollbar is put right.
const REST: Duration = Duration::from_millis(150);
/// A press on a cell that can be changed waits so long for the second press of a double one.
const DOUBLE: Duration = Duration::from_millis(220);

/// The parts of one grid. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub root: NodeRef<html::Div>,
    pub handle: GridHandle,
    pub source: StoredValue<Rc<GridSource>, LocalStorage>,
    pub columns: RwSignal<Columns>,
    pub complete: Signal<bool>,
    /// What is said for a moment at the edge of the grid.
    pub notice: RwSignal<String>,
    pub seen: StoredValue<Range<usize>>,
    pub resting: StoredValue<Option<TimeoutHandle>>,
    pub pressed: StoredValue<Option<TimeoutHandle>>,
    /// How long a notice stays.
    pub said: Rest,
    pub on_open: Callback<usize>,
    pub on_view: Callback<(usize, usize)>,
    pub select: Option<GridSelect>,
    pub sort: Option<GridSort>,
    pub edit: Option<GridEdit>,
}

impl Parts {
    pub fn repaint(self, forget: bool) {
        self.handle.with(|painter| {
            if forget {
                painter.forget();
            }
            painter.paint();
        });
        let mut view = 0..0;
        self.handle.with(|painter| view = painter.in_view());
        if self.seen.try_get_value().is_some_and(|before| before != view) {
            self.seen.set_value(view.clone());
            self.on_view.run((view.start, view.end));
        }
    }

    pub fn scrolled(self) {
        self.handle.with(Painter::scrolled);
        self.repaint(false);
        stop(self.resting);
        let rest = set_timeout_with_handle(move || self.handle.with(Painter::rested), REST);
        self.resting.set_value(rest.ok());
    }

    pub fn ended(self) {
        stop(self.resting);
        stop(self.pressed);
    }

    fn say(self, text: String) {
        self.notice.try_set(text);
        self.said.then(move || drop(self.notice.try_set(String::new())));
    }

    fn copy_cell(self, row: usize, name: &str) {
        let column = self.columns.with_untracked(|columns| columns.named(name).cloned());
        let text = column.and_then(|column| self.source.with_value(|source| (source.copy)(row, &column)));
        let (Some(text), name) = (text, name.to_owned()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let done = copy_text(&text).await;
            self.say(if done {
                format!("Copied {name}")
            } else {
                "The browser did not allow copying".to_owned()
            });
        });
    }

    fn selected(self) -> usize {
        self.select
            .map_or(0, |select| select.selection.with_untracked(|selection| selection.count()))
    }

    /// Asks the page to change a cell where it stands.
    fn edit_cell(self, cell: Cell, column: &str, typed: Option<&str>) -> bool {
        let Some(edit) = self.edit.filter(|_| cell.row >= 0) else {
            return false;
        };
        let typed = typed.map(str::to_owned);
        edit.ask.run(EditAsked {
            cell,
            column: column.to_owned(),
            typed,
        })
    }

    pub fn keys(self, event: &leptos::ev::KeyboardEvent) {
        let mut bounds = None;
        self.handle.with(|painter| {
            bounds = Some(Bounds {
                rows: painter.extent.rows,
                columns: painter.layout.columns.len(),
                page: painter.extent.rows_a_page(),
            });
        });
        let (Some(bounds), Some((at, name))) = (bounds, self.handle.active()) else {
            return;
        };
        if self.key(event, at, &name, bounds) {
            // Whoever goes on by key does not wait for the row that was pressed.
            stop(self.pressed);
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// Does what a key asks for; false where it asks for nothing here.
    fn key(self, event: &leptos::ev::KeyboardEvent, at: Cell, name: &str, bounds: Bounds) -> bool {
        let (key, control) = (event.key(), event.ctrl_key() || event.meta_key());
        let (shift, alt) = (event.shift_key(), event.alt_key());
        let row = usize::try_from(at.row).ok();
        let sideways = match key.as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => 0,
        };
        if sideways != 0 && shift {
            self.columns.update(|columns| {
                let width = columns.named(name).map_or(0.0, |column| column.width);
                columns.resize(name, width + STEP * sideways as f64);
            });
            return true;
        }
        if sideways != 0 && alt {
            self.columns.update(|columns| columns.shift(name, sideways));
            let to = self
                .columns
                .with_untracked(|columns| columns.shown().iter().position(|column| column.name == name));
            self.handle.with(|painter| painter.active.column = to.unwrap_or(at.column));
            return true;
        }
        if let Some(next) = moved(at, &key, control, bounds) {
            if let (Some(select), true, Some(from), Ok(to)) = (self.select, shift, row, usize::try_from(next.row)) {
                select.selection.update(|selection| selection.extend(from, to));
            }
            self.handle.with(|painter| {
                painter.active = next;
                painter.focused = true;
                painter.reveal(next);
            });
            self.repaint(false);
            return true;
        }
        match (key.as_str(), row) {
            ("Enter", Some(row)) => self.on_open.run(row),
            ("Enter", None) if self.sort.is_some() => self.sort_by(name),
            (" ", _) if self.select.is_some() => self.toggle(row),
            ("a" | "A", _) if control && self.select.is_some() => self.select_all(),
            // A selection of text goes the browser's own way.
            ("c" | "C", _) if control && pointer::has_selection() => return false,
            ("c" | "C", _) if control && self.selected() > 0 => {
                if let Some(select) = self.select {
                    select.on_copy.run(());
                }
            }
            ("c" | "C", Some(row)) if control => self.copy_cell(row, name),
            ("F2", Some(_)) => return self.edit_cell(at, name, None),
            ("Escape", _) if self.selected() > 0 => self.clear(),
            ("Escape", _) => {
                self.handle.with(|painter| painter.focused = false);
                pointer::blur_active();
            }
            (letter, Some(_)) if !control && !alt && letter.chars().count() == 1 => return self.edit_cell(at, name, Some(letter)),
            _ => return false,
        }
        true
    }

    fn sort_by(self, column: &str) {
        if let Some(sort) = self.sort {
            sort.ask.run(column.to_owned());
        }
    }

    fn clear(self) {
        if let Some(select) = self.select {
            select.selection.update(|selection| selection.clear());
            self.say("No row is selected".to_owned());
        }
    }

    /// Takes a row in or out; without one, every loaded row.
    fn toggle(self, row: Option<usize>) {
        let Some(select) = self.select else { return };
        match row {
            Some(row) => select.selection.update(|selection| selection.toggle(row)),
            None if self.selected() > 0 => self.clear(),
            None => self.select_all(),
        }
    }

    fn select_all(self) {
        let Some(select) = self.select else { return };
        let mut rows = 0;
        self.handle.with(|painter| rows = painter.extent.rows);
        select.selection.update(|selection| selection.all(rows));
        let more = if self.complete.get_untracked() {
            ""
        } else {
            "; the table has more that are not loaded"
        };
        self.say(format!(
            "{} selected{more}",
            format::counted(rows as u64, "loaded row", "loaded rows")
        ));
    }

    pub fn focus_in(self, event: &leptos::ev::FocusEvent) {
        let cell = pointer::cell_of(event.target());
        self.handle.with(|painter| {
            painter.focused = true;
            if let Some(cell) = cell {
                painter.active = cell;
            }
        });
    }

    pub fn focus_out(self, event: &leptos::ev::FocusEvent) {
        let to: Option<web_sys::Node> = event.related_target().and_then(|target| target.dyn_into().ok());
        // The focus also leaves while the page goes, when nothing of it is there any more.
        let stays = self
            .root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| to.is_some() && root.contains(to.as_ref()));
        if !stays {
            self.handle.with(|painter| painter.focused = false);
        }
    }

    /// The browser would mark the texts between two presses with Shift; here they choose rows.
    pub fn mouse_down(self, event: &leptos::ev::MouseEvent) {
        let chooses = event.shift_key() || event.ctrl_key() || event.meta_key();
        if self.select.is_some() && chooses && pointer::row_of(event.target()).is_some() {
            event.prevent_default();
        }
    }

    /// The context menu of a cell, by the right button or the menu key.
    pub fn menu(self, event: &leptos::ev::MouseEvent, on_menu: Option<Callback<(usize, String), bool>>) {
        let Some((on_menu, cell)) = on_menu.zip(pointer::cell_of(event.target())) else {
            return;
        };
        let shown = |columns: &Columns| columns.shown().get(cell.column).map(|column| column.name.clone());
        let (Ok(row), Some(name)) = (usize::try_from(cell.row), self.columns.with_untracked(shown)) else {
            return;
        };
        if !pointer::has_selection() && on_menu.run((row, name)) {
            event.prevent_default();
        }
    }

    pub fn clicked(self, event: &leptos::ev::MouseEvent) {
        stop(self.pressed);
        let boxed = pointer::is_check(event.target());
        let found = pointer::cell_of(event.target()).or_else(|| pointer::row_of(event.target()));
        let Some(mut cell) = found else {
            if boxed {
                self.toggle(None);
                self.repaint(true);
            }
            return;
        };
        let mut before = cell;
        // The scroll stays as it is: what was clicked is in view.
        self.handle.with(|painter| {
            before = painter.active;
            if boxed {
                cell.column = before.column;
            }
            painter.active = cell;
            painter.focused = true;
            painter.paint();
        });
        let Ok(row) = usize::try_from(cell.row) else {
            if let Some((_, name)) = self.handle.active().filter(|_| !pointer::is_grip(event.target())) {
                self.sort_by(&name);
            }
            return;
        };
        let (shift, control) = (event.shift_key(), event.ctrl_key() || event.meta_key());
        match self.select {
            Some(select) if shift => {
                let from = usize::try_from(before.row).unwrap_or(row);
                select.selection.update(|selection| selection.extend(from, row));
                self.repaint(true);
            }
            Some(_) if boxed || control => {
                self.toggle(Some(row));
                self.repaint(true);
            }
            _ if pointer::has_selection() => {}
            _ if self.edit.is_some_and(|edit| edit.possible) && self.can_change(cell) => {
                // The row opens beside the grid, where the second press of a double one would fall.
                if event.detail() < 2 {
                    let keys = self.keys_of(row);
                    let open = move || {
                        // A page that came meanwhile may have put another row there.
                        if self.keys_of(row) == keys {
                            self.on_open.run(row);
                        }
                    };
                    self.pressed.set_value(set_timeout_with_handle(open, DOUBLE).ok());
                }
            }
            _ => self.on_open.run(row),
        }
    }

    /// What tells a row from others, as texts.
    fn keys_of(self, row: usize) -> Vec<Option<String>> {
        let all = self.columns.with_untracked(|columns| columns.all().to_vec());
        let keys = all.iter().filter(|column| column.role.is_some());
        self.source
            .with_value(|source| keys.map(|column| (source.copy)(row, column)).collect())
    }

    pub fn double_clicked(self, event: &leptos::ev::MouseEvent) {
        let Some(cell) = pointer::cell_of(event.target()).filter(|cell| self.can_change(*cell)) else {
            return;
        };
        stop(self.pressed);
        if let Some((_, name)) = self.handle.active() {
            // The first press marked a word.
            if let Ok(Some(marked)) = window().get_selection() {
                let _ = marked.remove_all_ranges();
            }
            self.edit_cell(cell, &name, None);
        }
    }

    /// Whether a cell is one of an attribute that is not part of a key.
    fn can_change(self, cell: Cell) -> bool {
        let mut free = false;
        self.handle.with(|painter| {
            let column = painter.layout.columns.get(cell.column);
            free = column.is_some_and(|column| column.role.is_none());
        });
        free
    }

    pub fn hovered(self, event: &leptos::ev::PointerEvent) {
        let Some(cell) = pointer::cell_of(event.target()) else { return };
        let (Ok(row), Some(element)) = (usize::try_from(cell.row), pointer::element_of(event.target())) else {
            return;
        };
        let column = self.columns.with_untracked(|columns| columns.shown().into_iter().nth(cell.column));
        let text = column.and_then(|column| self.source.with_value(|source| (source.hover)(row, &column)));
        let _ = match text {
            Some(text) => element.set_attribute("title", &text),
            None => element.remove_attribute("title"),
        };
    }
}

fn stop(timer: StoredValue<Option<TimeoutHandle>>) {
    if let Some(timer) = timer.try_update_value(Option::take).flatten() {
        timer.clear();
    }
}
