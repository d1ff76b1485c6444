//! Errors of the domain: what a person may read, apart from what only the log may hold.
//! Knows no HTTP; `api::error` turns it into an answer.

use std::borrow::Cow;

use dynadesk_shared::api::error::FieldError;

use crate::engine::{EngineError, EngineErrorKind};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub kind: ErrorKind,
    /// Stable and made for machines, such as `table_not_found`.
    pub code: Cow<'static, str>,
    /// For a person: what happened, where, and what to do.
    pub message: String,
    pub fields: Vec<FieldError>,
    /// DynamoDB's own name for it, where an engine refused.
    pub engine_code: Option<String>,
    /// For the log only.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong.
    Invalid,
    /// Nobody is signed in.
    Unauthenticated,
    /// Understood and refused.
    Forbidden,
    NotFound,
    /// Right in itself, but not as things stand.
    Conflict,
    TooLarge,
    /// Of a form that is not taken.
    WrongMediaType,
    /// The engine asks for patience.
    Throttled,
    /// The engine did not answer, or not as DynamoDB does.
    EngineFailed,
    /// Dynadesk's own store does not answer; everything else works.
    Unavailable,
    /// It took longer than anyone waits.
    TimedOut,
    /// Our fault.
    Internal,
}

impl Error {
    pub fn new(kind: ErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: Cow::Borrowed(code),
            message: message.into(),
            fields: Vec::new(),
            engine_code: None,
            cause: None,
        }
    }

    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, code, message)
    }

    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, code, message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, message)
    }

    /// Ours: the person reads that it is, the log reads why.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut error = Self::new(
            ErrorKind::Internal,
            "internal",
            "Dynadesk failed here, and the fault is its own. The server's log has the cause under this request id.",
        );
        error.cause = Some(cause.into());
        error
    }

    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.fields = fields;
        self
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        let (kind, code) = match &error.kind {
            EngineErrorKind::NotFound => (ErrorKind::NotFound, "table_not_found"),
            EngineErrorKind::InUse => (ErrorKind::Conflict, "table_in_use"),
            EngineErrorKind::ConditionFailed => (ErrorKind::Conflict, "condition_failed"),
            EngineErrorKind::TransactionCancelled { .. } => (ErrorKind::Conflict, "transaction_cancelled"),
            EngineErrorKind::Throttled => (ErrorKind::Throttled, "engine_throttled"),
            EngineErrorKind::Validation => (ErrorKind::Invalid, "engine_refused"),
            EngineErrorKind::LimitExceeded => (ErrorKind::Conflict, "engine_limit_exceeded"),
            EngineErrorKind::Denied => (ErrorKind::Forbidden, "engine_denied"),
            EngineErrorKind::NoCredentials => (ErrorKind::Forbidden, "no_credentials"),
            EngineErrorKind::Unreachable => (ErrorKind::EngineFailed, "engine_unreachable"),
            EngineErrorKind::Unsupported => (ErrorKind::Invalid, "unsupported_by_engine"),
            EngineErrorKind::ExpiredIterator => (ErrorKind::Conflict, "stream_iterator_expired"),
            EngineErrorKind::TrimmedData => (ErrorKind::Conflict, "stream_records_trimmed"),
            EngineErrorKind::Other => (ErrorKind::EngineFailed, "engine_failed"),
        };
        Self {
            engine_code: error.code.clone(),
            ..Self::new(kind, code, error.message)
        }
    }
}
