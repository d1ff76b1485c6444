//! The code that the console offers to copy is code: Rust that cargo compiles (`server/examples/copied.rs`),
//! TypeScript that tsc checks against the SDK (`end2end/copied`), Python that boto3 runs against a second
//! engine, and a command that a shell takes for the same request.
//!
//! The first two are files, kept equal to what is generated. `DYNADESK_WRITE_COPIED=1` writes them anew.

mod python;
mod requests;

use std::path::{Path, PathBuf};
use std::process::Command;

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::codegen::Language;

use self::requests::all;

/// A connection with everything that code can need, its texts hostile.
fn connection() -> ConnectionView {
    ConnectionView {
        name: "prod".into(),
        label: "Prod".into(),
        color: "red".into(),
        engine: "AWS".into(),
        place: "AWS".into(),
        region: Some("eu-west-1".into()),
        profile: Some("it's \"me\" $HOME `id` \\".into()),
        endpoint: Some("http://127.0.0.1:8000".into()),
        endpoint_source: None,
        read_only: false,
        production: false,
        second_person: false,
        scan_budget: false,
        is_default: true,
        access: None,
        capabilities: Default::default(),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `TransactWriteItems` as `transact_write_items`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Names each request once: the second Query is `query_2`.
fn named() -> Vec<(String, Exchange)> {
    let requests = all();
    let number = |at: usize| {
        requests[..=at]
            .iter()
            .filter(|other| other.operation == requests[at].operation)
            .count()
    };
    let name = |at: usize| match number(at) {
        1 => snake(&requests[at].operation),
        more => format!("{}_{more}", snake(&requests[at].operation)),
    };
    (0..requests.len()).map(|at| (name(at), requests[at].clone())).collect()
}

/// Compares a committed file with what is generated now.
fn is_committed(path: &Path, text: &str) {
    if std::env::var_os("DYNADESK_WRITE_COPIED").is_some() {
        std::fs::write(path, text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text,
        "{} is not what is generated now: run this test with DYNADESK_WRITE_COPIED=1, look at the difference, and commit it",
        path.display()
    );
}

#[test]
fn rust_is_what_cargo_compiles() {
    let mut file = String::from(
        "//! Requests as the console offers them to copy, compiled with the SDK. Generated: see\n//! `server/tests/api/copied/mod.rs`.\n\
         #![cfg_attr(rustfmt, rustfmt_skip)]\n#![allow(dead_code, unused_variables, clippy::all, clippy::pedantic, reason = \"generated\")]\n\n\
         fn main() {}\n",
    );
    for (name, exchange) in named() {
        let code = Language::Rust.write(&exchange, &connection());
        file.push_str(&format!(
            "\nasync fn {name}() -> Result<(), Box<dyn std::error::Error>> {{\n{code}Ok(())\n}}\n"
        ));
    }
    is_committed(&root().join("server/examples/copied.rs"), &file);
}

#[test]
fn typescript_is_what_tsc_checks() {
    let folder = root().join("end2end/copied");
    let mut expected = vec!["tsconfig.json".to_owned()];
    for (name, exchange) in named() {
        let file = format!("{name}.ts");
        is_committed(&folder.join(&file), &Language::TypeScript.write(&exchange, &connection()));
        expected.push(file);
    }
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    expected.sort();
    assert_eq!(there, expected, "files that nothing generates any more");
}

#[test]
fn a_shell_takes_the_command_for_the_same_request() {
    for (name, exchange) in named() {
        let command = Language::Aws.write(&exchange, &connection());
        // The words as the shell splits them, an end after each.
        let script = format!("aws() {{ printf '%s\\0' \"$@\"; }}\n{command}");
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let words: Vec<&str> = std::str::from_utf8(&output.stdout).unwrap().split_terminator('\0').collect();
        let after = |flag: &str| words[words.iter().position(|word| *word == flag).unwrap() + 1];
        assert_eq!((words[0], words[1]), ("dynamodb", &*snake(&exchange.operation).replace('_', "-")));
        assert_eq!(Some(after("--profile")), connection().profile.as_deref());
        assert_eq!(Some(after("--endpoint-url")), connection().endpoint.as_deref());
        let request: serde_json::Value = serde_json::from_str(after("--cli-input-json")).unwrap();
        assert_eq!(request, exchange.request, "{name}");
    }
}
