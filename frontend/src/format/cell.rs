//! One value as one line of a grid: short, faithful, and never longer than a cell can show.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynadesk_shared::AttributeValue;
use dynadesk_shared::size::value_bytes;

use super::json_text::is_json;
use super::{bytes, count as grouped};

/// More text than this never fits into a cell; the side panel has it all.
pub const MOST_CHARS: usize = 240;

/// How a cell is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Text,
    Number,
    Bool,
    /// Something said about the value instead of the value: NULL, an empty text.
    Quiet,
    Binary,
    Nested,
    /// A text that is JSON.
    Json,
    /// The item has no such attribute.
    Missing,
    /// The row is not here yet.
    Waiting,
}

impl Tone {
    /// The CSS class of the cell.
    pub fn class(self) -> &'static str {
        match self {
            Self::Text => "is-text",
            Self::Number => "is-number",
            Self::Bool => "is-bool",
            Self::Quiet => "is-quiet",
            Self::Binary => "is-binary",
            Self::Nested => "is-nested",
            Self::Json => "is-json",
            Self::Missing => "is-missing",
            Self::Waiting => "is-waiting",
        }
    }
}

/// What a cell shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellText {
    pub text: String,
    pub tone: Tone,
}

impl CellText {
    fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }

    /// An attribute that the item does not have; told apart from NULL and from an empty text.
    pub fn missing() -> Self {
        Self::new("", Tone::Missing)
    }

    /// An attribute that was not asked for: whether the item has it, nobody knows here.
    pub fn unread() -> Self {
        Self::new("not read", Tone::Quiet)
    }

    /// A row whose page is on its way.
    pub fn waiting() -> Self {
        Self::new("", Tone::Waiting)
    }
}

/// The line for a value.
pub fn cell(value: &AttributeValue) -> CellText {
    match value {
        AttributeValue::S(text) if text.is_empty() => CellText::new("empty string", Tone::Quiet),
        AttributeValue::S(text) => {
            let tone = if is_json(text) { Tone::Json } else { Tone::Text };
            CellText::new(one_line(text), tone)
        }
        AttributeValue::N(text) => CellText::new(text, Tone::Number),
        AttributeValue::Bool(flag) => CellText::new(if *flag { "true" } else { "false" }, Tone::Bool),
        AttributeValue::Null => CellText::new("NULL", Tone::Quiet),
        AttributeValue::B(data) => CellText::new(binary(data), Tone::Binary),
        AttributeValue::Ss(set) => CellText::new(set_of(set.len(), set.iter().map(|text| quoted(text))), Tone::Nested),
        AttributeValue::Ns(set) => CellText::new(set_of(set.len(), set.iter().cloned()), Tone::Nested),
        AttributeValue::Bs(set) => CellText::new(set_of(set.len(), set.iter().map(|data| binary(data))), Tone::Nested),
        AttributeValue::L(_) | AttributeValue::M(_) => {
            let mut out = String::new();
            preview(&mut out, value);
            CellText::new(one_line(&out), Tone::Nested)
        }
    }
}

/// The whole value as copied by one key: the text itself, else plain JSON, else base64.
pub fn copied(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
        AttributeValue::B(data) => STANDARD.encode(data),
        other => dynadesk_shared::value::plain_json::to_string(other),
    }
}

/// Base64 with the size, cut so that a 400 KB value costs nothing.
pub fn binary(data: &[u8]) -> String {
    // 48 bytes are 64 characters of base64 without padding.
    let shown = STANDARD.encode(&data[..data.len().min(48)]);
    let dots = if data.len() > 48 { "…" } else { "" };
    format!("{shown}{dots} ({})", bytes(data.len() as u64))
}

/// What stands beside a nested value: `3 members, 120 B`.
pub fn measure(value: &AttributeValue) -> String {
    let size = bytes(value_bytes(value) as u64);
    let members = match value {
        AttributeValue::L(list) => list.len(),
        AttributeValue::M(map) => map.len(),
        AttributeValue::Ss(set) | AttributeValue::Ns(set) => set.len(),
        AttributeValue::Bs(set) => set.len(),
        _ => return size,
    };
    let noun = if members == 1 { "member" } else { "members" };
    format!("{} {noun}, {size}", grouped(members as u64))
}

/// A text on one line: line breaks and tabs are shown, control characters do not act.
fn one_line(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    for c in chars.by_ref().take(MOST_CHARS) {
        match c {
            '\n' => out.push('↵'),
            '\t' => out.push('⇥'),
            // Marks that turn the reading direction would let a value rewrite its neighbours.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(MOST_CHARS).collect();
    serde_json::to_string(&short).unwrap_or_default()
}

fn set_of(count: usize, members: impl Iterator<Item = String>) -> String {
    let mut out = String::from("{");
    for (at, member) in members.enumerate() {
        if out.len() > MOST_CHARS {
            out.push_str(", …");
            break;
        }
        if at > 0 {
            out.push_str(", ");
        }
        out.push_str(&member);
    }
    out.push('}');
    format!("{} · {}", grouped(count as u64), one_line(&out))
}

/// Writes a nested value on one line until a cell is full.
fn preview(out: &mut String, value: &AttributeValue) {
    if out.len() > MOST_CHARS {
        return;
    }
    match value {
        AttributeValue::L(list) => {
            out.push('[');
            for (at, member) in list.iter().enumerate() {
                if !step(out, at) {
                    break;
                }
                preview(out, member);
            }
            out.push(']');
        }
        AttributeValue::M(members) => {
            out.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                if !step(out, at) {
                    break;
                }
                out.push_str(name);
                out.push_str(": ");
                preview(out, member);
            }
            out.push('}');
        }
        AttributeValue::S(text) => out.push_str(&quoted(text)),
        other => out.push_str(&cell(other).text),
    }
}

/// Begins the next member; false when the cell is full already.
fn step(out: &mut String, at: usize) -> bool {
    if out.len() > MOST_CHARS {
        out.push('…');
        return false;
    }
    if at > 0 {
        out.push_str(", ");
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(text: &str) -> AttributeValue {
        AttributeValue::S(text.into())
    }

    #[test]
    fn the_ten_types_are_told_apart() {
        let list = AttributeValue::L(vec![AttributeValue::N("1".into()), s("a"), AttributeValue::Null]);
        let map = AttributeValue::M([("k".to_owned(), list.clone())].into());
        let digits = "9".repeat(38);
        let table = [
            (s("hi"), "hi", Tone::Text),
            (s(""), "empty string", Tone::Quiet),
            (s("{\"a\":1}"), "{\"a\":1}", Tone::Json),
            (AttributeValue::N(digits.clone()), digits.as_str(), Tone::Number),
            (AttributeValue::B(vec![1, 2, 3]), "AQID (3 B)", Tone::Binary),
            (AttributeValue::Bool(false), "false", Tone::Bool),
            (AttributeValue::Null, "NULL", Tone::Quiet),
            (list, "[1, \"a\", NULL]", Tone::Nested),
            (map, "{k: [1, \"a\", NULL]}", Tone::Nested),
            (AttributeValue::Ss(vec!["a".into(), "b".into()]), "2 · {\"a\", \"b\"}", Tone::Nested),
            (AttributeValue::Ns(vec!["1".into()]), "1 · {1}", Tone::Nested),
            (AttributeValue::Bs(vec![vec![1]]), "1 · {AQ== (1 B)}", Tone::Nested),
        ];
        for (value, text, tone) in table {
            assert_eq!(cell(&value), CellText::new(text, tone));
        }
        assert_ne!(CellText::missing().tone, cell(&AttributeValue::Null).tone);
    }

    #[test]
    fn huge_values_stay_short_and_whole_when_copied() {
        let huge = "😀".repeat(100_000);
        assert_eq!(cell(&s(&huge)).text.chars().count(), MOST_CHARS + 1);
        assert_eq!(copied(&s(&huge)), huge);
        let set = AttributeValue::Ss((0..10_000).map(|n| n.to_string()).collect());
        assert!(cell(&set).text.starts_with("10,000 · {"));
        assert!(cell(&set).text.chars().count() < MOST_CHARS + 20);
        let wide = AttributeValue::L(vec![s("member"); 10_000]);
        assert!(cell(&wide).text.chars().count() <= MOST_CHARS + 1);
        assert!(cell(&AttributeValue::B(vec![0; 400_000])).text.ends_with("AAA… (391 KB)"));
    }

    #[test]
    fn control_and_direction_marks_do_not_act() {
        assert_eq!(cell(&s("a\nb\tc\u{202e}d\u{0}")).text, "a↵b⇥c\u{fffd}d\u{fffd}");
    }
}
