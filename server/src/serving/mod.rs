//! How the server is reached over the network: TLS, and how much of it slow or malicious clients may
//! take. What answers the requests knows nothing of this.

mod busy;
mod certificate;
mod door;
mod gate;
mod stop;
mod stream;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};

pub use certificate::Certificate;
pub use door::{Door, Peer};
pub use gate::Gate;
pub use stop::Stop;

/// Descriptors for everything but browsers: files, engines, the database.
const OTHERS: u64 = 256;
/// The largest head of a request. Questions stand in URLs, and tokens of proxies in headers.
const HEAD_BYTES: usize = 64 * 1024;
/// Requests at once on one connection of HTTP/2; a page of ours has a dozen and its streams of events.
const STREAMS: u32 = 100;

/// How long clients may take. A limit that is reached closes the connection.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Open connections at most.
    pub connections: usize,
    /// Until the handshake of TLS is done, and from then until the first request is read.
    pub first: Duration,
    /// Until the next request of the same connection is read. Longer than the minute for which load
    /// balancers keep a connection: they would meet one that is just being closed.
    pub next: Duration,
    /// Between two pieces of a body.
    pub body: Duration,
    /// For which a client takes nothing of an answer that waits for it.
    pub stall: Duration,
}

impl Limits {
    /// As many connections as configured, or as the machine lets us have.
    pub fn of(connections: usize) -> Self {
        let usual = Self {
            connections,
            first: Duration::from_secs(10),
            next: Duration::from_secs(75),
            body: Duration::from_secs(20),
            stall: Duration::from_secs(60),
        };
        // Shells give 1024 descriptors, and let us ask for more.
        let Ok(descriptors) = rlimit::increase_nofile_limit(connections as u64 + OTHERS) else {
            return usual;
        };
        let fits = usize::try_from(descriptors.saturating_sub(OTHERS)).unwrap_or(usize::MAX).max(64);
        if fits < connections {
            tracing::warn!(
                wanted = connections,
                open = fits,
                "fewer connections can be open than configured: raise the limit of open files"
            );
        }
        Self {
            connections: connections.min(fits),
            ..usual
        }
    }
}

/// Serves until the handle is told to stop.
pub async fn serve(door: Door, routes: Router, limits: Limits, tls: Option<RustlsConfig>, handle: Handle<Peer>) -> std::io::Result<()> {
    let routes = routes
        .layer(from_fn_with_state(limits.body, busy::slow_body))
        .layer(from_fn(busy::layer));
    let routes = match tls {
        Some(_) => routes.layer(from_fn(busy::only_over_tls)),
        None => routes,
    };
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let gate = door.gate().clone();
    let mut server = axum_server::Server::<Peer>::from_listener(door)
        .handle(handle)
        .first_request_timeout(limits.first)
        .accept_error_handler(|peer: Option<&Peer>, error| tracing::debug!(?peer, %error, "a connection was not opened"));
    let builder = server.http_builder();
    builder.http1().header_read_timeout(limits.next).max_buf_size(HEAD_BYTES);
    builder
        .http2()
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES as u32)
        .keep_alive_interval(limits.first)
        .keep_alive_timeout(limits.first);
    match tls {
        Some(config) => {
            let acceptor = RustlsAcceptor::new(config).handshake_timeout(limits.first).acceptor(gate);
            server.acceptor(acceptor).serve(service).await
        }
        // Browsers speak HTTP/2 over TLS only, and so less can be done to a plain port.
        None => server.http1_only().acceptor(gate).serve(service).await,
    }
}

#[cfg(test)]
mod tests;
