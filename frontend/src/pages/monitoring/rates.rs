//! Rates as an operator types them: a number a second, with a point.

use dynadesk_shared::prices::MilliUnits;

/// The largest rate that is worth an estimate: DynamoDB's own quotas end far below.
const MOST: f64 = 1e9;

/// What was typed, or what is wrong with it.
pub fn read(text: &str) -> Result<MilliUnits, String> {
    let text = text.trim();
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    match text.parse::<f64>() {
        Ok(rate) if plain && rate <= MOST => Ok(MilliUnits::of(rate)),
        Ok(_) if plain => Err("at most a billion a second".to_owned()),
        _ => Err("a number such as 12.5".to_owned()),
    }
}

/// A rate as the field shows it.
pub fn write(rate: MilliUnits) -> String {
    let (whole, rest) = (rate.0 / 1000, rate.0 % 1000);
    match rest {
        0 => whole.to_string(),
        _ => format!("{whole}.{}", format!("{rest:03}").trim_end_matches('0')),
    }
}

/// Units over some seconds, a second.
pub fn average(units: f64, seconds: i64) -> MilliUnits {
    MilliUnits::of(units / seconds.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written() {
        for (text, milli) in [("0", 0), ("12.5", 12_500), (" 3 ", 3_000), ("0.001", 1)] {
            assert_eq!(read(text), Ok(MilliUnits(milli)), "{text}");
            assert_eq!(write(MilliUnits(milli)), text.trim());
        }
        for bad in ["", "-1", "1e3", "NaN", "1.2.3", "2000000000"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(average(90.0, 60), MilliUnits(1_500));
    }
}
