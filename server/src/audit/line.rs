//! An entry as one line of the log, under the target `audit`. Texts that came from outside are written as texts,
//! which the log quotes and escapes: a line break in a name begins no line of its own.

use dynadesk_shared::api::audit::AuditEntry;

/// The target of these lines; whoever reads the log filters by it.
pub const TARGET: &str = "audit";

/// `hash` where it was kept.
pub fn write(entry: &AuditEntry, hash: Option<&str>) {
    let whole = whole(entry);
    tracing::info!(
        target: TARGET,
        kept = hash.is_some(),
        server = entry.server.as_str(),
        seq = entry.seq,
        hash = hash.unwrap_or_default(),
        kind = entry.kind.word(),
        operation = entry.operation.as_str(),
        result = entry.result.word(),
        status = entry.status,
        code = entry.code.as_str(),
        who = entry.who.as_str(),
        from = entry.from.as_str(),
        connection = entry.connection.as_str(),
        table = entry.table.as_str(),
        detail = entry.detail.as_str(),
        job = entry.job.as_str(),
        request = entry.request.as_str(),
        entry = %whole,
        "audit"
    );
}

/// All of an entry as JSON on one line of plain signs: the log writes it as it is, so that it is JSON for whoever
/// reads the line. JSON has other signs in texts only, where each has an escape.
fn whole(entry: &AuditEntry) -> String {
    let json = serde_json::to_string(entry).unwrap_or_default();
    let mut plain = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        match c {
            ' '..='~' => plain.push(c),
            other => other
                .encode_utf16(&mut units)
                .iter()
                .for_each(|unit| plain.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    plain
}
