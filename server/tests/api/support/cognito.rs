//! A stand-in for Cognito at the wire: ListUsers in pages, as AWS documents it, with a door that can
//! be throttled. A request for attributes is refused where a user lacks one, as the real one does.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::post};
use dynadesk_server::config::Config;
use dynadesk_server::config::identity::PoolConfig;
use serde_json::{Value, json};

pub const POOL: &str = "eu-central-1_TestPool1";

pub struct Cognito {
    pub users: Mutex<Vec<Value>>,
    /// Requests that are yet to be throttled.
    throttle: AtomicI64,
    /// What is wrong with the next requests.
    ails: Mutex<VecDeque<Ail>>,
    pub requests: AtomicU64,
    pub url: String,
}

/// What goes wrong for a moment.
#[derive(Clone, Copy)]
pub enum Ail {
    /// Cognito's own fault.
    Internal,
    /// The connection breaks in the middle of the answer.
    Broken,
    /// Something before Cognito has no time.
    Unavailable,
}

impl Cognito {
    pub async fn start(users: Vec<Value>) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let cognito = Arc::new(Self {
            users: Mutex::new(users),
            throttle: AtomicI64::new(0),
            ails: Mutex::default(),
            requests: AtomicU64::new(0),
            url: format!("http://{}", listener.local_addr().unwrap()),
        });
        let router = Router::new().route("/", post(answer)).with_state(cognito.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        cognito
    }

    pub fn throttle(&self, requests: i64) {
        self.throttle.store(requests, Ordering::SeqCst);
    }

    /// What becomes of the next requests, in this order.
    pub fn ail(&self, ails: &[Ail]) {
        self.ails.lock().unwrap().extend(ails);
    }

    pub fn connect(&self, config: &mut Config) {
        config.identity.pool = Some(PoolConfig {
            id: POOL.to_owned(),
            region: "eu-central-1".to_owned(),
            profile: None,
            endpoint: Some((self.url.clone(), "test".to_owned())),
        });
    }
}

/// A user as ListUsers tells of one; an attribute without a value is not there.
pub fn user(username: &str, attributes: &[(&str, &str)]) -> Value {
    let attributes: Vec<Value> = attributes
        .iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect();
    json!({
        "Username": username, "Attributes": attributes, "UserStatus": "CONFIRMED", "Enabled": true,
        "UserCreateDate": 1_679_651_101.561, "UserLastModifiedDate": 1_679_651_101.561,
    })
}

async fn answer(State(cognito): State<Arc<Cognito>>, headers: HeaderMap, body: String) -> Response {
    cognito.requests.fetch_add(1, Ordering::SeqCst);
    assert_eq!(headers["x-amz-target"], "AWSCognitoIdentityProviderService.ListUsers");
    let request: Value = serde_json::from_str(&body).unwrap();
    if request["UserPoolId"] != POOL {
        return refuse("ResourceNotFoundException", "User pool does not exist.");
    }
    if request["AttributesToGet"].is_array() {
        return refuse("InvalidParameterException", "One or more requested attributes do not exist.");
    }
    let limit = request["Limit"].as_u64().unwrap_or(60);
    assert!(limit <= 60, "Cognito takes at most 60");
    if cognito.throttle.fetch_sub(1, Ordering::SeqCst) > 0 {
        return refuse("TooManyRequestsException", "Rate exceeded");
    }
    match cognito.ails.lock().unwrap().pop_front() {
        Some(Ail::Internal) => {
            return (
                StatusCode::INTERNAL_SERVER_ERROR,
                refuse("InternalErrorException", "Try again.").into_body(),
            )
                .into_response();
        }
        Some(Ail::Unavailable) => return (StatusCode::SERVICE_UNAVAILABLE, "no time").into_response(),
        Some(Ail::Broken) => {
            let pieces = [Ok("{\"Users\": ["), Err(std::io::ErrorKind::ConnectionReset.into())];
            return Body::from_stream(futures_util::stream::iter::<[std::io::Result<&str>; 2]>(pieces)).into_response();
        }
        None => {}
    }
    let from: usize = request["PaginationToken"].as_str().map_or(0, |token| token.parse().unwrap());
    let users = cognito.users.lock().unwrap();
    let some: Vec<Value> = users.iter().skip(from).take(limit as usize).cloned().collect();
    let next = from + some.len();
    let mut answer = json!({"Users": some});
    if next < users.len() {
        answer["PaginationToken"] = json!(next.to_string());
    }
    ok(answer)
}

fn ok(body: Value) -> Response {
    let json = Json(body).into_response().into_body();
    ([("content-type", "application/x-amz-json-1.1")], json).into_response()
}

fn refuse(code: &str, message: &str) -> Response {
    let body = ok(json!({"__type": code, "message": message}));
    (StatusCode::BAD_REQUEST, body).into_response()
}
