//! From where a browser asks: as the connection says, or a proxy that is trusted, and nobody else.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use dynadesk_server::access::users::{User, UsersFile, hash};
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::SessionList;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn forwarded_addresses_are_believed_from_trusted_proxies_only() {
    let user = User {
        name: "ada".to_owned(),
        password: hash("correct horse battery").unwrap(),
        grants: vec![Grant::everywhere(Role::Admin)],
    };
    let app = TestApp::locked(|config| {
        let path = config.data_dir.join("users.toml");
        UsersFile { users: vec![user] }.write(&path).unwrap();
        config.sign_in.users_file = Some(path);
        config.sign_in.idle = std::time::Duration::from_secs(3600);
        config.sign_in.lives = std::time::Duration::from_secs(3600);
        config.sign_in.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    for (peer, header, expected) in [
        ("10.0.0.1:4000", "203.0.113.5", "203.0.113.5"),
        // What a browser makes up stands further to the left than what the proxies add.
        ("10.0.0.1:4000", "1.1.1.1, 203.0.113.5, 10.0.0.9", "203.0.113.5"),
        ("10.0.0.1:4000", "1.1.1.1, nonsense", "10.0.0.1"),
        ("198.51.100.7:4000", "203.0.113.5", "198.51.100.7"),
    ] {
        let from = app.from(peer.parse::<SocketAddr>().unwrap());
        let body = Body::from(json!({"name": "ada", "password": "correct horse battery"}).to_string());
        let answer = from
            .send(Method::POST, paths::SIGN_IN, body, |all| {
                all.insert("x-forwarded-for", HeaderValue::from_static(header));
            })
            .await;
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let list = app
            .send(Method::GET, paths::SESSIONS, Body::empty(), |all| {
                all.insert("cookie", HeaderValue::from_str(&cookie).unwrap());
            })
            .await
            .json::<SessionList>();
        let own = list.sessions.iter().find(|session| session.own).unwrap();
        assert_eq!(own.from, expected, "{peer} {header}");
    }
}
