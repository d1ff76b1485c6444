//! Money in whole pico-dollars: a read costs about a tenth of a micro-dollar, so micro-dollars are
//! too coarse to multiply, and a float would not add up.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

const A_DOLLAR: u128 = 1_000_000_000_000;
const A_CENT: u128 = A_DOLLAR / 100;

/// An amount in US dollars, exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u128);

impl Money {
    pub const ZERO: Self = Self(0);

    /// Reads a price as it is published, such as `0.0001586`. Only for texts that stand in the source.
    ///
    /// # Panics
    /// Where the text is no decimal number of at most twelve places; as a constant it does not compile.
    pub const fn usd(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut at, mut value, mut places) = (0, 0u128, 0);
        let mut behind_the_point = false;
        while at < bytes.len() {
            match bytes[at] {
                b'.' if !behind_the_point => behind_the_point = true,
                digit @ b'0'..=b'9' => {
                    value = value * 10 + (digit - b'0') as u128;
                    places += behind_the_point as u32;
                }
                _ => panic!("a price is a decimal number"),
            }
            at += 1;
        }
        assert!(places <= 12 && !bytes.is_empty(), "a price has one to twelve places");
        Self(value * 10u128.pow(12 - places))
    }

    /// This much for each of `count`.
    pub const fn times(self, count: u128) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// One of so many equal parts, rounded to the nearest pico-dollar.
    pub const fn per(self, parts: u128) -> Self {
        if parts == 0 {
            return Self::ZERO;
        }
        Self((self.0 + parts / 2) / parts)
    }

    /// Whole micro-dollars, for the wire and for sums in other programs.
    pub const fn micros(self) -> u128 {
        (self.0 + 500_000) / 1_000_000
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// As an estimate is told: cents below a hundred dollars, whole dollars above, no more digits than
/// the guess behind it deserves.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = (self.0 + A_CENT / 2) / A_CENT;
        match cents {
            0 if self.0 > 0 => formatter.write_str("under $0.01"),
            0..10_000 => write!(formatter, "${}.{:02}", cents / 100, cents % 100),
            _ => write!(formatter, "${}", grouped((self.0 + A_DOLLAR / 2) / A_DOLLAR)),
        }
    }
}

/// A unit's price, with all the digits that it is published with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exactly(pub Money);

impl fmt::Display for Exactly {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0.0 / A_DOLLAR, self.0.0 % A_DOLLAR);
        let places = format!("{rest:012}");
        let shown = places.trim_end_matches('0').len().max(2);
        write!(formatter, "${}.{}", grouped(whole), &places[..shown])
    }
}

fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_exact() {
        assert_eq!(Money::usd("0.1415").per(1_000_000).times(1_000_000), Money::usd("0.1415"));
        assert_eq!(Money::usd("0.0001586").times(730), Money::usd("0.115778"));
        assert_eq!(Money::usd("25"), Money::usd("25.00"));
        assert_eq!(Money::usd("0.0000015").micros(), 2);
        assert_eq!(Exactly(Money::usd("0.0001586")).to_string(), "$0.0001586");
        assert_eq!(Exactly(Money::usd("1234.5")).to_string(), "$1,234.50");
    }

    #[test]
    fn an_estimate_has_no_false_digits() {
        let shown = |text| Money::usd(text).to_string();
        assert_eq!(Money::ZERO.to_string(), "$0.00");
        assert_eq!(shown("0.0049"), "under $0.01");
        assert_eq!(shown("0.005"), "$0.01");
        assert_eq!(shown("12.344"), "$12.34");
        assert_eq!(shown("99.994"), "$99.99");
        assert_eq!(shown("99.996"), "$100");
        assert_eq!(shown("1234567.4"), "$1,234,567");
    }
}
