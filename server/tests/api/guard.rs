//! Who may ask, and what browsers are told.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method};

use crate::support::{Answer, TestApp, pk_sk_table};

async fn ask(app: &TestApp, method: Method, path: &str, headers: &[(&'static str, &'static str)]) -> Answer {
    let set = |map: &mut HeaderMap| {
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
    };
    app.send(method, path, Body::from("{}"), set).await
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_to_refuse() {
    let app = TestApp::new().await;
    for path in ["/api/health", "/api/nothing", "/", "/assets/none.js"] {
        let answer = app.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self' 'wasm-unsafe-eval';"),
            "{path}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"),
            "{path}"
        );
        // For browsers that know no `frame-ancestors`.
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("x-request-id").len(), 36);
    }
    assert_eq!(app.get("/api/health").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_name_that_is_not_ours_is_refused() {
    let app = TestApp::with(|config| config.allowed_hosts.push("Desk.Example".to_owned())).await;
    for good in ["localhost:8420", "127.0.0.1", "[::1]:8420", "desk.example:443", "LOCALHOST"] {
        assert_eq!(ask(&app, Method::GET, "/api/health", &[("host", good)]).await.status, 200, "{good}");
    }
    for bad in [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil@localhost",
        "localhost.",
        "",
        "10.0.0.1:8420",
    ] {
        ask(&app, Method::GET, "/api/health", &[("host", bad)])
            .await
            .refused(403, "host_not_allowed");
        ask(&app, Method::GET, "/", &[("host", bad)]).await.refused(403, "host_not_allowed");
    }
}

#[tokio::test]
async fn other_sites_cannot_ask() {
    let app = TestApp::new().await;
    let path = "/api/c/local/tables";
    for site in ["cross-site", "same-site", "nonsense"] {
        ask(&app, Method::POST, path, &[("sec-fetch-site", site)])
            .await
            .refused(403, "cross_site");
        ask(&app, Method::GET, path, &[("sec-fetch-site", site)])
            .await
            .refused(403, "cross_site");
    }
    for origin in ["http://evil.example", "null", "http://localhost:3000", "http://127.0.0.1:9"] {
        ask(&app, Method::POST, path, &[("origin", origin)])
            .await
            .refused(403, "cross_origin");
    }
    let vouched = [("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")];
    ask(&app, Method::POST, path, &vouched).await.refused(403, "cross_origin");
    // Our own page, and the hot-reload proxy before us: refused only for what the body says.
    let own = [("origin", "http://127.0.0.1:8420"), ("sec-fetch-site", "same-origin")];
    ask(&app, Method::POST, path, &own).await.refused(400, "invalid_json");
    let proxied = [("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")];
    ask(&app, Method::POST, path, &proxied).await.refused(400, "invalid_json");
    // Another page may link to us.
    assert_eq!(
        ask(&app, Method::GET, "/c/local", &[("sec-fetch-site", "cross-site")]).await.status,
        503
    );
}

/// No page of another site reads an answer: nothing says that it may, not even to a browser that asks first.
#[tokio::test]
async fn no_answer_opens_itself_to_another_origin() {
    let app = TestApp::new().await;
    let mut paths: Vec<_> = crate::routes::ROUTES.iter().map(|route| route.pattern).collect();
    paths.extend(["/", "/c/local/tables", "/assets/none.js", "/api/nothing"]);
    for path in paths {
        let path = path.replace("{connection}", "local").replace(['{', '}'], "");
        for (method, origin) in [
            (Method::OPTIONS, "http://evil.example"),
            (Method::OPTIONS, "null"),
            (Method::GET, "http://evil.example"),
            (Method::GET, "http://127.0.0.1:8420"),
        ] {
            let preflight = [
                ("origin", origin),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "content-type"),
            ];
            // A stream of events that would go on for ever has its head at once; it is not asked here.
            if method == Method::GET && path.ends_with("/events") {
                continue;
            }
            let answer = ask(&app, method.clone(), &path, &preflight).await;
            let opens = answer.headers.keys().find(|name| name.as_str().starts_with("access-control-"));
            assert_eq!(opens, None, "{method} {path} from {origin}");
            if method == Method::OPTIONS {
                assert!(answer.status >= 400, "{path}: {}", answer.status);
            }
        }
    }
}

#[tokio::test]
async fn bodies_are_bounded_typed_and_named_in_their_mistakes() {
    let app = TestApp::new().await;
    let path = "/api/c/local/tables";
    let send = |body: Vec<u8>, kind: &'static str| {
        app.send(Method::POST, path, Body::from(body), move |headers| {
            headers.insert("content-type", HeaderValue::from_static(kind));
        })
    };
    send(vec![b' '; 2 * 1024 * 1024 + 1], "application/json")
        .await
        .refused(413, "body_too_large");
    send(b"{}".to_vec(), "text/plain").await.refused(415, "unsupported_media_type");
    let mistake = send(b"{\n  \"request\": 1}".to_vec(), "application/json")
        .await
        .refused(400, "invalid_json");
    assert!(mistake.message.contains("line 2 column"), "{}", mistake.message);
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let app = TestApp::new().await;
    app.get("/api/nothing").await.refused(404, "unknown_route");
    app.get("/api").await.refused(404, "unknown_route");
    ask(&app, Method::PUT, "/api/health", &[]).await.refused(404, "unknown_route");
    assert_eq!(ask(&app, Method::POST, "/tables", &[]).await.status, 405);
}

#[tokio::test]
async fn a_query_of_a_url_has_no_unknown_names() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    for path in [
        "/api/c/local/tables?afer=a",
        "/api/c/local/runs?afer=a",
        "/api/c/local/tables/notes/stream/events?form=start",
    ] {
        app.get(path).await.refused(400, "invalid_query");
    }
}
