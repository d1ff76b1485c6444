//! What a page gives a grid, and what a grid asks a page.

use leptos::prelude::*;

use crate::format::cell::CellText;
use crate::grid::columns::Column;
use crate::grid::cursor::Cell;

type OfCell<T> = Box<dyn Fn(usize, &Column) -> T>;

/// Where the grid's content comes from.
pub struct GridSource {
    pub cell: OfCell<CellShown>,
    /// What is said of a cell while the pointer is on it.
    pub hover: OfCell<Option<String>>,
    /// What is copied from a cell.
    pub copy: OfCell<Option<String>>,
    /// Whether a row is not in the table any more; it stays, struck through.
    pub gone: Box<dyn Fn(usize) -> bool>,
    /// Whether a row's time to live is over although the engine still has it.
    pub expired: Box<dyn Fn(usize) -> bool>,
}

/// A cell as it is painted.
pub struct CellShown {
    pub text: CellText,
    /// The value's type, where it is not the one of its column.
    pub mark: Option<&'static str>,
    /// Whether it shows a change that is not saved yet.
    pub unsaved: bool,
}

impl From<CellText> for CellShown {
    fn from(text: CellText) -> Self {
        Self {
            text,
            mark: None,
            unsaved: false,
        }
    }
}

/// The operator wants to change a cell where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditAsked {
    pub cell: Cell,
    pub column: String,
    /// The letter that began it, which takes the place of what is there.
    pub typed: Option<String>,
}

/// How cells are changed in place.
#[derive(Clone, Copy)]
pub struct GridEdit {
    /// Whether any cell can be: then a single press waits a moment for a second one.
    pub possible: bool,
    /// Answers whether the page took it; a letter that it did not take goes its usual way.
    pub ask: Callback<EditAsked, bool>,
    /// The cell that is being changed, for the grid's children to lie over.
    pub cell: Signal<Option<Cell>>,
}

/// How a click or Enter on a header orders the rows.
#[derive(Clone, Copy)]
pub struct GridSort {
    /// The column that the rows are ordered by, and whether from the greatest down.
    pub by: Signal<Option<(String, bool)>>,
    /// A header was pressed.
    pub ask: Callback<String>,
}

/// How rows are chosen.
#[derive(Clone, Copy)]
pub struct GridSelect {
    pub selection: RwSignal<crate::grid::selection::Selection>,
    /// Ctrl+C while rows are chosen.
    pub on_copy: Callback<()>,
}
