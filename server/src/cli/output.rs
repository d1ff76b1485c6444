//! Where answers go: a table or JSON Lines on standard output, words on standard error.

use std::io::{BufWriter, Stdout, Write};

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

use super::failure::Failure;

/// The widest cell of a table; JSON has the whole value.
const WIDEST: usize = 60;

pub struct Output {
    json: bool,
    out: BufWriter<Stdout>,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self {
            json,
            out: BufWriter::new(std::io::stdout()),
        }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// One line of JSON.
    pub fn line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.out, value).map_err(std::io::Error::from)?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// A table; `right` are the columns of numbers.
    pub fn table(&mut self, head: &[&str], right: &[usize], rows: impl IntoIterator<Item = Vec<String>>) -> Result<(), Failure> {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_header(head.iter().map(|name| safe(name)));
        for row in rows {
            table.add_row(row.iter().map(|cell| safe(cell)));
        }
        let columns = table.column_count();
        for (number, column) in table.column_iter_mut().enumerate() {
            // A line that is copied should not bring spaces of the frame along.
            column.set_padding((0, if number + 1 == columns { 0 } else { 2 }));
            if right.contains(&number) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Ok(writeln!(self.out, "{}", table.trim_fmt())?)
    }

    /// A line for people, among the answers.
    pub fn text(&mut self, line: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{}", escape(line))?)
    }

    /// What is over is seen at once, even where more follows.
    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// A word beside the answers, for people.
    pub fn note(&self, words: &str) {
        eprintln!("{}", escape(words));
    }

    pub fn failure(&mut self, failure: &Failure) {
        // What was answered before the failure stays an answer.
        let _ = self.out.flush();
        let Some((code, message)) = failure.words() else { return };
        if self.json {
            eprintln!("{}", serde_json::json!({"code": code, "message": message}));
        } else {
            eprintln!("dynadesk: {} ({code})", escape(&message));
        }
    }
}

/// A cell of a table: short, on one line, and harmless to a terminal.
fn safe(text: &str) -> String {
    let mut cut: String = text.chars().take(WIDEST).collect();
    if cut.len() < text.len() {
        cut.pop();
        cut.push('…');
    }
    escape(&cut)
}

/// Stored values are hostile: a terminal obeys control characters, and some letters turn the direction
/// of those after them.
pub fn escape(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || turns(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_told_what_to_do() {
        assert_eq!(safe("a\u{1b}[2Jb\nc\u{202e}d"), "a\\u{1b}[2Jb\\nc\\u{202e}d");
        assert_eq!(safe("Zoë 😀"), "Zoë 😀");
        assert_eq!(safe(&"x".repeat(100)).chars().count(), WIDEST);
    }
}
