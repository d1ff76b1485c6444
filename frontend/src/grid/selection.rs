//! The rows that the operator chose. Ranges and not single rows, so that a million chosen rows weigh
//! as much as one.

use std::ops::Range;

/// Chosen rows, as ranges in order that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    ranges: Vec<Range<usize>>,
    /// Where the next range begins: the row that was chosen last.
    anchor: Option<usize>,
    /// What was chosen before the range that is being drawn, so that a shorter one gives rows back.
    under: Option<Vec<Range<usize>>>,
}

impl Selection {
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many rows are chosen.
    pub fn count(&self) -> usize {
        self.ranges.iter().map(Range::len).sum()
    }

    pub fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// The chosen rows from the first to the last.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.ranges.iter().flat_map(Clone::clone)
    }

    pub fn contains(&self, row: usize) -> bool {
        let after = self.ranges.partition_point(|range| range.start <= row);
        after > 0 && self.ranges[after - 1].end > row
    }

    /// Takes a row in or out.
    pub fn toggle(&mut self, row: usize) {
        let chosen = self.contains(row);
        self.set(row..row + 1, !chosen);
        self.anchor = Some(row);
        self.under = None;
    }

    /// Draws a range from the row that was chosen last (or from `from`) to `to`. Until another row is
    /// chosen, the next range takes the place of this one.
    pub fn extend(&mut self, from: usize, to: usize) {
        let anchor = *self.anchor.get_or_insert(from);
        let under = self.under.get_or_insert_with(|| self.ranges.clone()).clone();
        self.ranges = under;
        self.set(anchor.min(to)..anchor.max(to) + 1, true);
    }

    /// Chooses every row up to a number of rows.
    pub fn all(&mut self, rows: usize) {
        *self = Self::default();
        self.set(0..rows, true);
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes a range in or out.
    fn set(&mut self, range: Range<usize>, chosen: bool) {
        if range.is_empty() {
            return;
        }
        // Those that touch the range join it; those that only overlap are cut at its edges.
        let (mut start, mut end) = (range.start, range.end);
        let mut kept = Vec::with_capacity(self.ranges.len() + 2);
        for other in self.ranges.drain(..) {
            if chosen && other.start <= end && other.end >= start {
                (start, end) = (start.min(other.start), end.max(other.end));
            } else if chosen || other.end <= start || other.start >= end {
                kept.push(other);
            } else {
                kept.extend(
                    [other.start..start, end..other.end]
                        .into_iter()
                        .filter(|part| part.start < part.end),
                );
            }
        }
        if chosen {
            let at = kept.partition_point(|other| other.start < start);
            kept.insert(at, start..end);
        }
        self.ranges = kept;
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "a list with one range is what is meant")]
mod tests {
    use super::*;

    fn chosen(rows: &[usize]) -> Selection {
        let mut selection = Selection::default();
        for row in rows {
            selection.toggle(*row);
        }
        selection
    }

    #[test]
    fn single_rows_join_and_part() {
        let mut selection = chosen(&[5, 3, 4]);
        assert_eq!(selection.ranges(), [3..6]);
        selection.toggle(4);
        assert_eq!(selection.ranges(), [3..4, 5..6]);
        assert_eq!(
            (0..7).map(|row| selection.contains(row)).collect::<Vec<_>>(),
            [false, false, false, true, false, true, false]
        );
        assert_eq!(selection.rows().collect::<Vec<_>>(), [3, 5]);
        selection.toggle(3);
        selection.toggle(5);
        assert!(selection.is_empty());
    }

    #[test]
    fn a_range_is_drawn_anew_from_its_anchor() {
        let mut selection = chosen(&[1, 10]);
        selection.extend(0, 14);
        assert_eq!(selection.ranges(), [1..2, 10..15]);
        selection.extend(0, 8);
        assert_eq!(selection.ranges(), [1..2, 8..11], "the rows behind the anchor are given back");
        selection.extend(0, 0);
        assert_eq!(selection.ranges(), [0..11]);
        selection.toggle(20);
        selection.extend(0, 21);
        assert_eq!(selection.ranges(), [0..11, 20..22]);
    }

    #[test]
    fn a_range_without_an_anchor_begins_where_the_focus_is() {
        let mut selection = Selection::default();
        selection.extend(7, 9);
        selection.extend(8, 5);
        assert_eq!(selection.ranges(), [5..8]);
    }

    #[test]
    fn a_million_rows_are_one_range() {
        let mut selection = chosen(&[3]);
        selection.all(1_000_000);
        assert_eq!((selection.count(), selection.ranges().len()), (1_000_000, 1));
        selection.toggle(500_000);
        assert_eq!((selection.count(), selection.ranges().len()), (999_999, 2));
        assert!(!selection.contains(500_000) && !selection.contains(1_000_000));
        selection.clear();
        assert_eq!(selection, Selection::default());
        selection.all(0);
        assert!(selection.is_empty());
    }

    #[test]
    fn it_agrees_with_a_set_of_rows() {
        let (mut selection, mut set) = (Selection::default(), std::collections::BTreeSet::new());
        let mut seed = 7_u64;
        for _ in 0..2_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let part = |shift: u32, most: u64| usize::try_from((seed >> shift) % most).unwrap_or_default();
            let (start, length, chosen) = (part(33, 60), part(40, 9), part(50, 2) == 0);
            selection.set(start..start + length, chosen);
            for row in start..start + length {
                if chosen {
                    set.insert(row);
                } else {
                    set.remove(&row);
                }
            }
            assert_eq!(selection.rows().collect::<Vec<_>>(), set.iter().copied().collect::<Vec<_>>());
            assert!(selection.ranges().windows(2).all(|pair| pair[0].end < pair[1].start));
        }
    }
}
