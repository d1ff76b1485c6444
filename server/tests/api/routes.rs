//! Every route of the router stands in this list with who may call it.

mod beyond;
mod walks;

use dynadesk_shared::api::paths;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Anybody, signed in or not.
    Open,
    /// Everybody who is signed in; what they see of it, their grants say.
    Signed,
    /// On the connection and table of the URL, at least this role.
    On(Role),
    /// The same, and the connection is written to: not where it is read-only or locked.
    Writes(Role),
    /// On the connection and table of the job, at least this role.
    OfJob(Role),
    /// The same, and the job's connection is written to.
    WritesOfJob(Role),
    /// Statements: viewers read with them, and operators write.
    Statements,
    /// On the users of the application, at least this role.
    Users(Role),
    /// Admins of everything.
    Keeper,
}

use Rule::{Keeper, OfJob, On, Open, Signed, Statements, Users, Writes, WritesOfJob};
use dynadesk_shared::access::Role::{self, Admin, Operator, Viewer};

pub struct Route {
    /// The constant in `paths`.
    name: &'static str,
    pub method: &'static str,
    pub pattern: &'static str,
    rule: Rule,
}

const fn route(name: &'static str, method: &'static str, pattern: &'static str, rule: Rule) -> Route {
    Route {
        name,
        method,
        pattern,
        rule,
    }
}

pub const ROUTES: &[Route] = &[
    route("HEALTH", "get", paths::HEALTH, Open),
    route("READY", "get", paths::READY, Open),
    // With a token of its own: tested with the metrics.
    route("METRICS", "get", paths::METRICS, Open),
    route("OPENAPI", "get", paths::OPENAPI, Signed),
    route("SESSION", "get", paths::SESSION, Open),
    route("SIGN_IN", "post", paths::SIGN_IN, Open),
    route("SIGN_OUT", "post", paths::SIGN_OUT, Open),
    route("OIDC_BEGIN", "get", paths::OIDC_BEGIN, Open),
    route("OIDC_DONE", "get", paths::OIDC_DONE, Open),
    route("SESSIONS", "get", paths::SESSIONS, Keeper),
    route("SESSION_ONE", "delete", paths::SESSION_ONE, Keeper),
    route("AUDIT", "get", paths::AUDIT, Keeper),
    route("AUDIT_EXPORT", "get", paths::AUDIT_EXPORT, Keeper),
    route("AUDIT_EVENTS", "get", paths::AUDIT_EVENTS, Keeper),
    route("AUDIT_VERIFY", "post", paths::AUDIT_VERIFY, Keeper),
    // Unlocking asks for the role that it opens, and for production: tested with it.
    route("UNLOCK", "post", paths::UNLOCK, On(Viewer)),
    route("UNLOCK", "delete", paths::UNLOCK, On(Viewer)),
    route("CONNECTIONS", "get", paths::CONNECTIONS, Signed),
    route("CONNECTION_HEALTH", "get", paths::CONNECTION_HEALTH, On(Viewer)),
    route("TABLES", "get", paths::TABLES, On(Viewer)),
    route("TABLES", "post", paths::TABLES, Writes(Admin)),
    route("TABLE", "get", paths::TABLE, On(Viewer)),
    route("TABLE", "delete", paths::TABLE, Writes(Admin)),
    // Asking for a second person writes nothing to the connection; approving does.
    route("DROPS", "get", paths::DROPS, On(Viewer)),
    route("DROP", "post", paths::DROP, On(Admin)),
    route("DROP", "delete", paths::DROP, On(Admin)),
    route("DROP_APPROVE", "post", paths::DROP_APPROVE, Writes(Admin)),
    route("DROP_REFUSE", "post", paths::DROP_REFUSE, On(Admin)),
    route("SCAN_BUDGET", "get", paths::SCAN_BUDGET, On(Viewer)),
    route("SETTINGS", "get", paths::SETTINGS, On(Viewer)),
    route("SETTINGS", "post", paths::SETTINGS, Writes(Admin)),
    route("MONITORING", "get", paths::MONITORING, On(Viewer)),
    route("BACKUPS", "get", paths::BACKUPS, On(Viewer)),
    route("BACKUPS", "post", paths::BACKUPS, Writes(Admin)),
    route("BACKUPS", "delete", paths::BACKUPS, Writes(Admin)),
    route("RECOVERY", "put", paths::RECOVERY, Writes(Admin)),
    route("RESTORE", "post", paths::RESTORE, Writes(Admin)),
    route("EXPORTS", "post", paths::EXPORTS, Writes(Admin)),
    route("IMPORTS", "post", paths::IMPORTS, Writes(Admin)),
    route("ITEMS_SCAN", "post", paths::ITEMS_SCAN, On(Viewer)),
    route("ITEMS_QUERY", "post", paths::ITEMS_QUERY, On(Viewer)),
    route("ITEMS_GET", "post", paths::ITEMS_GET, On(Viewer)),
    route("ITEMS_WRITE", "post", paths::ITEMS_WRITE, Writes(Operator)),
    route("ITEMS_EXPORTED", "post", paths::ITEMS_EXPORTED, On(Viewer)),
    // Dynadesk's own store: a read-only connection has a history and saved queries too.
    route("WRITES", "get", paths::WRITES, On(Viewer)),
    route("WRITE", "get", paths::WRITE, On(Viewer)),
    route("WRITE_UNDO", "post", paths::WRITE_UNDO, Writes(Operator)),
    route("GROUP", "get", paths::GROUP, On(Viewer)),
    route("GROUP_UNDO", "post", paths::GROUP_UNDO, Writes(Operator)),
    route("RUNS", "get", paths::RUNS, On(Viewer)),
    route("RUNS", "post", paths::RUNS, On(Viewer)),
    route("RUN", "delete", paths::RUN, On(Viewer)),
    route("SAVED", "get", paths::SAVED, On(Viewer)),
    route("SAVED", "post", paths::SAVED, On(Viewer)),
    route("SAVED_ONE", "delete", paths::SAVED_ONE, On(Viewer)),
    route("PREFERENCES", "get", paths::PREFERENCES, Signed),
    route("PREFERENCES", "put", paths::PREFERENCES, Signed),
    route("STORE", "get", paths::STORE, Signed),
    route("PARTIQL", "post", paths::PARTIQL, Statements),
    route("EXPIRY", "get", paths::EXPIRY, On(Viewer)),
    route("EXPIRY", "post", paths::EXPIRY, Writes(Admin)),
    // Dynadesk's own store again.
    route("PATTERNS", "get", paths::PATTERNS, On(Viewer)),
    route("PATTERNS", "post", paths::PATTERNS, On(Operator)),
    route("PATTERN", "delete", paths::PATTERN, On(Operator)),
    route("PATTERNS_IMPORT", "post", paths::PATTERNS_IMPORT, On(Operator)),
    route("PATTERNS_MEASURED", "post", paths::PATTERNS_MEASURED, On(Viewer)),
    route("SEED_PLAN", "post", paths::SEED_PLAN, On(Viewer)),
    route("SEED", "post", paths::SEED, Writes(Operator)),
    route("USERS", "post", paths::USERS, On(Viewer)),
    route("CONVERSATIONS", "post", paths::CONVERSATIONS, On(Viewer)),
    route("MESSAGES", "post", paths::MESSAGES, On(Viewer)),
    route("MESSAGE_SEND", "post", paths::MESSAGE_SEND, Writes(Operator)),
    route("CONVERSATION_START", "post", paths::CONVERSATION_START, Writes(Operator)),
    route("CONVERSATION_EVENTS", "get", paths::CONVERSATION_EVENTS, On(Viewer)),
    route("INTEGRITY", "post", paths::INTEGRITY, On(Viewer)),
    route("INTEGRITY_REFRESH", "post", paths::INTEGRITY_REFRESH, Writes(Operator)),
    route("RELAY", "get", paths::RELAY, On(Viewer)),
    route("RELAY", "put", paths::RELAY, Writes(Admin)),
    route("RELAY_RETRY", "post", paths::RELAY_RETRY, Writes(Operator)),
    // Dynadesk's own store alone.
    route("RELAY_DISMISS", "post", paths::RELAY_DISMISS, On(Operator)),
    route("STREAM", "post", paths::STREAM, Writes(Admin)),
    route("STREAM_EVENTS", "get", paths::STREAM_EVENTS, On(Viewer)),
    // The application's users have a read-only mark of their own: tested with them.
    route("IDENTITY", "get", paths::IDENTITY, Signed),
    route("IDENTITY_UNLOCK", "post", paths::IDENTITY_UNLOCK, Users(Operator)),
    route("IDENTITY_UNLOCK", "delete", paths::IDENTITY_UNLOCK, Users(Operator)),
    route("IDENTITY_HEALTH", "get", paths::IDENTITY_HEALTH, Users(Viewer)),
    route("IDENTITY_PEOPLE", "post", paths::IDENTITY_PEOPLE, Users(Viewer)),
    route("IDENTITY_EMAILS", "post", paths::IDENTITY_EMAILS, Users(Viewer)),
    route("IDENTITY_POOL", "get", paths::IDENTITY_POOL, Users(Viewer)),
    route("IDENTITY_POOL", "post", paths::IDENTITY_POOL, Users(Viewer)),
    route("IDENTITY_NAMES", "post", paths::IDENTITY_NAMES, Signed),
    route("IDENTITY_PLAN", "get", paths::IDENTITY_PLAN, Users(Viewer)),
    route("IDENTITY_PLAN", "post", paths::IDENTITY_PLAN, Users(Viewer)),
    route("IDENTITY_PLAN_ROWS", "post", paths::IDENTITY_PLAN_ROWS, Users(Viewer)),
    route("IDENTITY_PLAN_UUIDS", "post", paths::IDENTITY_PLAN_UUIDS, Users(Viewer)),
    route("IDENTITY_SYNCS", "get", paths::IDENTITY_SYNCS, Users(Viewer)),
    route("IDENTITY_SYNCS", "post", paths::IDENTITY_SYNCS, Users(Operator)),
    route("IDENTITY_SYNC", "get", paths::IDENTITY_SYNC, Users(Viewer)),
    route("IDENTITY_SYNC_ROWS", "post", paths::IDENTITY_SYNC_ROWS, Users(Viewer)),
    route("IDENTITY_SYNC_CSV", "get", paths::IDENTITY_SYNC_CSV, Users(Viewer)),
    route("IDENTITY_SYNC_UNDO", "post", paths::IDENTITY_SYNC_UNDO, Users(Operator)),
    route("JOBS", "get", paths::JOBS, Signed),
    route("JOB", "get", paths::JOB, OfJob(Viewer)),
    route("JOB_EVENTS", "get", paths::JOB_EVENTS, OfJob(Viewer)),
    route("JOB_CANCEL", "post", paths::JOB_CANCEL, OfJob(Operator)),
    route("JOB_RESUME", "post", paths::JOB_RESUME, WritesOfJob(Operator)),
];

/// What the router's source registers, as `NAME method`.
fn registered() -> Vec<String> {
    let source = include_str!("../../src/router.rs");
    let mut found = Vec::new();
    for part in source.split(".route(").skip(1) {
        let part: String = part.split_whitespace().collect();
        let name = part.trim_start_matches("paths::").split(',').next().unwrap_or_default().to_owned();
        for method in ["get", "post", "put", "patch", "delete"] {
            if part.contains(&format!(",{method}(")) || part.contains(&format!(").{method}(")) {
                found.push(format!("{name} {method}"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_route_is_in_the_list() {
    let mut listed: Vec<_> = ROUTES.iter().map(|route| format!("{} {}", route.name, route.method)).collect();
    listed.sort();
    assert_eq!(
        registered(),
        listed,
        "add the route to ROUTES in this file, and say who may call it"
    );
}

/// All that a router is made of here: what else there is to add routes with, `registered` would not see.
const CALLED: [&str; 9] = ["Router::new", "delete", "get", "layer", "max", "post", "put", "route", "routes"];

/// The functions and methods that a source calls or defines, without their paths.
fn called(source: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let before = code.flat_map(|line| line.match_indices('(').map(move |(at, _)| &line[..at]));
    let mut found: Vec<_> = before
        .map(|before| match before.ends_with("Router::new") {
            true => "Router::new",
            false => &before[before.rfind(|c| !is_name(c)).map_or(0, |at| at + 1)..],
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn every_route_is_written_in_the_one_way_that_is_read_here() {
    assert_eq!(called(include_str!("../../src/router.rs")), CALLED);
    let source: String = include_str!("../../src/router.rs").split_whitespace().collect();
    for part in source.split(".route(").skip(1) {
        let method = ["get", "post", "put", "patch", "delete"]
            .iter()
            .any(|method| part.contains(&format!(",{method}(")));
        assert!(part.starts_with("paths::") && method, "{part}");
    }
}

#[test]
fn no_other_file_has_routes() {
    fn walk(path: &std::path::Path, found: &mut Vec<String>) {
        if path.is_dir() {
            std::fs::read_dir(path)
                .unwrap()
                .for_each(|entry| walk(&entry.unwrap().path(), found));
            return;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        if !text.contains("axum") || path.ends_with("serving/tests.rs") {
            return;
        }
        for word in [
            ".route(",
            ".merge(",
            ".nest(",
            "route_service(",
            "nest_service(",
            ".fallback(",
            ".fallback_service(",
        ] {
            for _ in text.matches(word) {
                let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display();
                found.push(format!("{name} {word}"));
            }
        }
    }
    let mut found = Vec::new();
    walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.retain(|one| one != "src/router.rs .route(");
    found.sort();
    // The metrics at an address of their own; the console's files; the path that a proxy puts before everything.
    let known = [
        "src/api/metrics.rs .route(",
        "src/lib.rs .fallback(",
        "src/middleware/base.rs .fallback_service(",
    ];
    assert_eq!(found, known, "routes stand in router.rs, where each is said who may call it");
}

#[test]
fn every_route_is_known_to_the_audit_log() {
    for route in ROUTES {
        let method = route.method.to_uppercase();
        assert!(
            dynadesk_server::audit::is_listed(&method, route.pattern),
            "say in server/src/audit/what.rs what {method} {} is",
            route.name
        );
        let what = dynadesk_server::audit::what(&method, route.pattern);
        if matches!(route.rule, Writes(_)) {
            assert_eq!(what.when, dynadesk_server::audit::When::Always, "{} writes", route.name);
        }
    }
}
