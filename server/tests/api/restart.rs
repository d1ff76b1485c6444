//! A server is replaced by another, and nobody notices: balancers are told first, and a socket that is handed
//! over stays open while there is no server at it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::{Server, command, refused};

/// Longer than anything that is waited for here.
const PATIENCE: Duration = Duration::from_secs(60);
/// Who asks at once.
const ASKERS: usize = 4;

/// A server at a socket that is held open here, as a service manager does.
fn at(socket: &TcpListener, directory: &TempDir, flags: &[&str]) -> Server {
    let mut command = command(directory, flags, &[("LISTEN_FDS", "1"), ("LISTEN_FDS_FIRST_FD", "0")]);
    command.stdin(OwnedFd::from(socket.try_clone().unwrap()));
    Server::run(command, directory)
}

/// One question on a connection of its own; everything that was answered, or why nothing was.
fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Several who ask again and again, each time on a new connection.
struct Load {
    answered: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    askers: Vec<JoinHandle<Vec<String>>>,
}

impl Load {
    fn on(address: SocketAddr) -> Self {
        let (answered, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let asker = || {
            let (answered, over) = (answered.clone(), over.clone());
            std::thread::spawn(move || {
                let mut failed = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    match ask(address, "/api/health") {
                        Ok(answer) if answer.starts_with("HTTP/1.1 200") => _ = answered.fetch_add(1, Ordering::Relaxed),
                        other => failed.push(format!("{other:?}")),
                    }
                }
                failed
            })
        };
        let askers = (0..ASKERS).map(|_| asker()).collect();
        Self { answered, over, askers }
    }

    /// Waits for answers to questions that are asked from now on.
    fn more(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        let began = Instant::now();
        while self.answered.load(Ordering::Relaxed) < before + 10 * ASKERS {
            assert!(began.elapsed() < PATIENCE, "nobody answers");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What failed in all.
    fn end(self) -> Vec<String> {
        self.over.store(true, Ordering::Relaxed);
        self.askers.into_iter().flat_map(|asker| asker.join().unwrap()).collect()
    }
}

#[test]
fn a_server_is_replaced_at_its_socket_and_no_request_is_lost() {
    let directory = TempDir::new().unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    // The port of the flags is not used: the socket has one.
    let flags = ["--port", "1", "--log", "warn"];
    let mut server = at(&socket, &directory, &flags);
    assert_eq!(server.address(), address.to_string());
    let load = Load::on(address);
    for _ in 0..3 {
        load.more();
        // The lock of the data directory: the next one begins when this one is gone, and who asks meanwhile waits.
        assert!(server.stop().status.success());
        server = at(&socket, &directory, &flags);
    }
    load.more();
    assert_eq!(load.end(), Vec::<String>::new());
}

#[test]
fn two_servers_at_one_socket_hand_over_and_no_request_is_lost() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let flags = ["--in-memory", "--log", "warn"];
    let start = || {
        let directory = TempDir::new().unwrap();
        let server = at(&socket, &directory, &flags);
        (server, directory)
    };
    let (mut server, mut _directory) = start();
    let load = Load::on(socket.local_addr().unwrap());
    for _ in 0..3 {
        load.more();
        let (next, its_directory) = start();
        assert!(server.stop().status.success());
        (server, _directory) = (next, its_directory);
    }
    load.more();
    assert_eq!(load.end(), Vec::<String>::new());
}

#[test]
fn a_server_that_is_asked_to_stop_says_so_and_serves_on_until_balancers_have_noticed() {
    let directory = TempDir::new().unwrap();
    let server = Server::start(&directory, &["--port", "0", "--in-memory", "--drain-seconds", "300"], &[]);
    let address: SocketAddr = server.address().parse().unwrap();
    let mut held = TcpStream::connect(address).unwrap();
    held.set_read_timeout(Some(PATIENCE)).unwrap();
    server.signal("-TERM");
    let began = Instant::now();
    loop {
        let ready = ask(address, "/api/ready").unwrap();
        if ready.starts_with("HTTP/1.1 503") {
            break;
        }
        assert!(ready.starts_with("HTTP/1.1 200") && began.elapsed() < PATIENCE, "{ready}");
    }
    assert!(ask(address, "/api/connections").unwrap().starts_with("HTTP/1.1 200"));
    // Who would keep its connection is told not to: the whole of what comes ends.
    held.write_all(b"GET /api/health HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut said = String::new();
    held.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("connection: close"), "{said}");
    // A second signal does not wait for them.
    assert!(server.stop().status.success());
}

#[test]
fn a_socket_that_is_handed_over_opens_nothing_that_flags_would_not() {
    let everywhere = TcpListener::bind("0.0.0.0:0").unwrap();
    let directory = TempDir::new().unwrap();
    let mut command = command(&directory, &["--in-memory"], &[("LISTEN_FDS", "1"), ("LISTEN_FDS_FIRST_FD", "0")]);
    let output = command.stdin(OwnedFd::from(everywhere)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("people have to sign in"), "{said}");
    let none = [("LISTEN_FDS", "1"), ("LISTEN_FDS_FIRST_FD", "0")];
    assert!(refused(&["--in-memory"], &none, None).contains("the socket that is handed over cannot be served"));
    assert!(refused(&["--in-memory"], &[("LISTEN_FDS", "2")], None).contains("2 sockets are handed over"));
}
