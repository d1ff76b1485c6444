//! The audit log.

use dynadesk_shared::api::audit::{AuditFormat, AuditPage, AuditRequest, AuditRow, AuditVerified};
use dynadesk_shared::api::paths;
use serde_json::json;

use super::events::{Events, Link};
use super::{ApiFailure, get, post};
use crate::nav::{with_base, with_query};

/// A page of entries, newest first.
pub async fn list(asked: AuditRequest) -> Result<AuditPage, ApiFailure> {
    get(&link(paths::AUDIT, asked)).await
}

/// Where the browser gets what is asked for as a file.
pub fn export_href(asked: AuditRequest, format: AuditFormat) -> String {
    let format = Some(format);
    with_base(&link(paths::AUDIT_EXPORT, AuditRequest { format, ..asked }))
}

/// Reads every chain from end to end.
pub async fn verify() -> Result<AuditVerified, ApiFailure> {
    post(paths::AUDIT_VERIFY, &json!({})).await
}

/// Calls back with each entry that is added from now on, and with how the stream of them stands, until it is dropped.
pub fn watch(take: impl FnMut(AuditRow) + 'static, stands: impl FnMut(Link) + 'static) -> Events {
    Events::of(paths::AUDIT_EVENTS.to_owned(), &["entry"], take, stands)
}

fn link(path: &str, asked: AuditRequest) -> String {
    let format = asked.format.map(|format| match format {
        AuditFormat::Csv => "csv".to_owned(),
        AuditFormat::Jsonl => "jsonl".to_owned(),
    });
    with_query(
        path,
        &[
            ("after", asked.after),
            ("who", asked.who),
            ("connection", asked.connection),
            ("table", asked.table),
            ("kind", asked.kind.map(|kind| kind.word().to_owned())),
            ("result", asked.result.map(|result| result.word().to_owned())),
            ("format", format),
        ],
    )
}
