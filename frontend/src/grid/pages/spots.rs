//! Rows by what they stand for, so that work on them notices when their numbers went to others.

/// A row on the screen as it stood when the work on it began. A new walk or another order gives its
/// number to another item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The walk that the row belongs to.
    pub walk: u64,
    /// Its number on the screen.
    pub row: usize,
    /// Its number in the walk.
    pub place: usize,
}

/// Whether rows still stand for the same items. Only these rows count: what comes behind them moves none.
pub fn stand<'a>(spots: impl IntoIterator<Item = &'a Spot>, walk: u64, place: impl Fn(usize) -> usize) -> bool {
    spots.into_iter().all(|spot| spot.walk == walk && spot.place == place(spot.row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_until_they_are_read_anew_or_ordered_otherwise() {
        let spots = [3, 4].map(|row| Spot { walk: 7, row, place: row });
        assert!(stand(&spots, 7, |row| row));
        assert!(!stand(&spots, 8, |row| row), "a new walk");
        assert!(!stand(&spots, 7, |row| 9 - row), "sorted");
        assert!(stand(&spots, 7, |row| if row < 3 { 2 - row } else { row }), "others moved");
        assert!(stand(&[], 8, |row| row));
    }
}
