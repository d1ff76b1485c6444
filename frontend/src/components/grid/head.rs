//! The header of the grid: names and types of columns, their order, and the box for every row.

use web_sys::HtmlElement;

use super::cells::{element, new_check, px, set, set_or_not, style};
use super::painter::Painter;

impl Painter {
    pub(super) fn paint_head(&mut self) {
        let shown = self.layout.columns.len();
        while self.head_cells.len() > shown {
            if let Some(cell) = self.head_cells.pop() {
                cell.remove();
            }
        }
        while self.head_cells.len() < shown {
            let cell = element("grid-head-cell", "columnheader");
            for class in ["grid-head-name", "grid-head-kind", "grid-head-order", "grid-grip"] {
                let _ = cell.append_child(&element(class, "presentation"));
            }
            self.head_cells.push(cell);
        }
        if self.lead > 0.0 && self.head_check.is_none() {
            let check = new_check(&self.head_pinned_box, "columnheader");
            set(&check, "aria-label", "Select all loaded rows");
            self.head_check = Some(check);
        }
        for (at, (cell, column)) in self.head_cells.iter().zip(&self.layout.columns).enumerate() {
            let pinned = at < self.layout.pinned;
            let parent: &HtmlElement = if pinned { &self.head_pinned_box } else { &self.head };
            if cell.parent_element().as_ref() != Some(parent.as_ref()) {
                let _ = parent.append_child(cell);
            }
            set(cell, "aria-colindex", &(at + 1 + self.before()).to_string());
            set(cell, "data-column", &at.to_string());
            set(cell, "draggable", "true");
            set(cell, "tabindex", "-1");
            let title = match (column.role, column.kind) {
                (Some(role), kind) => format!("{} ({role}, {kind})", column.name),
                (None, "") => column.name.clone(),
                (None, kind) => format!("{} ({kind})", column.name),
            };
            set(cell, "title", &title);
            let class = match (column.role.is_some(), self.sortable) {
                (true, true) => "grid-head-cell is-key is-sortable",
                (true, false) => "grid-head-cell is-key",
                (false, true) => "grid-head-cell is-sortable",
                (false, false) => "grid-head-cell",
            };
            cell.set_class_name(class);
            let order = self
                .sorted
                .as_ref()
                .filter(|(name, _)| *name == column.name)
                .map(|(_, descending)| *descending);
            let sorted = order.map(|descending| if descending { "descending" } else { "ascending" });
            set_or_not(cell, "aria-sort", sorted);
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

    /// The box in the header: all, some or none of the rows.
    pub(super) fn paint_head_check(&self) {
        let (Some(check), Some(selection)) = (&self.head_check, &self.selection) else {
            return;
        };
        let (count, rows) = (selection.count(), self.extent.rows);
        check.set_checked(rows > 0 && count >= rows);
        check.set_indeterminate(count > 0 && count < rows);
    }
}
