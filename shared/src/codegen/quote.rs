//! Texts and bytes between quotes, so that they end where they should. What cannot be seen, such as a
//! mark that turns the direction of writing, is spelled out.

/// Whether a character is written as it is.
fn plain(c: char) -> bool {
    // Rust's own idea of what a person can see.
    !c.is_control() && !c.escape_debug().to_string().starts_with("\\u")
}

/// A string literal of Rust.
pub fn rust(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if plain(c) => out.push(c),
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// A string literal of TypeScript.
pub fn typescript(text: &str) -> String {
    // The escapes that we use are the same in both.
    rust(text)
}

/// A string literal of Python.
pub fn python(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if plain(c) => out.push(c),
            c if u32::from(c) < 0x10000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// A bytes literal of Python.
pub fn python_bytes(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(*byte as char);
            }
            0x20..=0x7e => out.push(*byte as char),
            other => out.push_str(&format!("\\x{other:02x}")),
        }
    }
    out.push('"');
    out
}

/// Bytes as numbers with commas.
pub fn numbers(bytes: &[u8]) -> String {
    bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_quotes() {
        assert_eq!(rust("a\"b\\c\n\u{202e}é😀"), "\"a\\\"b\\\\c\\n\\u{202e}é😀\"");
        assert_eq!(python("\"\u{0}\u{e0001}'"), "\"\\\"\\u0000\\U000e0001'\"");
        assert_eq!(python_bytes(&[0, 34, 92, 97, 255]), "b\"\\x00\\\"\\\\a\\xff\"");
        assert_eq!(numbers(&[0, 255]), "0, 255");
    }
}
