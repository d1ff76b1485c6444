//! The file of users as an admin keeps it by `dynadesk user` while a server runs, and what the server's log has of it
//! in JSON.

use std::io::Write;
use std::process::Stdio;

use dynadesk_shared::api::audit::{AuditEntry, AuditKind, AuditResult};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{answer, ends, lines};
use crate::process::{Server, command};
use crate::secrets::ask;

const PASSWORD: &str = "correct horse battery";
const FILE: [&str; 2] = ["--sign-in-users", "users.toml"];

/// A command of `dynadesk user` that reads a password.
pub fn typed(directory: &TempDir, words: &[&str], password: &str) {
    let words = [&["user"], words, &FILE].concat();
    let mut run = command(directory, &words, &[]).stdin(Stdio::piped()).spawn().unwrap();
    run.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    let ended = run.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

fn told(directory: &TempDir, words: &[&str]) -> String {
    answer(directory, &[&["user"], words, &FILE].concat())
}

fn sign_in(server: &Server, name: &str, password: &str) -> String {
    let body = json!({"name": name, "password": password}).to_string();
    let signed_in = ask(server, "POST /api/session/sign-in", &[], &body);
    let cookie = signed_in.split_once("set-cookie: ").unwrap_or_else(|| panic!("{signed_in}")).1;
    cookie.split(';').next().unwrap().to_owned()
}

fn status(server: &Server, cookie: &str, request: &str, body: &Value) -> String {
    let answer = ask(server, request, &[("cookie", cookie)], &body.to_string());
    answer["HTTP/1.1 ".len()..][..3].to_owned()
}

/// What the log has in its lines of the audit log.
fn audited(log: &[u8]) -> Vec<(Value, AuditEntry)> {
    let lines = std::str::from_utf8(log).unwrap().lines().map(serde_json::from_str::<Value>);
    let ours = lines.map(Result::unwrap).filter(|line| line["target"] == "audit");
    ours.map(|line| {
        let entry = serde_json::from_str(line["fields"]["entry"].as_str().unwrap()).unwrap();
        (line["fields"].clone(), entry)
    })
    .collect()
}

#[test]
fn who_may_do_what_is_changed_while_a_server_runs_and_written_down() {
    let directory = TempDir::new().unwrap();
    typed(&directory, &["add", "ada", "--role", "admin"], PASSWORD);
    typed(&directory, &["add", "bo", "--role", "viewer", "--tables", "Orders*"], PASSWORD);
    let flags = ["--port", "0", "--in-memory", "--log-format", "json"];
    let server = Server::start(&directory, &[&flags[..], &FILE].concat(), &[]);
    let (ada, bo) = (sign_in(&server, "ada", PASSWORD), sign_in(&server, "bo", PASSWORD));
    let table = json!({"request": {"TableName": "notes", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}});
    assert_eq!(status(&server, &ada, "POST /api/c/local/tables", &table), "200");
    let key = "a\u{2028}\"é\"\n😀";
    let create = json!({"changes": [{"create": {"item": {"pk": {"S": key}}}}]});
    let write = "POST /api/c/local/tables/notes/items/write";
    assert_eq!(status(&server, &bo, write, &create), "403", "bo has nothing there yet");

    // Another grant counts at the next request, in the same session.
    assert!(told(&directory, &["grant", "bo", "--role", "operator", "--on", "local"]).contains("bo was given more"));
    assert_eq!(status(&server, &bo, write, &create), "200");
    let users: Vec<Value> = lines(&told(&directory, &["list", "--json"]));
    let of_bo = json!([
        {"role": "viewer", "connections": ["*"], "tables": ["Orders*"]},
        {"role": "operator", "connections": ["local"], "tables": ["*"]},
    ]);
    assert_eq!((&users[1]["name"], &users[1]["grants"]), (&json!("bo"), &of_bo));
    assert!(told(&directory, &["list"]).contains("operator"));
    // Another password ends what the old one began.
    typed(&directory, &["password", "bo"], "another horse battery");
    assert_eq!(status(&server, &bo, "GET /api/connections", &json!({})), "401");
    let bo = sign_in(&server, "bo", "another horse battery");
    told(&directory, &["remove", "bo"]);
    assert_eq!(status(&server, &bo, "GET /api/connections", &json!({})), "401");
    for missing in ["grant", "remove"] {
        let role: &[&str] = if missing == "grant" { &["--role", "admin"] } else { &[] };
        let (code, said) = ends(&directory, &[&["user", missing, "bo"], role, &FILE].concat());
        assert!(code != 0 && said.contains("there is no user \"bo\""), "{code}: {said}");
    }
    assert_eq!(status(&server, &ada, "GET /api/connections", &json!({})), "200");

    let audited = audited(&server.stop().stderr);
    let changed = audited.iter().filter(|(_, entry)| entry.operation == "users_file_changed");
    let changed: Vec<&str> = changed.map(|(line, _)| line["detail"].as_str().unwrap()).collect();
    assert_eq!(changed, ["other grants: bo", "another password: bo", "taken out: bo"]);
    // What filters read are plain texts, and the entry has all of it.
    let wrote: Vec<_> = audited.iter().filter(|(line, _)| line["operation"] == "write_items").collect();
    let [(_, refused), (line, done)] = wrote.as_slice() else {
        panic!("{wrote:?}")
    };
    assert_eq!((refused.result, refused.code.as_str()), (AuditResult::Refused, "not_allowed"));
    assert_eq!(
        (&line["who"], &line["table"], &line["kept"]),
        (&json!("bo"), &json!("notes"), &json!(true))
    );
    assert_eq!((done.kind, done.way.is_some()), (AuditKind::Write, true));
    let item = serde_json::to_value(&done.items[0]).unwrap();
    assert_eq!((&item["table"], &item["key"]), (&json!("notes"), &json!({"pk": {"S": key}})));
    assert!(done.items[0].write.is_some() && done.items[0].after.is_some());
}
