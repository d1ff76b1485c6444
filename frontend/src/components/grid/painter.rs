//! The elements of a grid. A fixed pool of rows and cells is made once and only told what to show:
//! scrolling changes texts and transforms and creates nothing.

use std::ops::Range;
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement, HtmlInputElement};

use super::GridSource;
use super::cells::{CellElement, Painting, element, new_cell, new_check, paint_cell, px, set, set_or_not, style};
use crate::format;
use crate::grid::columns::Layout;
use crate::grid::cursor::Cell;
use crate::grid::scroll::{Extent, Place};
use crate::grid::selection::Selection;
use crate::ui::focus;

/// Rows painted above and below the view, so that a fast wheel meets no white.
const OVER: usize = 6;
/// The width of the column that chooses rows, px.
const SELECT: f64 = 40.0;
/// An overlay is at least so wide, px.
const OVERLAY: f64 = 320.0;

struct RowElement {
    element: HtmlElement,
    pinned_box: HtmlElement,
    check: Option<HtmlInputElement>,
    pinned: Vec<CellElement>,
    scrolling: Vec<CellElement>,
    row: Option<usize>,
    y: f64,
}

pub struct Painter {
    root: HtmlElement,
    pub(super) head: HtmlElement,
    track: HtmlElement,
    overlay: HtmlElement,
    source: Rc<GridSource>,
    rows: Vec<RowElement>,
    pub(super) head_pinned_box: HtmlElement,
    pub(super) head_cells: Vec<HtmlElement>,
    pub(super) head_check: Option<HtmlInputElement>,
    head_height: f64,
    pub layout: Layout,
    pub extent: Extent,
    pub place: Place,
    pub active: Cell,
    /// The row that is opened beside the grid.
    pub opened: Option<usize>,
    /// The rows that are chosen; nothing where none can be.
    pub selection: Option<Selection>,
    /// The room for the column that chooses rows.
    pub lead: f64,
    /// The column that rows are ordered by, and whether from the greatest down.
    pub sorted: Option<(String, bool)>,
    pub sortable: bool,
    /// The cell that the overlay lies over.
    pub editing: Option<Cell>,
    /// Whether the grid, or a cell of it, has the focus.
    pub focused: bool,
    complete: bool,
    view_width: f64,
    scroll_left: f64,
    /// How many cells a row's pool has; grows with the widest view seen.
    cells_a_row: usize,
}

impl Painter {
    pub fn new([root, head, track, overlay]: [HtmlElement; 4], source: Rc<GridSource>, selectable: bool) -> Self {
        let head_pinned_box = element("grid-pinned", "presentation");
        let _ = head.append_child(&head_pinned_box);
        Self {
            root,
            head,
            track,
            overlay,
            source,
            rows: Vec::new(),
            head_pinned_box,
            head_cells: Vec::new(),
            head_check: None,
            head_height: 0.0,
            layout: Layout::default(),
            extent: Extent {
                rows: 0,
                row_height: 32.0,
                view: 0.0,
            },
            place: Place::default(),
            active: Cell::default(),
            opened: None,
            selection: selectable.then(Selection::default),
            lead: if selectable { SELECT } else { 0.0 },
            sorted: None,
            sortable: false,
            editing: None,
            focused: false,
            complete: false,
            view_width: 0.0,
            scroll_left: 0.0,
            cells_a_row: 0,
        }
    }

    /// Takes the size of the view as it is now. True when it changed.
    pub fn measure(&mut self) -> bool {
        self.head_height = f64::from(self.head.offset_height());
        let view = (f64::from(self.root.client_height()) - self.head_height).max(0.0);
        let width = f64::from(self.root.client_width());
        let changed = view != self.extent.view || width != self.view_width;
        (self.extent.view, self.view_width) = (view, width);
        changed
    }

    pub fn set_rows(&mut self, rows: usize, complete: bool) {
        self.extent.rows = rows;
        self.complete = complete;
        self.size();
    }

    pub fn set_row_height(&mut self, height: f64) {
        let first = self.place.top / self.extent.row_height;
        self.extent.row_height = height;
        style(&self.root, "--grid-row", &px(height));
        self.size();
        self.go_to(first * height);
    }

    pub fn set_layout(&mut self, layout: Layout) {
        if layout.pinned != self.layout.pinned {
            for row in self.rows.drain(..) {
                row.element.remove();
            }
        }
        self.layout = layout;
        self.active.column = self.within(self.active).column;
        self.size();
        self.paint_head();
        self.forget();
    }

    fn size(&self) {
        style(&self.track, "height", &px(self.extent.track()));
        for part in [&self.track, &self.head] {
            style(part, "width", &px(self.layout.width()));
        }
        style(&self.root, "--grid-pinned", &px(self.layout.pinned_width()));
        // The header is a row too; -1 says that the number of rows is not known.
        let count = if self.complete { self.extent.rows as isize + 1 } else { -1 };
        set(&self.root, "aria-rowcount", &count.to_string());
        set(
            &self.root,
            "aria-colcount",
            &(self.layout.columns.len() + self.before()).to_string(),
        );
    }

    /// How many cells of a row come before the columns of the data.
    pub(super) fn before(&self) -> usize {
        usize::from(self.lead > 0.0)
    }

    /// The cell nearest to one that may not exist.
    pub fn within(&self, cell: Cell) -> Cell {
        Cell {
            row: cell.row.clamp(-1, self.extent.rows as isize - 1),
            column: cell.column.min(self.layout.columns.len().saturating_sub(1)),
        }
    }

    /// Makes the next paint write every cell anew.
    pub fn forget(&mut self) {
        for row in &mut self.rows {
            row.row = None;
        }
    }

    /// The element was scrolled by the browser.
    pub fn scrolled(&mut self) {
        self.place = self.place.scrolled(f64::from(self.root.scroll_top()), &self.extent);
        self.scroll_left = f64::from(self.root.scroll_left());
    }

    /// Brings the scrollbar back into proportion; called when scrolling rests.
    pub fn rested(&mut self) {
        let rested = self.place.rested(&self.extent);
        if rested.track != self.place.track {
            self.place = rested;
            self.root.set_scroll_top(rested.track as i32);
        }
    }

    /// Shows the rows from a pixel on.
    pub fn go_to(&mut self, top: f64) {
        let top = self.extent.reveal((top / self.extent.row_height) as usize, top).min(top.max(0.0));
        self.place = Place { top, track: 0.0 }.rested(&self.extent);
        self.root.set_scroll_top(self.place.track as i32);
    }

    /// Brings a cell into view.
    pub fn reveal(&mut self, cell: Cell) {
        if let Ok(row) = usize::try_from(cell.row) {
            let top = self.extent.reveal(row, self.place.top);
            if top != self.place.top {
                self.place = Place { top, ..self.place }.rested(&self.extent);
                self.root.set_scroll_top(self.place.track as i32);
            }
        }
        let left = self.layout.reveal(cell.column, self.scroll_left, self.view_width);
        if left != self.scroll_left {
            self.root.set_scroll_left(left as i32);
            self.scroll_left = f64::from(self.root.scroll_left());
        }
    }

    /// The rows in view, without those painted around it.
    pub fn in_view(&self) -> Range<usize> {
        self.extent.rows_at(self.place.top, 0)
    }

    /// Writes what is in view into the pool.
    pub fn paint(&mut self) {
        let wanted = self.extent.rows_at(self.place.top, OVER);
        let columns = self.layout.in_view(self.scroll_left, self.view_width);
        let pool = (self.extent.view / self.extent.row_height).ceil() as usize + 2 * OVER + 2;
        if columns.len() > self.cells_a_row {
            self.cells_a_row = columns.len();
            self.forget();
        }
        while self.rows.len() < pool {
            let row = self.new_row();
            self.rows.push(row);
            self.forget();
        }
        let pool = self.rows.len();
        let offset = self.place.track - self.place.top;
        for slot in 0..pool {
            // The row of this slot, if one of the wanted rows falls on it.
            let first = wanted.start + (slot + pool - wanted.start % pool) % pool;
            let row = (first < wanted.end).then_some(first);
            self.paint_row(slot, row, offset, &columns);
        }
        self.paint_head_check();
        self.place_overlay();
        self.place_focus();
    }

    /// Puts the overlay over its cell. It stays in sight when the cell is scrolled away, so that what is
    /// being typed is never lost from view.
    fn place_overlay(&self) {
        let Some(cell) = self.editing else { return };
        let Some(column) = self.layout.columns.get(cell.column) else {
            return;
        };
        let height = self.extent.row_height;
        let scrolled = if cell.column < self.layout.pinned { 0.0 } else { self.scroll_left };
        let (width, least) = (column.width.max(OVERLAY).min(self.view_width), self.layout.left(self.layout.pinned));
        let most_left = (self.view_width - width).max(0.0);
        let left = (self.layout.left(cell.column) - scrolled).max(least.min(most_left)).min(most_left);
        let top = (cell.row as f64 * height - self.place.top).clamp(0.0, (self.extent.view - height).max(0.0));
        style(&self.overlay, "left", &px(left));
        style(&self.overlay, "top", &px(top + self.head_height));
        style(&self.overlay, "width", &px(width));
        // What belongs to it opens upwards where there is no room below.
        let low = top > self.extent.view / 2.0;
        set(&self.overlay, "data-side", if low { "above" } else { "below" });
    }

    fn new_row(&self) -> RowElement {
        let row = element("grid-row", "row");
        // It lies at the top until it is given a row, and must not cover the one there.
        style(&row, "display", "none");
        let pinned_box = element("grid-pinned", "presentation");
        let check = self.selection.is_some().then(|| new_check(&pinned_box, "gridcell"));
        let _ = row.append_child(&pinned_box);
        let _ = self.track.append_child(&row);
        RowElement {
            element: row,
            pinned_box,
            check,
            pinned: Vec::new(),
            scrolling: Vec::new(),
            row: None,
            y: f64::NAN,
        }
    }

    fn paint_row(&mut self, slot: usize, row: Option<usize>, offset: f64, columns: &Range<usize>) {
        let (cells_a_row, height, pinned) = (self.cells_a_row, self.extent.row_height, self.layout.pinned);
        let with = Painting {
            source: &self.source,
            layout: &self.layout,
            before: usize::from(self.lead > 0.0),
        };
        let Some(place) = self.rows.get_mut(slot) else { return };
        let Some(number) = row else {
            if place.y.is_finite() || place.row.is_some() {
                style(&place.element, "display", "none");
                (place.y, place.row) = (f64::NAN, None);
            }
            return;
        };
        let y = (number as f64 * height + offset).round();
        if place.y != y {
            if !place.y.is_finite() {
                style(&place.element, "display", "");
            }
            style(&place.element, "transform", &format!("translateY({y}px)"));
            place.y = y;
        }
        let anew = place.row != Some(number);
        if anew {
            place.row = Some(number);
            set(&place.element, "aria-rowindex", &(number + 2).to_string());
            let opened = (self.opened == Some(number)).then_some("true");
            set_or_not(&place.element, "aria-current", opened);
            let gone = (self.source.gone)(number);
            set_or_not(&place.element, "data-gone", gone.then_some("1"));
            let expired = !gone && (self.source.expired)(number);
            set_or_not(&place.element, "data-expired", expired.then_some("expired"));
            let said = if gone { Some("Deleted") } else { expired.then_some("Expired") };
            set_or_not(&place.element, "aria-description", said);
            if let (Some(check), Some(selection)) = (&place.check, &self.selection) {
                let selected = selection.contains(number);
                set(&place.element, "aria-selected", if selected { "true" } else { "false" });
                check.set_checked(selected);
                set(check, "aria-label", &format!("Select row {}", format::count(number as u64 + 1)));
            }
            set(&place.element, "data-odd", if number % 2 == 1 { "1" } else { "0" });
        }
        while place.pinned.len() < pinned {
            place.pinned.push(new_cell(&place.pinned_box));
        }
        while place.scrolling.len() < cells_a_row {
            let cell = new_cell(&place.element);
            // As with rows: shown when it is given a column.
            style(&cell.element, "display", "none");
            place.scrolling.push(cell);
        }
        for (column, cell) in place.pinned.iter_mut().enumerate() {
            paint_cell(cell, &with, number, Some(column), anew, false);
        }
        for at in 0..cells_a_row {
            let first = columns.start + (at + cells_a_row - columns.start % cells_a_row) % cells_a_row;
            let column = (first < columns.end).then_some(first);
            if let Some(cell) = place.scrolling.get_mut(at) {
                paint_cell(cell, &with, number, column, anew, true);
            }
        }
    }

    fn cell_element(&self, cell: Cell) -> Option<HtmlElement> {
        if cell.row < 0 {
            return self.head_cells.get(cell.column).cloned();
        }
        let row = self.rows.iter().find(|row| row.row == Some(cell.row as usize))?;
        let mut cells = row.pinned.iter().chain(&row.scrolling);
        cells
            .find(|found| found.column == Some(cell.column))
            .map(|found| found.element.clone())
    }

    /// One cell is in the tab order. While it is out of view the grid itself is, so that the focus
    /// never lies on a cell that meanwhile shows another row.
    fn place_focus(&self) {
        let here = self.cell_element(self.active);
        set(&self.root, "tabindex", if here.is_some() { "-1" } else { "0" });
        if let Ok(before) = self.root.query_selector_all("[tabindex='0']") {
            for at in 0..before.length() {
                let other = before.get(at).and_then(|node| node.dyn_into::<web_sys::Element>().ok());
                if let Some(other) = other.filter(|other| here.as_ref().is_none_or(|here| !other.is_same_node(Some(here)))) {
                    set(&other, "tabindex", "-1");
                }
            }
        }
        if let Some(here) = &here {
            set(here, "tabindex", "0");
        }
        // Whoever typed elsewhere meanwhile, as over a grid that was covered when it was given the focus, goes on.
        let elsewhere = focus::field().is_some_and(|field| !self.root.contains(Some(&field)));
        if self.focused && !elsewhere {
            let target = here.as_ref().unwrap_or(&self.root);
            let has_it = document().active_element().is_some_and(|active| active.is_same_node(Some(target)));
            if !has_it {
                let options = FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = target.focus_with_options(&options);
            }
        }
    }
}
