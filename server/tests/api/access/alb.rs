//! The header of an AWS load balancer: what it signed is believed, and nothing that only looks like it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::routing::get;
use dynadesk_server::config::sign_in::AlbConfig;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::{SessionView, Way};
use serde_json::{Value, json};

use super::keys::{A, B, part};
use crate::support::{Answer, TestApp};

const ARN: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/desk/50dc6c495c0c9188";
/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

async fn behind_balancer() -> TestApp {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let keys_url = format!("http://{}", listener.local_addr().unwrap());
    let keys = Router::new().route(
        "/{kid}",
        get(async |Path(kid): Path<String>| match kid.as_str() {
            "key-a" => (StatusCode::OK, A.public),
            _ => (StatusCode::NOT_FOUND, ""),
        }),
    );
    tokio::spawn(async move { axum::serve(listener, keys).await.unwrap() });
    let app = TestApp::locked(|config| {
        config.sign_in.alb = Some(AlbConfig {
            arn: ARN.to_owned(),
            issuer: Some("https://idp.example".to_owned()),
            client: Some("c".to_owned()),
            keys_url,
            groups_claim: "custom:groups".to_owned(),
        });
        config.sign_in.grants = super::group_grants();
    })
    .await;
    app.state.clock.set(NOW * 1_000_000);
    app
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "key-a", "signer": ARN, "iss": "https://idp.example", "client": "c", "exp": NOW + 120})
}

fn claims() -> Value {
    json!({"sub": "s1", "email": "ada@example.com", "email_verified": "true", "custom:groups": "viewers, operators", "exp": NOW + 120})
}

async fn ask(app: &TestApp, token: String) -> Answer {
    app.send(Method::GET, paths::SESSION, axum::body::Body::empty(), |all| {
        all.insert("x-amzn-oidc-data", HeaderValue::from_str(&token).unwrap());
    })
    .await
}

async fn is_refused(app: &Arc<TestApp>, token: String, why: &str) {
    let answer = app
        .send(Method::GET, paths::CONNECTIONS, axum::body::Body::empty(), |all| {
            all.insert("x-amzn-oidc-data", HeaderValue::from_str(&token).unwrap());
        })
        .await;
    let error = answer.refused(403, "proxy_refused");
    assert!(error.message.contains(why), "{}", error.message);
}

#[tokio::test]
async fn what_the_balancer_signed_is_believed() {
    let app = behind_balancer().await;
    let person = ask(&app, A.sign(&header(), &claims())).await.json::<SessionView>().person.unwrap();
    assert_eq!((person.name.as_str(), person.way), ("ada@example.com", Way::Alb));
    assert_eq!(person.grants.0.len(), 2);
}

#[tokio::test]
async fn padded_base64_is_read_as_the_balancer_writes_it() {
    use base64::Engine as _;
    let app = behind_balancer().await;
    let pad = |value: &Value| base64::engine::general_purpose::URL_SAFE.encode(value.to_string());
    let text = format!("{}.{}", pad(&header()), pad(&claims()));
    let key = jsonwebtoken::EncodingKey::from_ec_pem(include_bytes!("keys/a.pem")).unwrap();
    let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &key, jsonwebtoken::Algorithm::ES256).unwrap();
    let token = format!("{text}.{signature}==");
    assert!(token.contains('='));
    assert!(ask(&app, token).await.json::<SessionView>().person.is_some());
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let app = Arc::new(behind_balancer().await);
    let with = |name: &str, value: Value| {
        let mut header = header();
        header[name] = value;
        header
    };
    is_refused(&app, format!("{}.{}.", part(&with("alg", json!("none"))), part(&claims())), "ES256").await;
    is_refused(&app, A.sign(&with("alg", json!("HS256")), &claims()), "ES256").await;
    is_refused(
        &app,
        A.sign(
            &with(
                "signer",
                json!("arn:aws:elasticloadbalancing:eu-central-1:666:loadbalancer/app/evil/1"),
            ),
            &claims(),
        ),
        "another load balancer",
    )
    .await;
    is_refused(&app, A.sign(&with("iss", json!("https://other.example")), &claims()), "issuer").await;
    is_refused(&app, A.sign(&with("client", json!("d")), &claims()), "client").await;
    is_refused(&app, A.sign(&with("client", json!(null)), &claims()), "client").await;
    let late = A.sign(&with("exp", json!(NOW - 3600)), &claims());
    let answer = app
        .send(Method::GET, paths::CONNECTIONS, axum::body::Body::empty(), |all| {
            all.insert("x-amzn-oidc-data", HeaderValue::from_str(&late).unwrap());
        })
        .await;
    answer.refused(401, "session_ended");
    is_refused(&app, B.sign(&header(), &claims()), "signature").await;
    is_refused(&app, B.sign(&with("kid", json!("key-b")), &claims()), "not one of").await;
    is_refused(&app, A.sign(&with("kid", json!("../../evil")), &claims()), "no id").await;
    let token = A.sign(&header(), &claims());
    let changed = token.replacen(&part(&claims()), &part(&json!({"sub": "root", "exp": NOW + 120})), 1);
    is_refused(&app, changed, "signature").await;
    is_refused(&app, "a.b".to_owned(), "no signed token").await;
}
