//! What a handler may hold: only what has been checked. A handler that writes takes a
//! [`WritableConn`], so that read-only stands in its signature.

use std::ops::Deref;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::ApiError;
use crate::app::AppState;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind};

/// The connection that the URL names, or 404 `connection_not_found`.
#[derive(Debug)]
pub struct Conn(pub Arc<Connection>);

impl Deref for Conn {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl FromRequestParts<AppState> for Conn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let name = path_part(parts, "connection").await?;
        Ok(Self(state.connections.get(&name)?))
    }
}

/// The same, where it takes writes: a read-only one is refused with 403 `connection_read_only`.
#[derive(Debug)]
pub struct WritableConn(pub Arc<Connection>);

impl Deref for WritableConn {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl FromRequestParts<AppState> for WritableConn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Conn(connection) = Conn::from_request_parts(parts, state).await?;
        connection.writable()?;
        Ok(Self(connection))
    }
}

/// A table name as DynamoDB takes it, or 400 `invalid_table_name`.
#[derive(Clone, Debug)]
pub struct TableName(pub String);

impl Deref for TableName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl FromRequestParts<AppState> for TableName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let name = path_part(parts, "table").await?;
        dynadesk_shared::limits::table_name(&name).map_err(|why| Error::invalid("invalid_table_name", why))?;
        Ok(Self(name))
    }
}

/// Ids as the URL has them; whoever keeps the thing knows whether there is one.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident from $part:literal,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub String);

        impl FromRequestParts<AppState> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
                Ok(Self(path_part(parts, $part).await?))
            }
        }
    )*};
}

ids! {
    JobId from "job",
    /// A write in the history.
    WriteId from "write",
    /// The writes of one request or job.
    GroupId from "group",
    /// A run in the history.
    RunId from "run",
    /// A saved query.
    SavedId from "saved",
    /// An access pattern.
    PatternId from "pattern",
    /// A sync of Cognito ids.
    SyncId from "sync",
}

async fn path_part(parts: &mut Parts, wanted: &str) -> Result<String, ApiError> {
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Error::invalid("invalid_path", "the URL holds bytes that are no UTF-8"))?;
    let found = params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| ApiError(Error::internal(format!("the route has no {{{wanted}}}"))))
}

/// What stands after the `?`, or 400 `invalid_query`.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        let query = query.map_err(|why| Error::invalid("invalid_query", why.body_text()))?;
        Ok(Self(query.0))
    }
}

/// A JSON body, or 400 `invalid_json` with line and column, 413 or 415.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let media_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        // A form of another site cannot send this type without the browser asking us first.
        if media_type.split(';').next().map(str::trim) != Some("application/json") {
            return Err(ApiError(Error::new(
                ErrorKind::WrongMediaType,
                "unsupported_media_type",
                "the body must be sent as application/json",
            )));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|cause| ApiError(Error::invalid("invalid_json", format!("the body is not as expected: {cause}"))))
    }
}

fn unread(rejection: BytesRejection) -> ApiError {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError(Error::new(
            ErrorKind::TooLarge,
            "body_too_large",
            "the body is larger than this route takes",
        ));
    }
    ApiError(Error::invalid("body_unreadable", "the body ended before it was complete"))
}
