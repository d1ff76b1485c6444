//! The word of a proxy: believed from its network and with its secret, and never otherwise.

use axum::http::HeaderValue;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::{SessionView, Way};

use super::{SECRET, by_header, headers};
use crate::support::{Answer, TestApp};

async fn ask(app: &TestApp, headers: &[(&'static str, &'static str)]) -> Answer {
    app.send(axum::http::Method::GET, paths::CONNECTIONS, axum::body::Body::empty(), |all| {
        for (name, value) in headers {
            all.append(*name, HeaderValue::from_static(value));
        }
    })
    .await
}

#[tokio::test]
async fn the_proxy_says_who_asks() {
    let app = by_header().await;
    let session = app.as_group("operators").get(paths::SESSION).await.json::<SessionView>();
    let person = session.person.unwrap();
    assert_eq!((person.name.as_str(), person.way), ("ada", Way::Proxy));
    assert!(session.ways.proxy && !session.ways.password);
}

#[tokio::test]
async fn headers_of_anybody_else_sign_nobody_in() {
    let app = by_header().await;
    let [user, groups, _] = headers("admins");
    ask(&app, &[user, groups]).await.refused(403, "proxy_refused");
    let wrong = ("x-dynadesk-proxy-secret", "a secret of the proxz");
    ask(&app, &[user, groups, wrong]).await.refused(403, "proxy_refused");
    let right = ("x-dynadesk-proxy-secret", SECRET);
    // What a browser sent and what a proxy added: nobody can tell which is whose.
    ask(&app, &[user, ("x-forwarded-user", "root"), groups, right])
        .await
        .refused(403, "proxy_refused");
    ask(&app, &[user, groups, ("x-forwarded-groups", "admins"), right])
        .await
        .refused(403, "proxy_refused");
    ask(&app, &[groups, right]).await.refused(403, "proxy_refused");
    assert_eq!(ask(&app, &[user, groups, right]).await.status, 200);
    let elsewhere = app.from("192.0.2.7:4000".parse().unwrap());
    let error = ask(&elsewhere, &[user, groups, right]).await.refused(403, "proxy_refused");
    assert!(error.message.contains("network"), "{}", error.message);
}
