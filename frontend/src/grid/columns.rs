//! The columns of a grid: found from the data, then ordered, sized, hidden and remembered.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Widths in px.
pub const NARROWEST: f64 = 56.0;
pub const WIDEST: f64 = 1_200.0;
/// A table whose every item has names of its own must not grow the grid without end.
pub const MOST: usize = 1_500;

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub width: f64,
    pub hidden: bool,
    /// Sticks to the left edge; key attributes do.
    pub pinned: bool,
    /// What the key is to the item: `partition key`, `sort key`.
    pub role: Option<&'static str>,
    /// The type seen most, empty until one was seen.
    pub kind: &'static str,
    kinds: Vec<(&'static str, u32)>,
}

/// What is remembered of a table's columns between visits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    pub order: Vec<String>,
    pub hidden: Vec<String>,
    pub widths: BTreeMap<String, u32>,
}

impl Remembered {
    pub fn is_empty(&self) -> bool {
        self.order.is_empty() && self.hidden.is_empty() && self.widths.is_empty()
    }
}

/// The width of so many characters.
fn wide(chars: usize) -> f64 {
    chars as f64 * 7.6 + 28.0
}

/// All columns in their order, pinned ones first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    all: Vec<Column>,
    places: HashMap<String, usize>,
    remembered: Remembered,
    /// Whether the operator ordered them; until then new names are sorted in.
    ordered: bool,
    /// How many attribute names found no column.
    pub left_out: usize,
    /// What the last key column has beyond its values, in pixels.
    room: f64,
}

impl Columns {
    /// Begins with the pinned columns (name and role) and what was remembered.
    pub fn new(pinned: impl IntoIterator<Item = (String, &'static str)>, remembered: Remembered) -> Self {
        let mut columns = Self {
            ordered: !remembered.order.is_empty(),
            ..Self::default()
        };
        columns.remembered = remembered;
        for (name, role) in pinned {
            if !columns.places.contains_key(&name) {
                columns.push(name, Some(role));
            }
        }
        columns
    }

    fn push(&mut self, name: String, role: Option<&'static str>) {
        let remembered = &self.remembered;
        let guess = (name.chars().count() as f64 * 8.0 + 52.0).clamp(144.0, 260.0);
        let width = remembered.widths.get(&name).map_or(guess, |width| f64::from(*width));
        let column = Column {
            hidden: role.is_none() && remembered.hidden.contains(&name),
            width: width.clamp(NARROWEST, WIDEST),
            pinned: role.is_some(),
            role,
            kind: "",
            kinds: Vec::new(),
            name: name.clone(),
        };
        self.places.insert(name, self.all.len());
        self.all.push(column);
    }

    /// Takes notice of an attribute. True when the grid looks different for it: the attribute is new,
    /// or its commonest type is another one now.
    pub fn see(&mut self, name: &str, kind: &'static str) -> bool {
        let new = !self.places.contains_key(name);
        if new {
            if self.all.len() >= MOST {
                self.left_out += 1;
                return false;
            }
            self.push(name.to_owned(), None);
        }
        let Some(column) = self.places.get(name).and_then(|at| self.all.get_mut(*at)) else {
            return false;
        };
        let count = match column.kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                column.kinds.push((kind, 1));
                1
            }
        };
        // Only a type that is seen more often takes over, so that a mixed column does not flicker.
        let before = column
            .kinds
            .iter()
            .find(|(known, _)| *known == column.kind)
            .map_or(0, |(_, count)| *count);
        let takes_over = column.kind != kind && count > before;
        if takes_over {
            column.kind = kind;
        }
        new || takes_over
    }

    /// Sizes a column by its first values, unless the operator or an earlier visit sized it.
    pub fn fit(&mut self, name: &str, chars: usize) {
        self.widen(name, wide(chars).min(340.0));
    }

    /// Sizes a column for so many characters, however many they are.
    pub fn fit_all(&mut self, name: &str, chars: usize) {
        self.widen(name, wide(chars));
    }

    fn widen(&mut self, name: &str, width: f64) {
        if self.remembered.widths.contains_key(name) {
            return;
        }
        let room = if self.last_key() == Some(name) { self.room } else { 0.0 };
        if let Some(column) = self.places.get(name).and_then(|at| self.all.get_mut(*at)) {
            column.width = column.width.max(width + room);
        }
    }

    /// Gives the last key column room for a word in front of its values.
    pub fn make_room(&mut self, room: f64) {
        let more = room - std::mem::replace(&mut self.room, room);
        let sized = |column: &&mut Column| !self.remembered.widths.contains_key(&column.name);
        if let Some(column) = self.all.iter_mut().rfind(|column| column.pinned).filter(sized) {
            column.width += more;
        }
    }

    fn last_key(&self) -> Option<&str> {
        self.all.iter().rfind(|column| column.pinned).map(|column| column.name.as_str())
    }

    /// Puts what was found into order: pinned first, then as remembered, then by name.
    pub fn arrange(&mut self) {
        let rank: HashMap<&str, usize> = self
            .remembered
            .order
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), at))
            .collect();
        let (ordered, places) = (self.ordered, &self.places);
        self.all.sort_by_key(|column| {
            let pinned_first = (!column.pinned, if column.pinned { places[&column.name] } else { 0 });
            let place = if ordered {
                rank.get(column.name.as_str()).copied().unwrap_or(usize::MAX)
            } else {
                0
            };
            (pinned_first, place, column.name.clone())
        });
        self.index();
    }

    fn index(&mut self) {
        self.places = self.all.iter().enumerate().map(|(at, column)| (column.name.clone(), at)).collect();
    }

    pub fn all(&self) -> &[Column] {
        &self.all
    }

    pub fn named(&self, name: &str) -> Option<&Column> {
        self.places.get(name).and_then(|at| self.all.get(*at))
    }

    /// The columns that are shown, in order.
    pub fn shown(&self) -> Vec<Column> {
        self.all.iter().filter(|column| !column.hidden).cloned().collect()
    }

    /// Moves a column by so many shown places; pinned ones stay among themselves.
    pub fn shift(&mut self, name: &str, by: isize) {
        let Some(&from) = self.places.get(name) else { return };
        let pinned = self.all[from].pinned;
        let peers: Vec<usize> = (0..self.all.len())
            .filter(|at| self.all[*at].pinned == pinned && (!self.all[*at].hidden || *at == from))
            .collect();
        let Some(at) = peers.iter().position(|peer| *peer == from) else {
            return;
        };
        let to = at.saturating_add_signed(by).min(peers.len() - 1);
        let column = self.all.remove(from);
        self.all.insert(peers[to], column);
        self.keep_order();
    }

    /// Moves a column to where another one is (a drop).
    pub fn move_to(&mut self, name: &str, target: &str) {
        let (Some(&from), Some(&to)) = (self.places.get(name), self.places.get(target)) else {
            return;
        };
        if from == to || self.all[from].pinned != self.all[to].pinned {
            return;
        }
        let column = self.all.remove(from);
        self.all.insert(to, column);
        self.keep_order();
    }

    fn keep_order(&mut self) {
        self.index();
        self.ordered = true;
        self.remembered.order = self.all.iter().map(|column| column.name.clone()).collect();
    }

    pub fn resize(&mut self, name: &str, width: f64) {
        if let Some(column) = self.places.get(name).and_then(|at| self.all.get_mut(*at)) {
            column.width = width.round().clamp(NARROWEST, WIDEST);
            self.remembered.widths.insert(name.to_owned(), column.width as u32);
        }
    }

    /// Shows or hides a column; a pinned one is always shown.
    pub fn show(&mut self, name: &str, shown: bool) {
        if let Some(column) = self.places.get(name).and_then(|at| self.all.get_mut(*at)) {
            column.hidden = !shown && !column.pinned;
        }
        self.remembered.hidden.retain(|other| other != name);
        if !shown {
            self.remembered.hidden.push(name.to_owned());
        }
    }

    /// Back to what the data alone gives.
    pub fn forget(&mut self) {
        self.remembered = Remembered::default();
        self.ordered = false;
        for column in &mut self.all {
            column.hidden = false;
            column.width = (column.name.chars().count() as f64 * 8.0 + 52.0).clamp(144.0, 260.0);
        }
        let room = std::mem::take(&mut self.room);
        self.make_room(room);
        self.arrange();
    }

    /// What to remember for the next visit.
    pub fn remembered(&self) -> &Remembered {
        &self.remembered
    }
}

/// Where each shown column is. Pinned columns come first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub columns: Vec<Column>,
    /// How many of them are pinned.
    pub pinned: usize,
    /// The left edge of each column, and behind the last its right edge.
    edges: Vec<f64>,
}

impl Layout {
    /// `lead` is the room before the first column, for what is not a column of the data.
    pub fn new(columns: &Columns, lead: f64) -> Self {
        let columns = columns.shown();
        let mut edges = Vec::with_capacity(columns.len() + 1);
        let mut left = lead;
        for column in &columns {
            edges.push(left);
            left += column.width;
        }
        edges.push(left);
        Self {
            pinned: columns.iter().take_while(|column| column.pinned).count(),
            columns,
            edges,
        }
    }

    pub fn left(&self, column: usize) -> f64 {
        self.edges.get(column).copied().unwrap_or_default()
    }

    /// The width of all columns together, and of the room before them.
    pub fn width(&self) -> f64 {
        self.edges.last().copied().unwrap_or_default()
    }

    pub fn pinned_width(&self) -> f64 {
        self.left(self.pinned)
    }

    /// The columns that scroll and are in view, one more on each side.
    pub fn in_view(&self, scroll_left: f64, view: f64) -> Range<usize> {
        let (from, to) = (scroll_left + self.pinned_width(), scroll_left + view);
        let first = self.edges.partition_point(|edge| *edge <= from).saturating_sub(2);
        let last = self.edges.partition_point(|edge| *edge < to) + 1;
        let count = self.columns.len();
        let first = first.clamp(self.pinned, count.max(self.pinned));
        first..last.clamp(first, count)
    }

    /// The scroll that brings a column fully into view with the least movement.
    pub fn reveal(&self, column: usize, scroll_left: f64, view: f64) -> f64 {
        if column < self.pinned {
            return scroll_left;
        }
        let (begins, ends) = (self.left(column) - self.pinned_width(), self.left(column + 1));
        if begins < scroll_left {
            begins
        } else if ends > scroll_left + view {
            (ends - view).min(begins)
        } else {
            scroll_left
        }
    }
}

#[cfg(test)]
mod tests;
