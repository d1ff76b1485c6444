//! Clients that are slow or take nothing, on real sockets, with limits that a test can wait for.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::config::serving::TlsConfig;

/// Longer than anything that is waited for here.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with an answer, one that never ends, and one that reads what it is sent.
async fn start(connections: usize) -> SocketAddr {
    serving(limits(connections), None).await.0
}

fn limits(connections: usize) -> Limits {
    Limits {
        connections,
        first: Duration::from_secs(5),
        next: Duration::from_secs(60),
        body: Duration::from_secs(1),
        stall: PATIENCE * 10,
    }
}

async fn serving(limits: Limits, tls: Option<RustlsConfig>) -> (SocketAddr, Gate) {
    let endless = || async {
        Body::from_stream(futures_util::stream::repeat_with(|| {
            Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 65536]))
        }))
    };
    let read =
        |body: Result<Bytes, axum::extract::rejection::BytesRejection>| async move { if body.is_ok() { "whole" } else { "cut off" } };
    let routes = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/endless", get(endless))
        .route("/read", post(read));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let gate = Gate::new(&limits);
    let door = Door::new(listener, gate.clone(), CancellationToken::new());
    tokio::spawn(serve(door, routes, limits, tls, Handle::new()));
    (address, gate)
}

/// A certificate that nobody has to trust.
async fn certificate() -> RustlsConfig {
    let directory = tempfile::TempDir::new().expect("a directory");
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out cert -days 2 -subj /CN=localhost";
    let mut openssl = std::process::Command::new("openssl");
    let made = openssl
        .args(words.split(' '))
        .current_dir(directory.path())
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let files = TlsConfig {
        cert: directory.path().join("cert"),
        key: directory.path().join("key"),
    };
    Certificate::open(&files).await.expect("it fits").live()
}

/// A connection from another address of this machine.
async fn from(last: u8, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into()).expect("a loopback address");
    socket.connect(to).await.expect("a connection")
}

async fn say(stream: &mut TcpStream, words: &str) {
    stream.write_all(words.as_bytes()).await.expect("it takes this");
}

/// What comes until there is so much of it.
async fn hear(stream: &mut TcpStream, until: &str) -> String {
    let mut said = Vec::new();
    let all = async {
        while !String::from_utf8_lossy(&said).contains(until) {
            assert_ne!(stream.read_buf(&mut said).await.expect("it is open"), 0, "it was closed");
        }
    };
    timeout(PATIENCE, all).await.expect("an answer");
    String::from_utf8_lossy(&said).into_owned()
}

async fn is_served(to: SocketAddr) {
    let mut stream = from(9, to).await;
    say(&mut stream, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(hear(&mut stream, "here").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn who_sends_slowly_is_not_waited_for_while_others_are_served() {
    let address = start(100).await;
    let mut body = from(1, address).await;
    say(&mut body, "POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{").await;
    let mut head = from(1, address).await;
    say(&mut head, "GET / HTTP/1.1\r\nhost: x\r\n").await;
    // A byte now and then does not help: the whole head has its time.
    let dripping = async {
        let mut byte = [0];
        loop {
            if head.write_all(b"x").await.is_err() {
                return;
            }
            match timeout(Duration::from_millis(50), head.read(&mut byte)).await {
                Ok(_) => return,
                Err(_) => is_served(address).await,
            }
        }
    };
    timeout(PATIENCE, dripping).await.expect("it is closed");
    assert!(hear(&mut body, "cut off").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn who_takes_nothing_leaves_when_its_place_is_given_away() {
    let address = start(2).await;
    let mut greedy = Vec::new();
    for _ in 0..2 {
        let mut stream = from(1, address).await;
        say(&mut stream, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
        hear(&mut stream, "xxxx").await;
        greedy.push(stream);
    }
    is_served(address).await;
    // What was on its way still comes, and then no more: long before it would have been too slow.
    ends(&mut greedy.remove(0)).await;
}

/// Reads to the end that the server makes.
async fn ends(stream: &mut TcpStream) {
    let ends = async {
        let mut piece = vec![0; 65536];
        loop {
            match stream.read(&mut piece).await {
                Ok(0) => return,
                Ok(_) => {}
                Err(cause) => return assert_eq!(cause.kind(), ErrorKind::ConnectionReset),
            }
        }
    };
    timeout(PATIENCE, ends).await.expect("it is closed");
}

/// Waits until so many connections are open.
async fn until_open(gate: &Gate, count: usize) {
    let wait = async {
        while gate.open() != count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("so many are open");
}

#[tokio::test]
async fn who_takes_nothing_for_too_long_is_closed_though_there_is_room() {
    let limits = Limits {
        stall: Duration::from_secs(1),
        ..limits(100)
    };
    let (address, gate) = serving(limits, None).await;
    let mut greedy = from(1, address).await;
    say(&mut greedy, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    hear(&mut greedy, "xxxx").await;
    // It reads nothing more, and nobody wants its place.
    until_open(&gate, 0).await;
    ends(&mut greedy).await;
}

#[tokio::test]
async fn who_never_ends_a_handshake_is_not_waited_for() {
    let limits = Limits {
        // Long enough for both to be seen open on a busy machine.
        first: Duration::from_secs(4),
        ..limits(100)
    };
    let (address, gate) = serving(limits, Some(certificate().await)).await;
    let mut slow = from(1, address).await;
    // The beginning of a record of TLS that says hello, and no more of it.
    slow.write_all(&[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]).await.expect("it takes this");
    let mut silent = from(1, address).await;
    until_open(&gate, 2).await;
    ends(&mut slow).await;
    ends(&mut silent).await;
    until_open(&gate, 0).await;
}
