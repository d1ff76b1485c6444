//! The store's own policy, held against what the store asks its engine for: read from the sources, method by
//! method.

use std::collections::BTreeSet;
use std::path::Path;

use super::{OPERATIONS, actions, policy};

/// All sources under a folder of `server/src`, without their unit tests.
fn sources(folder: &str) -> String {
    fn walk(path: &Path, all: &mut String) {
        if path.is_dir() {
            for entry in std::fs::read_dir(path).unwrap() {
                walk(&entry.unwrap().path(), all);
            }
        } else {
            let text = std::fs::read_to_string(path).unwrap();
            all.push_str(text.split("#[cfg(test)]").next().unwrap());
        }
    }
    let mut all = String::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut all);
    all
}

/// The names that are called on something, such as `self.` or `engine.`.
fn calls(text: &str, on: &str) -> BTreeSet<String> {
    // A chain of calls goes over lines.
    let lines = text.lines().map(str::trim).map(|line| match line.starts_with('.') {
        true => line.to_owned(),
        false => format!("\n{line}"),
    });
    let flat: String = lines.collect();
    let begins = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let mut found = BTreeSet::new();
    for (at, _) in flat.match_indices(on).filter(|(at, _)| begins(&flat[..*at])) {
        let rest = &flat[at + on.len()..];
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if rest[name.len()..].starts_with('(') {
            found.insert(name);
        }
    }
    found
}

/// The bodies of the methods of a name, from brace to brace.
fn bodies<'a>(engine: &'a str, name: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (at, _) in engine.match_indices(&format!(" fn {name}(")) {
        let Some(open) = engine[at..].find('{').map(|more| at + more) else {
            continue;
        };
        let mut depth = 0_i32;
        let end = engine[open..].char_indices().find(|(_, c)| {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        let (end, _) = end.unwrap();
        found.push(&engine[open..=open + end]);
    }
    found
}

/// The operations that a method of the engine comes to, by itself or through others of its methods.
fn reached(engine: &str, name: &str, seen: &mut BTreeSet<String>, operations: &mut BTreeSet<&'static str>) {
    if !seen.insert(name.to_owned()) {
        return;
    }
    for body in bodies(engine, name) {
        let flat: String = body.split_whitespace().collect();
        operations.extend(
            OPERATIONS
                .split_whitespace()
                .filter(|operation| flat.contains(&format!(".{operation}()"))),
        );
        for next in calls(body, "self.") {
            reached(engine, &next, seen, operations);
        }
    }
}

fn needed() -> BTreeSet<&'static str> {
    let (engine, store) = (sources("engine"), sources("store"));
    let mut operations = BTreeSet::new();
    let asked = calls(&store, "engine.");
    assert!(asked.contains("put") && asked.contains("create_table"), "{asked:?}");
    for method in asked.iter().filter(|method| *method != "clone") {
        assert!(!bodies(&engine, method).is_empty(), "the engine has no method {method}");
        reached(&engine, method, &mut BTreeSet::new(), &mut operations);
    }
    // Whoever looks at the connection asks whether it answers.
    reached(&engine, "ping", &mut BTreeSet::new(), &mut operations);
    operations
}

#[test]
fn what_the_store_asks_for_is_found_in_the_sources() {
    let needed = needed();
    for operation in [
        "get_item",
        "put_item",
        "update_item",
        "delete_item",
        "query",
        "batch_write_item",
        "transact_write_items",
        "describe_table",
        "create_table",
        "update_time_to_live",
        "list_tables",
    ] {
        assert!(needed.contains(operation), "{operation}: {needed:?}");
    }
    for operation in ["scan", "delete_table", "update_table", "execute_statement"] {
        assert!(!needed.contains(operation), "{operation}: {needed:?}");
    }
}

#[test]
fn the_stores_policy_has_what_the_store_asks_for_and_nothing_else() {
    let needed: BTreeSet<String> = needed().into_iter().flat_map(actions).collect();
    let allowed = policy("iam-store.json");
    let missing: Vec<_> = needed.difference(&allowed).collect();
    let idle: Vec<_> = allowed.difference(&needed).collect();
    assert!(missing.is_empty() && idle.is_empty(), "missing: {missing:?}; idle: {idle:?}");
}
