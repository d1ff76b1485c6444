//! Numbers and words as a person reads them.

/// `1234567` as `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `3 items`, `1 item`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A word as it begins a line: `done` as `Done`.
pub fn capitalized(word: &str) -> String {
    let mut rest = word.chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_third_digit_has_a_comma_before_it() {
        assert_eq!(
            [0, 999, 1_000, 10_000, 1_234_567].map(count),
            ["0", "999", "1,000", "10,000", "1,234,567"]
        );
        assert_eq!(counted(1, "item", "items"), "1 item");
        assert_eq!(counted(10_000, "item", "items"), "10,000 items");
    }
    #[test]
    fn a_word_begins_with_a_capital() {
        assert_eq!(
            ["done", "MOCK left over", "", "ß"].map(capitalized),
            ["Done", "MOCK left over", "", "SS"]
        );
    }
}
