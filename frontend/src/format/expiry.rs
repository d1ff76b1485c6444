//! The time to live of an item beside its number: the date, how far it is, and whether it is over.

use dynadesk_shared::expiry::{Reading, read};
use dynadesk_shared::{AttributeValue, Item};

use super::time::{self, Style};
use super::{cell::CellText, cell::cell, counted};

/// About as long as what `ttl_cell` says.
pub const CHARS: usize = 56;
/// The room in pixels that the word "expired" takes in front of a key.
pub const BADGE: f64 = 52.0;

/// Now, in epoch seconds. Runs only in a browser.
pub fn now() -> i64 {
    (js_sys::Date::now() / 1_000.0) as i64
}

/// `in 3 hours`, `2 days ago`, `now`.
pub fn relative(at: i64, now: i64) -> String {
    let far = at.abs_diff(now);
    let (number, one, many) = match far {
        0 => return "now".to_owned(),
        1..120 => (far, "second", "seconds"),
        120..7_200 => (far / 60, "minute", "minutes"),
        7_200..172_800 => (far / 3_600, "hour", "hours"),
        172_800..63_072_000 => (far / 86_400, "day", "days"),
        _ => (far / 31_536_000, "year", "years"),
    };
    let words = counted(number, one, many);
    if at > now { format!("in {words}") } else { format!("{words} ago") }
}

/// Whether the item is over by its TTL attribute and still there.
pub fn is_expired(item: &Item, attribute: Option<&str>, now: i64) -> bool {
    attribute.is_some_and(|name| matches!(read(item.get(name), now), Reading::Expired(_)))
}

/// A value of the TTL attribute in a cell: what it says, then the number itself.
pub fn ttl_cell(value: &AttributeValue, now: i64) -> CellText {
    let plain = cell(value);
    let text = match read(Some(value), now) {
        Reading::Later(at) => format!(
            "{} · {} · {}",
            plain.text,
            relative(at, now),
            time::local(at * 1_000_000, Style::Short)
        ),
        Reading::Expired(at) => format!(
            "{} · expired {} · {}",
            plain.text,
            relative(at, now),
            time::local(at * 1_000_000, Style::Short)
        ),
        other => format!("{} · never expires: {}", plain.text, other.kind().label().to_lowercase()),
    };
    CellText { text, ..plain }
}

/// The whole reading, in the reader's zone and in UTC: for a hover text and for the item beside the grid.
pub fn ttl_words(value: &AttributeValue, now: i64) -> String {
    let reading = read(Some(value), now);
    let when = |at: i64| {
        let micros = at.saturating_mul(1_000_000);
        format!(
            "{} · {} · {}",
            relative(at, now),
            time::local(micros, Style::Full),
            time::utc(micros)
        )
    };
    match reading {
        Reading::Later(at) => format!("Expires {}", when(at)),
        Reading::Expired(at) => format!("Expired {}", when(at)),
        other => format!("Never expires. {}: {}", other.kind().label(), other.kind().meaning()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_read_well() {
        for (far, words) in [
            (0, "now"),
            (1, "in 1 second"),
            (119, "in 119 seconds"),
            (120, "in 2 minutes"),
            (3 * 3_600, "in 3 hours"),
            (49 * 3_600, "in 2 days"),
            (-90_000, "25 hours ago"),
            (-800 * 86_400, "2 years ago"),
        ] {
            assert_eq!(relative(1_000_000_000 + far, 1_000_000_000), words);
        }
    }

    #[test]
    fn only_the_ttl_attribute_makes_an_item_expired() {
        let item = Item::from([("ends".to_owned(), AttributeValue::N("90".into()))]);
        assert!(is_expired(&item, Some("ends"), 100));
        assert!(!is_expired(&item, Some("ends"), 80));
        assert!(!is_expired(&item, Some("other"), 100) && !is_expired(&item, None, 100));
    }
}
