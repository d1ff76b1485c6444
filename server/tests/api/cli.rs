//! The commands: what they print, where, and how they end.

use std::io::Write;
use std::process::{Output, Stdio};

use dynadesk_shared::Item;
use dynadesk_shared::api::conversations::{ConversationView, MessageView};
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::seed::SeedPlan;
use dynadesk_shared::api::tables::TableView;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use crate::process::{Server, command};

const TABLE: &str = "cruddur-messages";

pub fn run(directory: &TempDir, words: &[&str]) -> Output {
    command(directory, words, &[]).output().unwrap()
}

/// What a command answers where it must succeed.
#[track_caller]
pub fn answer(directory: &TempDir, words: &[&str]) -> String {
    let output = run(directory, words);
    let (out, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
    out
}

/// How a command ends where it must not succeed, and what it says.
#[track_caller]
pub fn ends(directory: &TempDir, words: &[&str]) -> (i32, String) {
    let output = run(directory, words);
    (output.status.code().unwrap(), text(&output.stderr))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
pub fn lines<T: DeserializeOwned>(answer: &str) -> Vec<T> {
    answer.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A directory with the Cruddur table in it, empty.
fn with_table() -> TempDir {
    let directory = TempDir::new().unwrap();
    let server = Server::start(&directory, &["--port", "0"], &[]);
    let create = r#"{"request":{"TableName":"cruddur-messages","BillingMode":"PAY_PER_REQUEST",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}}"#;
    let created = server.ask("POST /api/c/local/tables", create);
    assert!(created.starts_with("HTTP/1.1 2"), "{created}");
    assert!(server.stop().status.success());
    directory
}

#[test]
fn the_scripts_of_the_seed_system_are_commands() {
    let directory = with_table();
    // A dry run says what it would do, and does nothing.
    let plan: Vec<SeedPlan> = lines(&answer(&directory, &["seed", TABLE, "--sample", "--dry-run", "--json"]));
    assert!(plan[0].items > 20 && plan[0].reject_count == 0);
    assert_eq!(answer(&directory, &["scan", TABLE, "--json"]), "");
    let job: Vec<JobView> = lines(&answer(&directory, &["seed", TABLE, "--sample", "--json"]));
    assert_eq!(job[0].progress.written, plan[0].items);
    // Seeding twice changes nothing.
    let again: Vec<JobView> = lines(&answer(&directory, &["seed", TABLE, "--sample", "--json"]));
    assert_eq!((again[0].progress.written, again[0].progress.unchanged), (0, plan[0].items));

    assert_eq!(answer(&directory, &["tables"]), "cruddur-messages\n");
    let views: Vec<TableView> = lines(&answer(&directory, &["tables", "--details", "--json"]));
    assert_eq!((views[0].name.as_str(), views[0].item_count), (TABLE, plan[0].items));

    let items: Vec<Item> = lines(&answer(&directory, &["scan", TABLE, "--all", "--json"]));
    assert_eq!(items.len() as u64, plan[0].items);
    let few: Vec<Item> = lines(&answer(&directory, &["scan", TABLE, "--limit", "7", "--json"]));
    assert_eq!(few, items[..7]);
    let table = answer(&directory, &["scan", TABLE, "--limit", "3"]);
    assert!(table.starts_with("pk ") && table.lines().count() == 4, "{table}");

    let group = items
        .iter()
        .find(|item| item["pk"].as_s().is_some_and(|pk| pk.starts_with("GRP#")))
        .unwrap();
    let owner = group["pk"].as_s().unwrap().trim_start_matches("GRP#").to_owned();
    let found: Vec<ConversationView> = lines(&answer(&directory, &["conversations", TABLE, &owner, "--json"]));
    assert!(found.iter().all(|view| view.owner == owner) && !found.is_empty());
    assert_eq!(
        answer(&directory, &["conversations", TABLE, &owner, "--until", "1999-01-01", "--json"]),
        ""
    );
    // The other person's handle leads to the other side of the same conversation.
    let other = &found[0].with;
    let theirs: Vec<ConversationView> = lines(&answer(
        &directory,
        &["conversations", TABLE, &format!("@{}", other.handle), "--json"],
    ));
    assert!(theirs.iter().any(|view| view.group == found[0].group && view.owner == other.uuid));

    let messages: Vec<MessageView> = lines(&answer(&directory, &["conversation", TABLE, &found[0].group, "--all", "--json"]));
    assert!(messages.is_sorted_by_key(|message| message.at_micros));
    assert_eq!(messages.last().unwrap().text, found[0].last_message);
    let last: Vec<MessageView> = lines(&answer(
        &directory,
        &["conversation", TABLE, &found[0].group, "--last", "2", "--json"],
    ));
    assert_eq!(last, messages[messages.len() - 2..]);
    let read = answer(&directory, &["conversation", TABLE, &found[0].group, "--last", "1"]);
    assert!(read.trim_end().ends_with(&format!(": {}", messages.last().unwrap().text)), "{read}");
}

#[test]
fn guards_stand_before_a_command_as_before_a_page() {
    let directory = with_table();
    let toml = "[[connection]]\nname = \"local\"\nkind = \"embedded\"\nfile = \"embedded.db\"\nproduction = true\n\
                [[connection]]\nname = \"looked-at\"\nkind = \"embedded\"\nmemory = true\nread_only = true\n";
    std::fs::write(directory.path().join("dynadesk.toml"), toml).unwrap();
    let (code, said) = ends(&directory, &["seed", TABLE, "--sample"]);
    assert!(
        code == 3 && said.contains("production_not_confirmed") && said.contains("--yes-production"),
        "{code} {said}"
    );
    assert_eq!(answer(&directory, &["scan", TABLE, "--json"]), "");
    answer(&directory, &["seed", TABLE, "--sample", "--dry-run"]);
    let (code, said) = ends(
        &directory,
        &["seed", TABLE, "--sample", "--connection", "looked-at", "--yes-production"],
    );
    assert!(code == 3 && said.contains("connection_read_only"), "{code} {said}");
    answer(&directory, &["seed", TABLE, "--sample", "--yes-production"]);
}

#[test]
fn a_command_that_fails_says_what_and_ends_so() {
    let directory = with_table();
    let (code, said) = ends(&directory, &["scan", "nowhere", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["code"]), (1, &"table_not_found".into()));
    assert_eq!(ends(&directory, &["scan", "no"]).0, 1);
    assert_eq!(ends(&directory, &["scan", TABLE, "--filter", "{"]).0, 2);
    assert_eq!(ends(&directory, &["seed", TABLE]).0, 2);
    let (code, said) = ends(&directory, &["tables", "--connection", "moon"]);
    assert!(code == 1 && said.contains("there are local"), "{said}");
    let (code, said) = ends(&directory, &["conversations", TABLE, "@nobody"]);
    assert!(code == 1 && said.contains("user_not_found"), "{said}");
    // Lines that cannot be written are named; the others are written.
    std::fs::write(
        directory.path().join("items.jsonl"),
        "{\"pk\":\"a\",\"sk\":\"1\"}\n{\"pk\":7,\"sk\":\"2\"}\n",
    )
    .unwrap();
    let (code, said) = ends(&directory, &["seed", TABLE, "items.jsonl"]);
    assert!(code == 4 && said.contains("line 2"), "{code} {said}");
    let items: Vec<Item> = lines(&answer(&directory, &["scan", TABLE, "--json"]));
    assert_eq!(items.len(), 1);
}

#[test]
fn a_conversation_comes_from_standard_input_and_two_handles() {
    let directory = with_table();
    let users = r#"[{"uuid":"u-1","display_name":"Ann","handle":"ann"},{"uuid":"u-2","display_name":"Bob","handle":"bob"}]"#;
    std::fs::write(directory.path().join("users.json"), users).unwrap();
    let words = [
        "seed",
        TABLE,
        "-",
        "--person1",
        "@ann",
        "--person2",
        "bob",
        "--users",
        "users.json",
        "--json",
    ];
    let mut command = command(&directory, &words, &[]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    process
        .stdin
        .take()
        .unwrap()
        .write_all(b"Person 1: hello\nPerson 2: and hello to you\n")
        .unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let found: Vec<ConversationView> = lines(&answer(&directory, &["conversations", TABLE, "ann", "--json"]));
    assert_eq!(
        (found[0].with.handle.as_str(), found[0].last_message.as_str()),
        ("bob", "and hello to you")
    );
}

#[test]
fn stored_control_characters_do_not_reach_the_terminal() {
    let directory = with_table();
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J";
    let line = serde_json::to_string(&serde_json::json!({"pk": "a", "sk": hostile, hostile: "\u{202e}x"})).unwrap();
    std::fs::write(directory.path().join("items.jsonl"), line).unwrap();
    answer(&directory, &["seed", TABLE, "items.jsonl"]);
    let table = answer(&directory, &["scan", TABLE]);
    assert!(table.chars().all(|letter| letter == '\n' || !letter.is_control()), "{table:?}");
    assert!(table.contains("\\u{1b}[2J") && !table.contains('\u{202e}'), "{table:?}");
}

#[test]
fn a_running_server_keeps_its_files_and_says_so() {
    let directory = with_table();
    let server = Server::start(&directory, &["--port", "0"], &[]);
    let (code, said) = ends(&directory, &["scan", TABLE]);
    assert!(code == 1 && said.contains("another Dynadesk works in the data directory"), "{said}");
    assert!(server.stop().status.success());
    answer(&directory, &["scan", TABLE]);
}
