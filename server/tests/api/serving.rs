//! The server on real sockets: TLS and its renewal, and clients that are slow or mean harm.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

use crate::metrics;
use crate::process::{Server, refused};

/// Longer than anything that is waited for here.
const PATIENCE: Duration = Duration::from_secs(60);

fn openssl(folder: &Path, words: &str) {
    let made = Command::new("openssl").args(words.split(' ')).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

/// An authority, and certificates of it for localhost: `a.crt` with `a.key`, and so on.
fn certificates(folder: &Path, names: &[&str]) {
    openssl(
        folder,
        &format!("req -x509 {KEY} -keyout ca.key -out ca.crt -days 2 -subj /CN=authority"),
    );
    for name in names {
        openssl(
            folder,
            &format!("req -new {KEY} -keyout {name}.key -out {name}.csr -subj /CN={name} -addext subjectAltName=DNS:localhost"),
        );
        openssl(
            folder,
            &format!("x509 -req -in {name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out {name}.crt"),
        );
    }
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

/// A connection over TLS, with the authority of this folder trusted and no other.
fn connect(server: &Server, folder: &Path, protocols: &[&[u8]]) -> Tls {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.crt")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut tls = StreamOwned::new(client, plain(server));
    while tls.conn.is_handshaking() {
        tls.conn.complete_io(&mut tls.sock).unwrap();
    }
    tls
}

fn plain(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The certificate that a connection was opened with.
fn shown(tls: &Tls) -> Vec<u8> {
    tls.conn.peer_certificates().unwrap()[0].to_vec()
}

fn written(folder: &Path, name: &str) -> Vec<u8> {
    CertificateDer::from_pem_file(folder.join(name)).unwrap().to_vec()
}

/// A request on a connection that stays open, and its answer.
fn ask(stream: &mut (impl Read + Write), path: &str, host: &str) -> String {
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes())
        .unwrap();
    answer(stream)
}

/// One answer with the length that it tells.
fn answer(stream: &mut impl Read) -> String {
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        said.push(byte[0]);
    }
    let head = String::from_utf8(said).unwrap();
    let length = head
        .split_once("content-length: ")
        .unwrap()
        .1
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// Asks again until it is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn tls_is_served_and_its_certificate_renewed_while_connections_stay_open() {
    let directory = TempDir::new().unwrap();
    let folder = directory.path();
    certificates(folder, &["a", "b"]);
    for (from, to) in [("a.crt", "live.crt"), ("a.key", "live.key")] {
        std::fs::copy(folder.join(from), folder.join(to)).unwrap();
    }
    let flags = ["--port", "0", "--in-memory", "--tls-cert", "live.crt", "--tls-key", "live.key"];
    let server = Server::start(&directory, &flags, &[]);
    assert!(server.line.contains("ready at https://127.0.0.1:"), "{}", server.line);

    let mut held = connect(&server, folder, &[b"http/1.1"]);
    assert_eq!(shown(&held), written(folder, "a.crt"));
    let health = ask(&mut held, "/api/health", "127.0.0.1");
    assert!(
        health.starts_with("HTTP/1.1 200") && health.contains("strict-transport-security: max-age=31536000"),
        "{health}"
    );
    // The header counts for all ports of a name: of this one, others are at home here.
    assert!(!ask(&mut held, "/api/health", "localhost").contains("strict-transport"));
    let modern = connect(&server, folder, &[b"h2", b"http/1.1"]);
    assert_eq!(modern.conn.alpn_protocol(), Some(&b"h2"[..]));

    // Plain HTTP gets no answer to read.
    let mut mistaken = plain(&server);
    mistaken.write_all(b"GET /api/health HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _ = mistaken.read_to_end(&mut said);
    assert!(!said.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&said));

    // The key does not fit yet, and this is no certificate.
    for wrong in [std::fs::read(folder.join("b.crt")).unwrap(), b"nonsense".to_vec()] {
        let before = server.log().matches("the old one stays").count();
        std::fs::write(folder.join("live.crt"), wrong).unwrap();
        server.signal("-HUP");
        until("the log says that it is wrong", || {
            server.log().matches("the old one stays").count() > before
        });
        assert_eq!(shown(&connect(&server, folder, &[])), written(folder, "a.crt"));
    }

    // Nobody has to say that there is a new one.
    std::fs::copy(folder.join("b.key"), folder.join("live.key")).unwrap();
    std::fs::copy(folder.join("b.crt"), folder.join("live.crt")).unwrap();
    until("the new certificate is shown", || {
        shown(&connect(&server, folder, &[])) == written(folder, "b.crt")
    });
    assert!(ask(&mut held, "/api/health", "127.0.0.1").starts_with("HTTP/1.1 200"));
    assert!(server.stop().status.success());
}

#[test]
fn a_certificate_that_cannot_be_used_stops_the_start() {
    let directory = TempDir::new().unwrap();
    certificates(directory.path(), &["a", "b"]);
    let place = |name: &str| directory.path().join(name).display().to_string();
    let start = |cert: &str, key: &str| refused(&["--port", "0", "--tls-cert", &place(cert), "--tls-key", &place(key)], &[], None);
    assert!(start("gone.crt", "a.key").contains("gone.crt"));
    assert!(start("a.crt", "b.key").contains("do not fit"));
    assert!(start("a.key", "a.key").contains("no certificate"));
    assert!(start("a.crt", "a.crt").contains("no private key"));
}

#[test]
fn a_huge_body_is_refused_as_soon_as_it_is_too_large() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(&directory, &["--port", "0", "--in-memory"], &[]);
    let head = "POST /api/c/local/tables HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n";
    let mut told = plain(&server);
    told.write_all(format!("{head}content-length: 999999999999\r\n\r\n").as_bytes())
        .unwrap();
    told.write_all(&vec![b' '; 2 * 1024 * 1024 + 1]).unwrap();
    let said = answer(&mut told);
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("body_too_large"), "{said}");
    // Who does not say how much is coming is stopped on the way.
    let mut endless = plain(&server);
    endless
        .write_all(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes())
        .unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    let mut sent = 0;
    while sent < 1024 * chunk.len() && endless.write_all(chunk.as_bytes()).is_ok() {
        sent += chunk.len();
    }
    assert!(sent < 1024 * chunk.len(), "64 MB were taken");
    // And a head that never ends.
    let mut heads = plain(&server);
    heads.write_all(b"GET /api/health HTTP/1.1\r\nhost: 127.0.0.1\r\n").unwrap();
    let line = format!("x-filler: {}\r\n", "x".repeat(8000));
    let mut sent = 0;
    while sent < 10_000_000 && heads.write_all(line.as_bytes()).is_ok() {
        sent += line.len();
    }
    assert!(sent < 10_000_000, "10 MB of headers were taken");
    assert!(server.ask("GET /api/health", "").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_thousand_silent_connections_leave_others_served() {
    let directory = TempDir::new().unwrap();
    let measured = metrics::free_address();
    let flags = [
        "--port",
        "0",
        "--in-memory",
        "--max-connections",
        "100",
        "--metrics-address",
        &measured,
    ];
    let server = Server::start(&directory, &flags, &[]);
    let mut working = plain(&server);
    let mut silent = Vec::new();
    while silent.len() < 1000 {
        silent.extend((0..20).map(|_| plain(&server)));
        // Connections are taken in turn: where the last has an answer, none of them waits at the door, to come
        // in with the next hundred at once. Who works is then never the one that waits longest.
        for stream in [silent.last_mut().unwrap(), &mut working] {
            assert!(ask(stream, "/api/health", "127.0.0.1").starts_with("HTTP/1.1 200"));
        }
    }
    assert!(server.ask("GET /api/health", "").starts_with("HTTP/1.1 200"));
    assert!(ask(&mut working, "/api/health", "127.0.0.1").starts_with("HTTP/1.1 200"));
    let open = |mut stream: &TcpStream| {
        stream.set_nonblocking(true).unwrap();
        matches!(stream.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
    };
    until("those that wait longest are closed", || {
        silent.iter().filter(|stream| open(stream)).count() <= 100
    });
    let told = metrics::read_at(&measured);
    assert!(metrics::value(&told, "dynadesk_connections") <= 100.0, "{told}");
    assert!(metrics::value(&told, "dynadesk_connections_turned_away_total") >= 900.0, "{told}");
}
