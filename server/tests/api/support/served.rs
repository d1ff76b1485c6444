//! The embedded engine over loopback, as several servers need it: one DynamoDB for all of them.

use std::path::Path;

use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use dynadesk_server::config::connection::{ConnectionConfig, Keys};
use dynadesk_server::config::{Config, Place, StoreConfig};
use dynadesk_server::engine::embedded::Wire;

/// The connection's name.
pub const SHARED: &str = "shared";

pub struct Served {
    pub url: String,
}

impl Served {
    /// Serves it from the runtime at hand, for as long as that lives.
    pub async fn start(file: Option<&Path>) -> Self {
        let wire = Wire::open(file, true).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer).with_state(wire)).await });
        Self { url }
    }

    /// Adds a connection to it to a configuration, which keeps its store there.
    pub fn connect(&self, config: &mut Config) {
        let place = Place::Endpoint {
            url: self.url.clone(),
            region: "us-east-1".to_owned(),
            keys: Keys::default(),
            source: "test".to_owned(),
            lacks: Vec::new(),
        };
        config.connections.push(ConnectionConfig::new(SHARED, SHARED, "blue", place));
        config.store = Some(StoreConfig {
            connection: SHARED.to_owned(),
            table: "dynadesk".to_owned(),
        });
    }
}

async fn answer(State(wire): State<Wire>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let mut asked = HttpRequest::new(SdkBody::from(body.to_vec()));
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    asked.headers_mut().insert("x-amz-target", target);
    let said = wire.call(asked).await.unwrap();
    Response::builder()
        .status(said.status().as_u16())
        .header("content-type", "application/x-amz-json-1.0")
        .body(Body::from(said.body().bytes().unwrap().to_vec()))
        .unwrap()
}
