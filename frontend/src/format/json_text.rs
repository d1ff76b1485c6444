//! JSON that hides inside a string value.

use dynadesk_shared::value::plain_json;

/// Longer texts are not parsed: a 400 KB string must not stall a scroll.
const MOST: usize = 64 * 1024;

/// Whether a text is a JSON object or array. Bare words and numbers do not count: a text `12` is a text.
pub fn is_json(text: &str) -> bool {
    let trimmed = text.trim();
    let (Some(first), Some(last)) = (trimmed.bytes().next(), trimmed.bytes().next_back()) else {
        return false;
    };
    matches!((first, last), (b'{', b'}') | (b'[', b']'))
        && trimmed.len() <= MOST
        && serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_ok()
}

/// The JSON in a text, indented for reading; numbers keep their digits where DynamoDB could hold them.
pub fn indented(text: &str) -> Option<String> {
    if !is_json(text) {
        return None;
    }
    match plain_json::from_str(text.trim()) {
        Ok(value) => Some(plain_json::to_string(&value)),
        Err(_) => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_and_arrays_are_json() {
        for yes in ["{}", " [1, 2] ", "{\"a\": {\"b\": [null]}}"] {
            assert!(is_json(yes), "{yes}");
        }
        for no in ["", "12", "\"x\"", "true", "{", "{a: 1}", "[1,]", "{}]"] {
            assert!(!is_json(no), "{no}");
        }
    }

    #[test]
    fn digits_survive_the_indent() {
        let text = format!("{{\"n\":{}}}", "9".repeat(38));
        assert_eq!(indented(&text), Some(format!("{{\n  \"n\": {}\n}}", "9".repeat(38))));
        assert_eq!(indented("plain"), None);
    }
}
