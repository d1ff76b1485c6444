//! Places in a text: bytes on our side, UTF-16 units in the browser.

/// How many UTF-16 units stand before a byte.
pub fn to_utf16(text: &str, byte: usize) -> usize {
    let whole = (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    text[..whole.unwrap_or_default()].encode_utf16().count()
}

/// The byte at which a number of UTF-16 units ends; one in the middle of a character is before it.
pub fn to_byte(text: &str, units: usize) -> usize {
    let mut before = 0;
    for (byte, c) in text.char_indices() {
        if before + c.len_utf16() > units {
            return byte;
        }
        before += c.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_both_ways() {
        let text = "é👋x";
        for (byte, units) in [(0, 0), (2, 1), (6, 3), (7, 4)] {
            assert_eq!((to_utf16(text, byte), to_byte(text, units)), (units, byte));
        }
        assert_eq!(to_byte(text, 2), 2, "half of a character");
        assert_eq!((to_utf16(text, 99), to_byte(text, 99)), (4, 7));
    }
}
