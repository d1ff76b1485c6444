//! Patterns as a file: versioned JSON, read with the position of every fault, and compared with what
//! is there before anything is written.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::check::check;
use super::{Pattern, id};

/// The form of the file.
pub const VERSION: u32 = 1;
/// Patterns of one table.
pub const MOST: usize = 100;
/// Bytes of a file.
pub const MOST_BYTES: usize = 1024 * 1024;

#[derive(Serialize)]
struct Written<'a> {
    dynadesk_patterns: u32,
    table: &'a str,
    patterns: &'a [Pattern],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read<'a> {
    dynadesk_patterns: u32,
    #[serde(default)]
    #[allow(dead_code, reason = "says where the file comes from; patterns may go to any table")]
    table: Option<String>,
    #[serde(borrow)]
    patterns: Vec<&'a RawValue>,
}

/// Where in the file something is wrong, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// The patterns of a table as a file.
pub fn write(table: &str, patterns: &[Pattern]) -> String {
    let file = Written {
        dynadesk_patterns: VERSION,
        table,
        patterns,
    };
    // Our own types have text keys and no fallible serialiser.
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a file: every pattern, or every fault.
pub fn read(text: &str) -> Result<Vec<Pattern>, Vec<FileFault>> {
    let whole = |message: String| {
        vec![FileFault {
            line: 1,
            column: 1,
            message,
        }]
    };
    if text.len() > MOST_BYTES {
        return Err(whole(format!("the file has {} bytes, at most {MOST_BYTES} are read", text.len())));
    }
    let file: Read = serde_json::from_str(text).map_err(|cause| vec![of_json(&cause, 1, 1)])?;
    if file.dynadesk_patterns != VERSION {
        return Err(whole(format!(
            "the file is of version {}, this Dynadesk reads version {VERSION}",
            file.dynadesk_patterns
        )));
    }
    if file.patterns.len() > MOST {
        return Err(whole(format!(
            "a table has at most {MOST} patterns, the file has {}",
            file.patterns.len()
        )));
    }
    let (mut patterns, mut faults) = (Vec::<Pattern>::new(), Vec::new());
    for (at, raw) in file.patterns.iter().enumerate() {
        let (line, column) = position(text, raw.get());
        match serde_json::from_str::<Pattern>(raw.get()) {
            Err(cause) => faults.push(of_json(&cause, line, column)),
            Ok(pattern) => {
                faults.extend(check(&pattern).into_iter().map(|fault| FileFault {
                    line,
                    column,
                    message: format!("patterns[{at}].{}: {}", fault.field, fault.message),
                }));
                if patterns.iter().any(|other| other.id() == pattern.id()) {
                    faults.push(FileFault {
                        line,
                        column,
                        message: format!("patterns[{at}].name: {:?} stands twice in the file", pattern.name),
                    });
                }
                patterns.push(pattern);
            }
        }
    }
    if faults.is_empty() { Ok(patterns) } else { Err(faults) }
}

/// A fault of the JSON, whose text begins at a position of the file.
fn of_json(cause: &serde_json::Error, line: usize, column: usize) -> FileFault {
    let text = cause.to_string();
    // The position is said by its own fields.
    let message = text
        .rsplit_once(" at line ")
        .map_or(text.clone(), |(message, _)| message.to_owned());
    let own = cause.line().max(1);
    FileFault {
        line: line + own - 1,
        column: if own == 1 {
            column + cause.column().max(1) - 1
        } else {
            cause.column().max(1)
        },
        message,
    }
}

/// The line and column where a part of the text begins.
fn position(text: &str, part: &str) -> (usize, usize) {
    let at = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    let before = &text.as_bytes()[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    (line, column)
}

/// What an import does to one pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Added,
    /// These parts of it, as the form calls them.
    Changed(Vec<&'static str>),
    Same,
}

/// What each pattern of a file would do to those that are there.
pub fn compare(there: &[Pattern], file: &[Pattern]) -> Vec<Change> {
    let change = |pattern: &Pattern| match there.iter().find(|other| other.id() == id(&pattern.name)) {
        None => Change::Added,
        Some(other) if other == pattern => Change::Same,
        Some(other) => Change::Changed(differences(other, pattern)),
    };
    file.iter().map(change).collect()
}

fn differences(there: &Pattern, file: &Pattern) -> Vec<&'static str> {
    let parts = [
        ("name", there.name != file.name),
        ("description", there.description != file.description),
        ("operation", there.operation != file.operation),
        ("index", there.index != file.index),
        ("key condition", there.key != file.key),
        ("conditions", there.filter != file.filter),
        ("attributes to read", there.projection != file.projection),
        ("order", there.descending != file.descending),
        ("limit", there.limit != file.limit),
        ("consistency", there.consistent != file.consistent),
        ("steps", there.steps != file.steps),
        ("examples", there.examples != file.examples),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::cruddur;
    use super::*;

    #[test]
    fn a_file_comes_back_as_it_was_written() {
        let all = cruddur::patterns(true);
        let text = write("cruddur-messages", &all);
        assert_eq!(read(&text), Ok(all.clone()));
        let mut there = all.clone();
        there[0].limit = Some(7);
        there[0].name = there[0].name.to_uppercase();
        there.pop();
        let changes = compare(&there, &all);
        let changed = Change::Changed(vec!["name", "limit"]);
        assert_eq!(changes, [changed, Change::Same, Change::Same, Change::Same, Change::Added]);
    }

    #[test]
    fn faults_have_their_position() {
        let fault = |text: &str| read(text).expect_err("a fault").remove(0);
        let broken = fault("{\n  \"dynadesk_patterns\": 1,\n  \"patterns\": [}");
        assert_eq!((broken.line, broken.column), (3, 16), "{broken:?}");
        assert!(fault("{\"dynadesk_patterns\": 9, \"patterns\": []}").message.contains("version 9"));
        assert!(fault("[]").message.contains("expected struct"), "{}", fault("[]").message);
        let unknown = "{\"dynadesk_patterns\": 1, \"patterns\": [\n  {\"name\": \"a\", \"operation\": \"Scan\"},\n  {\"name\": \"b\",\n   \"colour\": 1}\n]}";
        let unknown = fault(unknown);
        assert_eq!(unknown.line, 4, "{unknown:?}");
        assert!(unknown.message.contains("colour"));
        let twice = "{\"dynadesk_patterns\": 1, \"patterns\": [\n{\"name\": \"a\", \"operation\": \"Scan\"},\n {\"name\": \"A \", \"operation\": \"Query\"}]}";
        let faults = read(twice).expect_err("faults");
        assert!(faults.iter().all(|fault| (fault.line, fault.column) == (3, 2)), "{faults:?}");
        assert!(faults.iter().any(|fault| fault.message.contains("twice")));
        assert!(faults.iter().any(|fault| fault.message.contains("patterns[1].key")));
        assert!(read(&" ".repeat(MOST_BYTES + 1)).is_err());
    }
}
