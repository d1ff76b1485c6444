//! A handler that panics answers as ours to mend, and the server goes on.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::api::error::ApiError;
use crate::error::Error;

pub fn answer(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    ApiError(Error::internal(text.to_owned())).into_response()
}
