//! OpenID Connect against a provider at the wire that can be told to misbehave. The console signs in with a
//! real one in `end2end/tests/sign-in-oidc.spec.ts`.

mod ends;
mod log;

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::{HeaderValue, Method};
use axum::routing::{get, post};
use axum::{Json, Router};
use dynadesk_server::config::Config;
use dynadesk_server::config::secret::Secret;
use dynadesk_server::config::sign_in::OidcConfig;
use dynadesk_shared::api::paths::{self, encode};
use dynadesk_shared::api::session::{SessionView, Way};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::keys::{A, B, Key, part};
use crate::support::{Answer, TestApp};

const CLIENT: &str = "dynadesk";
const CLIENT_SECRET: &str = "hush-hush-client";
const ACCESS: &str = "an-access-token";

/// What the provider's next token is like.
#[derive(Default)]
struct Says {
    claims: Vec<(&'static str, Value)>,
    alg: Option<&'static str>,
    signed_by_b: bool,
    /// The key that the provider publishes is B.
    rotated: bool,
    nonce: String,
    challenge: String,
    asked: u32,
    /// What was last sent to it and what it answered, which is nobody else's.
    secrets: Vec<String>,
}

struct Provider {
    url: String,
    says: Mutex<Says>,
}

impl Provider {
    async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            says: Mutex::default(),
        });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        provider
    }

    fn says(&self, change: impl FnOnce(&mut Says)) {
        let mut says = self.says.lock().unwrap();
        (says.claims, says.alg, says.signed_by_b) = (Vec::new(), None, false);
        change(&mut says);
    }
}

async fn discovery(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let url = &provider.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "end_session_endpoint": format!("{url}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys(State(provider): State<Arc<Provider>>) -> Json<Value> {
    let key = if provider.says.lock().unwrap().rotated { B } else { A };
    Json(json!({"keys": [key.jwk()]}))
}

async fn token(State(provider): State<Arc<Provider>>, Form(form): Form<Vec<(String, String)>>) -> Json<Value> {
    let field = |name: &str| {
        form.iter()
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let mut says = provider.says.lock().unwrap();
    says.asked += 1;
    assert_eq!(field("code"), "the-code");
    let back = field("redirect_uri");
    assert!(
        back.starts_with("https://desk.example/") && back.ends_with("/sign-in/oidc/done"),
        "{back}"
    );
    // PKCE: who has the code alone gets nothing.
    use base64::Engine as _;
    let hashed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    assert_eq!(hashed, says.challenge);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut claims = json!({
        "iss": provider.url, "aud": CLIENT, "sub": "s1", "nonce": says.nonce, "iat": now, "exp": now + 300,
        "email": "ada@example.com", "email_verified": true, "groups": ["operators"],
    });
    for (name, value) in &says.claims {
        claims[*name] = value.clone();
    }
    let key: &Key = if says.signed_by_b || says.rotated { &B } else { &A };
    // A wrong key that calls itself the right one.
    let kid = if says.rotated { B.kid } else { A.kid };
    let token = match says.alg {
        // The public key as the secret of a symmetric signature, which a careless verifier takes.
        Some("HS256") => {
            let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
            jsonwebtoken::encode(&header, &claims, &jsonwebtoken::EncodingKey::from_secret(A.public.as_bytes())).unwrap()
        }
        Some(alg) => format!("{}.{}.", part(&json!({"alg": alg, "kid": kid})), part(&claims)),
        None => key.sign(&json!({"alg": "ES256", "kid": kid}), &claims),
    };
    says.secrets = vec![field("code"), field("code_verifier"), ACCESS.to_owned(), token.clone()];
    Json(json!({"access_token": ACCESS, "token_type": "Bearer", "expires_in": 300, "id_token": token}))
}

async fn desk(provider: &Provider) -> TestApp {
    desk_with(provider, |_| {}).await
}

async fn desk_with(provider: &Provider, change: impl FnOnce(&mut Config)) -> TestApp {
    let issuer = provider.url.clone();
    TestApp::locked(|config| {
        config.sign_in.public_url = Some("https://desk.example".to_owned());
        config.sign_in.idle = std::time::Duration::from_secs(3600);
        config.sign_in.lives = std::time::Duration::from_secs(36000);
        config.sign_in.grants = super::group_grants();
        config.sign_in.oidc = Some(OidcConfig {
            issuer,
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new(CLIENT_SECRET)),
            label: "Sign in with Example".to_owned(),
            scopes: vec!["email".to_owned()],
            groups_claim: "groups".to_owned(),
            name_claim: None,
            logout_url: None,
        });
        change(config);
    })
    .await
}

fn query(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap_or_default().to_owned()
}

/// A browser that goes to the provider: the state that it takes along, and its cookie.
async fn begin(app: &TestApp, provider: &Provider, to: &str) -> (String, String) {
    begin_with(app, provider, to, "").await
}

/// The same of a browser that has cookies.
async fn begin_with(app: &TestApp, provider: &Provider, to: &str, has: &str) -> (String, String) {
    let path = format!("{}?to={}", paths::OIDC_BEGIN, encode(to));
    let cookies = |all: &mut axum::http::HeaderMap| {
        all.insert("cookie", HeaderValue::from_str(has).unwrap());
    };
    let answer = app.send(Method::GET, &path, Body::empty(), cookies).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let url = answer.header("location").to_owned();
    assert!(url.starts_with(&format!("{}/authorize?", provider.url)), "{url}");
    assert!(!url.contains(CLIENT_SECRET));
    assert_eq!(query(&url, "code_challenge_method"), "S256");
    let mut says = provider.says.lock().unwrap();
    (says.nonce, says.challenge) = (query(&url, "nonce"), query(&url, "code_challenge"));
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-dynadesk-sign-in=") && cookie.contains("HttpOnly") && cookie.contains("Secure"),
        "{cookie}"
    );
    (query(&url, "state"), cookie.split(';').next().unwrap().to_owned())
}

async fn come_back(app: &TestApp, state: &str, cookie: &str) -> Answer {
    let path = format!("{}?code=the-code&state={state}&iss=ignored", paths::OIDC_DONE);
    app.send(Method::GET, &path, Body::empty(), |all| {
        all.insert("cookie", HeaderValue::from_str(cookie).unwrap());
        all.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    })
    .await
}

/// The cookie of the session that came of it.
fn session_cookie(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = cookies
        .map(|one| one.split(';').next().unwrap())
        .find(|one| one.starts_with("__Host-dynadesk="));
    cookie.expect("a session").to_owned()
}

async fn session(app: &TestApp, answer: &Answer) -> SessionView {
    let cookie = session_cookie(answer);
    app.send(Method::GET, paths::SESSION, Body::empty(), |all| {
        all.insert("cookie", HeaderValue::from_str(&cookie).unwrap());
    })
    .await
    .json()
}

#[track_caller]
fn failed(answer: &Answer, code: &str) {
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, format!("/sign-in?failed={code}").as_str())
    );
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    assert!(
        !cookies.into_iter().any(|one| one.starts_with("__Host-dynadesk=")),
        "a session came of it"
    );
}

#[tokio::test]
async fn a_person_of_the_provider_is_signed_in_with_the_groups_of_the_token() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    let (state, cookie) = begin(&app, &provider, "/c/local/tables").await;
    let answer = come_back(&app, &state, &cookie).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/c/local/tables"));
    let person = session(&app, &answer).await.person.unwrap();
    assert_eq!((person.name.as_str(), person.way), ("ada@example.com", Way::Oidc));
    assert_eq!(person.grants.0[0].role, dynadesk_shared::access::Role::Operator);
    // The same state once more is somebody who watched.
    failed(&come_back(&app, &state, &cookie).await, "sign_in_failed");
}

#[tokio::test]
async fn tokens_that_do_not_hold_sign_nobody_in() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    let bad: [fn(&mut Says); 9] = [
        |says| says.alg = Some("none"),
        |says| says.alg = Some("HS256"),
        |says| says.signed_by_b = true,
        |says| says.claims = vec![("aud", json!("another"))],
        |says| says.claims = vec![("aud", json!(["another", CLIENT]))],
        |says| says.claims = vec![("iss", json!("https://evil.example"))],
        |says| says.claims = vec![("exp", json!(1_000_000_000)), ("iat", json!(999_999_000))],
        |says| says.claims = vec![("nonce", json!("another"))],
        |says| says.claims = vec![("sub", json!("")), ("email", json!("")), ("preferred_username", json!(" "))],
    ];
    for (at, bad) in bad.into_iter().enumerate() {
        provider.says(bad);
        let (state, cookie) = begin(&app, &provider, "/").await;
        let asked = provider.says.lock().unwrap().asked;
        let answer = come_back(&app, &state, &cookie).await;
        failed(&answer, "sign_in_failed");
        assert_eq!(provider.says.lock().unwrap().asked, asked + 1, "case {at} never came to the token");
    }
    provider.says(|_| {});
    let (state, cookie) = begin(&app, &provider, "/").await;
    assert!(session(&app, &come_back(&app, &state, &cookie).await).await.person.is_some());
}

#[tokio::test]
async fn another_browser_or_a_state_of_nobody_finishes_nothing() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    let (state, _) = begin(&app, &provider, "/").await;
    let (_, other) = begin(&app, &provider, "/").await;
    failed(&come_back(&app, &state, &other).await, "sign_in_failed");
    failed(&come_back(&app, "made-up", &other).await, "sign_in_failed");
    let (state, cookie) = begin(&app, &provider, "/").await;
    app.state.clock.set(app.state.clock.now() + 11 * 60 * 1_000_000);
    failed(&come_back(&app, &state, &cookie).await, "sign_in_failed");
    assert_eq!(provider.says.lock().unwrap().asked, 0, "the code went to the provider");
    let refused = app.get(&format!("{}?error=access_denied&state=x", paths::OIDC_DONE)).await;
    failed(&refused, "sign_in_failed");
}

#[tokio::test]
async fn a_provider_that_changes_its_keys_is_asked_again() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    let (state, cookie) = begin(&app, &provider, "/").await;
    assert!(session(&app, &come_back(&app, &state, &cookie).await).await.person.is_some());
    provider.says(|says| says.rotated = true);
    let (state, cookie) = begin(&app, &provider, "/").await;
    let late = come_back(&app, &state, &cookie).await;
    assert!(session(&app, &late).await.person.is_some());
}

#[tokio::test]
async fn a_provider_that_is_gone_is_said_to_be() {
    let provider = Arc::new(Provider {
        url: "http://127.0.0.1:1".to_owned(),
        says: Mutex::default(),
    });
    let app = desk(&provider).await;
    app.get(paths::OIDC_BEGIN).await.refused(502, "sign_in_unreachable");
}

#[tokio::test]
async fn two_tabs_of_a_browser_may_sign_in_at_once() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    let (first, cookie) = begin(&app, &provider, "/one").await;
    let of_first = provider
        .says
        .lock()
        .map(|says| (says.nonce.clone(), says.challenge.clone()))
        .unwrap();
    // The second tab of the same browser: what it is given takes the place of what the first was given.
    let (second, cookie) = begin_with(&app, &provider, "/two", &cookie).await;
    let answer = come_back(&app, &second, &cookie).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/two"));
    let gone = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .any(|one| one.to_str().unwrap().starts_with("__Host-dynadesk-sign-in="));
    assert!(!gone, "the first tab lost its cookie");
    // A link of somebody else's does not take it away either.
    let answer = app.get(&format!("{}?error=x", paths::OIDC_DONE)).await;
    assert!(answer.headers.get("set-cookie").is_none());
    provider.says(|says| (says.nonce, says.challenge) = of_first);
    let answer = come_back(&app, &first, &cookie).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/one"));
    // A cookie that is none of ours is not taken over.
    let (_, fresh) = begin_with(&app, &provider, "/", "__Host-dynadesk-sign-in=planted").await;
    assert!(!fresh.contains("planted"), "{fresh}");
}
