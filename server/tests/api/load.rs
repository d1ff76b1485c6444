//! Many browsers at once, and many connections that are not: nobody sees an error, what is written reaches
//! everybody who watches, and memory stays within bounds. A small one runs with the tests; `cargo xtask soak --only
//! load` runs it with 200 browsers and 10,000 connections, and prints how long answers took.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dynadesk_server::access::users::{User, UsersFile, hash};
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::paths::{self, fill};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Barrier, Semaphore};

use crate::metrics;
use crate::process::Server;

/// Longer than anything that is waited for here.
const PATIENCE: Duration = Duration::from_secs(120);
const PASSWORD: &str = "correct horse battery";
const TABLE: &str = "orders";
/// What the last item that is written is called.
const LAST: &str = "the-last-of-all";
/// Who signs in at once: checking a password is made to be slow, and a crowd is asked to come again.
const SIGN_INS: usize = 16;
/// What a browser may cost the server, and what everything else may.
const OF_EACH: u64 = 512 * 1024;
const OF_ALL: u64 = 64 * 1024 * 1024;

fn number(name: &str, small: usize) -> usize {
    std::env::var(name).map_or(small, |text| text.parse().unwrap())
}

/// A server behind a proxy, and people of whom each is an admin.
fn start(directory: &TempDir, people: usize) -> Server {
    // One hash for all: it takes its time.
    let password = hash(PASSWORD).unwrap();
    let users = (0..people).map(|number| User {
        name: name(number),
        password: password.clone(),
        grants: vec![Grant::everywhere(Role::Admin)],
    });
    let file = UsersFile { users: users.collect() };
    file.write(&directory.path().join("users.toml")).unwrap();
    let sign_in = ["--sign-in-users", "users.toml", "--trusted-proxy", "127.0.0.1"];
    let usual = ["--port", "0", "--in-memory", "--log", "warn"];
    Server::start(directory, &[&usual[..], &sign_in[..]].concat(), &[])
}

fn name(number: usize) -> String {
    format!("person-{number}")
}

/// How much memory a process has.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Somebody's browser: its own connections, its own session.
#[derive(Clone)]
struct Browser {
    http: Client,
    site: String,
    number: usize,
    cookie: String,
    /// How long each answer took.
    took: Arc<Mutex<Vec<Duration>>>,
}

impl Browser {
    fn new(site: &str, number: usize, took: &Arc<Mutex<Vec<Duration>>>) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        Self {
            http: Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap(),
            site: site.to_owned(),
            number,
            cookie: String::new(),
            took: took.clone(),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        // Each is somewhere else, as the proxy says: many tries to sign in from one place are slowed down.
        let from = format!("10.0.{}.{}", self.number / 250, self.number % 250);
        let request = self.http.request(method, format!("{}{path}", self.site));
        let mut request = request.header("cookie", &self.cookie).header("x-forwarded-for", from);
        if let Some(body) = body {
            request = request.json(body);
        }
        let began = Instant::now();
        let answer = request.send().await.unwrap();
        self.took.lock().unwrap().push(began.elapsed());
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
    }

    async fn get(&self, path: &str) {
        self.ask(Method::GET, path, None).await.bytes().await.unwrap();
    }

    async fn post(&self, path: &str, body: &Value) {
        self.ask(Method::POST, path, Some(body)).await.bytes().await.unwrap();
    }

    async fn sign_in(&mut self) {
        let who = json!({"name": name(self.number), "password": PASSWORD});
        let answer = self.ask(Method::POST, paths::SIGN_IN, Some(&who)).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    /// What somebody does who looks around, until it is over.
    async fn browse(&self, until: Instant) {
        let of_table = |path| fill(path, &["local", TABLE]);
        while Instant::now() < until {
            self.get(paths::SESSION).await;
            self.get(&fill(paths::TABLES, &["local"])).await;
            self.get(&of_table(paths::TABLE)).await;
            self.post(&of_table(paths::ITEMS_SCAN), &json!({"limit": 100})).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Watches the table from now on; how many records came, the last one included. `begun` once it hears.
    async fn watch(&self, begun: Arc<Barrier>) -> usize {
        let mut answer = self.ask(Method::GET, &fill(paths::STREAM_EVENTS, &["local", TABLE]), None).await;
        let (mut rest, mut records, mut hears) = (String::new(), 0, false);
        while let Some(piece) = answer.chunk().await.unwrap() {
            rest += std::str::from_utf8(&piece).unwrap();
            while let Some((line, after)) = rest.split_once('\n') {
                if !hears && line.starts_with("event:") && line.ends_with("records") {
                    hears = true;
                    begun.wait().await;
                }
                assert!(!line.ends_with("event: skipped") && !line.ends_with("event: gap"), "{line}");
                records += line.matches("\"event_id\"").count();
                if line.contains(LAST) {
                    return records;
                }
                rest = after.to_owned();
            }
        }
        panic!("the stream ended");
    }
}

fn table() -> Value {
    json!({"request": {
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }})
}

fn quantiles(took: &Mutex<Vec<Duration>>) -> String {
    let mut all = took.lock().unwrap().clone();
    all.sort();
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    format!(
        "{} answers, p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        all.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn many_browsers_browse_and_watch_without_an_error() {
    let (clients, seconds) = (number("DYNADESK_SOAK_BROWSERS", 20), number("DYNADESK_SOAK_SECONDS", 3));
    rlimit::increase_nofile_limit(clients as u64 * 8 + 256).unwrap();
    let directory = TempDir::new().unwrap();
    let server = start(&directory, clients + 1);
    let site = format!("http://{}", server.address());
    let (took, signing) = (Arc::<Mutex<Vec<Duration>>>::default(), Arc::<Mutex<Vec<Duration>>>::default());

    let mut writer = Browser::new(&site, clients, &took);
    writer.sign_in().await;
    writer.post(&fill(paths::TABLES, &["local"]), &table()).await;
    let before = memory(server.id());

    let (begun, turns) = (Arc::new(Barrier::new(clients + 1)), Arc::new(Semaphore::new(SIGN_INS)));
    let over = Arc::new(AtomicBool::new(false));
    let mut browsers = Vec::new();
    for number in 0..clients {
        let (mut browser, took, begun) = (Browser::new(&site, number, &signing), took.clone(), begun.clone());
        let turns = turns.clone();
        browsers.push(tokio::spawn(async move {
            let turn = turns.acquire_owned().await.unwrap();
            browser.sign_in().await;
            drop(turn);
            browser.took = took;
            let watching = tokio::spawn({
                let browser = browser.clone();
                async move { browser.watch(begun).await }
            });
            let until = Instant::now() + Duration::from_secs(seconds as u64);
            browser.browse(until).await;
            watching.await.unwrap()
        }));
    }
    tokio::time::timeout(PATIENCE, begun.wait()).await.expect("all watch");

    // Somebody writes as long as they browse, and once more: whoever hears that has heard everything.
    let most = Arc::new(AtomicUsize::new(0));
    let measuring = std::thread::spawn({
        let (over, most, id) = (over.clone(), most.clone(), server.id());
        move || {
            while !over.load(Ordering::Relaxed) {
                most.fetch_max(memory(id) as usize, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    });
    let until = Instant::now() + Duration::from_secs(seconds as u64);
    let mut written = 0;
    let put = |name: String| json!({"changes": [{"create": {"item": {"pk": {"S": name}, "said": {"S": "x".repeat(200)}}}}]});
    let path = fill(paths::ITEMS_WRITE, &["local", TABLE]);
    while Instant::now() < until {
        writer.post(&path, &put(format!("item-{written}"))).await;
        written += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    writer.post(&path, &put(LAST.to_owned())).await;
    for browser in browsers {
        let heard = tokio::time::timeout(PATIENCE, browser).await.expect("it hears the last").unwrap();
        assert_eq!(heard, written + 1, "every record reached everybody");
    }
    over.store(true, Ordering::Relaxed);
    measuring.join().unwrap();
    let most = most.load(Ordering::Relaxed) as u64;
    println!("{clients} browsers that browse and watch for {seconds} s: {}", quantiles(&took));
    println!("signing in, {SIGN_INS} at once: {}", quantiles(&signing));
    println!(
        "memory: {} MB before, {} MB at most; {written} items written",
        before >> 20,
        most >> 20
    );
    assert!(most < before + OF_ALL + clients as u64 * OF_EACH, "{} MB", most >> 20);
    assert!(server.stop().status.success());
}

/// A connection from one of many addresses of this machine.
async fn connect(number: usize, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, 1, (number % 250) as u8 + 1), 0).into())?;
    socket.connect(to).await
}

#[tokio::test(flavor = "multi_thread")]
async fn many_connections_of_which_half_are_slow_leave_others_served() {
    let count = number("DYNADESK_SOAK_CONNECTIONS", 400);
    rlimit::increase_nofile_limit(count as u64 + 512).unwrap();
    let directory = TempDir::new().unwrap();
    let room = (count + 100).to_string();
    let measured = metrics::free_address();
    let flags = [
        "--port",
        "0",
        "--in-memory",
        "--max-connections",
        &room,
        "--metrics-address",
        &measured,
    ];
    let server = Server::start(&directory, &flags, &[]);
    // As the server itself counts them: one that took fewer, or closed some, would have an easy time.
    let open = || metrics::value(&metrics::read_at(&measured), "dynadesk_connections") as usize;
    let address: SocketAddr = server.address().parse().unwrap();
    let before = memory(server.id());
    let mut held = Vec::new();
    for at in 0..count {
        let mut stream = connect(at, address).await.unwrap();
        // Each is answered once, and stays for longer than one that never said anything. Half of them then begin a
        // request and never end it; the other half say nothing more.
        let head = "GET /api/health HTTP/1.1\r\nhost: localhost\r\n";
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        let mut said = [0; 12];
        stream.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"HTTP/1.1 200");
        if at % 2 == 0 {
            stream.write_all(head.as_bytes()).await.unwrap();
        }
        held.push(stream);
    }
    assert!(open() >= count, "{} of {count} connections are open", open());
    let took = Mutex::<Vec<Duration>>::default();
    for _ in 0..100 {
        let began = Instant::now();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
            .write_all(b"GET /api/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        took.lock().unwrap().push(began.elapsed());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(open() >= count, "{} of {count} connections were still open at the end", open());
    let after = memory(server.id());
    println!("beside {count} connections of which half are slow: {}", quantiles(&took));
    println!("memory: {} MB before, {} MB with them", before >> 20, after >> 20);
    assert!(after < before + OF_ALL + held.len() as u64 * 64 * 1024, "{} MB", after >> 20);
    drop(held);
    assert!(server.stop().status.success());
}
