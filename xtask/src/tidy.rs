//! The architecture check: the invariants that docs/ARCHITECTURE.md prints, kept by machine.
//! It reads source text, so it needs no build and takes no time.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::process::root;
use crate::proofs;

/// A rule: in files under `within` but not under one of `except`, no line may hold one of `words`.
struct Rule {
    within: &'static str,
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        within: "shared/src",
        except: &[],
        words: &[
            "tokio",
            "axum",
            "aws_sdk_",
            "std::fs",
            "std::net",
            "SystemTime",
            "Instant::now",
            "web_sys",
            "leptos",
        ],
        why: "shared has no IO, no clock and no framework: both sides and the tests can call it freely",
    },
    Rule {
        within: "server/src",
        except: &[
            "server/src/api",
            "server/src/router.rs",
            "server/src/middleware",
            "server/src/assets",
            "server/src/serving",
            "server/src/lib.rs",
            "server/src/app.rs",
        ],
        words: &["axum::", "use axum"],
        why: "axum stays in the server's outer ring, so that capabilities can be called without HTTP",
    },
    Rule {
        within: "server/src",
        except: &["server/src/engine", "server/src/identity/pool"],
        words: &["aws_sdk_", "aws_config", "aws_smithy", "aws_credential", "dynoxide", "rusqlite"],
        why: "only the engine knows the AWS SDK and the embedded database; the reader of the user pool knows Cognito's",
    },
    Rule {
        within: "server/src/identity",
        except: &[],
        words: &["aws_sdk_dynamodb", "dynoxide"],
        why: "the users of an application are not in DynamoDB",
    },
    Rule {
        within: "server/src",
        except: &["server/src/identity/database"],
        words: &["sqlx"],
        why: "SQL and its driver are only where the users table is",
    },
    Rule {
        within: "server/src",
        except: &[
            "server/src/api",
            "server/src/router.rs",
            "server/src/lib.rs",
            "server/src/middleware",
            "server/src/assets",
        ],
        words: &["crate::api"],
        why: "capability modules never import the HTTP layer (dynadesk_shared::api is the wire contract and fine)",
    },
    Rule {
        within: "server/src",
        except: &[
            "server/src/api/finish.rs",
            "server/src/conversations/live.rs",
            "server/src/engine/sweeper.rs",
            "server/src/identity",
            "server/src/jobs/mod.rs",
            "server/src/lib.rs",
            "server/src/main.rs",
            "server/src/serving",
            "server/src/streams",
            "server/src/tables/follow_ups.rs",
            "server/src/takeover.rs",
        ],
        words: &["tokio::spawn("],
        why: "a task does not know who it is done for, and would do all that the shell may: api/finish.rs and jobs carry that along",
    },
    Rule {
        within: "frontend/src/ui",
        except: &[],
        words: &[
            "crate::api",
            "crate::pages",
            "crate::components",
            "crate::state",
            "crate::nav",
            "dynadesk_shared",
        ],
        why: "ui knows nothing of ours: it could be lifted into another product",
    },
    Rule {
        within: "frontend/src",
        except: &["frontend/src/api"],
        words: &["gloo_net", "EventSource::new"],
        why: "frontend/src/api is the only place that speaks HTTP",
    },
    Rule {
        within: "frontend/src",
        except: &[],
        words: &["inner_html", "set_inner_html", " style=\"", " style=move", " style=format"],
        why: "values are hostile and the page's policy blocks style attributes: only text nodes, classes and style:property",
    },
];

/// Longest file allowed. Past it a room is to be redesigned.
const MOST_LINES: usize = 400;
/// Files that a test writes and nobody edits.
const GENERATED: [&str; 1] = ["server/examples/copied.rs"];

pub fn run() -> Result<()> {
    let mut faults = Vec::new();
    for rule in RULES {
        for file in sources(rule.within) {
            let path = relative(&file);
            if !rule.except.iter().any(|allowed| path.starts_with(allowed)) {
                check(rule, &path, &std::fs::read_to_string(&file)?, &mut faults);
            }
        }
    }
    check_pages(&mut faults)?;
    check_sizes(&mut faults)?;
    check_conflicts(&mut faults)?;
    proofs::check(&mut faults)?;
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the architecture check found {} faults:\n{}", faults.len(), faults.join("\n"))
}

fn check(rule: &Rule, path: &str, text: &str, faults: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        if let Some(word) = rule.words.iter().find(|word| code.contains(**word)) {
            faults.push(format!("{path}:{}: {word:?}: {}", number + 1, rule.why));
        }
    }
}

/// Pages never import each other.
fn check_pages(faults: &mut Vec<String>) -> Result<()> {
    for file in sources("frontend/src/pages") {
        let path = relative(&file);
        let own = path
            .trim_start_matches("frontend/src/pages/")
            .split(['/', '.'])
            .next()
            .unwrap_or_default()
            .to_owned();
        for (number, line) in std::fs::read_to_string(&file)?.lines().enumerate() {
            let Some((_, after)) = line.split_once("crate::pages::") else {
                continue;
            };
            if after.split([':', ';', '{', ' ']).next() != Some(own.as_str()) {
                faults.push(format!(
                    "{path}:{}: pages never import each other: what two need is a component",
                    number + 1
                ));
            }
        }
    }
    Ok(())
}

fn check_sizes(faults: &mut Vec<String>) -> Result<()> {
    for folder in ["shared", "server", "frontend", "xtask"] {
        for file in sources(folder) {
            let lines = std::fs::read_to_string(&file)?.lines().count();
            if lines > MOST_LINES && !GENERATED.contains(&relative(&file).as_str()) {
                faults.push(format!(
                    "{}: {lines} lines; a room holds at most {MOST_LINES}: redesign it",
                    relative(&file)
                ));
            }
        }
    }
    Ok(())
}

/// What git writes around two versions that it could not bring together.
const CONFLICT: [&str; 2] = ["<<<<<<< ", ">>>>>>> "];
/// The files that people write, whatever they are written in.
const WRITTEN: [&str; 10] = ["rs", "ts", "js", "md", "css", "html", "toml", "json", "lock", "yml"];

/// No merge is left half-done.
fn check_conflicts(faults: &mut Vec<String>) -> Result<()> {
    for file in files("", &WRITTEN) {
        conflicts(&relative(&file), &std::fs::read_to_string(&file)?, faults);
    }
    Ok(())
}

fn conflicts(path: &str, text: &str, faults: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
            faults.push(format!("{path}:{}: a mark of a conflict: finish the merge", number + 1));
        }
    }
}

fn sources(folder: &str) -> Vec<PathBuf> {
    files(folder, &["rs"])
}

fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            // What begins with a dot belongs to tools; what is a link belongs elsewhere.
            let ours = !name.to_string_lossy().starts_with('.') && name != "node_modules" && name != "target" && name != "dist";
            if path.is_dir() {
                if ours && !path.is_symlink() {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_named_with_its_line_and_a_comment_is_none() {
        let mut faults = Vec::new();
        check(
            &RULES[0],
            "shared/src/x.rs",
            "// tokio is elsewhere\nuse tokio::spawn;\n",
            &mut faults,
        );
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("shared/src/x.rs:2: \"tokio\""), "{}", faults[0]);
    }

    #[test]
    fn a_merge_that_is_half_done_is_found_wherever_it_is() {
        let mut faults = Vec::new();
        conflicts(
            "docs/x.md",
            "ours\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n <<<<<<< no mark\n",
            &mut faults,
        );
        assert_eq!(faults.len(), 2);
        assert!(
            faults[0].starts_with("docs/x.md:2:") && faults[1].starts_with("docs/x.md:6:"),
            "{faults:?}"
        );
    }

    #[test]
    fn the_tree_is_read() {
        assert!(sources("shared/src").len() > 10);
        let written = files("", &WRITTEN);
        assert!(
            ["README.md", "Cargo.lock", "end2end/tests/stream.spec.ts"]
                .iter()
                .all(|name| written.contains(&root().join(name)))
        );
    }
}
