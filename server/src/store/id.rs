//! Ids that sort by time: microseconds, a counter for what happens in the same one, and chance, so
//! that two servers never make the same.

use std::sync::atomic::{AtomicU16, Ordering};

use rand::Rng as _;

/// Digits of the time: enough for a thousand years.
const TIME: usize = 14;
const WHOLE: usize = TIME + 4 + 8;

#[derive(Debug, Default)]
pub(super) struct Ids(AtomicU16);

impl Ids {
    pub(super) fn next(&self, micros: i64) -> String {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        format!("{}{count:04x}{:08x}", floor(micros), rand::rng().random::<u32>())
    }
}

/// Before every id of this microsecond and after every one of those before it.
pub(super) fn floor(micros: i64) -> String {
    format!("{:014x}", micros.max(0))
}

/// Whether a text that came from outside can be an id at all.
pub fn is_id(text: &str) -> bool {
    text.len() == WHOLE && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_as_they_were_made() {
        let (ids, now) = (Ids::default(), 1_700_000_000_000_000);
        let made = [ids.next(now), ids.next(now), ids.next(now + 1), ids.next(now * 2)];
        assert!(made.is_sorted() && made.iter().all(|id| is_id(id)), "{made:?}");
        assert!(floor(now) < made[0] && made[1] < floor(now + 1));
        assert!(!is_id("") && !is_id(&made[0].to_uppercase().replace('0', "g")));
    }
}
