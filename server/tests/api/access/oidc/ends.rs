//! Where a sign-in leads, whose session it ends, and where signing out leads.

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use dynadesk_server::config::sign_in::GroupGrant;
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::paths::{self, encode};
use dynadesk_shared::api::session::{SessionView, SignedOut};
use serde_json::{Value, json};

use super::{Provider, begin, begin_with, come_back, desk, desk_with, session, session_cookie};
use crate::support::{Answer, TestApp};

async fn with(app: &TestApp, cookie: &str, method: Method, path: &str) -> Answer {
    app.send(method, path, Body::from("{}"), |all| {
        all.insert("cookie", HeaderValue::from_str(cookie).unwrap());
    })
    .await
}

/// Signs somebody in and out again: where the browser is sent then.
async fn signed_out(app: &TestApp, provider: &Provider) -> String {
    let (state, cookie) = begin(app, provider, "/").await;
    let own = session_cookie(&come_back(app, &state, &cookie).await);
    let out = with(app, &own, Method::POST, paths::SIGN_OUT).await.json::<SignedOut>();
    out.go.unwrap()
}

#[tokio::test]
async fn signing_out_leads_to_the_providers_own_end() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    let go = signed_out(&app, &provider).await;
    assert!(
        go.starts_with(&format!("{}/end?", provider.url)) && go.contains("client_id=dynadesk"),
        "{go}"
    );
    assert!(
        go.contains(&format!("post_logout_redirect_uri={}", encode("https://desk.example/"))),
        "{go}"
    );
}

#[tokio::test]
async fn cognitos_own_end_has_names_of_its_own() {
    let provider = Provider::start().await;
    let home = encode("https://desk.example/");
    for (configured, begins) in [
        ("https://pool.example/logout", "https://pool.example/logout?"),
        ("https://pool.example/logout?lang=de", "https://pool.example/logout?lang=de&"),
    ] {
        let app = desk_with(&provider, |config| {
            config.sign_in.oidc.as_mut().unwrap().logout_url = Some(configured.to_owned());
        })
        .await;
        let go = signed_out(&app, &provider).await;
        assert!(go.starts_with(begins), "{go}");
        let said: Vec<_> = go.split(['?', '&']).collect();
        assert!(said.contains(&"client_id=dynadesk"), "{go}");
        assert!(said.contains(&format!("logout_uri={home}").as_str()), "{go}");
    }
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_afterwards() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    let below = desk_with(&provider, |config| {
        config.sign_in.public_url = Some("https://desk.example/desk".to_owned());
    })
    .await;
    for (app, home, good) in [(&app, "/", "/c/local"), (&below, "/desk/", "/desk/c/local")] {
        for evil in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/desk//evil.example",
            "/desk/\\evil.example",
            "/desk@evil.example",
            "/desk.evil.example",
            "/deskhttps://evil.example",
            "@evil.example",
        ] {
            let (state, cookie) = begin(app, &provider, evil).await;
            let answer = come_back(app, &state, &cookie).await;
            let to = answer.header("location");
            // A path of the console that is none of its pages is no other site.
            let harmless = home == "/" && evil.starts_with("/desk") && !evil.contains(['\\', '\t']) && to == evil;
            assert!(to == home || harmless, "{evil}: {to}");
            assert!(to.starts_with('/') && !to.starts_with("//") && !to.contains('\\'), "{evil}: {to}");
        }
        let (state, cookie) = begin(app, &provider, good).await;
        assert_eq!(come_back(app, &state, &cookie).await.header("location"), good);
    }
    // Nor does anything but a page come of what would end a line of the head.
    let (state, cookie) = begin(&app, &provider, "/x\r\nset-cookie: x=y").await;
    let answer = come_back(&app, &state, &cookie).await;
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn a_session_that_was_planted_becomes_nobodys() {
    let provider = Provider::start().await;
    let app = desk(&provider).await;
    // Eve signs in and puts her own cookie into Ada's browser.
    provider.says(|says| says.claims = vec![("sub", json!("s2")), ("email", json!("eve@example.com"))]);
    let (state, cookie) = begin(&app, &provider, "/").await;
    let planted = session_cookie(&come_back(&app, &state, &cookie).await);
    let eve = with(&app, &planted, Method::GET, paths::SESSION).await.json::<SessionView>();
    assert_eq!(eve.person.unwrap().name, "eve@example.com");
    provider.says(|_| {});
    let (state, begun) = begin_with(&app, &provider, "/", &planted).await;
    let answer = come_back(&app, &state, &format!("{begun}; {planted}")).await;
    assert_ne!(session_cookie(&answer), planted);
    assert_eq!(session(&app, &answer).await.person.unwrap().name, "ada@example.com");
    with(&app, &planted, Method::GET, paths::CONNECTIONS)
        .await
        .refused(401, "session_ended");
}

#[tokio::test]
async fn of_google_only_the_people_of_a_workspace_may_anything() {
    let provider = Provider::start().await;
    let app = desk_with(&provider, |config| {
        config.sign_in.oidc.as_mut().unwrap().groups_claim = "hd".to_owned();
        config.sign_in.grants = vec![GroupGrant {
            group: "example.com".to_owned(),
            grant: Grant::everywhere(Role::Viewer),
        }];
    })
    .await;
    // Such a token has no groups, and the domain only of those who have an account of the Workspace.
    for (domain, roles) in [(json!("example.com"), 1), (json!("evil.example"), 0), (Value::Null, 0)] {
        provider.says(|says| says.claims = vec![("hd", domain.clone()), ("groups", json!(["example.com"]))]);
        let (state, cookie) = begin(&app, &provider, "/").await;
        let person = session(&app, &come_back(&app, &state, &cookie).await).await.person.unwrap();
        assert_eq!(person.grants.0.len(), roles, "{domain}");
    }
}
