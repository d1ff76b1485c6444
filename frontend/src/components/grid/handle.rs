//! The way to move a grid from outside.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use super::painter::Painter;
use crate::grid::cursor::Cell;

/// Cheap to copy; does nothing before the grid is there and after it went.
#[derive(Clone, Copy)]
pub struct GridHandle(pub(super) StoredValue<Option<Rc<RefCell<Painter>>>, LocalStorage>);

impl Default for GridHandle {
    fn default() -> Self {
        Self(StoredValue::new_local(None))
    }
}

impl GridHandle {
    pub(super) fn with(self, act: impl FnOnce(&mut Painter)) {
        if let Some(painter) = self.0.try_get_value().flatten() {
            // Painting moves the focus, and the events of that arrive while it still paints: they bring
            // nothing that the painter does not know.
            if let Ok(mut painter) = painter.try_borrow_mut() {
                act(&mut painter);
            }
        }
    }

    /// Shows a row as the first one.
    pub fn scroll_to(self, row: usize) {
        self.with(|painter| {
            let height = painter.extent.row_height;
            painter.go_to(row as f64 * height);
            painter.paint();
        });
    }

    /// Gives the focus to a row's cell and brings it into view.
    pub fn focus_row(self, row: usize) {
        self.with(|painter| {
            painter.active.row = row as isize;
            painter.focused = true;
            painter.reveal(painter.active);
            painter.paint();
        });
    }

    /// Gives the focus to a cell and brings it into view.
    pub fn focus_cell(self, cell: Cell) {
        self.with(|painter| {
            painter.active = painter.within(cell);
            painter.focused = true;
            painter.reveal(painter.active);
            painter.paint();
        });
    }

    /// The cell that has the focus or had it last, and the name of its column.
    pub fn active(self) -> Option<(Cell, String)> {
        let mut found = None;
        self.with(|painter| {
            let column = painter.layout.columns.get(painter.active.column);
            found = column.map(|column| (painter.active, column.name.clone()));
        });
        found
    }

    /// The same while it has the focus.
    pub fn focused(self) -> Option<(Cell, String)> {
        let mut has = false;
        self.with(|painter| has = painter.focused);
        self.active().filter(|_| has)
    }

    /// Brings a row into view and leaves the focus where it is.
    pub fn reveal(self, row: usize) {
        self.with(|painter| {
            painter.active.row = row as isize;
            let cell = Cell {
                row: row as isize,
                column: painter.active.column,
            };
            painter.reveal(cell);
            painter.paint();
        });
    }
}
