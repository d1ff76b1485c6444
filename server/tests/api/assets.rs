//! The console's files.

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use tempfile::TempDir;

use crate::support::{Answer, TestApp};

/// The console in a folder of its own, beside a file that nobody may have.
async fn app() -> (TestApp, TempDir) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("outside.txt"), "outside").unwrap();
    std::fs::write(folder.path().join("outside.txt.br"), "outside").unwrap();
    let ui = folder.path().join("ui");
    std::fs::create_dir_all(ui.join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>"),
        ("assets/app-1.js", "plain"),
        ("assets/app-1.js.br", "small"),
        ("assets/app-1.wasm", "\0asm"),
    ] {
        std::fs::write(ui.join(name), text).unwrap();
    }
    (TestApp::with(|config| config.ui_dir = Some(ui)).await, folder)
}

async fn get(app: &TestApp, path: &str, encoding: &'static str) -> Answer {
    app.send(Method::GET, path, Body::empty(), |headers| {
        headers.insert("accept-encoding", HeaderValue::from_static(encoding));
    })
    .await
}

#[tokio::test]
async fn hashed_files_stay_for_ever_and_travel_compressed() {
    let (app, _ui) = app().await;
    let small = get(&app, "/assets/app-1.js", "gzip, br").await;
    assert_eq!((small.status, small.text(), small.header("content-encoding")), (200, "small", "br"));
    assert_eq!(small.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(small.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(small.header("vary"), "accept-encoding");
    let plain = get(&app, "/assets/app-1.js", "identity").await;
    assert_eq!((plain.text(), plain.header("content-encoding")), ("plain", ""));
    assert_eq!(
        get(&app, "/assets/app-1.wasm", "br").await.header("content-type"),
        "application/wasm"
    );
    assert_eq!(get(&app, "/assets/gone-2.js", "br").await.status, 404);
}

#[tokio::test]
async fn every_other_url_is_the_console() {
    let (app, _ui) = app().await;
    for path in ["/", "/c/local/tables/a.b", "/..%2foutside.txt", "/../outside.txt", "//outside.txt"] {
        let page = app.get(path).await;
        assert_eq!(
            (page.status, page.text(), page.header("cache-control")),
            (200, "<!doctype html>", "no-cache"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let (app, folder) = app().await;
    assert!(folder.path().join("ui/assets/../../outside.txt").exists());
    let absolute = folder.path().join("outside.txt").display().to_string();
    for path in [
        "/../outside.txt",
        "/..%2foutside.txt",
        "/%2e%2e/outside.txt",
        "/%2e%2e%2foutside.txt",
        "/assets/../../outside.txt",
        "/assets/..%2f..%2foutside.txt",
        "/assets/%2e%2e/%2e%2e/outside.txt",
        "/assets/..%5c..%5coutside.txt",
        "/assets//../../outside.txt",
        "//outside.txt",
        "/.//../outside.txt",
        &absolute,
        &format!("/{absolute}"),
        &format!("/{}", absolute.replace('/', "%2f")),
        &format!("/assets/{absolute}"),
    ] {
        for encoding in ["identity", "br"] {
            let answer = get(&app, path, encoding).await;
            assert!(!answer.text().contains("outside"), "{path} as {encoding}");
            assert!(
                matches!(answer.status, 200 | 404) && (answer.status == 404 || answer.text() == "<!doctype html>"),
                "{path}: {}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn without_files_it_says_how_to_build_them() {
    let app = TestApp::new().await;
    let page = app.get("/").await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains("cargo xtask run"));
}
