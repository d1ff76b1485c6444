//! A server of one's own for each test, spoken to as a browser does.

pub mod cognito;
pub mod ministack;
pub mod postgres;
pub mod proxy;

pub mod cloudwatch;
pub mod fake;
pub mod seed;
pub mod stream_fake;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request};
use dynadesk_server::app::AppState;
use dynadesk_server::config::{Config, Environment, Place};
use dynadesk_shared::api::error::ErrorBody;
use dynadesk_shared::api::tables::{CreateTable, TableCreate, TableCreated};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tower::ServiceExt;

/// The name of the embedded connection that every test server has.
pub const LOCAL: &str = "local";

pub struct TestApp {
    router: Router,
    pub state: AppState,
    /// Deleted with the app.
    pub data: TempDir,
}

impl TestApp {
    /// An empty server on the embedded engine in memory.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with another configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let data = TempDir::new().unwrap();
        let mut config = Config::embedded(data.path());
        config.connections[0].place = Place::Embedded { file: None };
        change(&mut config);
        let state = dynadesk_server::open(&config, &Environment(&|_| None)).await.unwrap();
        Self {
            router: dynadesk_server::router(state.clone()),
            state,
            data,
        }
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
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:8420")
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        headers(request.headers_mut());
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: axum::body::to_bytes(body, usize::MAX).await.unwrap(),
        }
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
