//! The cell that has the focus, and where keys move it.

/// A cell by its place. The header is row -1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub row: isize,
    pub column: usize,
}

/// The size of the grid as keys see it.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub rows: usize,
    pub columns: usize,
    /// Rows of one Page Down.
    pub page: usize,
}

/// Where a key moves the focus, or nothing for a key that does not move.
pub fn moved(at: Cell, key: &str, control: bool, bounds: Bounds) -> Option<Cell> {
    if bounds.columns == 0 {
        return None;
    }
    let (last_row, last_column) = (bounds.rows as isize - 1, bounds.columns - 1);
    let page = bounds.page as isize;
    let (row, column) = match (key, control) {
        ("ArrowUp", false) => (at.row - 1, at.column),
        ("ArrowDown", false) => (at.row + 1, at.column),
        ("ArrowLeft", false) => (at.row, at.column.saturating_sub(1)),
        ("ArrowRight", false) => (at.row, at.column + 1),
        ("ArrowUp", true) => (0, at.column),
        ("ArrowDown", true) => (last_row, at.column),
        ("PageUp", _) => ((at.row - page).max(0.min(at.row)), at.column),
        ("PageDown", _) => (at.row + page, at.column),
        ("Home", false) | ("ArrowLeft", true) => (at.row, 0),
        ("End", false) | ("ArrowRight", true) => (at.row, last_column),
        ("Home", true) => (0, 0),
        ("End", true) => (last_row, last_column),
        _ => return None,
    };
    Some(Cell {
        row: row.clamp(-1, last_row),
        column: column.min(last_column),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        rows: 1_000_000,
        columns: 300,
        page: 20,
    };

    fn go(row: isize, column: usize, key: &str, control: bool) -> (isize, usize) {
        let cell = moved(Cell { row, column }, key, control, BOUNDS).expect("a moving key");
        (cell.row, cell.column)
    }

    #[test]
    fn keys_move_and_stop_at_the_edges() {
        assert_eq!(go(0, 0, "ArrowUp", false), (-1, 0), "the header can be reached");
        assert_eq!(go(-1, 0, "ArrowUp", false), (-1, 0));
        assert_eq!(go(5, 299, "ArrowRight", false), (5, 299));
        assert_eq!(go(5, 5, "Home", false), (5, 0));
        assert_eq!(go(5, 5, "End", true), (999_999, 299));
        assert_eq!(go(500, 5, "Home", true), (0, 0));
        assert_eq!(go(10, 5, "PageUp", false), (0, 5));
        assert_eq!(go(-1, 5, "PageUp", false), (-1, 5));
        assert_eq!(go(999_990, 5, "PageDown", false), (999_999, 5));
    }

    #[test]
    fn other_keys_and_empty_grids_do_nothing() {
        assert_eq!(moved(Cell::default(), "x", false, BOUNDS), None);
        let empty = Bounds {
            rows: 0,
            columns: 0,
            page: 1,
        };
        assert_eq!(moved(Cell::default(), "ArrowDown", false, empty), None);
        let no_rows = Bounds {
            rows: 0,
            columns: 2,
            page: 1,
        };
        assert_eq!(
            moved(Cell::default(), "ArrowDown", false, no_rows),
            Some(Cell { row: -1, column: 0 })
        );
    }
}
