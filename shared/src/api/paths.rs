//! Every URL of the API, once: the pattern for the server's router and the function that fills
//! it for a client.

/// Whom a page means: the name of whoever was signed in when it began, percent-encoded.
pub const PERSON_HEADER: &str = "x-dynadesk-person";

pub const CONNECTIONS: &str = "/api/connections";
pub const CONNECTION_HEALTH: &str = "/api/c/{connection}/health";
pub const TABLES: &str = "/api/c/{connection}/tables";
pub const TABLE: &str = "/api/c/{connection}/tables/{table}";
pub const DROPS: &str = "/api/c/{connection}/drop-requests";
pub const DROP: &str = "/api/c/{connection}/tables/{table}/drop-request";
pub const DROP_APPROVE: &str = "/api/c/{connection}/tables/{table}/drop-request/approve";
pub const DROP_REFUSE: &str = "/api/c/{connection}/tables/{table}/drop-request/refuse";
pub const SCAN_BUDGET: &str = "/api/c/{connection}/tables/{table}/scan-budget";
pub const SETTINGS: &str = "/api/c/{connection}/tables/{table}/settings";
pub const MONITORING: &str = "/api/c/{connection}/tables/{table}/monitoring";
pub const BACKUPS: &str = "/api/c/{connection}/tables/{table}/backups";
pub const RECOVERY: &str = "/api/c/{connection}/tables/{table}/recovery";
pub const RESTORE: &str = "/api/c/{connection}/tables/{table}/restore";
pub const EXPORTS: &str = "/api/c/{connection}/tables/{table}/exports";
pub const IMPORTS: &str = "/api/c/{connection}/imports";
pub const ITEMS_SCAN: &str = "/api/c/{connection}/tables/{table}/items/scan";
pub const ITEMS_GET: &str = "/api/c/{connection}/tables/{table}/items/get";
pub const ITEMS_QUERY: &str = "/api/c/{connection}/tables/{table}/items/query";
pub const ITEMS_WRITE: &str = "/api/c/{connection}/tables/{table}/items/write";
pub const ITEMS_EXPORTED: &str = "/api/c/{connection}/tables/{table}/items/exported";
pub const PARTIQL: &str = "/api/c/{connection}/partiql";
pub const WRITES: &str = "/api/c/{connection}/writes";
pub const WRITE: &str = "/api/c/{connection}/writes/{write}";
pub const WRITE_UNDO: &str = "/api/c/{connection}/writes/{write}/undo";
pub const GROUP: &str = "/api/c/{connection}/groups/{group}";
pub const GROUP_UNDO: &str = "/api/c/{connection}/groups/{group}/undo";
pub const RUNS: &str = "/api/c/{connection}/runs";
pub const RUN: &str = "/api/c/{connection}/runs/{run}";
pub const SAVED: &str = "/api/c/{connection}/saved";
pub const SAVED_ONE: &str = "/api/c/{connection}/saved/{saved}";
pub const PREFERENCES: &str = "/api/preferences";
pub const STORE: &str = "/api/store";
pub const EXPIRY: &str = "/api/c/{connection}/tables/{table}/expiry";
pub const PATTERNS: &str = "/api/c/{connection}/tables/{table}/patterns";
pub const PATTERNS_IMPORT: &str = "/api/c/{connection}/tables/{table}/patterns/import";
pub const PATTERNS_MEASURED: &str = "/api/c/{connection}/tables/{table}/patterns/measured";
pub const PATTERN: &str = "/api/c/{connection}/tables/{table}/patterns/one/{pattern}";
pub const SEED_PLAN: &str = "/api/c/{connection}/tables/{table}/seed/plan";
pub const SEED: &str = "/api/c/{connection}/tables/{table}/seed";
pub const USERS: &str = "/api/c/{connection}/tables/{table}/conversations/users";
pub const CONVERSATIONS: &str = "/api/c/{connection}/tables/{table}/conversations/list";
pub const MESSAGES: &str = "/api/c/{connection}/tables/{table}/conversations/messages";
pub const MESSAGE_SEND: &str = "/api/c/{connection}/tables/{table}/conversations/send";
pub const CONVERSATION_START: &str = "/api/c/{connection}/tables/{table}/conversations/start";
pub const CONVERSATION_EVENTS: &str = "/api/c/{connection}/tables/{table}/conversations/events";
pub const INTEGRITY: &str = "/api/c/{connection}/tables/{table}/integrity";
pub const INTEGRITY_REFRESH: &str = "/api/c/{connection}/tables/{table}/integrity/refresh";
pub const RELAY: &str = "/api/c/{connection}/tables/{table}/relay";
pub const RELAY_RETRY: &str = "/api/c/{connection}/tables/{table}/relay/retry";
pub const RELAY_DISMISS: &str = "/api/c/{connection}/tables/{table}/relay/dismiss";
pub const STREAM: &str = "/api/c/{connection}/tables/{table}/stream";
pub const STREAM_EVENTS: &str = "/api/c/{connection}/tables/{table}/stream/events";
pub const JOBS: &str = "/api/jobs";
pub const JOB: &str = "/api/jobs/{job}";
pub const JOB_EVENTS: &str = "/api/jobs/{job}/events";
pub const JOB_CANCEL: &str = "/api/jobs/{job}/cancel";
pub const JOB_RESUME: &str = "/api/jobs/{job}/resume";
pub const IDENTITY: &str = "/api/identity";
pub const IDENTITY_UNLOCK: &str = "/api/identity/unlock";
pub const IDENTITY_HEALTH: &str = "/api/identity/health";
pub const IDENTITY_PEOPLE: &str = "/api/identity/people";
pub const IDENTITY_EMAILS: &str = "/api/identity/emails";
pub const IDENTITY_POOL: &str = "/api/identity/pool";
pub const IDENTITY_NAMES: &str = "/api/identity/names";
pub const IDENTITY_PLAN: &str = "/api/identity/plan";
pub const IDENTITY_PLAN_ROWS: &str = "/api/identity/plan/rows";
pub const IDENTITY_PLAN_UUIDS: &str = "/api/identity/plan/uuids";
pub const IDENTITY_SYNCS: &str = "/api/identity/syncs";
pub const IDENTITY_SYNC: &str = "/api/identity/syncs/{sync}";
pub const IDENTITY_SYNC_ROWS: &str = "/api/identity/syncs/{sync}/rows";
pub const IDENTITY_SYNC_CSV: &str = "/api/identity/syncs/{sync}/csv";
pub const IDENTITY_SYNC_UNDO: &str = "/api/identity/syncs/{sync}/undo";
pub const HEALTH: &str = "/api/health";
pub const READY: &str = "/api/ready";
pub const METRICS: &str = "/metrics";
pub const OPENAPI: &str = "/api/openapi.json";
pub const SESSION: &str = "/api/session";
pub const SIGN_IN: &str = "/api/session/sign-in";
pub const SIGN_OUT: &str = "/api/session/sign-out";
pub const SESSIONS: &str = "/api/sessions";
pub const SESSION_ONE: &str = "/api/sessions/{session}";
pub const AUDIT: &str = "/api/audit";
pub const AUDIT_EXPORT: &str = "/api/audit/export";
pub const AUDIT_EVENTS: &str = "/api/audit/events";
pub const AUDIT_VERIFY: &str = "/api/audit/verify";
pub const UNLOCK: &str = "/api/c/{connection}/unlock";
// Pages of a browser's own: a provider of identities sends it here from its own site, which
// everything under `/api` refuses.
pub const OIDC_BEGIN: &str = "/sign-in/oidc";
pub const OIDC_DONE: &str = "/sign-in/oidc/done";

/// Whether anybody may ask it, signed in or not.
pub fn is_open(path: &str) -> bool {
    [HEALTH, READY, SESSION, SIGN_IN, SIGN_OUT].contains(&path)
}

/// Puts values into a pattern's `{…}` places in order, percent-encoded.
pub fn fill(pattern: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut values = values.iter();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(&encode(values.next().unwrap_or(&"")));
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// Percent-encodes one path segment or query value.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_values_stay_in_their_segment() {
        assert_eq!(fill(TABLE, &["local", "a/b?c#d%"]), "/api/c/local/tables/a%2Fb%3Fc%23d%25");
        assert_eq!(fill(HEALTH, &[]), "/api/health");
    }
}
