//! How a command ends when it does not end well: its words and its exit code.

use std::process::ExitCode;

use crate::error::{Error, ErrorKind};

#[derive(Debug)]
pub enum Failure {
    /// The capability itself refused or failed.
    Failed(Error),
    /// It could not begin: the configuration, a file, another server at work.
    NotBegun(String),
    /// A guard stands before it: read-only, or production without `--yes-production`.
    Refused { code: &'static str, message: String },
    /// It ran to its end, and something was not written.
    Partly(String),
    /// The operator stopped it.
    Stopped,
    /// Whoever read the answer has had enough of it (`| head`).
    Unread,
}

impl Failure {
    /// 1 failed, 3 refused by a guard, 4 partly done, 130 stopped; clap itself ends with 2 where the
    /// command line is wrong.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Failed(error) if error.kind == ErrorKind::Forbidden => 3,
            Self::Failed(_) | Self::NotBegun(_) => 1,
            Self::Refused { .. } => 3,
            Self::Partly(_) => 4,
            Self::Stopped => 130,
            Self::Unread => 0,
        })
    }

    /// The stable code and the words; nothing where there is nothing to say.
    pub fn words(&self) -> Option<(&str, String)> {
        match self {
            Self::Failed(error) => {
                let cause = error.cause.as_ref().filter(|_| error.kind == ErrorKind::Internal);
                let cause = cause.map_or(String::new(), |cause| format!(" ({cause})"));
                Some((&error.code, format!("{}{cause}", error.message)))
            }
            Self::NotBegun(why) => Some(("not_begun", why.clone())),
            Self::Refused { code, message } => Some((code, message.clone())),
            Self::Partly(what) => Some(("partly_done", what.clone())),
            Self::Stopped => Some(("stopped", "stopped; what was written stays written".to_owned())),
            Self::Unread => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(cause: std::io::Error) -> Self {
        match cause.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::NotBegun(format!("the answer could not be written: {cause}")),
        }
    }
}
