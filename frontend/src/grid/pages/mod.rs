//! Pages of rows as they came. Old pages are dropped when the tab holds too much and are fetched
//! again, by the cursor that led to them, when somebody scrolls back.

mod page;
mod prints;
mod spots;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use self::page::Page;
pub use self::prints::Print;
use self::prints::settle;
pub use self::spots::{Spot, stand};

/// Numbers of walks: no two have the same.
static WALKS: AtomicU64 = AtomicU64::new(0);

/// How much is kept: about fifty pages of a thousand rows, and less when rows are heavy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub rows: usize,
    pub bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            rows: 50_000,
            bytes: 96 * 1024 * 1024,
        }
    }
}

/// Rows by number. `Origin` is whatever fetches a page again (a cursor, a segment, a limit).
#[derive(Clone, Debug)]
pub struct Pages<Row, Origin> {
    walk: u64,
    pages: Vec<Page<Row, Origin>>,
    rows: usize,
    kept_rows: usize,
    kept_bytes: usize,
    budget: Budget,
    /// Whether a page came back with other rows than before: the table changed since.
    pub changed: bool,
}

impl<Row: Print, Origin: Clone> Pages<Row, Origin> {
    pub fn new(budget: Budget) -> Self {
        Self {
            walk: WALKS.fetch_add(1, Ordering::Relaxed),
            pages: Vec::new(),
            rows: 0,
            kept_rows: 0,
            kept_bytes: 0,
            budget,
            changed: false,
        }
    }

    /// Which walk this is: rows have their numbers only within it.
    pub fn walk(&self) -> u64 {
        self.walk
    }

    /// How many rows there are, kept or dropped.
    pub fn len(&self) -> usize {
        self.rows
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds the next page. `near` is a row in view: pages furthest from it are dropped first.
    pub fn push(&mut self, rows: Vec<Row>, bytes: usize, origin: Origin, near: usize) {
        if rows.is_empty() {
            return;
        }
        self.kept_rows += rows.len();
        self.kept_bytes += bytes;
        self.pages.push(Page {
            first: self.rows,
            length: rows.len(),
            bytes,
            origin,
            fetching: false,
            deleted: BTreeSet::new(),
            rows: Some(rows.into_iter().map(Some).collect()),
            prints: Vec::new(),
            differs: BTreeSet::new(),
        });
        self.rows += self.pages.last().map_or(0, |page| page.length);
        self.drop_far(near);
    }

    /// A row, while its page is kept.
    pub fn row(&self, row: usize) -> Option<&Row> {
        let page = &self.pages[self.page_of(row)?];
        page.rows.as_ref()?.get(row - page.first)?.as_ref()
    }

    /// Puts a row in the place of the first one that is meant, or marks that one as deleted. Gives its
    /// number; nothing where no kept row is meant.
    pub fn patch(&mut self, meant: impl Fn(&Row) -> bool, row: Option<Row>) -> Option<usize> {
        for page in &mut self.pages {
            let is_meant = |row: &Option<Row>| row.as_ref().is_some_and(&meant);
            let found = page.rows.as_ref().and_then(|rows| rows.iter().position(is_meant));
            let (Some(at), Some(rows)) = (found, page.rows.as_mut()) else {
                continue;
            };
            match row {
                Some(row) => {
                    rows[at] = Some(row);
                    page.deleted.remove(&at);
                }
                None => drop(page.deleted.insert(at)),
            }
            return Some(page.first + at);
        }
        None
    }

    /// Marks a row as deleted.
    pub fn delete(&mut self, row: usize) {
        if let Some(page) = self.page_of(row).and_then(|page| self.pages.get_mut(page)) {
            page.deleted.insert(row - page.first);
        }
    }

    /// The page of a row that is not kept: its first row, and what fetches it.
    pub fn dropped(&self, row: usize) -> Option<(usize, Origin)> {
        let page = &self.pages[self.page_of(row)?];
        page.rows.is_none().then(|| (page.first, page.origin.clone()))
    }

    /// Whether a row was deleted since it was read.
    pub fn is_deleted(&self, row: usize) -> bool {
        self.page_of(row)
            .is_some_and(|page| self.pages[page].deleted.contains(&(row - self.pages[page].first)))
    }

    /// Rows that are kept, of a range.
    pub fn kept(&self, range: Range<usize>) -> impl Iterator<Item = &Row> {
        range.filter_map(|row| self.row(row))
    }

    /// The dropped pages that a range of rows needs and nobody fetches yet; they count as being
    /// fetched from now on.
    pub fn missing(&mut self, range: Range<usize>) -> Vec<(usize, Origin)> {
        let (Some(first), Some(last)) = (self.page_of(range.start), self.page_of(range.end.saturating_sub(1))) else {
            return Vec::new();
        };
        let pages = self.pages[first..=last].iter_mut().enumerate();
        let wanted = pages.filter(|(_, page)| page.rows.is_none() && !page.fetching);
        wanted
            .map(|(at, page)| {
                page.fetching = true;
                (first + at, page.origin.clone())
            })
            .collect()
    }

    /// Puts a fetched page back, each row where it was. Its place in the numbering stays: what is more is
    /// left out until the whole is read anew, what is fewer leaves empty rows, and `changed` says so.
    pub fn refill(&mut self, page: usize, rows: Vec<Row>, bytes: usize, near: usize) {
        let Some(page) = self.pages.get_mut(page) else { return };
        // Nobody asked for it: the answer is for a walk before this one.
        if !std::mem::take(&mut page.fetching) {
            return;
        }
        let more = rows.len() > page.length;
        let settled = settle(rows, &page.prints);
        page.deleted.retain(|at| settled.rows[*at].is_none());
        let lost = |(at, row): (usize, &Option<Row>)| row.is_none() && !page.deleted.contains(&at);
        self.changed |= more || !settled.differs.is_empty() || settled.rows.iter().enumerate().any(lost);
        page.bytes = bytes;
        self.kept_rows += page.length;
        self.kept_bytes += bytes;
        page.differs = settled.differs;
        page.rows = Some(settled.rows);
        self.drop_far(near);
    }

    /// Of a dropped page's rows that were fetched again, those that are what they were, each in its place.
    pub fn known(&self, page: usize, rows: Vec<Row>) -> Vec<Option<Row>> {
        let Some(page) = self.pages.get(page) else { return Vec::new() };
        let mut settled = settle(rows, &page.prints);
        for at in settled.differs {
            settled.rows[at] = None;
        }
        settled.rows
    }

    /// Whether another row came back in this place than was seen there.
    pub fn differs(&self, row: usize) -> bool {
        self.page_of(row)
            .is_some_and(|page| self.pages[page].differs.contains(&(row - self.pages[page].first)))
    }

    /// The rows that came back different; from now on they count as seen.
    pub fn take_differing(&mut self) -> Vec<usize> {
        let take = |page: &mut Page<Row, Origin>| {
            let first = page.first;
            std::mem::take(&mut page.differs).into_iter().map(move |at| first + at)
        };
        self.pages.iter_mut().flat_map(take).collect()
    }

    /// A page could not be fetched; it may be asked for again.
    pub fn gave_up(&mut self, page: usize) {
        if let Some(page) = self.pages.get_mut(page) {
            page.fetching = false;
        }
    }

    /// How many pages there are, without those that brought no row.
    pub fn count(&self) -> usize {
        self.pages.len()
    }

    /// The first row of a page.
    pub fn first_of(&self, page: usize) -> Option<usize> {
        self.pages.get(page).map(|page| page.first)
    }

    /// The page of a row.
    pub fn page_of(&self, row: usize) -> Option<usize> {
        if row >= self.rows {
            return None;
        }
        Some(self.pages.partition_point(|page| page.first <= row) - 1)
    }

    /// Drops pages until the rest fits, the furthest from the view first; the page in view stays.
    fn drop_far(&mut self, near: usize) {
        let here = self.page_of(near.min(self.rows.saturating_sub(1))).unwrap_or_default();
        let (mut first, mut last) = (0, self.pages.len());
        while (self.kept_rows > self.budget.rows || self.kept_bytes > self.budget.bytes) && last - first > 1 {
            let victim = if here - first >= last - 1 - here {
                first += 1;
                first - 1
            } else {
                last -= 1;
                last
            };
            let page = &mut self.pages[victim];
            if let Some(rows) = page.rows.take() {
                page.remember(&rows);
                self.kept_rows -= page.length;
                self.kept_bytes -= page.bytes;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Print for usize {
        fn print(&self) -> u64 {
            *self as u64
        }
    }

    impl Print for u8 {
        fn print(&self) -> u64 {
            u64::from(*self)
        }
    }

    impl Print for (u8, u8) {
        fn print(&self) -> u64 {
            u64::from(self.0) << 8 | u64::from(self.1)
        }
    }

    fn thousand_pages() -> Pages<usize, usize> {
        let mut pages = Pages::new(Budget::default());
        for page in 0..1_000 {
            pages.push((page * 1_000..(page + 1) * 1_000).collect(), 1_000, page, page * 1_000);
        }
        pages
    }

    #[test]
    fn memory_is_bounded_and_old_pages_come_back() {
        let mut pages = thousand_pages();
        assert_eq!(pages.len(), 1_000_000);
        assert_eq!(pages.kept_rows, 50_000);
        assert_eq!(
            (pages.row(999_999), pages.row(10), pages.row(1_000_000)),
            (Some(&999_999), None, None)
        );
        assert_eq!(pages.missing(900..1_100), [(0, 0), (1, 1)]);
        assert_eq!(pages.missing(900..1_100), [], "they are under way already");
        pages.refill(0, (0..1_000).collect(), 1_000, 900);
        assert_eq!(pages.row(999), Some(&999));
        assert!(!pages.changed);
        assert!(pages.kept_rows <= 50_000);
        pages.gave_up(1);
        assert_eq!(pages.missing(1_000..1_001), [(1, 1)]);
    }

    #[test]
    fn heavy_pages_are_dropped_sooner_but_never_the_one_in_view() {
        let mut pages = Pages::new(Budget { rows: 50_000, bytes: 100 });
        for page in 0..5_usize {
            pages.push(vec![page], 60, page, 2);
        }
        assert_eq!(pages.kept(0..5).collect::<Vec<_>>(), [&2]);
        pages.push(vec![9], 1_000, 9, 5);
        assert_eq!(pages.row(5), Some(&9));
    }

    #[test]
    fn a_table_that_changed_keeps_its_numbering() {
        let mut pages: Pages<u8, ()> = Pages::new(Budget { rows: 2, bytes: 1_000 });
        pages.push(vec![1, 2], 1, (), 0);
        pages.push(vec![3, 4], 1, (), 3);
        assert_eq!(pages.missing(0..2).len(), 1);
        pages.refill(0, vec![1], 1, 0);
        assert!(pages.changed);
        assert_eq!((pages.len(), pages.row(0), pages.row(1)), (4, Some(&1), None));
        assert_eq!(pages.missing(0..2), [], "a shorter page is here, not missing");
    }

    #[test]
    fn another_row_in_a_place_is_told_until_it_was_noticed() {
        let mut pages: Pages<u8, ()> = Pages::new(Budget { rows: 3, bytes: 1_000 });
        pages.push(vec![1, 2, 3], 1, (), 0);
        pages.push(vec![4, 5, 6], 1, (), 5);
        pages.delete(0);
        assert_eq!(pages.known(0, vec![2, 9, 4]), [None, Some(2), None]);
        pages.missing(0..1);
        pages.refill(0, vec![2, 9, 4], 1, 0);
        assert!(pages.changed && pages.is_deleted(0));
        assert_eq!([0, 1, 2].map(|row| pages.row(row).copied()), [None, Some(2), Some(9)]);
        assert_eq!([1, 2].map(|row| pages.differs(row)), [false, true]);
        // Dropped before anybody noticed: it is still the row that was seen that counts.
        pages.missing(3..4);
        pages.refill(1, vec![4, 5, 6], 1, 5);
        assert_eq!(pages.known(0, vec![2, 9]), [None, Some(2), None]);
        assert_eq!(pages.take_differing(), [2]);
        assert!(!pages.differs(2));
    }

    #[test]
    fn an_answer_that_nobody_waits_for_changes_nothing() {
        let mut pages: Pages<u8, ()> = Pages::new(Budget::default());
        pages.push(vec![1, 2], 1, (), 0);
        pages.refill(0, vec![8, 9], 1, 0);
        assert_eq!((pages.row(0), pages.changed), (Some(&1), false));
        assert_ne!(pages.walk(), Pages::<u8, ()>::new(Budget::default()).walk());
    }

    #[test]
    fn rows_are_patched_in_place_and_deleted_ones_keep_their_number() {
        let mut pages: Pages<(u8, u8), ()> = Pages::new(Budget::default());
        pages.push(vec![(1, 0), (2, 0)], 1, (), 0);
        pages.push(vec![(3, 0)], 1, (), 0);
        assert_eq!(pages.patch(|row| row.0 == 3, Some((3, 9))), Some(2));
        assert_eq!(pages.patch(|row| row.0 == 2, None), Some(1));
        assert_eq!(pages.patch(|row| row.0 == 7, None), None);
        assert_eq!((pages.row(2), pages.row(1), pages.len()), (Some(&(3, 9)), Some(&(2, 0)), 3));
        assert_eq!([0, 1, 2, 9].map(|row| pages.is_deleted(row)), [false, true, false, false]);
        assert_eq!(pages.patch(|row| row.0 == 2, Some((2, 1))), Some(1));
        assert!(!pages.is_deleted(1), "an undo brings it back");
    }

    #[test]
    fn dropped_rows_know_their_page() {
        let mut pages = thousand_pages();
        assert_eq!((pages.dropped(1_010), pages.dropped(999_500)), (Some((1_000, 1)), None));
        pages.delete(999_500);
        assert!(pages.is_deleted(999_500) && !pages.is_deleted(999_501));
    }

    #[test]
    fn empty_pages_take_no_place() {
        let mut pages: Pages<u8, u8> = Pages::new(Budget::default());
        pages.push(vec![], 0, 1, 0);
        assert!(pages.is_empty());
        assert_eq!(pages.missing(0..10), []);
        pages.push(vec![1, 2], 0, 2, 0);
        pages.push(vec![3], 0, 3, 0);
        assert_eq!(
            (pages.count(), pages.first_of(1), pages.page_of(1), pages.page_of(2)),
            (2, Some(2), Some(0), Some(1))
        );
    }
}
