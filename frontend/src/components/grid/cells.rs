//! The elements of the grid's cells: made once, and only told what to show.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{CellShown, GridSource};
use crate::grid::columns::Layout;

pub struct CellElement {
    pub element: HtmlElement,
    pub column: Option<usize>,
    class: String,
}

pub fn element(class: &str, role: &str) -> HtmlElement {
    // Only a name that is no element's can be refused, and `div` is one.
    let element = document().create_element("div").expect("a div can always be made");
    element.set_class_name(class);
    set(&element, "role", role);
    element.unchecked_into()
}

pub fn set(element: &web_sys::Element, name: &str, value: &str) {
    // Our attribute names are valid, so this cannot be refused.
    let _ = element.set_attribute(name, value);
}

/// Sets an attribute, or takes it away.
pub fn set_or_not(element: &web_sys::Element, name: &str, value: Option<&str>) {
    match value {
        Some(value) => set(element, name, value),
        None => drop(element.remove_attribute(name)),
    }
}

pub fn style(element: &HtmlElement, name: &str, value: &str) {
    // Goes through the style object and not through an attribute, as the security policy asks.
    let _ = element.style().set_property(name, value);
}

pub fn px(value: f64) -> String {
    format!("{value}px")
}

/// A checkbox in a cell of its own; `role` is the cell's.
pub fn new_check(parent: &HtmlElement, role: &str) -> HtmlInputElement {
    let cell = element("grid-select", role);
    set(&cell, "aria-colindex", "1");
    // As with `div`: an input can always be made.
    let input = document().create_element("input").expect("an input can always be made");
    set(&input, "type", "checkbox");
    // The keys of the grid choose rows; a stop at each box would put hundreds into the tab order.
    set(&input, "tabindex", "-1");
    let _ = cell.append_child(&input);
    let _ = parent.prepend_with_node_1(&cell);
    input.unchecked_into()
}

pub fn new_cell(parent: &HtmlElement) -> CellElement {
    let cell = element("grid-cell", "gridcell");
    set(&cell, "tabindex", "-1");
    let _ = parent.append_child(&cell);
    CellElement {
        element: cell,
        column: None,
        class: String::new(),
    }
}

/// What cells of one paint share.
pub struct Painting<'a> {
    pub source: &'a GridSource,
    pub layout: &'a Layout,
    /// Cells that are not columns of the data, before the first that is.
    pub before: usize,
}

pub fn paint_cell(cell: &mut CellElement, with: &Painting, row: usize, at: Option<usize>, anew: bool, moves: bool) {
    let Some(at) = at else {
        if cell.column.take().is_some() {
            style(&cell.element, "display", "none");
            cell.class.clear();
        }
        return;
    };
    let column = &with.layout.columns[at];
    if cell.column == Some(at) && !anew {
        return;
    }
    if cell.column.is_none() && moves {
        style(&cell.element, "display", "");
    }
    cell.column = Some(at);
    style(&cell.element, "width", &px(column.width));
    if moves {
        style(&cell.element, "transform", &format!("translateX({}px)", with.layout.left(at)));
    }
    set(&cell.element, "aria-colindex", &(at + 1 + with.before).to_string());
    set(&cell.element, "data-column", &at.to_string());
    let CellShown { text, mark, unsaved } = (with.source.cell)(row, column);
    cell.element.set_text_content(Some(&text.text));
    set_or_not(&cell.element, "data-mark", mark);
    let said = unsaved.then(|| format!("{}, not saved", if text.text.is_empty() { "no value" } else { &text.text }));
    set_or_not(&cell.element, "aria-label", said.as_deref());
    // The title of the row before must not stay; hovering sets it anew.
    let _ = cell.element.remove_attribute("title");
    let class = format!("grid-cell {}{}", text.tone.class(), if unsaved { " is-unsaved" } else { "" });
    if cell.class != class {
        cell.element.set_class_name(&class);
        cell.class = class;
    }
}
