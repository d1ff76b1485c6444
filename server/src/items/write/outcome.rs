//! What came of a change, from what the engine said.

use dynadesk_shared::Item;
use dynadesk_shared::api::writes::Outcome;
use dynadesk_shared::value::same_item;

use crate::engine::{CancelReason, EngineError};
use crate::error::Error;

/// The engine refused it, in our words and its code.
pub(super) fn refused(error: impl Into<Error>) -> Outcome {
    let error = error.into();
    Outcome::Refused {
        code: error.code.into_owned(),
        message: error.message,
        engine_code: error.engine_code,
    }
}

/// Whether the condition of an action did not hold.
pub(crate) fn lost(reason: &CancelReason) -> bool {
    reason.code == "ConditionalCheckFailed"
}

/// Why one action of a transaction was refused, where it was the one.
pub(super) fn of_reason(reason: &CancelReason) -> Outcome {
    let (code, otherwise) = match reason.code.as_str() {
        "None" => return Outcome::NotWritten,
        "TransactionConflict" => ("transaction_conflict", "another transaction holds this item: try again"),
        "ThrottlingError" | "ProvisionedThroughputExceeded" => ("engine_throttled", "the table has no capacity left for it: try again"),
        _ => ("engine_refused", "the engine refused it"),
    };
    Outcome::Refused {
        code: code.to_owned(),
        message: reason.message.clone().unwrap_or_else(|| otherwise.to_owned()),
        engine_code: Some(reason.code.clone()),
    }
}

/// Whether an item still is what was seen.
pub(crate) fn still(seen: Option<&Item>, now: Option<&Item>) -> bool {
    match (seen, now) {
        (Some(seen), Some(now)) => same_item(seen, now),
        (None, None) => true,
        _ => false,
    }
}

/// After this, the next change would only meet the same end.
pub(crate) fn ends_all(error: &EngineError) -> bool {
    use crate::engine::EngineErrorKind::{Denied, NoCredentials, NotFound, Unreachable};
    matches!(error.kind, Denied | NoCredentials | NotFound | Unreachable)
}
