//! Metrics for Prometheus: with a token, or at an address of their own.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing;
use dynadesk_shared::api::paths;

use super::error::ApiError;
use crate::app::AppState;
use crate::error::{Error, ErrorKind, Result};

/// `GET /metrics`, where everything else is: only with a token, and as if it were not there without one.
pub async fn get(State(app): State<AppState>, headers: HeaderMap) -> std::result::Result<Response, ApiError> {
    if app.metrics_token.is_none() {
        return Err(ApiError(Error::not_found("unknown_route", "there is no GET /metrics")));
    }
    allowed(&app, &headers)?;
    Ok(text(&app).await?)
}

/// The same at an address of its own.
pub fn alone(app: AppState) -> Router {
    Router::new()
        .route(paths::METRICS, routing::get(alone_get))
        .layer(from_fn_with_state(app.clone(), by_address))
        .layer(from_fn_with_state(app.clone(), crate::middleware::audit::outer))
        .with_state(app)
}

async fn alone_get(State(app): State<AppState>, headers: HeaderMap) -> std::result::Result<Response, ApiError> {
    allowed(&app, &headers)?;
    Ok(text(&app).await?)
}

/// A page of another site could have its own name point here; it cannot have an address as its name.
async fn by_address(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    if app.metrics_token.is_none() && !is_address && !app.hosts.know(host) {
        let why = format!("the metrics are not known under the name {host:?}");
        return ApiError(Error::new(ErrorKind::Forbidden, "host_not_allowed", why)).into_response();
    }
    next.run(request).await
}

fn allowed(app: &AppState, headers: &HeaderMap) -> Result<()> {
    let Some(token) = &app.metrics_token else {
        return Ok(());
    };
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.strip_prefix("Bearer "));
    match sent.is_some_and(|sent| crate::access::same(sent, token.reveal())) {
        true => Ok(()),
        false => Err(Error::new(
            ErrorKind::Unauthenticated,
            "token_needed",
            "metrics are read with the token that the configuration has",
        )),
    }
}

async fn text(app: &AppState) -> Result<Response> {
    let text = app.metrics.text(app).await.map_err(Error::internal)?;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(CONTENT_TYPE, kind)], text).into_response())
}
