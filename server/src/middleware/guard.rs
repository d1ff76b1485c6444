//! Who may ask. Dynadesk trusts whoever reaches it, so other web sites must not: a name that
//! somebody else's DNS points at us (rebinding) and a request that another page sends (CSRF) are
//! refused before anything is read.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dynadesk_shared::api::paths;

use crate::api::error::ApiError;
use crate::app::AppState;
use crate::error::{Error, ErrorKind};

/// The host names under which we may be asked, without ports.
#[derive(Clone, Debug)]
pub struct HostNames(Vec<String>);

impl HostNames {
    /// Loopback's names and those that the operator allowed.
    pub fn new(allowed: &[String]) -> Self {
        let usual = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        Self(
            usual
                .into_iter()
                .chain(allowed.iter().map(|name| name.to_ascii_lowercase()))
                .collect(),
        )
    }

    /// Whether `name:port` or `name` is one of ours.
    pub fn know(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else {
            return false;
        };
        // A user before the host would make two readers see two hosts.
        !authority.as_str().contains('@') && self.0.contains(&authority.host().to_ascii_lowercase())
    }
}

/// What may be asked under any name: balancers and Prometheus know servers by their address. The one says
/// only yes or no, the other wants a token that no page has.
const ANY_NAME: [&str; 2] = [paths::READY, paths::METRICS];

pub async fn layer(State(app): State<AppState>, request: Request, next: Next) -> Response {
    match check(&app.hosts, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => ApiError(error).into_response(),
    }
}

fn check(hosts: &HostNames, request: &Request) -> Result<(), Error> {
    let forbidden = |code, message: String| Err(Error::new(ErrorKind::Forbidden, code, message));
    let headers = request.headers();
    let host = request
        .uri()
        .authority()
        .map(Authority::as_str)
        .or_else(|| text(headers, HOST.as_str()));
    let any_name = ANY_NAME.contains(&request.uri().path());
    let Some(host) = host.filter(|host| any_name || hosts.know(host)) else {
        let name = host.unwrap_or("nothing").to_owned();
        return forbidden(
            "host_not_allowed",
            format!("Dynadesk was asked under the name {name:?}, which it does not go by: start it with --allowed-host to allow that"),
        );
    };
    if !request.uri().path().starts_with("/api/") {
        return Ok(());
    }
    // Browsers of today say where a request comes from; pages cannot forge it.
    let site = text(headers, "sec-fetch-site");
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return forbidden("cross_site", "this request came from another web site and was refused".to_owned());
    }
    if let Some(origin) = text(headers, ORIGIN.as_str()) {
        let theirs = origin.split_once("://").map(|(_, authority)| authority).unwrap_or_default();
        // Behind a proxy of one's own (hot reload) the port differs, and the browser vouches.
        let ours = theirs == host || (site == Some("same-origin") && hosts.know(theirs));
        if !ours {
            return forbidden(
                "cross_origin",
                format!("this request came from {origin:?}, which is not Dynadesk, and was refused"),
            );
        }
    }
    Ok(())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or(""))
}
