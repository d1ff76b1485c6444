//! A door before a server: open, silent from a word on, or broken when the answer to a word comes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy)]
pub enum Then {
    /// Nothing goes through any more, either way, and nobody hears that.
    Silent,
    /// It goes through and is answered, and the connection breaks before the answer is there. Only once.
    Breaks,
}

#[derive(Default)]
struct Door {
    waits_for: Option<(&'static str, Then)>,
    silent: bool,
}

pub struct Proxy {
    pub port: u16,
    door: Arc<Mutex<Door>>,
}

impl Proxy {
    pub async fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            door: Arc::default(),
        };
        let door = proxy.door.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let door = door.clone();
                tokio::spawn(async move {
                    let server = TcpStream::connect(("127.0.0.1", to)).await.unwrap();
                    pass(client, server, &door).await;
                });
            }
        });
        proxy
    }

    /// What becomes of the next request that holds this word.
    pub fn when(&self, word: &'static str, then: Then) {
        self.door.lock().unwrap().waits_for = Some((word, then));
    }

    pub fn is_silent(&self) -> bool {
        self.door.lock().unwrap().silent
    }

    /// New connections go through again; those that fell silent stay so.
    pub fn open(&self) {
        *self.door.lock().unwrap() = Door::default();
    }
}

/// What becomes of some bytes.
enum Fate {
    Pass,
    /// They, and all that follow, go nowhere.
    Hold,
    Break,
}

async fn pass(client: TcpStream, server: TcpStream, door: &Mutex<Door>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let breaks = AtomicBool::new(false);
    let asked = |bytes: &[u8]| {
        let mut door = door.lock().unwrap();
        let meant = door.waits_for;
        if let Some((_, then)) = meant.filter(|(word, _)| bytes.windows(word.len()).any(|part| part == word.as_bytes())) {
            door.waits_for = None;
            door.silent = matches!(then, Then::Silent);
            breaks.store(matches!(then, Then::Breaks), Ordering::SeqCst);
        }
        if door.silent { Fate::Hold } else { Fate::Pass }
    };
    let answered = |_: &[u8]| match door.lock().unwrap().silent {
        true => Fate::Hold,
        false if breaks.load(Ordering::SeqCst) => Fate::Break,
        false => Fate::Pass,
    };
    // Where one way ends, both do.
    tokio::select! {
        () = forward(from_client, to_server, asked) => {}
        () = forward(from_server, to_client, answered) => {}
    }
}

async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, fate: impl Fn(&[u8]) -> Fate) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        match fate(&buffer[..count]) {
            Fate::Pass => {
                if to.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
            Fate::Hold => std::future::pending().await,
            Fate::Break => return,
        }
    }
}
