//! Where connections come in. It is closed before anything else stops, so that whoever came in is still served,
//! and whoever did not waits at the socket for the next server, where somebody else holds it open.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::Gate;

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(SocketAddr);

impl Address for Peer {
    type Stream = TcpStream;
    type Listener = Door;
}

impl Connected<Peer> for SocketAddr {
    fn connect_info(peer: Peer) -> Self {
        peer.0
    }
}

#[derive(Debug)]
pub struct Door {
    /// Nothing once the door is closed.
    listener: Mutex<Option<Arc<TcpListener>>>,
    gate: Gate,
    closed: CancellationToken,
}

impl Door {
    /// Lets connections in until `closed`.
    pub fn new(listener: TcpListener, gate: Gate, closed: CancellationToken) -> Self {
        Self {
            listener: Mutex::new(Some(Arc::new(listener))),
            gate,
            closed,
        }
    }

    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    fn listener(&self) -> Option<Arc<TcpListener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl AddrListener<TcpStream, Peer> for Door {
    /// Doors are made of sockets that are there: their gate would be missing here.
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    async fn accept_stream(&self) -> io::Result<(TcpStream, Peer)> {
        if let Some(listener) = self.listener() {
            tokio::select! {
                biased;
                () = self.closed.cancelled() => {}
                accepted = listener.accept() => {
                    let (stream, peer) = accepted?;
                    self.gate.expect_one();
                    return Ok((stream, Peer(peer)));
                }
            }
            // The port is closed at once, where nobody else holds it.
            self.listener.lock().unwrap_or_else(PoisonError::into_inner).take();
            self.gate.shut();
        }
        std::future::pending().await
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        let listener = self.listener().ok_or(io::ErrorKind::NotConnected)?;
        listener.local_addr().map(Peer)
    }
}
