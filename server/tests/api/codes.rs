//! The codes of errors: each that the sources make stands in the table of docs/API.md, in the row of its status, and
//! each that stands there is made. What tests are refused with is looked up there too (`Answer::refused`).

use std::collections::BTreeSet;
use std::path::Path;

/// The statuses of the kinds of errors, as `api/error.rs` has them.
const KINDS: [(&str, u16); 12] = [
    ("Invalid", 400),
    ("Unauthenticated", 401),
    ("Forbidden", 403),
    ("NotFound", 404),
    ("Conflict", 409),
    ("TooLarge", 413),
    ("WrongMediaType", 415),
    ("Throttled", 429),
    ("Internal", 500),
    ("EngineFailed", 502),
    ("Unavailable", 503),
    ("TimedOut", 504),
];

/// Ways of making one without naming its kind: in every file, or in those whose path ends so.
const MADE: [(&str, &str, u16); 6] = [
    ("", "Error::invalid(", 400),
    ("", "Error::not_found(", 404),
    ("", "Error::conflict(", 409),
    ("backups/mod.rs", "sound(", 400),
    ("middleware/guard.rs", "forbidden(", 403),
    ("history/undo.rs", "refused(", 409),
];

/// The rows of the table: what it says of a status, and the codes.
fn rows() -> Vec<(&'static str, BTreeSet<&'static str>)> {
    let text = include_str!("../../../docs/API.md");
    let table = text.split("\n## Errors\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let codes = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect();
    let rows: Vec<_> = rows
        .map(|(status, cell)| (status, codes(cell)))
        .filter(|(_, codes): &(_, BTreeSet<_>)| !codes.is_empty())
        .collect();
    assert!(rows.len() > 10, "{rows:?}");
    rows
}

/// Whether the table has a code in the row of its status, or in the one for errors that have that of their cause.
pub fn is_documented(status: u16, code: &str) -> bool {
    let status = status.to_string();
    let fits = |row: &str| row == "as its cause" || row.split(", ").any(|one| one == status);
    rows().iter().any(|(row, codes)| fits(row) && codes.contains(code))
}

/// The word in quotes that a text begins with.
fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.split('"').next()
}

/// The codes that a source makes, with their statuses. White space is gone from it.
fn made(path: &str, text: &str) -> Vec<(u16, String)> {
    let of_kind = KINDS.iter().map(|(kind, status)| (format!("ErrorKind::{kind},"), *status));
    let short = MADE.iter().filter(|(file, ..)| path.ends_with(file));
    let short = short.map(|(_, words, status)| ((*words).to_owned(), *status));
    let ways: Vec<_> = of_kind.chain(short).collect();
    let mut found = Vec::new();
    for (words, status) in &ways {
        // Those of engines are others, by names of their own.
        let places = text
            .match_indices(words.as_str())
            .filter(|(at, _)| !text[..*at].ends_with("Engine"));
        let codes = places.filter_map(|(at, _)| quoted(&text[at + words.len()..]));
        found.extend(codes.map(|code| (*status, code.to_owned())));
    }
    found
}

/// The sources of the server but for the commands of the shell, whose errors are words and no answers.
fn sources() -> Vec<(String, String)> {
    fn walk(path: &Path, found: &mut Vec<(String, String)>) {
        if path.is_dir() {
            std::fs::read_dir(path)
                .unwrap()
                .for_each(|entry| walk(&entry.unwrap().path(), found));
        } else {
            let text = std::fs::read_to_string(path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap().split_whitespace().collect();
            found.push((path.display().to_string(), text));
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.retain(|(path, _)| !path.contains("/src/cli/") && !path.contains("_tests.rs"));
    found
}

#[test]
fn every_code_that_is_made_is_documented_with_its_status() {
    let (mut all, mut missing) = (0, BTreeSet::new());
    for (path, text) in sources() {
        for (status, code) in made(&path, &text) {
            all += 1;
            if !is_documented(status, &code) {
                missing.insert((status, code));
            }
        }
    }
    assert!(all > 150, "{all}");
    assert_eq!(missing, BTreeSet::new(), "name them in the table of docs/API.md");
}

#[test]
fn no_code_is_documented_that_nothing_makes() {
    let sources = sources();
    let idle: Vec<_> = rows()
        .into_iter()
        .flat_map(|(_, codes)| codes)
        .filter(|code| !sources.iter().any(|(_, text)| text.contains(&format!("\"{code}\""))))
        .collect();
    assert_eq!(idle, [""; 0]);
}
