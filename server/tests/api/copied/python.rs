//! The Python, run by boto3 against ministack, one snippet after another.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::codegen::Language;
use serde_json::{Value, json};

use super::requests::{NAME, NINES, TEXT, item};
use super::{connection, named};
use crate::support::ministack::Ministack;

/// Runs each snippet by itself and tells what it answered, or what went wrong.
const RUNNER: &str = r#"
import base64, json, sys
from decimal import Decimal

def plain(value):
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    return str(value)

answers = {}
for name, code in json.load(sys.stdin):
    space = {}
    try:
        exec(compile(code, name, "exec"), space)
        answers[name] = space["response"]
    except Exception as why:
        answers[name] = {"failed": type(why).__name__ + ": " + str(why)}
json.dump(answers, sys.stdout, default=plain)
"#;

/// Python of the environment that ministack is installed in, which has boto3 as well.
fn python() -> Command {
    let ministack = std::env::var("DYNADESK_TEST_MINISTACK").expect("run `cargo xtask test`, which installs ministack and boto3");
    Command::new(Path::new(&ministack).with_file_name("python"))
}

fn feed(mut command: Command, input: &Value) -> Vec<u8> {
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    output.stdout
}

fn snippets(connection: &ConnectionView) -> Value {
    let code = |(name, exchange)| json!([name, Language::Python.write(&exchange, connection)]);
    named().into_iter().map(code).collect()
}

#[test]
fn python_takes_it_for_a_program() {
    let mut command = python();
    command.args([
        "-c",
        "import ast, json, sys\nfor name, code in json.load(sys.stdin): ast.parse(code, name)",
    ]);
    feed(command, &snippets(&connection()));
}

#[tokio::test]
async fn boto3_carries_it_out_and_every_value_arrives() {
    let peer = Ministack::start().await;
    let here = ConnectionView {
        profile: None,
        endpoint: Some(peer.url.clone()),
        ..connection()
    };
    let mut command = python();
    command.args(["-c", RUNNER]);
    command
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env_remove("AWS_PROFILE");
    let answers = tokio::task::spawn_blocking(move || feed(command, &snippets(&here))).await.unwrap();
    let answers: Value = serde_json::from_slice(&answers).unwrap();
    for (name, answer) in answers.as_object().unwrap() {
        let failed = answer.get("failed").and_then(Value::as_str);
        match name.as_str() {
            // The condition does not hold, and boto3 says that the engine said so.
            "update_item" => assert!(failed.is_some_and(|why| why.contains("ConditionalCheckFailed")), "{answer}"),
            _ => assert_eq!(failed, None, "{name}"),
        }
    }
    // What was put came back as it was, by a filter that compares it in every type.
    let got = &answers["get_item"]["Item"];
    assert_eq!((&got[NAME]["S"], &got["nines"]["N"]), (&json!(TEXT), &json!(NINES)));
    assert_eq!(got["bytes"]["B"]["bytes"], item("a")["bytes"]["B"]);
    assert_eq!(answers["query"]["Count"], 1, "{}", answers["query"]);
    assert_eq!(answers["query_2"]["Count"], 1);
    assert_eq!(answers["batch_get_item"]["Responses"]["copied"].as_array().unwrap().len(), 2);
    assert_eq!(answers["transact_get_items"]["Responses"][0]["Item"]["pk"]["S"], "t");
    assert_eq!(answers["delete_item"]["Attributes"][NAME]["S"], TEXT);
}
