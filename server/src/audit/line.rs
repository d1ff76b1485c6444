//! An entry as one line of the log, under the target `audit`. Texts that came from outside are written as
//! Rust writes them in source: a line break in a name begins no line of its own.

use dynadesk_shared::api::audit::AuditEntry;

/// The target of these lines; whoever reads the log filters by it.
pub const TARGET: &str = "audit";

/// `hash` where it was kept.
pub fn write(entry: &AuditEntry, hash: Option<&str>) {
    let items: Vec<&str> = entry.items.iter().filter_map(|item| item.write.as_deref()).collect();
    tracing::info!(
        target: TARGET,
        kept = hash.is_some(),
        server = ?entry.server,
        seq = entry.seq,
        hash = ?hash.unwrap_or_default(),
        kind = entry.kind.word(),
        operation = ?entry.operation,
        result = entry.result.word(),
        status = entry.status,
        code = ?entry.code,
        who = ?entry.who,
        from = ?entry.from,
        connection = ?entry.connection,
        table = ?entry.table,
        detail = ?entry.detail,
        writes = ?items,
        job = ?entry.job,
        request = ?entry.request,
        "audit"
    );
}
