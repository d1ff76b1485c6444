//! The only place where an error becomes a status and a body.

use std::borrow::Cow;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dynadesk_shared::api::error::ErrorBody;

use crate::error::{Error, ErrorKind};
use crate::middleware::request_id;

/// What a handler returns: `Json<T>` or one of these.
pub type ApiResult<T> = std::result::Result<axum::Json<T>, ApiError>;

/// The code of an answer that is an error, for those who write it down.
#[derive(Clone, Debug)]
pub struct Code(pub Cow<'static, str>);

#[derive(Debug)]
pub struct ApiError(pub Error);

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Error {
            kind,
            code,
            message,
            fields,
            engine_code,
            cause,
        } = self.0;
        let status = status(kind);
        if let Some(cause) = &cause {
            tracing::error!(%code, cause = %cause, "request failed");
        } else {
            tracing::debug!(%code, %message, "request refused");
        }
        let body = ErrorBody {
            code: code.clone().into_owned(),
            message,
            fields,
            engine_code,
            request_id: request_id::current(),
        };
        let mut response = (status, Json(body)).into_response();
        response.extensions_mut().insert(Code(code));
        response
    }
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::WrongMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::EngineFailed => StatusCode::BAD_GATEWAY,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
