//! The binary itself: its one line, its refusals, its environment, and that it keeps secrets.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use dynadesk_shared::api::connections::{ConnectionList, ConnectionView};
use tempfile::TempDir;

const SECRETS: [&str; 3] = ["AKIASECRETKEYID", "very-secret-access-key", "very-secret-token"];

/// The binary in a directory of its own, with no environment but what is given.
pub fn command(directory: &TempDir, flags: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynadesk"));
    command
        .current_dir(directory.path())
        .args(flags)
        .env_clear()
        .env("HOME", directory.path())
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running server; killed if the test fails.
pub struct Server {
    process: Child,
    /// What it said on standard output first.
    pub line: String,
    /// Where its log goes: a pipe that nobody reads would fill and stop it.
    log: std::path::PathBuf,
}

impl Server {
    pub fn start(directory: &TempDir, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::run(command(directory, flags, variables), directory)
    }

    /// A command that serves.
    pub fn run(mut command: Command, directory: &TempDir) -> Self {
        let log = directory.path().join("log");
        let mut process = command.stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        process.stdout = Some(output.into_inner());
        Self {
            process,
            line: line.trim_end().to_owned(),
            log,
        }
    }

    pub fn address(&self) -> &str {
        let rest = self
            .line
            .split_once("://")
            .unwrap_or_else(|| panic!("no address in {:?}", self.line))
            .1;
        rest.split_whitespace().next().unwrap()
    }

    /// One request on a connection of its own; the whole answer as text.
    pub fn ask(&self, request: &str, body: &str) -> String {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(self.address()).unwrap();
        let head = format!(
            "{request} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address(),
            body.len()
        );
        stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn connections(&self) -> Vec<ConnectionView> {
        let answer = self.ask("GET /api/connections", "");
        let list: ConnectionList = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        list.connections
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Ends it as a crash does, with SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to stop as a service manager does; what else it said, on both outputs.
    pub fn stop(mut self) -> Output {
        self.signal("-TERM");
        let mut stdout = Vec::new();
        self.process.stdout.take().unwrap().read_to_end(&mut stdout).unwrap();
        let status = self.process.wait().unwrap();
        let stderr = std::fs::read(&self.log).unwrap();
        Output { status, stdout, stderr }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn refused(flags: &[&str], variables: &[(&str, &str)], toml: Option<&str>) -> String {
    let directory = TempDir::new().unwrap();
    if let Some(toml) = toml {
        std::fs::write(directory.path().join("dynadesk.toml"), toml).unwrap();
    }
    let output = command(&directory, flags, variables).output().unwrap();
    assert!(!output.status.success());
    assert_eq!(output.stdout, b"", "nothing is ready");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "one line: {said}");
    said
}

#[test]
fn it_says_one_line_when_ready_and_stops_when_asked() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(&directory, &["--port", "0"], &[]);
    let expected = format!(
        "Dynadesk is ready at http://{} (embedded engine, data in .dynadesk/)",
        server.address()
    );
    assert_eq!(server.line, expected);
    assert!(server.ask("GET /api/health", "").starts_with("HTTP/1.1 200"));
    let output = server.stop();
    assert!(output.status.success());
    assert_eq!(output.stdout, b"", "one line and no more");
    assert!(directory.path().join(".dynadesk/embedded.db").exists());
}

#[test]
fn logs_are_json_when_asked_and_carry_the_request_id() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(&directory, &["--port", "0", "--in-memory", "--log-format", "json"], &[]);
    assert!(server.line.contains("embedded engine in memory"), "{}", server.line);
    let answer = server.ask("GET /api/c/nowhere/tables", "");
    let id = answer
        .split_once("\"request_id\":\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0
        .to_owned();
    let output = server.stop();
    let log = String::from_utf8(output.stderr).unwrap();
    let entry = log.lines().find(|line| line.contains(&id)).expect("the request is logged");
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap();
    assert_eq!(entry["fields"]["status"], 404);
}

#[test]
fn a_start_that_cannot_be_says_why_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = refused(&["--port", &port, "--in-memory"], &[], None);
    assert!(
        said.contains(&format!("port {port} is in use")) && said.contains("--port"),
        "{said}"
    );
    let said = refused(&["--port", "0"], &[], Some("\n\nlabel = 1"));
    assert!(said.contains("dynadesk.toml:3: unknown field `label`"), "{said}");
    let said = refused(
        &["--port", "0", "--profile", "nobody"],
        &[("AWS_EC2_METADATA_DISABLED", "true")],
        None,
    );
    assert!(said.contains("\"aws\" has no region"), "{said}");
    let said = refused(&["--port", "0", "--config", "gone.toml"], &[], None);
    assert!(said.contains("gone.toml cannot be read"), "{said}");
}

#[test]
fn endpoint_variables_are_honoured_and_shown() {
    let with = |variables: &[(&str, &str)], profile: &str| {
        let directory = TempDir::new().unwrap();
        std::fs::create_dir(directory.path().join(".aws")).unwrap();
        std::fs::write(directory.path().join(".aws/config"), profile).unwrap();
        let mut variables = variables.to_vec();
        variables.push(("AWS_REGION", "eu-west-1"));
        let flags: &[&str] = if profile.is_empty() {
            &["--port", "0", "--in-memory"]
        } else {
            &["--port", "0", "--in-memory", "--profile", "p"]
        };
        let server = Server::start(&directory, flags, &variables);
        let view = server
            .connections()
            .into_iter()
            .find(|view| view.name == "aws")
            .expect("an AWS connection");
        (
            view.endpoint.unwrap_or_default(),
            view.endpoint_source.unwrap_or_default(),
            view.place,
        )
    };
    let (own, every) = ("http://127.0.0.1:1", "http://127.0.0.1:2");
    let (endpoint, source, place) = with(&[("AWS_ENDPOINT_URL_DYNAMODB", own), ("AWS_ENDPOINT_URL", every)], "");
    assert_eq!(
        (endpoint.as_str(), source.as_str(), place.as_str()),
        (own, "AWS_ENDPOINT_URL_DYNAMODB", own)
    );
    let (endpoint, source, _) = with(&[("AWS_ENDPOINT_URL", every)], "");
    assert_eq!((endpoint.as_str(), source.as_str()), (every, "AWS_ENDPOINT_URL"));
    let ignored = [("AWS_ENDPOINT_URL", every), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
    let (endpoint, _, place) = with(&ignored, "[profile p]\n");
    assert_eq!((endpoint.as_str(), place.as_str()), ("", "AWS DynamoDB in eu-west-1"));
    let services =
        "[profile p]\nendpoint_url = http://127.0.0.1:4\nservices = s\n[services s]\ndynamodb =\n  endpoint_url = http://127.0.0.1:3\n";
    let (endpoint, source, _) = with(&[], services);
    assert_eq!((endpoint.as_str(), source.as_str()), ("http://127.0.0.1:3", "the AWS profile"));
}

#[test]
fn credentials_stay_in_the_server() {
    let directory = TempDir::new().unwrap();
    let toml = r#"
        [[connection]]
        name = "ddb"
        kind = "endpoint"
        url = "http://127.0.0.1:9"
        access_key_id = "AKIASECRETKEYID"
        secret_access_key_env = "SECRET"
        session_token_env = "TOKEN"
        [[connection]]
        name = "aws"
        kind = "aws"
        region = "eu-west-1"
    "#;
    std::fs::write(directory.path().join("dynadesk.toml"), toml).unwrap();
    let variables = [
        ("SECRET", SECRETS[1]),
        ("TOKEN", SECRETS[2]),
        ("AWS_ACCESS_KEY_ID", SECRETS[0]),
        ("AWS_SECRET_ACCESS_KEY", SECRETS[1]),
        ("AWS_SESSION_TOKEN", SECRETS[2]),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ];
    let server = Server::start(&directory, &["--port", "0", "--log", "debug"], &variables);
    let mut said = server.line.clone();
    for connection in ["ddb", "aws"] {
        said += &server.ask("GET /api/connections", "");
        said += &server.ask(&format!("GET /api/c/{connection}/health"), "");
        said += &server.ask(&format!("GET /api/c/{connection}/tables"), "");
        said += &server.ask(&format!("DELETE /api/c/{connection}/tables/abc"), r#"{"confirm":"abc"}"#);
        said += &server.ask(&format!("POST /api/c/{connection}/tables"), "{");
    }
    assert_eq!(said.matches("engine_unreachable").count(), 4, "{said}");
    let output = server.stop();
    said += &String::from_utf8_lossy(&output.stdout);
    said += &String::from_utf8_lossy(&output.stderr);
    for secret in SECRETS {
        assert!(!said.contains(secret), "{secret} was seen");
    }
}

#[test]
fn without_credentials_aws_says_so() {
    let directory = TempDir::new().unwrap();
    let variables = [("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_REGION", "eu-west-1")];
    let server = Server::start(&directory, &["--port", "0", "--in-memory", "--profile", "default"], &variables);
    let answer = server.ask("GET /api/c/aws/tables", "");
    assert!(
        answer.starts_with("HTTP/1.1 403") && answer.contains("\"no_credentials\""),
        "{answer}"
    );
    assert!(server.line.contains("(AWS eu-west-1, data in"), "{}", server.line);
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let directory = TempDir::new().unwrap();
    let first = Server::start(&directory, &["--port", "0"], &[]);
    let second = command(&directory, &["--port", "0"], &[]).output().unwrap();
    assert!(!second.status.success());
    let why = String::from_utf8_lossy(&second.stderr);
    assert!(why.contains("another Dynadesk works in the data directory .dynadesk"), "{why}");
    drop(first);
    // What is only in memory shares nothing.
    let held = Server::start(&directory, &["--port", "0"], &[]);
    let _beside = Server::start(&directory, &["--port", "0", "--in-memory"], &[]);
    drop(held);
}

#[test]
fn credentials_in_an_endpoint_variable_are_refused_and_not_repeated() {
    let variables = [
        ("AWS_ENDPOINT_URL", "http://me:hush-hush@127.0.0.1:8000"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let why = refused(&["--port", "0"], &variables, None);
    assert!(why.contains("must not hold credentials") && !why.contains("hush"), "{why}");
}

#[test]
fn without_root_certificates_only_what_needs_them_is_lost() {
    let nobody = ("SSL_CERT_FILE", "/dev/null");
    let directory = TempDir::new().unwrap();
    let toml = r#"
        [[connection]]
        name = "plain"
        kind = "endpoint"
        url = "http://127.0.0.1:9"
        [[connection]]
        name = "secure"
        kind = "endpoint"
        url = "https://127.0.0.1:9"
    "#;
    std::fs::write(directory.path().join("dynadesk.toml"), toml).unwrap();
    let server = Server::start(&directory, &["--port", "0"], &[nobody]);
    for connection in ["plain", "secure"] {
        let answer = server.ask(&format!("GET /api/c/{connection}/tables"), "");
        assert!(answer.contains("engine_unreachable"), "{answer}");
    }
    let log = String::from_utf8(server.stop().stderr).unwrap();
    let said: Vec<&str> = log.lines().filter(|line| line.contains("over TLS")).collect();
    let [said] = said[..] else { panic!("{log}") };
    assert!(
        said.contains("SSL_CERT_FILE=/dev/null") && said.contains("\"secure\"") && !said.contains("\"plain\""),
        "{said}"
    );

    // Who asks nobody over TLS hears nothing of it.
    let directory = TempDir::new().unwrap();
    let server = Server::start(&directory, &["--port", "0", "--in-memory"], &[nobody]);
    assert!(server.ask("GET /api/c/local/tables", "").starts_with("HTTP/1.1 200"));
    assert!(!String::from_utf8(server.stop().stderr).unwrap().contains("over TLS"));

    let oidc = [
        "--oidc-issuer",
        "https://idp.example",
        "--oidc-client-id",
        "c",
        "--grant",
        "*=viewer",
        "--public-url",
        "https://desk.example",
    ];
    let why = refused(&[&["--port", "0", "--in-memory"][..], &oidc].concat(), &[nobody], None);
    assert!(
        why.contains("https://idp.example") && why.contains("SSL_CERT_FILE=/dev/null"),
        "{why}"
    );
}
