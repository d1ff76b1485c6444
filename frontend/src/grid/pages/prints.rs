//! What is remembered of a dropped row: enough to know it again when its page is fetched anew, and to
//! tell it from another row that stands in its place by then.

use std::collections::{BTreeSet, HashMap, HashSet};

/// A hash of all that a row holds.
pub trait Print {
    fn print(&self) -> u64;
}

/// Fetched rows in the places where they were before.
#[derive(Debug, PartialEq, Eq)]
pub struct Settled<Row> {
    /// One for each place; nothing where the row did not come back.
    pub rows: Vec<Option<Row>>,
    /// Places that hold a row which was not there before, or not like this.
    pub differs: BTreeSet<usize>,
}

/// Puts every row that is known into its old place, so that a row which was inserted or deleted does not
/// push the others under a selection. A row that is not known takes the place after the one before it,
/// where that is free: mostly it is the one that was there, changed.
pub fn settle<Row: Print>(rows: Vec<Row>, before: &[u64]) -> Settled<Row> {
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, print) in before.iter().enumerate().rev() {
        places.entry(*print).or_default().push(place);
    }
    let known: Vec<Option<usize>> = rows.iter().map(|row| places.get_mut(&row.print()).and_then(Vec::pop)).collect();
    let taken: HashSet<usize> = known.iter().flatten().copied().collect();
    let mut settled = Settled {
        rows: before.iter().map(|_| None).collect(),
        differs: BTreeSet::new(),
    };
    let mut next = 0;
    for (row, known) in rows.into_iter().zip(known) {
        let place = match known {
            Some(place) => place,
            None if next < before.len() && !taken.contains(&next) && settled.rows[next].is_none() => {
                settled.differs.insert(next);
                next
            }
            None => continue,
        };
        settled.rows[place] = Some(row);
        next = place + 1;
    }
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Print for char {
        fn print(&self) -> u64 {
            u64::from(*self)
        }
    }

    /// Rows by their letters; `.` is an empty place, and a capital one differs.
    fn settled(before: &str, now: &str) -> String {
        let prints: Vec<u64> = before.chars().map(|row| row.print()).collect();
        let settled = settle(now.chars().collect(), &prints);
        let shown = |(place, row): (usize, Option<char>)| match row {
            Some(row) if settled.differs.contains(&place) => row.to_ascii_uppercase(),
            row => row.unwrap_or('.'),
        };
        settled.rows.into_iter().enumerate().map(shown).collect()
    }

    #[test]
    fn the_same_rows_are_known_again() {
        assert_eq!(settled("abcd", "abcd"), "abcd");
        assert_eq!(settled("aabb", "aabb"), "aabb", "rows that show the same stay in order");
    }

    #[test]
    fn a_deleted_or_inserted_row_moves_no_other() {
        assert_eq!(settled("abcd", "acde"), "a.cd", "the next page's first row came along");
        assert_eq!(settled("abcd", "axbc"), "abc.");
        assert_eq!(settled("abcd", "xabc"), "abc.");
        assert_eq!(settled("abcd", ""), "....");
    }

    #[test]
    fn a_changed_row_stands_where_it_was_and_counts_as_another() {
        assert_eq!(settled("abcd", "axcd"), "aXcd");
        assert_eq!(settled("abcd", "xbcy"), "XbcY");
        assert_eq!(settled("abcd", "wxyz"), "WXYZ");
    }
}
