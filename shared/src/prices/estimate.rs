//! A month of one table, line by line, in either capacity mode.

use super::money::Money;
use super::{HOURS_A_MONTH, MilliUnits, RegionPrices, TableClass};

/// How full provisioned capacity is planned to be, in percent: the usual target of auto scaling.
pub const TARGET_UTILIZATION: u64 = 70;

/// Bytes that AWS bills as one GB.
const A_GB: u128 = 1 << 30;
/// DynamoDB adds this to each stored item for its own index.
const OVERHEAD: u64 = 100;
const SECONDS_A_MONTH: u64 = HOURS_A_MONTH * 3600;

/// Provisioned units: the table's and its indexes', summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Units {
    pub read: u64,
    pub write: u64,
}

/// What one table is and does, as far as it has a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub class: TableClass,
    /// Table and indexes as DynamoDB tells them.
    pub bytes: u64,
    /// Items in the table and rows in its indexes.
    pub items: u64,
    /// Capacity units consumed a second, on average.
    pub reads_a_second: MilliUnits,
    pub writes_a_second: MilliUnits,
    /// What is provisioned today; nothing on an on-demand table.
    pub units: Option<Units>,
    pub recovery: bool,
    pub backup_bytes: u64,
    /// GetRecords of its stream in a month, by readers that pay.
    pub stream_reads: u64,
}

/// One line of an estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub what: &'static str,
    /// How much of it, for a person.
    pub quantity: String,
    /// Nothing where the table has no price for it: the sum leaves it out and says so.
    pub cost: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    pub lines: Vec<Line>,
}

impl Estimate {
    /// What the lines with a price come to.
    pub fn total(&self) -> Money {
        self.lines.iter().filter_map(|line| line.cost).sum()
    }

    /// Lines that the table has no price for.
    pub fn unpriced(&self) -> Vec<&'static str> {
        self.lines.iter().filter(|line| line.cost.is_none()).map(|line| line.what).collect()
    }
}

/// A month on demand at this usage.
pub fn on_demand(usage: &Usage, prices: &RegionPrices) -> Estimate {
    let class = prices.class(usage.class);
    let month = |rate: MilliUnits| u128::from(rate.0) * u128::from(SECONDS_A_MONTH);
    let request = |what, rate: MilliUnits, price: Money| Line {
        what,
        quantity: format!("{} units", count(month(rate) / 1000)),
        cost: Some(price.times(month(rate)).per(1000)),
    };
    let mut lines = vec![
        request("Read requests", usage.reads_a_second, class.read_request),
        request("Write requests", usage.writes_a_second, class.write_request),
    ];
    lines.extend(kept(usage, prices));
    Estimate { lines }
}

/// A month with provisioned capacity: today's units, or those that this usage would need.
pub fn provisioned(usage: &Usage, prices: &RegionPrices) -> Estimate {
    let class = prices.class(usage.class);
    let units = usage.units.unwrap_or_else(|| needed(usage));
    let hours = |what, units: u64, price: Option<Money>| Line {
        what,
        quantity: format!("{} units × {HOURS_A_MONTH} hours", count(units.into())),
        cost: price.map(|price| price.times(u128::from(units) * u128::from(HOURS_A_MONTH))),
    };
    let mut lines = vec![
        hours("Read capacity", units.read, class.read_hour),
        hours("Write capacity", units.write, class.write_hour),
    ];
    lines.extend(kept(usage, prices));
    Estimate { lines }
}

/// Units that carry the average at [`TARGET_UTILIZATION`]; a table has at least one of each.
fn needed(usage: &Usage) -> Units {
    let units = |rate: MilliUnits| rate.0.saturating_mul(100).div_ceil(TARGET_UTILIZATION * 1000).max(1);
    Units {
        read: units(usage.reads_a_second),
        write: units(usage.writes_a_second),
    }
}

/// What is paid in either mode.
fn kept(usage: &Usage, prices: &RegionPrices) -> Vec<Line> {
    let stored = usage.bytes.saturating_add(usage.items.saturating_mul(OVERHEAD));
    let gigabytes = |what, bytes: u64, price: Option<Money>| Line {
        what,
        quantity: size(bytes),
        cost: price.map(|price| price.times(bytes.into()).per(A_GB)),
    };
    let mut lines = vec![gigabytes("Storage", stored, Some(prices.class(usage.class).storage))];
    if usage.recovery {
        lines.push(gigabytes("Point-in-time recovery", usage.bytes, prices.recovery));
    }
    if usage.backup_bytes > 0 {
        lines.push(gigabytes("On-demand backups", usage.backup_bytes, prices.backup));
    }
    if usage.stream_reads > 0 {
        lines.push(Line {
            what: "Stream reads",
            quantity: format!("{} reads", count(usage.stream_reads.into())),
            cost: prices.stream_read.map(|price| price.times(usage.stream_reads.into())),
        });
    }
    lines
}

/// A count that stays readable: an estimate does not need its last digits.
fn count(number: u128) -> String {
    let (divisor, word) = match number {
        0..10_000 => return number.to_string(),
        10_000..1_000_000 => (1_000, " thousand"),
        1_000_000..1_000_000_000 => (1_000_000, " million"),
        _ => (1_000_000_000, " billion"),
    };
    let tenths = number * 10 / divisor;
    format!("{}.{}{word}", tenths / 10, tenths % 10)
}

fn size(bytes: u64) -> String {
    let bytes = u128::from(bytes);
    let (divisor, word) = match bytes {
        0..1024 => return format!("{bytes} bytes"),
        1024..1_048_576 => (1024, "KB"),
        1_048_576..A_GB => (1_048_576, "MB"),
        _ => (A_GB, "GB"),
    };
    let tenths = bytes * 10 / divisor;
    format!("{}.{} {word}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::of_region;

    fn virginia() -> &'static RegionPrices {
        of_region("us-east-1").expect("known")
    }

    #[test]
    fn a_month_in_both_modes() {
        let usage = Usage {
            bytes: 10 << 30,
            reads_a_second: MilliUnits(100_000),
            writes_a_second: MilliUnits(10_000),
            ..Usage::default()
        };
        // 262.8 million reads, 26.28 million writes and ten GB.
        let demand = on_demand(&usage, virginia());
        assert_eq!(demand.total(), Money::usd("32.85") + Money::usd("16.425") + Money::usd("2.5"));
        assert_eq!(demand.lines[0].quantity, "262.8 million units");
        // 143 and 15 units would carry that at 70 percent.
        let fixed = provisioned(&usage, virginia());
        assert_eq!(fixed.lines[0].quantity, "143 units × 730 hours");
        assert_eq!(fixed.lines[1].quantity, "15 units × 730 hours");
        assert_eq!(fixed.total(), Money::usd("13.5707") + Money::usd("7.1175") + Money::usd("2.5"));
    }

    #[test]
    fn todays_units_are_taken_as_they_are() {
        let usage = Usage {
            units: Some(Units { read: 5, write: 5 }),
            ..Usage::default()
        };
        let total = provisioned(&usage, virginia()).total();
        assert_eq!(total, Money::usd("0.4745") + Money::usd("2.3725"));
    }

    #[test]
    fn what_has_no_price_is_named_and_left_out() {
        let usage = Usage {
            backup_bytes: 1 << 30,
            recovery: true,
            bytes: 1 << 30,
            ..Usage::default()
        };
        let estimate = on_demand(&usage, of_region("eu-west-1").expect("known"));
        assert_eq!(estimate.unpriced(), ["On-demand backups"]);
        assert_eq!(estimate.total(), Money::usd("0.283") + Money::usd("0.22"));
    }

    #[test]
    fn each_item_takes_its_overhead() {
        let usage = Usage {
            bytes: 1000,
            items: 10,
            ..Usage::default()
        };
        assert_eq!(on_demand(&usage, virginia()).lines[2].quantity, "1.9 KB");
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let usage = Usage {
            bytes: u64::MAX,
            items: u64::MAX,
            reads_a_second: MilliUnits(u64::MAX),
            writes_a_second: MilliUnits(u64::MAX),
            units: Some(Units {
                read: u64::MAX,
                write: u64::MAX,
            }),
            recovery: true,
            backup_bytes: u64::MAX,
            stream_reads: u64::MAX,
            ..Usage::default()
        };
        assert!(on_demand(&usage, virginia()).total() > Money::ZERO);
        assert!(provisioned(&usage, virginia()).total() > Money::ZERO);
    }
}
