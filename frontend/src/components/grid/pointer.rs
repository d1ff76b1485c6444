//! What the pointer does to a grid: finds cells, drags the edge of a column, drags a column.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, EventTarget, PointerEvent};

use crate::grid::columns::Columns;
use crate::grid::cursor::Cell;

/// The cell or header cell that an event happened in.
pub fn element_of(target: Option<EventTarget>) -> Option<Element> {
    let element: Element = target?.dyn_into().ok()?;
    element.closest("[data-column]").ok().flatten()
}

/// Its place in the grid.
pub fn cell_of(target: Option<EventTarget>) -> Option<Cell> {
    let element = element_of(target)?;
    let row: isize = element
        .closest("[aria-rowindex]")
        .ok()??
        .get_attribute("aria-rowindex")?
        .parse()
        .ok()?;
    Some(Cell {
        row: row - 2,
        column: element.get_attribute("data-column")?.parse().ok()?,
    })
}

/// The first cell of the row that an event happened in, for a press behind its last column.
pub fn row_of(target: Option<EventTarget>) -> Option<Cell> {
    let element: Element = target?.dyn_into().ok()?;
    let row: isize = element
        .closest("[aria-rowindex]")
        .ok()??
        .get_attribute("aria-rowindex")?
        .parse()
        .ok()?;
    (row > 1).then_some(Cell { row: row - 2, column: 0 })
}

/// Whether an event happened in the box that chooses a row, or in its cell.
pub fn is_check(target: Option<EventTarget>) -> bool {
    within(target, ".grid-select")
}

/// Whether an event happened on the edge that resizes a column.
pub fn is_grip(target: Option<EventTarget>) -> bool {
    within(target, ".grid-grip")
}

fn within(target: Option<EventTarget>, selector: &str) -> bool {
    let element: Option<Element> = target.and_then(|target| target.dyn_into().ok());
    element.is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
}

/// A column that is being resized: its name, the width it had, and where the pointer was.
type Grabbed = Option<(String, f64, f64)>;

/// Resizing and reordering by the pointer.
#[derive(Clone, Copy)]
pub struct Drag {
    columns: RwSignal<Columns>,
    grabbed: StoredValue<Grabbed>,
    dragged: StoredValue<Option<String>>,
}

impl Drag {
    pub fn new(columns: RwSignal<Columns>) -> Self {
        Self {
            columns,
            grabbed: StoredValue::new(None),
            dragged: StoredValue::new(None),
        }
    }

    fn name_at(self, target: Option<EventTarget>) -> Option<(String, f64)> {
        let cell = cell_of(target).filter(|cell| cell.row < 0)?;
        self.columns
            .with_untracked(|columns| columns.shown().into_iter().nth(cell.column))
            .map(|column| (column.name, column.width))
    }

    pub fn grab(self, event: &PointerEvent) {
        let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return;
        };
        if !element.class_list().contains("grid-grip") {
            return;
        }
        if let Some((name, width)) = self.name_at(event.target()) {
            event.prevent_default();
            self.grabbed.set_value(Some((name, width, f64::from(event.client_x()))));
            // Without the capture the drag would only end sooner.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
    }

    pub fn moved(self, event: &PointerEvent) {
        if let Some((name, width, from)) = self.grabbed.get_value() {
            self.columns
                .update(|columns| columns.resize(&name, width + f64::from(event.client_x()) - from));
        }
    }

    pub fn let_go(self) {
        self.grabbed.set_value(None);
    }

    pub fn start(self, event: &DragEvent) {
        // A drag of the grip resizes; it must not also carry the column away.
        if self.grabbed.with_value(Option::is_some) {
            return event.prevent_default();
        }
        let name = self.name_at(event.target()).map(|(name, _)| name);
        if let (Some(name), Some(data)) = (&name, event.data_transfer()) {
            data.set_effect_allowed("move");
            let _ = data.set_data("text/plain", name);
        }
        self.dragged.set_value(name);
    }

    pub fn over(self, event: &DragEvent) {
        if self.dragged.with_value(Option::is_some) && self.name_at(event.target()).is_some() {
            event.prevent_default();
        }
    }

    pub fn drop(self, event: &DragEvent) {
        let dragged = self.dragged.try_update_value(Option::take).flatten();
        if let (Some(name), Some((target, _))) = (dragged, self.name_at(event.target())) {
            event.prevent_default();
            self.columns.update(|columns| columns.move_to(&name, &target));
        }
    }
}

/// Whether the operator has selected text: then a click or Ctrl+C means the text and not the cell.
pub fn has_selection() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Takes the focus from whatever has it.
pub fn blur_active() {
    if let Some(active) = document()
        .active_element()
        .and_then(|active| active.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = active.blur();
    }
}
