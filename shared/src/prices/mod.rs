//! What DynamoDB costs: a dated table of public prices, and estimates from it. Taxes, the free tier,
//! reserved capacity, savings plans, global tables and data transfer are left out.

mod estimate;
mod money;
mod table;

pub use estimate::{Estimate, Line, TARGET_UTILIZATION, Units, Usage, on_demand, provisioned};
pub use money::{Exactly, Money};
pub use table::{DATED, REGIONS};

/// AWS's own month: 8760 hours a year in twelve parts.
pub const HOURS_A_MONTH: u64 = 730;

/// The prices of one region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionPrices {
    /// `eu-west-1` and so on.
    pub region: &'static str,
    /// As AWS calls it.
    pub name: &'static str,
    /// Where the numbers are from, for the screen.
    pub source: &'static str,
    /// Why they may be wrong, for the screen.
    pub doubt: Option<&'static str>,
    pub standard: ClassPrices,
    pub infrequent: ClassPrices,
    /// Point-in-time recovery, for each GB-month of table and local indexes.
    pub recovery: Option<Money>,
    /// On-demand backups, for each GB-month.
    pub backup: Option<Money>,
    /// One GetRecords of a stream.
    pub stream_read: Option<Money>,
}

/// What depends on the table class. A price that is not known is not guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassPrices {
    pub read_request: Money,
    pub write_request: Money,
    pub read_hour: Option<Money>,
    pub write_hour: Option<Money>,
    /// For each GB-month.
    pub storage: Money,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableClass {
    #[default]
    Standard,
    InfrequentAccess,
}

impl TableClass {
    /// Reads DynamoDB's own word; anything else is the standard class.
    pub fn of(word: &str) -> Self {
        if word == "STANDARD_INFREQUENT_ACCESS" {
            Self::InfrequentAccess
        } else {
            Self::Standard
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::InfrequentAccess => "Standard-IA",
        }
    }
}

impl RegionPrices {
    pub const fn class(&self, class: TableClass) -> &ClassPrices {
        match class {
            TableClass::Standard => &self.standard,
            TableClass::InfrequentAccess => &self.infrequent,
        }
    }

    /// What of an estimate has no price here, in words.
    pub fn unknown(&self, class: TableClass) -> Vec<&'static str> {
        let of_class = self.class(class);
        let capacity = of_class.read_hour.is_none() || of_class.write_hour.is_none();
        [
            ("provisioned capacity of this class", capacity),
            ("point-in-time recovery", self.recovery.is_none()),
            ("on-demand backups", self.backup.is_none()),
            ("reads of a stream", self.stream_read.is_none()),
        ]
        .into_iter()
        .filter_map(|(what, missing)| missing.then_some(what))
        .collect()
    }
}

/// The prices of a region, where the table has them.
pub fn of_region(region: &str) -> Option<&'static RegionPrices> {
    REGIONS.iter().find(|prices| prices.region == region)
}

/// Whether units are read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    Read,
    Write,
}

/// Capacity units in thousandths: an eventually consistent read takes half a unit, and engines report
/// units as fractions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MilliUnits(pub u64);

impl MilliUnits {
    /// From an engine's own number; what is no count is nothing.
    pub fn of(units: f64) -> Self {
        // `as` saturates and makes nothing of NaN.
        Self((units * 1000.0).round() as u64)
    }

    pub fn units(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

/// What on-demand requests cost that take so many units each: an access pattern at a rate, say.
pub fn requests(prices: &RegionPrices, class: TableClass, kind: UnitKind, each: MilliUnits, times: u64) -> Money {
    let class = prices.class(class);
    let unit = match kind {
        UnitKind::Read => class.read_request,
        UnitKind::Write => class.write_request,
    };
    unit.times(u128::from(each.0) * u128::from(times)).per(1000)
}

/// How often something happens in a month that happens so often a day.
pub fn a_month(times_a_day: u64) -> u64 {
    times_a_day.saturating_mul(HOURS_A_MONTH) / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_a_price_at_a_rate() {
        let ireland = of_region("eu-west-1").expect("known");
        let half = MilliUnits::of(0.5);
        let cost = requests(ireland, TableClass::Standard, UnitKind::Read, half, 2_000_000);
        assert_eq!(cost, Money::usd("0.1415"));
        let writes = requests(ireland, TableClass::InfrequentAccess, UnitKind::Write, MilliUnits(1000), 1_000_000);
        assert_eq!(writes, Money::usd("0.885"));
        assert_eq!(a_month(24), HOURS_A_MONTH);
        assert_eq!(of_region("mars-1"), None);
    }

    #[test]
    fn what_a_region_has_no_price_of_is_named() {
        let unknown = |region, class| of_region(region).expect("known").unknown(class);
        assert_eq!(unknown("us-east-1", TableClass::InfrequentAccess), [""; 0]);
        assert_eq!(
            unknown("eu-west-1", TableClass::Standard),
            ["on-demand backups", "reads of a stream"]
        );
        assert_eq!(
            unknown("eu-west-1", TableClass::InfrequentAccess),
            ["provisioned capacity of this class", "on-demand backups", "reads of a stream"]
        );
    }

    #[test]
    fn what_is_no_number_of_units_is_none() {
        assert_eq!(MilliUnits::of(f64::NAN), MilliUnits(0));
        assert_eq!(MilliUnits::of(-1.0), MilliUnits(0));
        assert_eq!(MilliUnits::of(128.5), MilliUnits(128_500));
    }

    #[test]
    fn the_other_class_costs_more_to_use_and_less_to_keep() {
        for prices in &REGIONS {
            let (standard, infrequent) = (&prices.standard, &prices.infrequent);
            assert!(infrequent.read_request > standard.read_request, "{}", prices.region);
            assert!(infrequent.write_request > standard.write_request, "{}", prices.region);
            assert!(infrequent.storage < standard.storage, "{}", prices.region);
        }
    }
}
