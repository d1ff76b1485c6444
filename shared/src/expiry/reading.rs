//! What DynamoDB makes of one value as a time to live.

use serde::{Deserialize, Serialize};

use crate::time::parse_iso;
use crate::value::{AttributeValue, number};

/// DynamoDB never deletes an item whose time is longer past than this.
pub const FIVE_YEARS: i64 = 5 * 365 * 86_400;
/// As seconds this is the year 5138: a number beyond it is milliseconds or smaller units.
const LATEST_SECONDS: i64 = 100_000_000_000;
const LATEST_MILLIS: i64 = LATEST_SECONDS * 1_000;

/// One value as a time to live. Only the first two ever lead to a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It expires then, in epoch seconds.
    Later(i64),
    /// Its time is over; the engine deletes it sooner or later.
    Expired(i64),
    /// Its time was over more than five years ago: DynamoDB leaves it.
    FarPast(i64),
    /// Milliseconds, read as seconds thousands of years ahead. The instant meant, in seconds.
    Milliseconds(i64),
    /// Smaller units still, or a number too large for any time.
    TooLarge,
    /// A number with a fraction.
    Fraction,
    /// A text that is a date and time. The instant meant, in seconds.
    IsoDate(i64),
    /// Any other text.
    Text,
    /// A value of another type.
    Other(&'static str),
    /// The item has no such attribute: it lives until it is deleted.
    Missing,
}

/// Readings without their times, to count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Later,
    Expired,
    FarPast,
    Milliseconds,
    TooLarge,
    Fraction,
    IsoDate,
    Text,
    Other,
    Missing,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::Later,
        Self::Expired,
        Self::FarPast,
        Self::Milliseconds,
        Self::TooLarge,
        Self::Fraction,
        Self::IsoDate,
        Self::Text,
        Self::Other,
        Self::Missing,
    ];

    /// Its name in a list.
    pub fn label(self) -> &'static str {
        match self {
            Self::Later => "Expires later",
            Self::Expired => "Expired, still here",
            Self::FarPast => "Expired over 5 years ago",
            Self::Milliseconds => "Milliseconds",
            Self::TooLarge => "Too large a number",
            Self::Fraction => "Number with a fraction",
            Self::IsoDate => "Date as text",
            Self::Text => "Text",
            Self::Other => "Another type",
            Self::Missing => "No such attribute",
        }
    }

    /// What DynamoDB does with such items.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Later => "Epoch seconds: DynamoDB deletes the item some time after them.",
            Self::Expired => "The time is over and the item can still be read: DynamoDB deletes it within a few days.",
            Self::FarPast => {
                "Never deleted: DynamoDB leaves what expired more than five years ago, so that a wrong value does not empty a table."
            }
            Self::Milliseconds => {
                "Never deleted in anyone's lifetime: read as seconds, milliseconds are tens of thousands of years ahead. Divide by 1,000."
            }
            Self::TooLarge => "Never deleted: as seconds it is no time that will come.",
            Self::Fraction => "Not promised to work: write whole seconds.",
            Self::IsoDate => "Never deleted: the value must be a Number (N) of epoch seconds, and this is a String (S).",
            Self::Text => {
                "Never deleted: the value must be a Number (N), and this is a String (S). Digits in a String do not count either."
            }
            Self::Other => "Never deleted: the value must be a Number (N).",
            Self::Missing => "Never deleted: an item without the attribute lives until somebody deletes it.",
        }
    }

    /// Whether the operator most likely meant a time that DynamoDB does not see.
    pub fn is_mistake(self) -> bool {
        !matches!(self, Self::Later | Self::Expired | Self::Missing)
    }
}

impl Reading {
    pub fn kind(self) -> Kind {
        match self {
            Self::Later(_) => Kind::Later,
            Self::Expired(_) => Kind::Expired,
            Self::FarPast(_) => Kind::FarPast,
            Self::Milliseconds(_) => Kind::Milliseconds,
            Self::TooLarge => Kind::TooLarge,
            Self::Fraction => Kind::Fraction,
            Self::IsoDate(_) => Kind::IsoDate,
            Self::Text => Kind::Text,
            Self::Other(_) => Kind::Other,
            Self::Missing => Kind::Missing,
        }
    }

    /// The instant that stands in the value, or was meant by it, in epoch seconds.
    pub fn instant(self) -> Option<i64> {
        match self {
            Self::Later(at) | Self::Expired(at) | Self::FarPast(at) | Self::Milliseconds(at) | Self::IsoDate(at) => Some(at),
            _ => None,
        }
    }
}

/// Reads a value as DynamoDB does at `now`.
pub fn read(value: Option<&AttributeValue>, now: i64) -> Reading {
    match value {
        None => Reading::Missing,
        Some(AttributeValue::N(text)) => of_number(text, now),
        Some(AttributeValue::S(text)) => match parse_iso(text).or_else(|| parse_iso(&format!("{text}T00:00:00"))) {
            Some(micros) => Reading::IsoDate(micros.div_euclid(1_000_000)),
            None => Reading::Text,
        },
        Some(other) => Reading::Other(other.type_name()),
    }
}

fn of_number(text: &str, now: i64) -> Reading {
    match number::whole(text) {
        Ok(at) if at >= LATEST_MILLIS => Reading::TooLarge,
        Ok(at) if at >= LATEST_SECONDS => Reading::Milliseconds(at / 1_000),
        Ok(at) if at > now => Reading::Later(at),
        Ok(at) if now - at > FIVE_YEARS => Reading::FarPast(at),
        Ok(at) => Reading::Expired(at),
        Err(number::NotWhole::Fraction) => Reading::Fraction,
        Err(number::NotWhole::OutOfRange) => Reading::TooLarge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn n(text: &str) -> Reading {
        read(Some(&AttributeValue::N(text.into())), NOW)
    }

    fn s(text: &str) -> Reading {
        read(Some(&AttributeValue::S(text.into())), NOW)
    }

    #[test]
    fn only_whole_seconds_of_the_last_five_years_or_later_expire() {
        assert_eq!(n("1700000001"), Reading::Later(1_700_000_001));
        assert_eq!(n("17000000010e-1"), Reading::Later(1_700_000_001));
        assert_eq!(n("1700000000"), Reading::Expired(NOW));
        assert_eq!(n(&(NOW - FIVE_YEARS).to_string()), Reading::Expired(NOW - FIVE_YEARS));
        assert_eq!(n(&(NOW - FIVE_YEARS - 1).to_string()), Reading::FarPast(NOW - FIVE_YEARS - 1));
        assert_eq!(n("0"), Reading::FarPast(0));
        assert_eq!(n("-1"), Reading::FarPast(-1));
    }

    #[test]
    fn mistakes_are_told_apart() {
        assert_eq!(n("1700000000123"), Reading::Milliseconds(NOW));
        assert_eq!(n("1700000000123456"), Reading::TooLarge);
        assert_eq!(n(&"9".repeat(38)), Reading::TooLarge);
        assert_eq!(n("-9E+120"), Reading::TooLarge);
        assert_eq!(n("1700000000.5"), Reading::Fraction);
        assert_eq!(s("2023-11-14T22:13:20Z"), Reading::IsoDate(NOW));
        assert_eq!(s("1970-01-02"), Reading::IsoDate(86_400));
        assert_eq!(s("1700000000"), Reading::Text);
        assert_eq!(read(Some(&AttributeValue::Bool(true)), NOW), Reading::Other("BOOL"));
        assert_eq!(read(None, NOW), Reading::Missing);
        for kind in Kind::ALL {
            assert!(!kind.label().is_empty() && kind.meaning().ends_with('.'));
        }
        assert!(Kind::Text.is_mistake() && !Kind::Missing.is_mistake());
    }
}
