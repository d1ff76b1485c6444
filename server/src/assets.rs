//! The console's files: from a directory, or from the binary when it was built with them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::api::error::ApiError;
use crate::app::AppState;
use crate::error::Error;

const WITHOUT_UI: &str = "Dynadesk's API runs here, but the console's files are not beside it.\n\
    `cargo xtask run` builds them and serves them; `--ui-dir DIR` names a directory that holds them.\n";

/// Files under here have a hash of their content in their names.
const HASHED: &str = "assets/";

/// The console itself. It is small, and never compressed.
const PAGE: &str = "index.html";

/// Where the files are.
#[derive(Clone, Debug)]
pub enum Ui {
    Directory(PathBuf),
    /// Those in the binary, where it has any.
    Embedded,
}

/// Everything that is no API: a file, or the console itself, which reads the rest of the URL.
pub async fn serve(State(app): State<AppState>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        let message = format!("there is no {} {path}", request.method());
        return ApiError(Error::not_found("unknown_route", message)).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, "only GET is answered here\n").into_response();
    }
    let wanted = path.trim_start_matches('/');
    if wanted != PAGE
        && let Some(file) = find(&app.ui, wanted, request.headers()).await
    {
        return file;
    }
    // A file that is gone must not turn into a page: the browser would run HTML as a script.
    if wanted.starts_with(HASHED)
        || Path::new(wanted)
            .extension()
            .is_some_and(|extension| extension == "wasm" || extension == "js")
    {
        return (StatusCode::NOT_FOUND, "there is no such file\n").into_response();
    }
    match read(&app.ui, PAGE).await {
        Some(page) => answer(PAGE, below(page, &app.base), None),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(CONTENT_TYPE, "text/plain; charset=utf-8")],
            WITHOUT_UI,
        )
            .into_response(),
    }
}

/// The page as it is below a base: what it asks for is there, and its links and requests learn of it.
fn below(page: Cow<'static, [u8]>, base: &str) -> Cow<'static, [u8]> {
    if base.is_empty() {
        return page;
    }
    // The configuration lets nothing through that would mean something in HTML.
    let named = format!("<meta name=\"dynadesk-base\" content=\"{base}\">\n  </head>");
    let page = String::from_utf8_lossy(&page).replace("=\"/", &format!("=\"{base}/"));
    Cow::Owned(page.replacen("</head>", &named, 1).into_bytes())
}

/// A file in the smallest form that the browser takes.
async fn find(ui: &Ui, path: &str, headers: &HeaderMap) -> Option<Response> {
    let path = safe(path)?;
    let accepted = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    for (encoding, extension) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(accepted, encoding)
            && let Some(bytes) = read(ui, &format!("{path}{extension}")).await
        {
            return Some(answer(&path, bytes, Some(encoding)));
        }
    }
    Some(answer(&path, read(ui, &path).await?, None))
}

fn answer(path: &str, bytes: Cow<'static, [u8]>, encoding: Option<&'static str>) -> Response {
    let mut response = axum::body::Body::from(bytes.into_owned()).into_response();
    let headers = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = match (kind.type_().as_str(), kind.essence_str()) {
        ("text", essence) => format!("{essence}; charset=utf-8"),
        (_, essence) => essence.to_owned(),
    };
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(CONTENT_TYPE, kind);
    }
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let caching = if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

/// Whether an Accept-Encoding names this one and does not refuse it with `q=0`.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let (name, quality) = part.split_once(';').unwrap_or((part, ""));
        let refused = matches!(
            quality.trim().strip_prefix("q=").map(str::trim),
            Some("0" | "0.0" | "0.00" | "0.000")
        );
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// A path that stays inside: plain names only. Our files need no escapes, so any `%` is none of ours.
fn safe(path: &str) -> Option<String> {
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '%', ':', '\0']);
    path.split('/').all(plain).then(|| path.to_owned())
}

async fn read(ui: &Ui, path: &str) -> Option<Cow<'static, [u8]>> {
    match ui {
        Ui::Directory(directory) => {
            let file = directory.join(path);
            // A directory of that name reads as an error too.
            tokio::fs::read(file).await.ok().map(Cow::Owned)
        }
        Ui::Embedded => embedded(path),
    }
}

#[cfg(feature = "embed-ui")]
fn embedded(path: &str) -> Option<Cow<'static, [u8]>> {
    #[derive(rust_embed::RustEmbed)]
    #[folder = "../target/ui"]
    struct Files;
    Files::get(path).map(|file| file.data)
}

#[cfg(not(feature = "embed-ui"))]
fn embedded(_: &str) -> Option<Cow<'static, [u8]>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert!(safe("assets/app-1a2b.js").is_some());
        for bad in ["", "../secret", "a//b", "/etc/passwd", "a/..", ".env", "a/%2e%2e/b", "a\\b", "c:d"] {
            assert_eq!(safe(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_below_a_base_asks_below_it() {
        let page = br#"<head><link href="/assets/a.css"><meta name="dynadesk-editor" content="/assets/e.js"></head>"#;
        let at = |base| String::from_utf8(below(Cow::Borrowed(page), base).into_owned()).expect("text");
        assert_eq!(at("").as_bytes(), page);
        let page = at("/desk");
        assert!(
            page.contains(r#"href="/desk/assets/a.css""#) && page.contains(r#"content="/desk/assets/e.js""#),
            "{page}"
        );
        assert!(page.contains(r#"<meta name="dynadesk-base" content="/desk">"#), "{page}");
    }

    #[test]
    fn encodings_are_taken_by_name() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "br"));
    }
}
