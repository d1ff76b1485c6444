//! The embedded engine over loopback, as several servers need it: one DynamoDB for all of them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use dynadesk_server::config::{Config, StoreConfig};
use dynadesk_server::engine::embedded::Wire;
use tokio::sync::watch;

use super::endpoint;

/// The connection's name.
pub const SHARED: &str = "shared";

pub struct Served {
    pub url: String,
    switch: Arc<Switch>,
}

/// Whether it answers, and how often it did not.
struct Switch {
    on: AtomicBool,
    refused: watch::Sender<u64>,
    /// An operation that is not answered for now, and how many of it wait.
    held: watch::Sender<Option<&'static str>>,
    waiting: watch::Sender<u64>,
}

impl Served {
    /// Serves it from the runtime at hand, for as long as that lives.
    pub async fn start(file: Option<&Path>) -> Self {
        let wire = Wire::open(file, true).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let switch = Arc::new(Switch {
            on: AtomicBool::new(true),
            refused: watch::Sender::new(0),
            held: watch::Sender::new(None),
            waiting: watch::Sender::new(0),
        });
        let routes = Router::new().fallback(answer).with_state((wire, switch.clone()));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, switch }
    }

    /// Answers no more, as an engine that is gone.
    pub fn off(&self) {
        self.switch.on.store(false, Ordering::SeqCst);
    }

    pub fn on(&self) {
        self.switch.on.store(true, Ordering::SeqCst);
    }

    /// Returns when this many requests had no answer.
    pub async fn until_refused(&self, times: u64) {
        self.switch.refused.subscribe().wait_for(|count| *count >= times).await.unwrap();
    }

    /// From now on requests of this operation wait, and all others are answered.
    pub fn hold(&self, operation: &'static str) {
        self.switch.held.send_replace(Some(operation));
    }

    /// Returns when a request waits.
    pub async fn until_one_waits(&self) {
        self.switch.waiting.subscribe().wait_for(|count| *count > 0).await.unwrap();
    }

    /// Adds a connection to it to a configuration, which keeps its store there.
    pub fn connect(&self, config: &mut Config) {
        config.connections.push(endpoint(SHARED, &self.url));
        config.store = Some(StoreConfig {
            connection: SHARED.to_owned(),
            table: "dynadesk".to_owned(),
        });
    }
}

async fn answer(State((wire, switch)): State<(Wire, Arc<Switch>)>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    if !switch.on.load(Ordering::SeqCst) {
        switch.refused.send_modify(|count| *count += 1);
        let nobody = Body::from("nobody is here");
        return Response::builder().status(503).body(nobody).unwrap();
    }
    let mut asked = HttpRequest::new(SdkBody::from(body.to_vec()));
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    let is_held = |held: &Option<&str>| held.is_some_and(|operation| target.ends_with(&format!(".{operation}")));
    let mut held = switch.held.subscribe();
    if is_held(&held.borrow()) {
        switch.waiting.send_modify(|count| *count += 1);
    }
    held.wait_for(|held| !is_held(held)).await.unwrap();
    asked.headers_mut().insert("x-amz-target", target);
    let said = wire.call(asked).await.unwrap();
    Response::builder()
        .status(said.status().as_u16())
        .header("content-type", "application/x-amz-json-1.0")
        .body(Body::from(said.body().bytes().unwrap().to_vec()))
        .unwrap()
}
