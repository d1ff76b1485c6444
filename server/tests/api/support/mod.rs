//! A server of one's own for each test, spoken to as a browser does.

pub mod cognito;
pub mod ministack;
pub mod postgres;
pub mod proxy;

pub mod cloudwatch;
pub mod fake;
pub mod seed;
pub mod served;
pub mod stream_fake;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Method, Request};
use axum::response::Response;
use dynadesk_server::app::AppState;
use dynadesk_server::config::connection::Keys;
use dynadesk_server::config::{Config, ConnectionConfig, Environment, Place};
use dynadesk_shared::api::error::ErrorBody;
use dynadesk_shared::api::tables::{CreateTable, TableCreate, TableCreated};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tower::ServiceExt;

/// The name of the embedded connection that every test server has.
pub const LOCAL: &str = "local";

/// From where requests come unless a test says otherwise.
pub const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4000);

pub struct TestApp {
    router: Router,
    peer: SocketAddr,
    /// What goes along with every request.
    always: Vec<(&'static str, &'static str)>,
    pub state: AppState,
    /// Deleted with the app.
    pub data: Arc<TempDir>,
}

impl TestApp {
    /// An empty server on the embedded engine in memory.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with another configuration. Production is unlocked: what that takes has tests of its own.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let app = Self::locked(change).await;
        for connection in app.state.connections.iter() {
            if connection.view.production && !connection.view.read_only {
                let path = dynadesk_shared::api::paths::fill(dynadesk_shared::api::paths::UNLOCK, &[&connection.view.name]);
                let unlocked = app.post(&path, &serde_json::json!({"reason": "a test"})).await;
                assert_eq!(unlocked.status, 200, "{}", unlocked.text());
            }
        }
        let users = app.state.identity.view();
        if users.production && !users.read_only {
            let unlocked = app
                .post(
                    dynadesk_shared::api::paths::IDENTITY_UNLOCK,
                    &serde_json::json!({"reason": "a test"}),
                )
                .await;
            assert_eq!(unlocked.status, 200, "{}", unlocked.text());
        }
        app
    }

    /// The same with production as it is at first: locked.
    pub async fn locked(change: impl FnOnce(&mut Config)) -> Self {
        let data = TempDir::new().unwrap();
        let mut config = Config::embedded(data.path());
        config.connections[0].place = Place::Embedded { file: None };
        change(&mut config);
        let state = dynadesk_server::open(&config, &Environment(&|_| None)).await.unwrap();
        Self {
            router: dynadesk_server::router(state.clone()),
            peer: PEER,
            always: Vec::new(),
            state,
            data: Arc::new(data),
        }
    }

    /// The same server, asked from elsewhere.
    pub fn from(&self, peer: SocketAddr) -> Self {
        Self {
            router: self.router.clone(),
            peer,
            always: self.always.clone(),
            state: self.state.clone(),
            data: self.data.clone(),
        }
    }

    /// The same server, asked by a member of a group behind the proxy of `access::by_header`.
    pub fn as_group(&self, group: &'static str) -> Self {
        let mut app = self.from(self.peer);
        app.always = crate::access::headers(group).into();
        app
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty(), |_| {}).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(Method::POST, path, json(body), |_| {}).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(Method::PUT, path, json(body), |_| {}).await
    }

    pub async fn delete(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(Method::DELETE, path, json(body), |_| {}).await
    }

    /// Any request, with headers of one's own.
    pub async fn send(&self, method: Method, path: &str, body: Body, headers: impl FnOnce(&mut HeaderMap)) -> Answer {
        let (parts, body) = self.ask(method, path, body, headers).await.into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: axum::body::to_bytes(body, usize::MAX).await.unwrap(),
        }
    }

    /// An answer of which nothing was read: of an endless stream, say.
    pub async fn open(&self, path: &str) -> Response {
        self.ask(Method::GET, path, Body::empty(), |_| {}).await
    }

    /// The same for somebody who is signed in.
    pub async fn open_with(&self, path: &str, cookie: &str) -> Response {
        let set = |all: &mut HeaderMap| _ = all.insert("cookie", HeaderValue::from_str(cookie).unwrap());
        self.ask(Method::GET, path, Body::empty(), set).await
    }

    async fn ask(&self, method: Method, path: &str, body: Body, headers: impl FnOnce(&mut HeaderMap)) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:8420")
            .header("content-type", "application/json")
            .extension(ConnectInfo(self.peer))
            .body(body)
            .unwrap();
        for (name, value) in &self.always {
            request.headers_mut().insert(*name, HeaderValue::from_static(value));
        }
        headers(request.headers_mut());
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Creates a table on the embedded engine, which makes it active at once.
    pub async fn create_table(&self, request: CreateTable) -> TableCreated {
        let path = dynadesk_shared::api::paths::fill(dynadesk_shared::api::paths::TABLES, &[LOCAL]);
        let create = TableCreate {
            request,
            ttl_attribute: None,
        };
        self.post(&path, &create).await.json()
    }
}

fn json(body: &impl Serialize) -> Body {
    Body::from(serde_json::to_vec(body).unwrap())
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body of a refusal with its status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> ErrorBody {
        assert_eq!(self.status, status, "{}", self.text());
        let error: ErrorBody = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(error.code, code, "{}", error.message);
        assert!(
            crate::codes::is_documented(status, code),
            "docs/API.md has no {code} with {status} in its table of codes"
        );
        assert_eq!(error.request_id, self.header("x-request-id"));
        error
    }

    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A connection to whatever answers at a URL as DynamoDB does.
pub fn endpoint(name: &str, url: &str) -> ConnectionConfig {
    let place = Place::Endpoint {
        url: url.to_owned(),
        region: "us-east-1".to_owned(),
        keys: Keys::default(),
        source: "test".to_owned(),
        lacks: Vec::new(),
    };
    ConnectionConfig::new(name, name, "blue", place)
}

/// `pk` S and `sk` S, on demand.
pub fn pk_sk_table(name: &str) -> CreateTable {
    serde_json::from_value(serde_json::json!({
        "TableName": name,
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }))
    .unwrap()
}

/// A pattern with its one empty place filled.
pub fn fill(pattern: &str, value: &str) -> String {
    pattern.replace("{}", &dynadesk_shared::api::paths::encode(value))
}
