//! What a read can cost at most, from what DynamoDB says of the size of a table or an index.

/// Bytes that one read capacity unit reads, strongly consistent.
const UNIT_BYTES: u64 = 4096;
/// The most bytes that one page examines.
const PAGE_BYTES: u64 = 1024 * 1024;

/// Read capacity units of a walk through `size_bytes` in `item_count` items at the most: the engine
/// rounds each page up to whole units, so smaller pages cost a little more.
pub fn read_at_most(size_bytes: u64, item_count: u64, page: u32, consistent: bool) -> f64 {
    let pages = item_count
        .div_ceil(u64::from(page.max(1)))
        .max(size_bytes.div_ceil(PAGE_BYTES))
        .max(1);
    // The last page is rounded up by the division already.
    let units = size_bytes.div_ceil(UNIT_BYTES).max(1) + (pages - 1);
    units as f64 * if consistent { 1.0 } else { 0.5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_mode_and_pages_count() {
        assert_eq!(read_at_most(0, 0, 500, false), 0.5);
        assert_eq!(read_at_most(8191, 10, 500, false), 1.0);
        assert_eq!(read_at_most(8191, 10, 500, true), 2.0);
        assert_eq!(read_at_most(8191, 1_000, 500, true), 3.0);
        // A page ends at 1 MB whatever its limit.
        assert_eq!(read_at_most(10 * 1024 * 1024, 100, 1_000, true), 2_560.0 + 9.0);
    }
}
