//! What stays secret, and what nobody writes into the log: everything that a server says while people sign in,
//! rightly and wrongly, is read here.

use std::io::Write;

use tempfile::TempDir;

use crate::process::{Server, command};
use crate::users_file::typed;

const PASSWORD: &str = "correct horse battery";
const GUESS: &str = "a guess that is wrong";
const OIDC: &str = "a-secret-of-the-client";
const PROXY: &str = "a-secret-of-the-proxy";
const METRICS: &str = "a-token-for-prometheus";

/// A server with every way to sign in and `ada` in its file of users.
fn server(directory: &TempDir, format: &str) -> Server {
    typed(directory, &["add", "ada", "--role", "admin"], PASSWORD);
    let flags = [
        "--port",
        "0",
        "--in-memory",
        "--log",
        "debug",
        "--log-format",
        format,
        "--sign-in-users",
        "users.toml",
    ];
    let more = [
        "--public-url",
        "http://127.0.0.1:1",
        "--oidc-issuer",
        "http://127.0.0.1:9",
        "--oidc-client-id",
        "desk",
    ];
    let last = ["--forwarded-peer", "127.0.0.1", "--grant", "*=viewer"];
    let variables = [
        ("DYNADESK_OIDC_CLIENT_SECRET", OIDC),
        ("DYNADESK_FORWARDED_SECRET", PROXY),
        ("DYNADESK_METRICS_TOKEN", METRICS),
    ];
    Server::start(directory, &[&flags[..], &more, &last].concat(), &variables)
}

/// A request with a head of one's own.
pub fn ask(server: &Server, request: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut stream = std::net::TcpStream::connect(server.address()).unwrap();
    let own: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    write!(
        stream,
        "{request} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{own}\r\n{body}",
        server.address(),
        body.len()
    )
    .unwrap();
    std::io::read_to_string(stream).unwrap()
}

fn sign_in(server: &Server, name: &str, password: &str) -> String {
    let body = serde_json::json!({"name": name, "password": password}).to_string();
    ask(server, "POST /api/session/sign-in", &[], &body)
}

#[test]
fn no_secret_is_in_the_log_or_in_an_answer() {
    let directory = TempDir::new().unwrap();
    let server = server(&directory, "json");
    let signed_in = sign_in(&server, "ada", PASSWORD);
    assert!(signed_in.starts_with("HTTP/1.1 204"), "{signed_in}");
    let cookie = signed_in
        .split_once("set-cookie: ")
        .unwrap()
        .1
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let session = cookie.split_once('=').unwrap().1.to_owned();
    assert!(session.len() >= 32, "{session}");

    let mut said = sign_in(&server, "ada", GUESS);
    assert!(said.starts_with("HTTP/1.1 403"), "{said}");
    said += &ask(
        &server,
        "POST /api/session/sign-in",
        &[],
        &format!("{{\"name\": \"ada\", \"password\": \"{GUESS}\", \"x\": 1}}"),
    );
    said += &ask(&server, "GET /api/connections", &[("cookie", &cookie)], "");
    said += &ask(&server, "GET /api/sessions", &[("cookie", &cookie)], "");
    said += &ask(&server, "GET /api/session", &[("cookie", &cookie)], "");
    let proxied = [("x-forwarded-user", "bo"), ("x-dynadesk-proxy-secret", PROXY)];
    said += &ask(&server, "GET /api/session", &proxied, "");
    said += &ask(
        &server,
        "GET /api/connections",
        &[proxied[0], ("x-dynadesk-proxy-secret", "a wrong secret")],
        "",
    );
    said += &ask(&server, "GET /sign-in/oidc?to=/", &[], "");
    said += &ask(&server, "GET /sign-in/oidc/done?code=a-code-of-the-provider&state=none", &[], "");
    let metrics = ask(&server, "GET /metrics", &[("authorization", &format!("Bearer {METRICS}"))], "");
    assert!(metrics.starts_with("HTTP/1.1 200"), "{metrics}");
    said += &metrics;
    said += &ask(&server, "POST /api/session/sign-out", &[("cookie", &cookie)], "");
    // The session that was ended is nobody's.
    assert!(ask(&server, "GET /api/connections", &[("cookie", &cookie)], "").starts_with("HTTP/1.1 401"));
    for expected in ["sign_in_refused", "proxy_refused", "\"bo\"", "sign_in_unreachable"] {
        assert!(said.contains(expected), "{expected} in {said}");
    }

    let output = server.stop();
    said += &String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("a sign-in with a password was refused"), "the log was read");
    for secret in [PASSWORD, GUESS, OIDC, PROXY, METRICS, &session, "a-code-of-the-provider", "$argon2"] {
        let line = said.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} was seen");
    }
    let kept = std::fs::read_to_string(directory.path().join("users.toml")).unwrap();
    assert!(kept.contains("$argon2id$") && !kept.contains(PASSWORD));
}

#[test]
fn help_shows_no_secret_and_says_where_each_belongs() {
    let directory = TempDir::new().unwrap();
    let address = "postgres://desk:a-password-of-the-database@127.0.0.1/cruddur";
    let variables = [
        ("DYNADESK_DATABASE_URL", address),
        ("DYNADESK_OIDC_CLIENT_SECRET", OIDC),
        ("DYNADESK_FORWARDED_SECRET", PROXY),
        ("DYNADESK_METRICS_TOKEN", METRICS),
    ];
    let output = command(&directory, &["--help"], &variables).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for secret in ["a-password-of-the-database", OIDC, PROXY, METRICS] {
        assert!(!help.contains(secret), "{help}");
    }
    let mut secrets = 0;
    for flag in help.split("\n      --").skip(1) {
        let (name, said) = flag.split_once([' ', '\n']).unwrap();
        if ["secret", "password", "token", "database-url"]
            .iter()
            .any(|word| name.contains(word))
        {
            secrets += 1;
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            let warned = "through the environment: other users of this machine can read a command line";
            assert!(said.contains(warned), "--{name}: {said}");
        }
    }
    assert_eq!(secrets, 4, "{help}");
}

#[test]
fn nobody_writes_lines_of_the_log() {
    let directory = TempDir::new().unwrap();
    let server = server(&directory, "text");
    let hostile = "ada\r\n2026-01-01T00:00:00Z ERROR dynadesk_server: FORGED\u{1b}[2J\u{9b}31m\u{2028}FORGED";
    let refused = sign_in(&server, hostile, GUESS);
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    ask(&server, "GET /api/%0aFORGED%0d%0a%1b[2J", &[], "");
    ask(&server, "GET /sign-in/oidc/done?error=%0aFORGED%1b[2J&state=%0aFORGED", &[], "");
    ask(&server, "GET /sign-in/oidc?to=%0d%0aset-cookie:FORGED", &[], "");
    // Bytes that are no text, where names are read from headers.
    ask(
        &server,
        "GET /api/session",
        &[("x-forwarded-user", "\u{1b}[2JFORGED"), ("x-dynadesk-proxy-secret", PROXY)],
        "",
    );
    ask(
        &server,
        "GET /api/session",
        &[("user-agent", "\u{9b}2JFORGED"), ("x-forwarded-for", "\u{9b}FORGED")],
        "",
    );
    let output = server.stop();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("FORGED"), "it was logged, as it should be");
    let strange = |c: char| c.is_control() || c == '\u{2028}';
    for line in log.lines() {
        let begins = line
            .get(..5)
            .is_some_and(|year| year.ends_with('-') && year[..4].bytes().all(|c| c.is_ascii_digit()));
        assert!(
            begins && !line.starts_with("2026-01-01T00:00:00Z ERROR"),
            "no line of ours: {line:?}"
        );
        assert!(!line.contains(strange), "{line:?}");
    }
}
