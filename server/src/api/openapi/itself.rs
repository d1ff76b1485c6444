//! The server itself, its connections, its store, and the audit log.

use dynadesk_shared::api::audit::{AuditPage, AuditRequest, AuditRow, AuditVerified};
use dynadesk_shared::api::connections::{ConnectionHealth, ConnectionList};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::store::{Preferences, StoreStatus};

use super::Description;
use crate::api::health::{Health, Ready};

pub fn describe(api: &mut Description) {
    api.add("get", paths::HEALTH, "health", "Whether the server runs; asks no engine")
        .open()
        .answers::<Health>();
    api.add("get", paths::READY, "ready", "Whether the server wants requests")
        .open()
        .answers::<Ready>()
        .answers_with::<Ready>("503", "Requests would fail");
    api.add("get", paths::METRICS, "metrics", "Metrics for Prometheus, with a token")
        .open()
        .sends(&["text/plain"], "Metrics in Prometheus' form");
    api.add("get", paths::OPENAPI, "openapi", "This description")
        .answers::<serde_json::Map<String, serde_json::Value>>();
    api.add("get", paths::CONNECTIONS, "connections", "The connections that one may see")
        .answers::<ConnectionList>();
    api.add(
        "get",
        paths::CONNECTION_HEALTH,
        "connection_health",
        "Whether a connection's engine answers",
    )
    .answers::<ConnectionHealth>();
    api.add("get", paths::STORE, "store", "Whether Dynadesk's own store answers")
        .answers::<StoreStatus>();
    api.add("get", paths::PREFERENCES, "preferences", "What one prefers")
        .answers::<Preferences>();
    api.add(
        "put",
        paths::PREFERENCES,
        "prefer",
        "Keeps preferences: null forgets a name, others stay",
    )
    .takes::<Preferences>()
    .answers::<Preferences>();
    api.add("get", paths::AUDIT, "audit", "Entries of the audit log, the newest first")
        .query::<AuditRequest>()
        .answers::<AuditPage>();
    api.add("get", paths::AUDIT_EXPORT, "export_audit_log", "The audit log as a file")
        .query::<AuditRequest>()
        .sends(&["text/csv", "application/jsonl"], "A file, read while it is sent");
    api.add("get", paths::AUDIT_EVENTS, "audit_events", "Entries as they are added")
        .streams("`open` at once, then `entry` for each")
        .event::<AuditRow>("entry");
    api.add("post", paths::AUDIT_VERIFY, "verify_audit_log", "Reads every chain from end to end")
        .answers::<AuditVerified>();
}
