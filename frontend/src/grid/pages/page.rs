//! One page of rows, kept or dropped.

use std::collections::BTreeSet;

use super::Print;

/// One page: what leads to it, and its rows while they are kept.
#[derive(Clone, Debug)]
pub struct Page<Row, Origin> {
    pub first: usize,
    pub length: usize,
    pub bytes: usize,
    pub origin: Origin,
    /// Nothing in the place of a row that did not come back.
    pub rows: Option<Vec<Option<Row>>>,
    /// What its rows were when they were dropped, if they ever were.
    pub prints: Vec<u64>,
    /// Places where another row came back than was seen there, until somebody takes notice.
    pub differs: BTreeSet<usize>,
    pub fetching: bool,
    /// Places in the page whose row was deleted since; they keep their number.
    pub deleted: BTreeSet<usize>,
}

impl<Row: Print, Origin> Page<Row, Origin> {
    /// Its rows are dropped. What did not come back, and what came back different without notice, is
    /// still known as it was seen.
    pub fn remember(&mut self, rows: &[Option<Row>]) {
        self.prints.resize(self.length, 0);
        for (at, row) in rows.iter().enumerate() {
            if let Some(row) = row.as_ref().filter(|_| !self.differs.contains(&at)) {
                self.prints[at] = row.print();
            }
        }
    }
}
