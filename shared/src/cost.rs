//! What a read can cost, from what DynamoDB says of the size of a table or an index, and how large a
//! page may be so that a budget is kept.

use crate::size::MAX_ITEM_BYTES;

/// Bytes that one read capacity unit reads, strongly consistent.
const UNIT_BYTES: u64 = 4096;
/// A page ends with the item that fills so many bytes.
const PAGE_BYTES: u64 = 1024 * 1024;
/// The first page under a budget, before anything was measured.
const FIRST_ITEMS: u32 = 10;

/// The size of a table or an index as DescribeTable tells it: up to six hours old on AWS, so whatever
/// comes of it is approximate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    pub size_bytes: u64,
    pub item_count: u64,
}

impl Figures {
    /// Bytes of an item on average; nothing while there are no figures.
    pub fn average(self) -> Option<u64> {
        (self.item_count > 0 && self.size_bytes > 0).then(|| self.size_bytes.div_ceil(self.item_count))
    }

    /// Read capacity units of a walk through everything at the most: the engine rounds each page up to
    /// whole units, so smaller pages cost a little more.
    pub fn read_at_most(self, page: u32, consistent: bool) -> f64 {
        let pages = self
            .item_count
            .div_ceil(u64::from(page.max(1)))
            .max(self.size_bytes.div_ceil(PAGE_BYTES))
            .max(1);
        // The last page is rounded up by the division already.
        let units = self.size_bytes.div_ceil(UNIT_BYTES).max(1) + (pages - 1);
        units as f64 * mode(consistent)
    }

    /// Units of a page of so many items of average size.
    pub fn page_about(self, items: u64, consistent: bool) -> Option<f64> {
        let bytes = items.min(self.item_count).saturating_mul(self.average()?).min(PAGE_BYTES);
        Some(of_bytes(bytes, consistent))
    }

    /// Units of fetching so many items of average size one by one, as DynamoDB does from the table for
    /// attributes that a local index does not hold.
    pub fn fetches_about(self, items: u64, consistent: bool) -> Option<f64> {
        Some(items.min(self.item_count) as f64 * of_bytes(self.average()?, consistent))
    }
}

fn mode(consistent: bool) -> f64 {
    if consistent { 1.0 } else { 0.5 }
}

fn of_bytes(bytes: u64, consistent: bool) -> f64 {
    bytes.div_ceil(UNIT_BYTES).max(1) as f64 * mode(consistent)
}

/// Units of a page of so many items at the very most, however large they are: the item that fills the
/// megabyte is examined whole.
pub fn page_at_most(items: u64, consistent: bool) -> f64 {
    let largest = MAX_ITEM_BYTES as u64;
    of_bytes(items.saturating_mul(largest).min(PAGE_BYTES + largest), consistent)
}

/// What a walk under a budget of units has measured so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    pub units: f64,
    pub items: u64,
}

/// How many items the next page may examine, of `page` at most, while `left` units of a budget are left.
///
/// A page is asked for by a number of items and paid for by their size, so it can cost more than is left.
/// Where no page that large could, it is as large as wished. Nearer to the end a page is expected, by the
/// average measured so far, to take half of what is left, the first one is small, and none is more than
/// four times all before it. `fetches` says that items are read from the table as well, which has no bound.
pub fn page_within(left: f64, measured: Measured, page: u32, consistent: bool, fetches: bool) -> u32 {
    let page = page.max(1);
    if !fetches && page_at_most(u64::from(page), consistent) <= left {
        return page;
    }
    if measured.items == 0 {
        // As many as there are units, as if each item filled one.
        return ((left / mode(consistent)) as u32).min(FIRST_ITEMS).clamp(1, page);
    }
    let average = measured.units / measured.items as f64;
    let half = (left / average / 2.0).floor();
    let grown = measured.items.saturating_mul(4).min(u64::from(page)) as f64;
    // A float beyond the range of the type becomes its bound, and no number becomes 0.
    (half.min(grown) as u32).clamp(1, page)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn figures(size_bytes: u64, item_count: u64) -> Figures {
        Figures { size_bytes, item_count }
    }

    #[test]
    fn size_mode_and_pages_count() {
        assert_eq!(figures(0, 0).read_at_most(500, false), 0.5);
        assert_eq!(figures(8191, 10).read_at_most(500, false), 1.0);
        assert_eq!(figures(8191, 10).read_at_most(500, true), 2.0);
        assert_eq!(figures(8191, 1_000).read_at_most(500, true), 3.0);
        // A page ends at 1 MB whatever its limit.
        assert_eq!(figures(10 * 1024 * 1024, 100).read_at_most(1_000, true), 2_560.0 + 9.0);
    }

    #[test]
    fn a_page_costs_its_items_and_never_more_than_a_megabyte_and_an_item() {
        let thousand = figures(200_000, 1_000);
        assert_eq!(thousand.average(), Some(200));
        assert_eq!(thousand.page_about(500, true), Some(25.0));
        assert_eq!(thousand.page_about(500, false), Some(12.5));
        assert_eq!(thousand.page_about(1, false), Some(0.5));
        // There are no more items than that.
        assert_eq!(figures(2_000, 10).page_about(500, true), Some(1.0));
        assert_eq!(figures(400 * 1024 * 100, 100).page_about(100, true), Some(256.0));
        assert_eq!(figures(0, 0).page_about(500, true), None);
        assert_eq!(
            [page_at_most(1, true), page_at_most(2, false), page_at_most(500, true)],
            [100.0, 100.0, 356.0]
        );
    }

    #[test]
    fn each_fetch_from_the_table_is_rounded_up_by_itself() {
        assert_eq!(figures(200_000, 1_000).fetches_about(500, false), Some(250.0));
        assert_eq!(figures(5_000 * 10, 10).fetches_about(3, true), Some(6.0));
        assert_eq!(figures(0, 0).fetches_about(3, true), None);
    }

    /// Walks over items of these sizes as an engine does, until the budget is met. What it cost, in how
    /// many requests, and how many items the last page could examine.
    fn walk(sizes: impl IntoIterator<Item = u64>, budget: f64, page: u32, consistent: bool) -> (f64, u32, u32) {
        let mut sizes = sizes.into_iter().peekable();
        let (mut measured, mut requests, mut limit) = (Measured { units: 0.0, items: 0 }, 0, 0);
        while measured.units < budget && sizes.peek().is_some() {
            limit = page_within(budget - measured.units, measured, page, consistent, false);
            let (mut examined, mut bytes) = (0, 0);
            while examined < limit && bytes < PAGE_BYTES {
                let Some(size) = sizes.next() else { break };
                examined += 1;
                bytes += size;
            }
            measured.units += of_bytes(bytes, consistent);
            measured.items += u64::from(examined);
            requests += 1;
        }
        (measured.units, requests, limit)
    }

    #[test]
    fn a_budget_is_met_to_the_unit_where_items_are_alike() {
        for size in [40, 200, 1_500, 4_096] {
            for budget in [1, 3, 25, 100, 1_000] {
                for page in [100, 1_000] {
                    let (spent, requests, _) = walk(std::iter::repeat(size), f64::from(budget), page, false);
                    let over = spent - f64::from(budget);
                    assert!((0.0..=0.5).contains(&over), "{size} B, {budget} RCU: {over} over");
                    let full = f64::from(budget) / of_bytes(size * u64::from(page), false);
                    assert!(f64::from(requests) <= full + 16.0, "{size} B, {budget} RCU: {requests} requests");
                }
            }
        }
        // Before anything is measured nobody knows that each of the first page's three items costs 50 units.
        assert_eq!(walk(std::iter::repeat(400 * 1024), 3.0, 500, false).0, 150.0);
    }

    #[test]
    fn very_unequal_items_overshoot_by_the_few_of_the_last_page() {
        // One in seven has 100 KB (12.5 RCU), the others a few hundred bytes.
        let mixed = |shift: usize| (shift..).map(|at| if at % 7 == 3 { 100 * 1024 } else { 100 + at as u64 % 500 });
        for shift in 0..7 {
            for budget in [10, 50, 170, 600, 5_000] {
                let (spent, requests, _) = walk(mixed(shift), f64::from(budget), 500, false);
                let over = spent - f64::from(budget);
                assert!((0.0..=25.0).contains(&over), "{budget} RCU from {shift}: {over} over");
                assert!(requests < 60, "{requests}");
            }
        }
    }

    #[test]
    fn however_items_are_sized_a_walk_overshoots_by_less_than_one_page() {
        // Thousands of tiny ones, then nothing but the largest: nobody can know it before.
        for tiny in [0, 10, 50, 2_000, 10_000] {
            for budget in [10, 60, 150, 400, 2_000] {
                let sizes = std::iter::repeat_n(60, tiny).chain(std::iter::repeat(MAX_ITEM_BYTES as u64));
                let (spent, _, limit) = walk(sizes, f64::from(budget), 1_000, true);
                let over = spent - f64::from(budget);
                assert!(
                    over >= 0.0 && over < page_at_most(u64::from(limit), true),
                    "{tiny}, {budget}: {over}"
                );
                assert!(over < 356.0, "{tiny}, {budget}: {over}");
            }
        }
    }

    #[test]
    fn pages_are_large_while_nothing_can_go_wrong() {
        let none = Measured { units: 0.0, items: 0 };
        assert_eq!(page_within(178.0, none, 500, false, false), 500);
        assert_eq!(page_within(177.5, none, 500, false, false), 10);
        assert_eq!(page_within(178.0, none, 500, false, true), 10);
        // An engine that tells no capacity.
        let free = Measured { units: 0.0, items: 10 };
        assert_eq!(page_within(5.0, free, 500, false, false), 40);
    }
}
