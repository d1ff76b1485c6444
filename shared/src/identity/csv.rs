//! CSV that a spreadsheet shows and never runs.

/// One line of fields, each in quotes, with the line end of RFC 4180. A field that a spreadsheet would
/// take for a formula begins with an apostrophe.
pub fn line(fields: &[&str]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| one(field)).collect();
    format!("{}\r\n", fields.join(","))
}

fn one(text: &str) -> String {
    // Spreadsheets skip blanks before a formula, and take full-width signs for signs.
    let runs = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        || text.starts_with(['\t', '\r', '\n']);
    let mark = if runs { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_quotes_are_doubled() {
        assert_eq!(line(&["a", "b\"c", ""]), "\"a\",\"b\"\"c\",\"\"\r\n");
        for hostile in ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\u{ff1d}1"] {
            assert!(line(&[hostile]).starts_with("\"'"), "{hostile:?}");
        }
        assert_eq!(line(&["bo-peep@home"]), "\"bo-peep@home\"\r\n");
    }
}
