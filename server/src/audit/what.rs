//! What each route is in the audit log. A route that stands in none of the lists is taken for one that
//! changes something, and a test fails for it.

use std::borrow::Cow;

use dynadesk_shared::api::audit::AuditKind::{self, Export, Job, Read, Setting, SignIn, SignOut, Unlock, Write};
use dynadesk_shared::api::paths;

/// What a request is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct What {
    pub kind: AuditKind,
    pub operation: Cow<'static, str>,
    pub when: When,
    /// Whether it is refused where everything has to be written down and cannot be. What makes things
    /// safer never is.
    pub needs_audit: bool,
}

/// When a request is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Always,
    /// Where the handler says that it changes something, or where it is refused.
    Said,
    /// Where it is refused.
    Refused,
}

type Listed = (&'static str, &'static str, AuditKind, &'static str);

/// Recorded always.
const CHANGES: &[Listed] = &[
    ("POST", paths::SIGN_IN, SignIn, "sign_in"),
    ("GET", paths::OIDC_DONE, SignIn, "sign_in"),
    ("POST", paths::UNLOCK, Unlock, "unlock"),
    ("POST", paths::IDENTITY_UNLOCK, Unlock, "unlock_users"),
    ("POST", paths::TABLES, Setting, "create_table"),
    ("DELETE", paths::TABLE, Setting, "drop_table"),
    ("POST", paths::DROP, Setting, "ask_to_drop_table"),
    ("POST", paths::DROP_APPROVE, Setting, "approve_drop_of_table"),
    ("POST", paths::SETTINGS, Setting, "change_settings"),
    ("POST", paths::BACKUPS, Setting, "create_backup"),
    ("DELETE", paths::BACKUPS, Setting, "delete_backup"),
    ("PUT", paths::RECOVERY, Setting, "change_recovery"),
    ("POST", paths::RESTORE, Setting, "restore_table"),
    ("POST", paths::EXPORTS, Export, "export_table"),
    ("POST", paths::IMPORTS, Setting, "import_table"),
    ("POST", paths::ITEMS_EXPORTED, Export, "export_items"),
    ("POST", paths::ITEMS_WRITE, Write, "write_items"),
    ("POST", paths::WRITE_UNDO, Write, "undo_write"),
    ("POST", paths::GROUP_UNDO, Write, "undo_group"),
    ("POST", paths::SAVED, Setting, "save_query"),
    ("DELETE", paths::SAVED_ONE, Setting, "delete_saved_query"),
    ("POST", paths::EXPIRY, Setting, "change_expiry"),
    ("POST", paths::PATTERNS, Setting, "save_pattern"),
    ("DELETE", paths::PATTERN, Setting, "delete_pattern"),
    ("POST", paths::PATTERNS_IMPORT, Setting, "import_patterns"),
    ("POST", paths::SEED, Job, "seed"),
    ("POST", paths::MESSAGE_SEND, Write, "send_message"),
    ("POST", paths::CONVERSATION_START, Write, "start_conversation"),
    ("POST", paths::INTEGRITY_REFRESH, Job, "refresh_names"),
    ("PUT", paths::RELAY, Setting, "set_relay"),
    ("POST", paths::RELAY_RETRY, Write, "retry_set_aside"),
    ("POST", paths::RELAY_DISMISS, Setting, "dismiss_set_aside"),
    ("POST", paths::STREAM, Setting, "change_stream"),
    ("POST", paths::IDENTITY_SYNCS, Write, "sync_cognito_ids"),
    ("POST", paths::IDENTITY_SYNC_UNDO, Write, "undo_sync"),
    ("GET", paths::IDENTITY_SYNC_CSV, Export, "export_sync"),
    ("POST", paths::JOB_RESUME, Job, "resume_job"),
    ("GET", paths::AUDIT_EXPORT, Export, "export_audit_log"),
    ("POST", paths::AUDIT_VERIFY, Export, "verify_audit_log"),
];

/// Recorded always, and done even where that cannot be kept.
const SAFER: &[Listed] = &[
    ("POST", paths::SIGN_OUT, SignOut, "sign_out"),
    ("DELETE", paths::SESSION_ONE, SignOut, "end_session"),
    ("DELETE", paths::UNLOCK, Unlock, "lock"),
    ("DELETE", paths::IDENTITY_UNLOCK, Unlock, "lock_users"),
    ("DELETE", paths::DROP, Setting, "withdraw_drop_of_table"),
    ("POST", paths::DROP_REFUSE, Setting, "refuse_drop_of_table"),
    ("POST", paths::JOB_CANCEL, Job, "cancel_job"),
];

/// Some of these change something; the handler says which.
const SAID: &[Listed] = &[("POST", paths::PARTIQL, Write, "partiql")];

/// What changes nothing of the operators', or only what one person remembers.
const READS: &[(&str, &str)] = &[
    ("GET", paths::HEALTH),
    ("GET", paths::READY),
    ("GET", paths::METRICS),
    ("GET", paths::OPENAPI),
    ("GET", paths::SESSION),
    ("GET", paths::OIDC_BEGIN),
    ("GET", paths::SESSIONS),
    ("GET", paths::AUDIT),
    ("GET", paths::AUDIT_EVENTS),
    ("GET", paths::CONNECTIONS),
    ("GET", paths::CONNECTION_HEALTH),
    ("GET", paths::TABLES),
    ("GET", paths::TABLE),
    ("GET", paths::SCAN_BUDGET),
    ("GET", paths::DROPS),
    ("GET", paths::SETTINGS),
    ("GET", paths::MONITORING),
    ("GET", paths::BACKUPS),
    ("GET", paths::WRITES),
    ("GET", paths::WRITE),
    ("GET", paths::GROUP),
    ("GET", paths::RUNS),
    ("GET", paths::SAVED),
    ("GET", paths::PREFERENCES),
    ("GET", paths::STORE),
    ("GET", paths::EXPIRY),
    ("GET", paths::PATTERNS),
    ("GET", paths::CONVERSATION_EVENTS),
    ("GET", paths::RELAY),
    ("GET", paths::STREAM_EVENTS),
    ("GET", paths::IDENTITY),
    ("GET", paths::IDENTITY_HEALTH),
    ("GET", paths::IDENTITY_POOL),
    ("GET", paths::IDENTITY_PLAN),
    ("GET", paths::IDENTITY_SYNCS),
    ("GET", paths::IDENTITY_SYNC),
    ("GET", paths::JOBS),
    ("GET", paths::JOB),
    ("GET", paths::JOB_EVENTS),
    ("POST", paths::ITEMS_SCAN),
    ("POST", paths::ITEMS_QUERY),
    ("POST", paths::ITEMS_GET),
    ("POST", paths::SEED_PLAN),
    ("POST", paths::USERS),
    ("POST", paths::CONVERSATIONS),
    ("POST", paths::MESSAGES),
    ("POST", paths::INTEGRITY),
    ("POST", paths::IDENTITY_PEOPLE),
    ("POST", paths::IDENTITY_EMAILS),
    ("POST", paths::IDENTITY_POOL),
    ("POST", paths::IDENTITY_NAMES),
    ("POST", paths::IDENTITY_PLAN),
    ("POST", paths::IDENTITY_PLAN_ROWS),
    ("POST", paths::IDENTITY_PLAN_UUIDS),
    ("POST", paths::IDENTITY_SYNC_ROWS),
    ("POST", paths::RUNS),
    ("DELETE", paths::RUN),
    ("PUT", paths::PREFERENCES),
    ("POST", paths::PATTERNS_MEASURED),
];

/// What a request of this method to this pattern is.
pub fn of(method: &str, pattern: &str) -> What {
    // The same without its body.
    let method = if method == "HEAD" { "GET" } else { method };
    let find = |list: &[Listed], when, needs_audit| {
        let found = list.iter().find(|(its, path, ..)| (*its, *path) == (method, pattern));
        found.map(|(_, _, kind, operation)| What {
            kind: *kind,
            operation: Cow::Borrowed(*operation),
            when,
            needs_audit,
        })
    };
    find(CHANGES, When::Always, true)
        .or_else(|| find(SAFER, When::Always, false))
        .or_else(|| find(SAID, When::Said, false))
        .unwrap_or_else(|| {
            let reads = method == "OPTIONS" || READS.contains(&(method, pattern));
            What {
                kind: if reads { Read } else { Write },
                operation: Cow::Owned(format!("{} {pattern}", known(method))),
                when: if reads { When::Refused } else { When::Always },
                needs_audit: !reads,
            }
        })
}

/// What a request to a path is that is none of ours: it is recorded where it is refused.
pub fn unknown(method: &str) -> What {
    What {
        kind: Read,
        operation: Cow::Owned(format!("{} unknown path", known(method))),
        when: When::Refused,
        needs_audit: false,
    }
}

/// A method is anybody's text; only those that there are stand in an entry.
fn known(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE" => method,
        _ => "other",
    }
}

/// Whether somebody thought about what a route is.
pub fn is_listed(method: &str, pattern: &str) -> bool {
    let asked = (method, pattern);
    let listed = CHANGES
        .iter()
        .chain(SAFER)
        .chain(SAID)
        .any(|(its, path, ..)| (*its, *path) == asked);
    listed || READS.contains(&asked)
}
