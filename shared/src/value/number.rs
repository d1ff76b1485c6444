//! DynamoDB numbers as text: up to 38 significant digits, magnitude 1E-130 to 9.9…E+125.
//! Nothing here turns one into a float.

use std::cmp::Ordering;

/// A number taken apart: its sign, its significant digits without outer zeros, and the power of
/// ten of its first digit (`12.5` is digits `125`, magnitude 1). Zero has no digits.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    negative: bool,
    digits: Vec<u8>,
    magnitude: i64,
}

/// Says what is wrong with a number, in DynamoDB's own limits.
pub fn check(text: &str) -> Result<(), String> {
    let parts = parse(text).ok_or_else(|| format!("{text:?} is not a number"))?;
    if parts.digits.len() > 38 {
        return Err(format!(
            "a number has at most 38 significant digits, this one has {}",
            parts.digits.len()
        ));
    }
    if !parts.digits.is_empty() && parts.magnitude > 125 {
        return Err("a number is at most 9.9999999999999999999999999999999999999E+125 in size".to_owned());
    }
    if !parts.digits.is_empty() && parts.magnitude < -130 {
        return Err("a number other than zero is at least 1E-130 in size".to_owned());
    }
    Ok(())
}

/// Whether two spellings are the same number (`1`, `1.0`, `10E-1`). Text that is no number equals only itself.
pub fn equal(a: &str, b: &str) -> bool {
    match (parse(a), parse(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// One spelling for all spellings of a number, to compare many by their text.
pub fn canonical(text: &str) -> String {
    let Some(parts) = parse(text) else { return text.to_owned() };
    if parts.digits.is_empty() {
        return "0".to_owned();
    }
    let digits: String = parts.digits.iter().map(|digit| *digit as char).collect();
    format!("{}{digits}e{}", if parts.negative { "-" } else { "" }, parts.magnitude)
}

/// Orders two numbers by value; text that is no number sorts last, by its letters.
pub fn compare(a: &str, b: &str) -> Ordering {
    match (parse(a), parse(b)) {
        (Some(a), Some(b)) => compare_parts(&a, &b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// Why a number is no whole one of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWhole {
    /// It has a fraction, or is no number at all.
    Fraction,
    OutOfRange,
}

/// A whole number, in whatever spelling.
pub fn whole(text: &str) -> Result<i64, NotWhole> {
    let parts = parse(text).ok_or(NotWhole::Fraction)?;
    if parts.digits.is_empty() {
        return Ok(0);
    }
    let places = parts.magnitude + 1 - parts.digits.len() as i64;
    if places < 0 {
        return Err(NotWhole::Fraction);
    }
    if parts.magnitude > 18 {
        return Err(NotWhole::OutOfRange);
    }
    let zeros = (0..places).map(|_| b'0');
    let unsigned = parts
        .digits
        .iter()
        .copied()
        .chain(zeros)
        .try_fold(0i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')));
    let unsigned = unsigned.ok_or(NotWhole::OutOfRange)?;
    Ok(if parts.negative { -unsigned } else { unsigned })
}

/// How many significant digits a number has, for its stored size.
pub fn significant_digits(text: &str) -> usize {
    parse(text).map_or(text.len(), |parts| parts.digits.len())
}

fn compare_parts(a: &Parts, b: &Parts) -> Ordering {
    let sign = |p: &Parts| {
        if p.digits.is_empty() {
            0
        } else if p.negative {
            -1
        } else {
            1
        }
    };
    sign(a).cmp(&sign(b)).then_with(|| {
        let size = a.magnitude.cmp(&b.magnitude).then_with(|| a.digits.cmp(&b.digits));
        if a.negative { size.reverse() } else { size }
    })
}

fn parse(text: &str) -> Option<Parts> {
    let text = text.trim();
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().ok()? as i64),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    let Some(first) = all.iter().position(|digit| *digit != b'0') else {
        return Some(Parts {
            negative: false,
            digits: Vec::new(),
            magnitude: 0,
        });
    };
    let last = all.iter().rposition(|digit| *digit != b'0').unwrap_or(first);
    let magnitude = whole.len() as i64 - 1 - first as i64 + exponent;
    Some(Parts {
        negative,
        digits: all[first..=last].to_vec(),
        magnitude,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_dynamodbs() {
        for good in [
            "0",
            "-0",
            "1",
            "-1.5",
            "1E+125",
            "9.9999999999999999999999999999999999999E+125",
            "1e-130",
            ".5",
            "5.",
            "99999999999999999999999999999999999999",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "-",
            ".",
            "abc",
            "1x",
            "1E",
            "1E+126",
            "1E-131",
            "NaN",
            "Infinity",
            "0x10",
            "1_000",
            "123456789012345678901234567890123456789",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn spellings_are_one_number() {
        assert!(equal("1", "1.0"));
        assert!(equal("10E-1", "1"));
        assert!(equal("-0", "0.00"));
        assert!(!equal("1", "-1"));
        assert_eq!(canonical("-10E-1"), canonical("-1.0"));
        assert_ne!(canonical("1"), canonical("10"));
        assert!(!equal("9007199254740993", "9007199254740992"));
    }

    #[test]
    fn order_is_by_value() {
        let mut all = vec!["10", "9", "-10", "-9", "0", "1E-5", "-1E+100", "2.5", "2.49"];
        all.sort_by(|a, b| compare(a, b));
        assert_eq!(all, ["-1E+100", "-10", "-9", "0", "1E-5", "2.49", "2.5", "9", "10"]);
    }
}
