//! Why a request did not give its answer.

use dynadesk_shared::api::error::{ErrorBody, FieldError};

/// The server refused, or could not be asked at all.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiFailure {
    /// The server answered with an error.
    Refused { status: u16, body: ErrorBody },
    /// No answer in time.
    TimedOut { seconds: u32 },
    /// Dynadesk's own server cannot be reached.
    Unreachable,
    /// The answer was not what this version of the console expects.
    Unreadable { status: u16, problem: String },
}

impl ApiFailure {
    /// What happened, for a person.
    pub fn message(&self) -> String {
        match self {
            Self::Refused { body, .. } => body.message.clone(),
            Self::TimedOut { seconds } => format!("Dynadesk's server gave no answer within {seconds} seconds."),
            Self::Unreachable => "Dynadesk's server cannot be reached. Is it still running?".to_owned(),
            Self::Unreadable { status, problem } => {
                format!("The server's answer ({status}) could not be read: {problem}. A reload may help after an upgrade.")
            }
        }
    }

    /// The stable code of the error.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { body, .. } => &body.code,
            Self::TimedOut { .. } => "timed_out",
            Self::Unreachable => "server_unreachable",
            Self::Unreadable { .. } => "unreadable_answer",
        }
    }

    /// DynamoDB's own name for the error.
    pub fn engine_code(&self) -> Option<&str> {
        match self {
            Self::Refused { body, .. } => body.engine_code.as_deref(),
            _ => None,
        }
    }

    /// Finds the cause in the server's log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused { body, .. } if !body.request_id.is_empty() => Some(&body.request_id),
            _ => None,
        }
    }

    /// The fields of a form that are at fault.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Refused { body, .. } => &body.fields,
            _ => &[],
        }
    }

    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } | Self::Unreadable { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether it was refused because of who asks.
    pub fn is_not_allowed(&self) -> bool {
        self.code() == "not_allowed"
    }

    /// Whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }
}
