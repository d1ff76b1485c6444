//! From an engine's answers to what a person reads for each statement.

use dynadesk_shared::Item;
use dynadesk_shared::api::partiql::StatementResult;

use crate::engine::{CancelReason, EngineError, EngineErrorKind};
use crate::error::Error;

/// One answer of a batch or of a transaction that was done.
pub fn of(answer: Result<Option<Item>, CancelReason>) -> StatementResult {
    match answer {
        Ok(item) => StatementResult::Done {
            items: item.into_iter().collect(),
        },
        Err(reason) => refused(&reason),
    }
}

/// One statement of a transaction that was not done.
pub fn cancelled(reason: &CancelReason) -> StatementResult {
    match reason.code.as_str() {
        "None" | "" => StatementResult::NotRun,
        _ => refused(reason),
    }
}

/// The same vocabulary as for errors of whole requests; these codes come without `Exception` from
/// DynamoDB, and with it from some others.
pub fn error_of(reason: &CancelReason) -> EngineError {
    let kind = match reason.code.trim_end_matches("Exception") {
        "ConditionalCheckFailed" | "DuplicateItem" => EngineErrorKind::ConditionFailed,
        "ResourceNotFound" => EngineErrorKind::NotFound,
        "ValidationError" | "Validation" => EngineErrorKind::Validation,
        "AccessDenied" => EngineErrorKind::Denied,
        "ItemCollectionSizeLimitExceeded" => EngineErrorKind::LimitExceeded,
        "ProvisionedThroughputExceeded" | "ThrottlingError" | "RequestLimitExceeded" | "TransactionConflict" => EngineErrorKind::Throttled,
        _ => EngineErrorKind::Other,
    };
    let message = reason
        .message
        .clone()
        .unwrap_or_else(|| format!("the engine answered {}", reason.code));
    EngineError {
        code: Some(reason.code.clone()),
        ..EngineError::new(kind, message)
    }
}

fn refused(reason: &CancelReason) -> StatementResult {
    let error = Error::from(error_of(reason));
    StatementResult::Refused {
        code: error.code.into_owned(),
        message: error.message,
        engine_code: error.engine_code,
    }
}
