//! Stream, class and encryption: one word each.

use crate::api::error::FieldError;
use crate::api::settings::{Encryption, EncryptionKind};
use crate::create_table::{STREAM_VIEWS, TABLE_CLASSES};

pub(super) fn stream(wanted: Option<&str>, faults: &mut Vec<FieldError>) {
    if wanted.is_some_and(|view| !STREAM_VIEWS.contains(&view)) {
        let message = format!("a stream's view is one of {}", STREAM_VIEWS.join(", "));
        faults.push(FieldError::new("stream", message));
    }
}

pub(super) fn class(wanted: &str, faults: &mut Vec<FieldError>) {
    if !TABLE_CLASSES.contains(&wanted) {
        let message = format!("a table's class is one of {}", TABLE_CLASSES.join(", "));
        faults.push(FieldError::new("table_class", message));
    }
}

pub(super) fn encryption(wanted: &Encryption, faults: &mut Vec<FieldError>) {
    let key = wanted.key.as_deref().unwrap_or_default();
    let message = match wanted.kind {
        EncryptionKind::Kms if key.trim().is_empty() => "name the KMS key: its id, its ARN, or an alias such as alias/orders",
        EncryptionKind::Kms if key.chars().any(char::is_whitespace) => "the name of a key has no spaces",
        EncryptionKind::Kms if key.len() > 2_048 => "the name of a key has at most 2,048 characters",
        EncryptionKind::AwsOwned | EncryptionKind::AwsManaged if wanted.key.is_some() => "only a key of your own has a name here",
        _ => return,
    };
    faults.push(FieldError::new("key", message));
}
