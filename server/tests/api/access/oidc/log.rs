//! What a sign-in that succeeds leaves in the log: who came, and nothing that opens anything.

use tempfile::TempDir;

use super::{CLIENT, CLIENT_SECRET, Provider, query};
use crate::process::Server;
use crate::secrets::ask;

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// Name and value of the cookie that an answer sets.
fn cookie(answer: &str) -> (&str, &str) {
    let pair = header(answer, "set-cookie").split(';').next().unwrap();
    (pair, pair.split_once('=').unwrap().1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_leaves_nothing_secret_in_the_log() {
    let provider = Provider::start().await;
    let directory = TempDir::new().unwrap();
    let issuer = ["--oidc-issuer", &provider.url, "--oidc-client-id", CLIENT];
    let desk = [
        "--port",
        "0",
        "--in-memory",
        "--log",
        "debug",
        "--public-url",
        "https://desk.example",
    ];
    let flags = [&desk[..], &issuer, &["--grant", "*=viewer"]].concat();
    let log = tokio::task::block_in_place(|| {
        let server = Server::start(&directory, &flags, &[("DYNADESK_OIDC_CLIENT_SECRET", CLIENT_SECRET)]);
        let sent = ask(&server, "GET /sign-in/oidc?to=/", &[], "");
        let url = header(&sent, "location").to_owned();
        let state = query(&url, "state");
        let mut says = provider.says.lock().unwrap();
        (says.nonce, says.challenge) = (query(&url, "nonce"), query(&url, "code_challenge"));
        let mut secrets = vec![says.nonce.clone(), state.clone(), CLIENT_SECRET.to_owned()];
        drop(says);
        let (begun, value) = cookie(&sent);
        secrets.push(value.to_owned());
        let done = format!("GET /sign-in/oidc/done?code=the-code&state={state}");
        let back = ask(&server, &done, &[("cookie", begun)], "");
        let (session, value) = cookie(&back);
        secrets.push(value.to_owned());
        for request in ["GET /api/session", "GET /api/connections", "POST /api/session/sign-out"] {
            let answer = ask(&server, request, &[("cookie", session)], "");
            assert!(answer.starts_with("HTTP/1.1 200"), "{request}: {answer}");
        }
        secrets.append(&mut provider.says.lock().unwrap().secrets);
        let log = String::from_utf8(server.stop().stderr).unwrap();
        // Code, verifier and both tokens came to the provider, or from it.
        assert_eq!(secrets.len(), 9);
        for secret in &secrets {
            // A token's last part alone makes it one that holds.
            for part in [secret.as_str(), secret.rsplit('.').next().unwrap()] {
                assert!(part.len() >= 8, "{part:?} might be in any line");
                let line = log.lines().find(|line| line.contains(part));
                assert_eq!(line, None, "{part} was seen");
            }
        }
        log
    });
    assert!(log.contains("an ID token was verified") && log.contains("ada@example.com"), "{log}");
}
