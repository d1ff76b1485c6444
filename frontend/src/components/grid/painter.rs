//! The elements of a grid. A fixed pool of rows and cells is made once and only told what to show:
//! scrolling changes texts and transforms and creates nothing.

use std::ops::Range;
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

use super::GridSource;
use crate::format::cell::CellText;
use crate::grid::columns::Layout;
use crate::grid::cursor::Cell;
use crate::grid::scroll::{Extent, Place};

/// Rows painted above and below the view, so that a fast wheel meets no white.
const OVER: usize = 6;

struct CellElement {
    element: HtmlElement,
    column: Option<usize>,
    class: String,
}

struct RowElement {
    element: HtmlElement,
    pinned_box: HtmlElement,
    pinned: Vec<CellElement>,
    scrolling: Vec<CellElement>,
    row: Option<usize>,
    y: f64,
}

pub struct Painter {
    root: HtmlElement,
    head: HtmlElement,
    track: HtmlElement,
    source: Rc<GridSource>,
    rows: Vec<RowElement>,
    head_pinned_box: HtmlElement,
    head_cells: Vec<HtmlElement>,
    pub layout: Layout,
    pub extent: Extent,
    pub place: Place,
    pub active: Cell,
    pub selected: Option<usize>,
    /// Whether the grid, or a cell of it, has the focus.
    pub focused: bool,
    complete: bool,
    view_width: f64,
    scroll_left: f64,
    /// How many cells a row's pool has; grows with the widest view seen.
    cells_a_row: usize,
}

fn element(class: &str, role: &str) -> HtmlElement {
    // Only a name that is no element's can be refused, and `div` is one.
    let element = document().create_element("div").expect("a div can always be made");
    element.set_class_name(class);
    set(&element, "role", role);
    element.unchecked_into()
}

fn set(element: &web_sys::Element, name: &str, value: &str) {
    // Our attribute names are valid, so this cannot be refused.
    let _ = element.set_attribute(name, value);
}

fn style(element: &HtmlElement, name: &str, value: &str) {
    // Goes through the style object and not through an attribute, as the security policy asks.
    let _ = element.style().set_property(name, value);
}

fn px(value: f64) -> String {
    format!("{value}px")
}

impl Painter {
    pub fn new(root: HtmlElement, head: HtmlElement, track: HtmlElement, source: Rc<GridSource>) -> Self {
        let head_pinned_box = element("grid-pinned", "presentation");
        let _ = head.append_child(&head_pinned_box);
        Self {
            root,
            head,
            track,
            source,
            rows: Vec::new(),
            head_pinned_box,
            head_cells: Vec::new(),
            layout: Layout::default(),
            extent: Extent {
                rows: 0,
                row_height: 32.0,
                view: 0.0,
            },
            place: Place::default(),
            active: Cell::default(),
            selected: None,
            focused: false,
            complete: false,
            view_width: 0.0,
            scroll_left: 0.0,
            cells_a_row: 0,
        }
    }

    /// Takes the size of the view as it is now. True when it changed.
    pub fn measure(&mut self) -> bool {
        let view = (f64::from(self.root.client_height()) - f64::from(self.head.offset_height())).max(0.0);
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
        self.active.column = self.active.column.min(self.layout.columns.len().saturating_sub(1));
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
        set(&self.root, "aria-colcount", &self.layout.columns.len().to_string());
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
        self.place_focus();
    }

    fn new_row(&self) -> RowElement {
        let row = element("grid-row", "row");
        // It lies at the top until it is given a row, and must not cover the one there.
        style(&row, "display", "none");
        let pinned_box = element("grid-pinned", "presentation");
        let _ = row.append_child(&pinned_box);
        let _ = self.track.append_child(&row);
        RowElement {
            element: row,
            pinned_box,
            pinned: Vec::new(),
            scrolling: Vec::new(),
            row: None,
            y: f64::NAN,
        }
    }

    fn paint_row(&mut self, slot: usize, row: Option<usize>, offset: f64, columns: &Range<usize>) {
        let (layout, source, cells_a_row, height) = (&self.layout, &self.source, self.cells_a_row, self.extent.row_height);
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
            let selected = self.selected == Some(number);
            set(&place.element, "aria-selected", if selected { "true" } else { "false" });
            set(&place.element, "data-odd", if number % 2 == 1 { "1" } else { "0" });
        }
        while place.pinned.len() < layout.pinned {
            place.pinned.push(new_cell(&place.pinned_box));
        }
        while place.scrolling.len() < cells_a_row {
            let cell = new_cell(&place.element);
            // As with rows: shown when it is given a column.
            style(&cell.element, "display", "none");
            place.scrolling.push(cell);
        }
        for (column, cell) in place.pinned.iter_mut().enumerate() {
            paint_cell(cell, source, layout, number, Some(column), anew, false);
        }
        for at in 0..cells_a_row {
            let first = columns.start + (at + cells_a_row - columns.start % cells_a_row) % cells_a_row;
            let column = (first < columns.end).then_some(first);
            if let Some(cell) = place.scrolling.get_mut(at) {
                paint_cell(cell, source, layout, number, column, anew, true);
            }
        }
    }

    fn paint_head(&mut self) {
        let shown = self.layout.columns.len();
        while self.head_cells.len() > shown {
            if let Some(cell) = self.head_cells.pop() {
                cell.remove();
            }
        }
        while self.head_cells.len() < shown {
            let cell = element("grid-head-cell", "columnheader");
            for class in ["grid-head-name", "grid-head-kind", "grid-grip"] {
                let _ = cell.append_child(&element(class, "presentation"));
            }
            self.head_cells.push(cell);
        }
        for (at, (cell, column)) in self.head_cells.iter().zip(&self.layout.columns).enumerate() {
            let pinned = at < self.layout.pinned;
            let parent: &HtmlElement = if pinned { &self.head_pinned_box } else { &self.head };
            if cell.parent_element().as_ref() != Some(parent.as_ref()) {
                let _ = parent.append_child(cell);
            }
            set(cell, "aria-colindex", &(at + 1).to_string());
            set(cell, "data-column", &at.to_string());
            set(cell, "draggable", "true");
            set(cell, "tabindex", "-1");
            let title = match (column.role, column.kind) {
                (Some(role), kind) => format!("{} ({role}, {kind})", column.name),
                (None, "") => column.name.clone(),
                (None, kind) => format!("{} ({kind})", column.name),
            };
            set(cell, "title", &title);
            cell.set_class_name(if column.role.is_some() {
                "grid-head-cell is-key"
            } else {
                "grid-head-cell"
            });
            style(cell, "width", &px(column.width));
            let left = if pinned { "auto".to_owned() } else { px(self.layout.left(at)) };
            style(cell, "left", &left);
            let parts = cell.children();
            for (part, text) in [(0, column.name.as_str()), (1, column.kind)] {
                if let Some(part) = parts.item(part) {
                    part.set_text_content(Some(text));
                }
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
        if self.focused {
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

fn new_cell(parent: &HtmlElement) -> CellElement {
    let cell = element("grid-cell", "gridcell");
    set(&cell, "tabindex", "-1");
    let _ = parent.append_child(&cell);
    CellElement {
        element: cell,
        column: None,
        class: String::new(),
    }
}

fn paint_cell(cell: &mut CellElement, source: &GridSource, layout: &Layout, row: usize, at: Option<usize>, anew: bool, moves: bool) {
    let Some(at) = at else {
        if cell.column.take().is_some() {
            style(&cell.element, "display", "none");
            cell.class.clear();
        }
        return;
    };
    let column = &layout.columns[at];
    if cell.column == Some(at) && !anew {
        return;
    }
    if cell.column.is_none() && moves {
        style(&cell.element, "display", "");
    }
    cell.column = Some(at);
    style(&cell.element, "width", &px(column.width));
    if moves {
        style(&cell.element, "transform", &format!("translateX({}px)", layout.left(at)));
    }
    set(&cell.element, "aria-colindex", &(at + 1).to_string());
    set(&cell.element, "data-column", &at.to_string());
    let (CellText { text, tone }, mark) = (source.cell)(row, column);
    cell.element.set_text_content(Some(&text));
    match mark {
        Some(mark) => set(&cell.element, "data-mark", mark),
        None => {
            let _ = cell.element.remove_attribute("data-mark");
        }
    }
    // The title of the row before must not stay; hovering sets it anew.
    let _ = cell.element.remove_attribute("title");
    let class = format!("grid-cell {}", tone.class());
    if cell.class != class {
        cell.element.set_class_name(&class);
        cell.class = class;
    }
}
