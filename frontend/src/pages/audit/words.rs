//! What the audit log says, in words.

use dynadesk_shared::api::audit::{AuditEntry, AuditKind, AuditResult};

use crate::format;
use crate::ui::Tone;

pub fn kind(kind: AuditKind) -> &'static str {
    match kind {
        AuditKind::SignIn => "Signing in",
        AuditKind::SignOut => "Signing out",
        AuditKind::Read => "Reading",
        AuditKind::Write => "Writing items",
        AuditKind::Unlock => "Unlocking",
        AuditKind::Export => "Export",
        AuditKind::Setting => "Tables and settings",
        AuditKind::Job => "Jobs",
        AuditKind::Server => "Servers",
    }
}

pub fn result(result: AuditResult) -> (&'static str, Tone) {
    match result {
        AuditResult::Begun => ("Begun", Tone::Neutral),
        AuditResult::Done => ("Done", Tone::Good),
        AuditResult::Refused => ("Refused", Tone::Warning),
        AuditResult::Failed => ("Failed", Tone::Bad),
        AuditResult::CutOff => ("Cut off", Tone::Bad),
    }
}

/// `drop_table` as a person writes it.
pub fn operation(entry: &AuditEntry) -> String {
    if entry.operation.contains('/') {
        return format::readable(&entry.operation);
    }
    let words = entry.operation.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

pub fn who(entry: &AuditEntry) -> String {
    match entry.who.as_str() {
        "" if entry.kind == AuditKind::Server => "the server".to_owned(),
        "" => "nobody".to_owned(),
        who => format::readable(who),
    }
}

/// Connection and table, as far as there are any.
pub fn place(entry: &AuditEntry) -> String {
    match (entry.connection.as_str(), entry.table.as_str()) {
        ("", "") => String::new(),
        (connection, "") => format::readable(connection),
        ("", table) => format::readable(table),
        (connection, table) => format!("{} / {}", format::readable(connection), format::readable(table)),
    }
}
