//! What PostgreSQL refused, in words and as a code.

use std::borrow::Cow;
use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// An error of the driver as one of ours. Values and passwords are in none of them.
pub(super) fn refused(place: &str, cause: sqlx::Error) -> Error {
    if let sqlx::Error::Database(answer) = &cause {
        let state = answer.code().map(Cow::into_owned).unwrap_or_default();
        let said = answer.message().to_owned();
        let (kind, code, what) = match state.as_str() {
            "28000" | "28P01" | "3D000" | "42501" => (ErrorKind::Forbidden, "database_denied", "refused this"),
            "25006" => (ErrorKind::Forbidden, "identity_read_only", "takes no writes here"),
            "42P01" | "42703" | "3F000" | "42883" | "22P02" => (
                ErrorKind::Conflict,
                "database_schema",
                "does not have the users table as it is configured",
            ),
            "57014" => (ErrorKind::TimedOut, "database_timeout", "took longer than the statement timeout"),
            // A value or a constraint of the table stands against it: its text names which.
            state if state.starts_with("22") || state.starts_with("23") => (ErrorKind::Conflict, "database_refused", "does not take this"),
            // Somebody else holds what is needed.
            "40001" | "40P01" | "55P03" => (
                ErrorKind::Conflict,
                "database_busy",
                "is busy, because somebody else is writing there; try again",
            ),
            // It is shutting down, starting, or has no room.
            "57P01" | "57P02" | "57P03" | "53300" => (ErrorKind::EngineFailed, "database_unreachable", "does not answer"),
            _ => (ErrorKind::EngineFailed, "database_failed", "failed"),
        };
        let mut error = Error::new(kind, code, format!("PostgreSQL at {place} {what}: {said}"));
        error.engine_code = Some(state);
        return error;
    }
    let why = match &cause {
        sqlx::Error::PoolTimedOut => "no connection could be had in time".to_owned(),
        // A certificate that is not believed comes as data that is not valid.
        sqlx::Error::Io(cause) if cause.kind() == std::io::ErrorKind::InvalidData => format!("TLS: {cause}"),
        sqlx::Error::Io(cause) => cause.to_string(),
        sqlx::Error::Tls(cause) => format!("TLS: {cause}"),
        sqlx::Error::Configuration(_) => "a certificate cannot be read".to_owned(),
        _ => {
            let mut error = Error::new(
                ErrorKind::EngineFailed,
                "database_failed",
                format!("PostgreSQL at {place} answered what cannot be read"),
            );
            error.cause = Some(cause.into());
            return error;
        }
    };
    unreachable(place, &why)
}

/// It took a question and never said anything.
pub(super) fn silent(place: &str, waited: Duration) -> Error {
    unreachable(place, &format!("nothing came for {} seconds", waited.as_secs()))
}

fn unreachable(place: &str, why: &str) -> Error {
    Error::new(
        ErrorKind::EngineFailed,
        "database_unreachable",
        format!("PostgreSQL at {place} does not answer: {why}"),
    )
}

/// The connection is gone, so whatever was just asked may have been done or not.
pub(super) fn is_lost(error: &Error) -> bool {
    // What PostgreSQL itself said no to was not done.
    error.code == "database_unreachable" || (error.code == "database_failed" && error.engine_code.is_none())
}
