//! Numbers and sizes as a person reads them; values, times and hidden JSON in the rooms below.

pub mod cell;
pub mod expiry;
pub mod json_text;
mod roles;
pub mod rows;
pub mod time;

use dynadesk_shared::api::exchange::CapacitySplit;
pub use dynadesk_shared::words::{count, counted};
pub use roles::roles;

/// A reason with a capital letter, where it stands alone.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A text as a person can see it: one that is blank, or holds characters that show nothing or turn the
/// text around, is quoted with them spelled out.
pub fn readable(text: &str) -> String {
    let hides = |letter: char| {
        letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    match text.trim() != text || text.is_empty() || text.contains(hides) {
        true => format!("{text:?}"),
        false => text.to_owned(),
    }
}

/// A key as a sentence has room for it, on one line.
pub fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}

/// `2 capacity units`, `1 capacity unit`.
pub fn capacity(number: f64) -> String {
    let shown = units(number);
    let unit = if shown == "1" { "unit" } else { "units" };
    format!("{shown} capacity {unit}")
}

/// `1536` as `1.5 KB`, in steps of 1,024 as DynamoDB counts.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let (mut size, mut unit) = (number as f64, 0);
    while size >= 1024.0 && unit < UNITS.len() - 1 {
        size /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => format!("{number} B"),
        _ if size < 10.0 => format!("{size:.1} {}", UNITS[unit]),
        _ => format!("{size:.0} {}", UNITS[unit]),
    }
}

/// Capacity units: at most one digit behind the point.
pub fn units(number: f64) -> String {
    if number.fract() == 0.0 {
        count(number as u64)
    } else {
        let tenths = (number.max(0.0) * 10.0).round() as u64;
        format!("{}.{}", count(tenths / 10), tenths % 10)
    }
}

/// How capacity units split over a table and its indexes: `table 2, by-kind 0.5`; nothing where only
/// the table was touched.
pub fn split(split: &CapacitySplit) -> Option<String> {
    if split.indexes.is_empty() {
        return None;
    }
    let indexes = split.indexes.iter().map(|(name, spent)| format!("{name} {}", units(*spent)));
    let all: Vec<String> = [format!("table {}", units(split.table))].into_iter().chain(indexes).collect();
    Some(all.join(", "))
}

/// A stretch of time: `45 ms`, `3.2 s`, `4 min 5 s`.
pub fn millis(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} ms"),
        1_000..60_000 => format!("{:.1} s", number as f64 / 1_000.0),
        _ => seconds(number / 1_000),
    }
}

/// A stretch of whole seconds: `45 s`, `4 min 5 s`, `2 h 10 min`.
pub fn seconds(number: u64) -> String {
    match number {
        0..60 => format!("{number} s"),
        60..3_600 => format!("{} min {} s", number / 60, number % 60),
        _ => format!("{} h {} min", number / 3_600, number % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_cannot_be_seen_is_quoted() {
        assert_eq!(readable("USER#\"1\""), "USER#\"1\"");
        assert_eq!(readable(" "), "\" \"");
        assert_eq!(readable("a\nb"), "\"a\\nb\"");
        assert_eq!(readable("\u{202e}x"), "\"\\u{202e}x\"");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "item", "items"), "1 item");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1536), "1.5 KB");
        assert_eq!(bytes(10 * 1024 * 1024), "10 MB");
        assert_eq!(units(0.5), "0.5");
        assert_eq!(units(50_072.5), "50,072.5");
        assert_eq!(units(3.0), "3");
        assert_eq!(millis(3_200), "3.2 s");
        assert_eq!(seconds(245), "4 min 5 s");
    }
}
