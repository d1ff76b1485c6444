//! The borders: a server whose TLS ends in a proxy answers nobody who comes past it, for what they say could be
//! read on the way; and nobody takes all the streams of events that a server has.

use axum::body::Body;
use axum::http::Method;
use dynadesk_shared::api::audit::AuditPage;
use dynadesk_shared::api::paths;

use crate::routes::ROUTES;
use crate::support::{PEER, TestApp};

#[tokio::test]
async fn who_comes_past_the_proxy_is_answered_nothing() {
    let behind = TestApp::locked(|config| {
        crate::access::forwarded(config);
        config.sign_in.proxies_only = true;
        config.sign_in.trusted_proxies = vec![PEER.ip().into()];
    })
    .await;
    behind.state.stopping.cancel();
    let past = behind.from("192.0.2.7:4000".parse().unwrap());
    let look_after = [paths::HEALTH, paths::READY, paths::METRICS];
    let pages = [("get", "/"), ("get", "/c/local/tables"), ("get", "/assets/nothing.js")];
    let routes = ROUTES.iter().map(|route| (route.method, route.pattern));
    for (method, pattern) in routes.chain(pages) {
        let path = match pattern.contains("{connection}") {
            true => paths::fill(pattern, &["local", "some-table", "some-one"]),
            false => paths::fill(pattern, &["00000000-0000-0000-0000-000000000000"]),
        };
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let ask = async |app: &TestApp| app.send(method.clone(), &path, Body::from("{}"), |_| {}).await;
        let refused = |text: &str| text.contains("not_through_proxy");
        let answer = ask(&past).await;
        if look_after.contains(&pattern) {
            assert!(!refused(answer.text()), "{path}");
        } else {
            answer.refused(403, "not_through_proxy");
        }
        assert!(!refused(ask(&behind).await.text()), "{path}: that is the proxy");
    }
}

#[tokio::test]
async fn a_session_has_so_many_streams_and_leaves_others_theirs() {
    let app = TestApp::locked(crate::access::forwarded).await.as_group("admins");
    let mut open = Vec::new();
    for _ in 0..64 {
        let answer = app.open(paths::AUDIT_EVENTS).await;
        assert_eq!(answer.status(), 200);
        open.push(answer);
    }
    app.get(paths::AUDIT_EVENTS).await.refused(429, "too_many_streams");
    let refused = app.get(&format!("{}?result=refused", paths::AUDIT)).await.json::<AuditPage>();
    let [row] = refused.rows.as_slice() else { panic!("{refused:?}") };
    assert_eq!((row.entry.who.as_str(), row.entry.code.as_str()), ("ada", "too_many_streams"));
    assert_eq!(app.get(paths::CONNECTIONS).await.status, 200, "everything else is answered");
    open.pop();
    assert_eq!(app.open(paths::AUDIT_EVENTS).await.status(), 200, "a tab was closed");
}
