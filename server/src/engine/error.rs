//! What an engine refused, in one vocabulary. Knows no HTTP of ours.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::Error as SdkServiceError;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// A request that an engine did not fulfil.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    pub kind: EngineErrorKind,
    /// DynamoDB's own name for it, such as `ResourceNotFoundException`, where the engine answered.
    pub code: Option<String>,
    /// The engine's own words, or ours where it gave none. Never holds credentials.
    pub message: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum EngineErrorKind {
    /// No such table, index or resource.
    NotFound,
    /// It exists already, or is being changed.
    InUse,
    /// A condition on a write did not hold.
    ConditionFailed,
    /// One reason for each action of the transaction, in the order of the request.
    TransactionCancelled {
        reasons: Vec<CancelReason>,
    },
    /// Capacity or rate exceeded: the same request may succeed later.
    Throttled,
    /// The request is wrong.
    Validation,
    LimitExceeded,
    /// The credentials may not do this, or are wrong.
    Denied,
    /// No usable credentials were found before anything was sent.
    NoCredentials,
    /// Nothing answered in time.
    Unreachable,
    /// The engine does not know the operation.
    Unsupported,
    /// A shard iterator that was not used for too long.
    ExpiredIterator,
    /// The stream no longer has the records that were asked for.
    TrimmedData,
    Other,
}

/// Why one action of a transaction stood in the way, or `None` as DynamoDB's word for "it did not".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelReason {
    /// `None`, `ConditionalCheckFailed`, `TransactionConflict` and so on.
    pub code: String,
    pub message: Option<String>,
}

impl EngineError {
    pub fn new(kind: EngineErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            message: message.into(),
        }
    }

    pub fn is_not_found(&self) -> bool {
        self.kind == EngineErrorKind::NotFound
    }

    /// Whether the same request may succeed when it is sent again a little later.
    pub fn is_transient(&self) -> bool {
        match &self.kind {
            EngineErrorKind::Throttled | EngineErrorKind::Unreachable => true,
            EngineErrorKind::TransactionCancelled { reasons } => {
                let mut faults = reasons.iter().filter(|reason| reason.code != "None").peekable();
                faults.peek().is_some()
                    && faults.all(|reason| {
                        matches!(
                            reason.code.as_str(),
                            "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"
                        )
                    })
            }
            EngineErrorKind::Other => self.code.as_deref() == Some("InternalServerError"),
            _ => false,
        }
    }
}

impl<E> From<SdkError<E, HttpResponse>> for EngineError
where
    E: Into<SdkServiceError> + ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        Self::of_sdk(error, answered)
    }
}

impl EngineError {
    /// The same for every service: `answered` reads what the service itself said.
    pub(super) fn of_sdk<E>(error: SdkError<E, HttpResponse>, answered: impl FnOnce(E, u16) -> Self) -> Self
    where
        E: Error + Send + Sync + 'static,
    {
        match error {
            SdkError::ServiceError(context) => {
                let status = context.raw().status().as_u16();
                answered(context.into_err(), status)
            }
            SdkError::TimeoutError(_) => Self::new(EngineErrorKind::Unreachable, "the engine did not answer in time"),
            SdkError::DispatchFailure(failure) => {
                let causes = chain(failure.as_connector_error());
                let cause = causes.last().map(ToString::to_string).unwrap_or_default();
                if causes.iter().any(|error| error.is::<CredentialsError>()) {
                    Self::new(
                        EngineErrorKind::NoCredentials,
                        format!("no usable AWS credentials were found: {cause}"),
                    )
                } else {
                    Self::new(EngineErrorKind::Unreachable, format!("the engine could not be reached: {cause}"))
                }
            }
            SdkError::ResponseError(_) => Self::new(
                EngineErrorKind::Unreachable,
                "something answered that does not speak DynamoDB: check the endpoint's URL",
            ),
            SdkError::ConstructionFailure(_) => Self::new(EngineErrorKind::Validation, "the request could not be built"),
            other => Self::new(EngineErrorKind::Other, DisplayErrorContext(other).to_string()),
        }
    }

    /// What a service said by the name of its error alone.
    pub(super) fn named<E: ProvideErrorMetadata>(error: E, status: u16) -> Self {
        let code = error.code().map(str::to_owned);
        let kind = kind_of(code.as_deref().unwrap_or_default(), status);
        said(kind, code, error.message().map(str::to_owned), status)
    }
}

/// A request that the SDK's builders refused: a required part was left out.
pub(super) fn unbuildable(cause: aws_sdk_dynamodb::error::BuildError) -> EngineError {
    EngineError::new(EngineErrorKind::Validation, cause.to_string())
}

/// An error and everything below it.
fn chain<E: Error + 'static>(error: Option<&E>) -> Vec<&(dyn Error + 'static)> {
    let mut causes: Vec<&(dyn Error + 'static)> = Vec::new();
    let mut next = error.map(|error| error as &(dyn Error + 'static));
    while let Some(error) = next {
        causes.push(error);
        next = error.source();
    }
    causes
}

fn answered<E: Into<SdkServiceError> + ProvideErrorMetadata>(error: E, status: u16) -> EngineError {
    let code = error.code().map(str::to_owned);
    let message = error.message().map(str::to_owned);
    let kind = match error.into() {
        SdkServiceError::TransactionCanceledException(cancelled) => EngineErrorKind::TransactionCancelled {
            reasons: cancelled
                .cancellation_reasons()
                .iter()
                .map(|reason| CancelReason {
                    code: reason.code().unwrap_or("None").to_owned(),
                    message: reason.message().map(str::to_owned),
                })
                .collect(),
        },
        _ => kind_of(code.as_deref().unwrap_or_default(), status),
    };
    said(kind, code, message, status)
}

fn said(kind: EngineErrorKind, code: Option<String>, message: Option<String>, status: u16) -> EngineError {
    EngineError {
        message: message.unwrap_or_else(|| match &code {
            Some(code) => format!("the engine answered {code}"),
            None => format!("something answered with status {status} that does not speak DynamoDB: check the endpoint's URL"),
        }),
        kind,
        code,
    }
}

pub(super) fn kind_of(code: &str, status: u16) -> EngineErrorKind {
    match code {
        "ResourceNotFoundException" | "IndexNotFoundException" | "TableNotFoundException" => EngineErrorKind::NotFound,
        "ResourceInUseException" | "TableInUseException" | "TableAlreadyExistsException" => EngineErrorKind::InUse,
        "ConditionalCheckFailedException" | "DuplicateItemException" => EngineErrorKind::ConditionFailed,
        "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "ThrottlingException"
        | "TransactionInProgressException"
        | "TransactionConflictException" => EngineErrorKind::Throttled,
        "ValidationException" | "SerializationException" | "IdempotentParameterMismatchException" => EngineErrorKind::Validation,
        "LimitExceededException" | "ItemCollectionSizeLimitExceededException" => EngineErrorKind::LimitExceeded,
        "ExpiredIteratorException" => EngineErrorKind::ExpiredIterator,
        "TrimmedDataAccessException" => EngineErrorKind::TrimmedData,
        "UnknownOperationException" | "UnsupportedOperation" | "NotImplemented" => EngineErrorKind::Unsupported,
        "AccessDeniedException"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "ExpiredTokenException"
        | "ExpiredToken"
        | "InvalidClientTokenId"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignatureException" => EngineErrorKind::Denied,
        "" if matches!(status, 401 | 403) => EngineErrorKind::Denied,
        "" => EngineErrorKind::Unreachable,
        _ => EngineErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cancelled(codes: &[&str]) -> EngineError {
        let reasons = codes
            .iter()
            .map(|code| CancelReason {
                code: (*code).to_owned(),
                message: None,
            })
            .collect();
        EngineError::new(EngineErrorKind::TransactionCancelled { reasons }, "cancelled")
    }

    #[test]
    fn only_what_may_pass_later_is_transient() {
        assert!(EngineError::new(EngineErrorKind::Throttled, "").is_transient());
        assert!(!EngineError::new(EngineErrorKind::Validation, "").is_transient());
        assert!(cancelled(&["None", "TransactionConflict"]).is_transient());
        assert!(!cancelled(&["TransactionConflict", "ConditionalCheckFailed"]).is_transient());
        assert!(!cancelled(&["None"]).is_transient());
    }
}
