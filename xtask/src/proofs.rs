//! The tests that `docs/SECURITY.md` names are there: each row of a table of threats ends with its proof.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::root;

const DOC: &str = "docs/SECURITY.md";
/// Where a file that is named there may be.
const FOLDERS: [&str; 3] = ["server/tests/api", "end2end/tests", "server/src"];
/// The parts of commands.
const PARTS: [(&str, &str); 2] = [
    ("cargo xtask test --only ", "xtask/src/commands/test.rs"),
    ("cargo xtask soak --only ", "xtask/src/commands/soak.rs"),
];

pub fn check(faults: &mut Vec<String>) -> Result<()> {
    let text = std::fs::read_to_string(root().join(DOC))?;
    let mut rows = 0;
    for (number, line) in text.lines().enumerate() {
        let Some(proof) = cell(line) else { continue };
        rows += 1;
        let wrong = faults_of(proof);
        faults.extend(wrong.into_iter().map(|why| format!("{DOC}:{}: {why}", number + 1)));
    }
    if rows == 0 {
        faults.push(format!("{DOC}: no table of it has a column of proofs"));
    }
    Ok(())
}

/// The last cell of a row of a table.
fn cell(line: &str) -> Option<&str> {
    let cells: Vec<_> = line.strip_prefix('|')?.trim_end().strip_suffix('|')?.split(" | ").collect();
    let proof = cells.last()?.trim();
    let is_row = cells.len() == 3 && proof != "proof" && !proof.starts_with("--");
    is_row.then_some(proof)
}

/// What is wrong with the proof of a threat: `file` names of tests, `file`; `command`.
fn faults_of(proof: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut proofs = 0;
    let pieces: Vec<_> = proof.split('`').collect();
    for pair in pieces[1..].chunks(2) {
        let (code, after) = (pair[0], pair.get(1).copied().unwrap_or_default());
        if code.ends_with(".rs") || code.ends_with(".ts") {
            match tests_of(code) {
                None => faults.push(format!("there is no file {code}")),
                Some(tests) if tests.is_empty() => faults.push(format!("{code} has no test")),
                Some(tests) => {
                    proofs += 1;
                    let gone = names(after).filter(|name| !tests.iter().any(|test| test.starts_with(name)));
                    faults.extend(gone.map(|name| format!("{code} has no test that begins with {name}")));
                }
            }
        }
        for (command, file) in PARTS {
            if let Some(part) = code.strip_prefix(command) {
                proofs += 1;
                let source = std::fs::read_to_string(root().join(file)).unwrap_or_default();
                if !has_part(&source, part) {
                    faults.push(format!("`{code}`: there is no such part"));
                }
            }
        }
    }
    if proofs == 0 {
        faults.push(format!("this names no test: {proof}"));
    }
    faults
}

/// The names of tests, or how they begin, in the words that follow a file.
fn names(after: &str) -> impl Iterator<Item = &str> {
    let words = after.split(';').next().unwrap_or_default().split([' ', ',']);
    words.filter(|word| word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'))
}

/// The names of the tests of a file and of those in the folder of its name.
fn tests_of(named: &str) -> Option<Vec<String>> {
    let folders = FOLDERS.iter().copied().chain([""]);
    let file = folders.map(|folder| root().join(folder).join(named)).find(|file| file.is_file())?;
    let mut files = vec![file.clone()];
    let below = std::fs::read_dir(file.with_extension("")).into_iter().flatten().flatten();
    files.extend(below.map(|entry| entry.path()).filter(|path| path.is_file()));
    Some(files.iter().flat_map(tests_in).collect())
}

fn tests_in(file: &PathBuf) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    match file.extension().is_some_and(|found| found == "rs") {
        true => functions(&text),
        false => text.split("\ntest(").skip(1).map(|_| "test".to_owned()).collect(),
    }
}

/// The functions of Rust's text that are marked as tests.
fn functions(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.contains("::test]") || line.contains("::test(") {
            marked = true;
        } else if let Some((_, after)) = line.split_once("fn ").filter(|_| marked) {
            let name = after.split(['(', '<']).next().unwrap_or_default();
            found.push(name.to_owned());
            marked = false;
        }
    }
    found
}

fn has_part(source: &str, part: &str) -> bool {
    let variants = source
        .split("enum Part {")
        .nth(1)
        .and_then(|rest| rest.split('}').next())
        .unwrap_or_default();
    let mut variants = variants.lines().map(|line| line.trim().trim_end_matches(',').to_lowercase());
    variants.any(|variant| variant == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_gone_is_found_and_one_that_is_there_is_not() {
        assert_eq!(
            faults_of("`routes.rs` each_route_takes_its_role, no_route; `xtask/src/proofs.rs`"),
            [""; 0]
        );
        assert_eq!(
            faults_of("`routes.rs` each_route_flies; `gone.rs` a_test"),
            [
                "routes.rs has no test that begins with each_route_flies",
                "there is no file gone.rs"
            ]
        );
        assert_eq!(faults_of("somebody looked at it, `deny.toml`").len(), 1);
        assert_eq!(faults_of("`hostile.spec.ts`; `cargo xtask soak --only advisories`"), [""; 0]);
        assert_eq!(
            faults_of("`cargo xtask soak --only deny`"),
            ["`cargo xtask soak --only deny`: there is no such part"]
        );
    }

    #[test]
    fn the_last_cell_is_the_proof() {
        assert_eq!(cell("| a | b | `x.rs` a_test |"), Some("`x.rs` a_test"));
        assert_eq!(cell("| threat | what answers it | proof |"), None);
        assert_eq!(cell("|---|---|---|"), None);
        assert_eq!(cell("words"), None);
    }
}
