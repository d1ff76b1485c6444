//! A path before the console: `https://example.com/desk/`, behind a proxy that takes it away or leaves it.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use tower::util::MapRequest;

/// Takes the base away before anybody looks at the path. Without it nothing changes, so that both kinds of proxy fit.
pub fn under(routes: Router, base: &str) -> Router {
    if base.is_empty() {
        return routes;
    }
    let base = base.to_owned();
    Router::new().fallback_service(MapRequest::new(routes, move |mut request: Request| {
        if let Some(uri) = within(request.uri(), &base) {
            *request.uri_mut() = uri;
        }
        request
    }))
}

fn within(uri: &Uri, base: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(base)?;
    let rest: PathAndQuery = match rest.chars().next() {
        None => PathAndQuery::from_static("/"),
        Some('/') => rest.parse().ok()?,
        Some('?') => format!("/{rest}").parse().ok()?,
        // `/desktop` is not below `/desk`.
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(rest);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_loses_its_base() {
        let at = |uri: &str| within(&uri.parse().expect("a URI"), "/desk").map(|uri| uri.to_string());
        assert_eq!(at("/desk/api/tables?x=/desk/").as_deref(), Some("/api/tables?x=/desk/"));
        assert_eq!(at("/desk").as_deref(), Some("/"));
        assert_eq!(at("/desk?done=1").as_deref(), Some("/?done=1"));
        assert_eq!(at("https://example.com/desk/%2F").as_deref(), Some("https://example.com/%2F"));
        for other in ["/", "/desktop", "/api/desk", "/x?/desk/"] {
            assert_eq!(at(other), None, "{other}");
        }
    }
}
