//! Every URL, once. A new endpoint is one line here.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post, put};
use dynadesk_shared::api::paths;

use crate::api::{
    audit, backups, budgets, connections, conversations, drops, expiry, exported, health, history, identity, integrity, items, jobs,
    metrics, monitoring, openapi, partiql, patterns, relay, seed, session, settings, store, streams, tables,
};
use crate::app::AppState;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::HEALTH, get(health::get))
        .route(paths::READY, get(health::ready))
        .route(paths::METRICS, get(metrics::get))
        .route(paths::OPENAPI, get(openapi::get))
        .route(paths::SESSION, get(session::view))
        .route(
            paths::SIGN_IN,
            post(session::sign_in).layer(DefaultBodyLimit::max(session::MAX_BODY)),
        )
        .route(paths::SIGN_OUT, post(session::sign_out))
        .route(paths::OIDC_BEGIN, get(session::begin))
        .route(paths::OIDC_DONE, get(session::done))
        .route(paths::SESSIONS, get(session::list))
        .route(paths::SESSION_ONE, delete(session::end))
        .route(paths::AUDIT, get(audit::list))
        .route(paths::AUDIT_EXPORT, get(audit::export))
        .route(paths::AUDIT_EVENTS, get(audit::events))
        .route(paths::AUDIT_VERIFY, post(audit::verify))
        .route(paths::UNLOCK, post(session::unlock).delete(session::lock))
        .route(paths::CONNECTIONS, get(connections::list))
        .route(paths::CONNECTION_HEALTH, get(connections::health))
        .route(paths::TABLES, get(tables::list).post(tables::create))
        .route(paths::TABLE, get(tables::describe).delete(tables::delete))
        .route(paths::DROPS, get(drops::list))
        .route(paths::DROP, post(drops::ask).delete(drops::withdraw))
        .route(paths::DROP_APPROVE, post(drops::approve))
        .route(paths::DROP_REFUSE, post(drops::refuse))
        .route(paths::SCAN_BUDGET, get(budgets::view))
        .route(paths::SETTINGS, get(settings::get).post(settings::change))
        .route(paths::MONITORING, get(monitoring::view))
        .route(paths::BACKUPS, get(backups::view).post(backups::create).delete(backups::delete))
        .route(paths::RECOVERY, put(backups::recovery))
        .route(paths::RESTORE, post(backups::restore))
        .route(paths::EXPORTS, post(backups::export))
        .route(paths::IMPORTS, post(backups::import))
        .route(paths::ITEMS_SCAN, post(items::scan))
        .route(paths::ITEMS_QUERY, post(items::query))
        .route(paths::ITEMS_GET, post(items::get))
        .route(paths::ITEMS_WRITE, post(items::write).layer(DefaultBodyLimit::max(items::MAX_BODY)))
        .route(paths::ITEMS_EXPORTED, post(exported::note))
        .route(paths::WRITES, get(history::writes))
        .route(paths::WRITE, get(history::write))
        .route(paths::WRITE_UNDO, post(history::undo))
        .route(paths::GROUP, get(history::group))
        .route(paths::GROUP_UNDO, post(history::undo_group))
        .route(paths::RUNS, get(history::runs).post(history::add_run))
        .route(paths::RUN, delete(history::delete_run))
        .route(paths::SAVED, get(history::saved).post(history::save))
        .route(paths::SAVED_ONE, delete(history::delete_saved))
        .route(paths::PREFERENCES, get(store::preferences).put(store::prefer))
        .route(paths::STORE, get(store::status))
        .route(paths::PARTIQL, post(partiql::run))
        .route(paths::EXPIRY, get(expiry::get).post(expiry::change))
        .route(paths::PATTERNS, get(patterns::list).post(patterns::save))
        .route(paths::PATTERN, delete(patterns::delete))
        .route(
            paths::PATTERNS_IMPORT,
            post(patterns::import).layer(DefaultBodyLimit::max(patterns::MAX_BODY)),
        )
        .route(paths::PATTERNS_MEASURED, post(patterns::measured))
        .route(paths::SEED_PLAN, post(seed::plan).layer(DefaultBodyLimit::max(seed::MAX_BODY)))
        .route(paths::SEED, post(seed::start).layer(DefaultBodyLimit::max(seed::MAX_BODY)))
        .route(paths::USERS, post(conversations::users))
        .route(paths::CONVERSATIONS, post(conversations::list))
        .route(paths::MESSAGES, post(conversations::messages))
        .route(paths::MESSAGE_SEND, post(conversations::send))
        .route(paths::CONVERSATION_START, post(conversations::start))
        .route(paths::CONVERSATION_EVENTS, get(conversations::events))
        .route(paths::INTEGRITY, post(integrity::check))
        .route(paths::INTEGRITY_REFRESH, post(integrity::refresh))
        .route(paths::RELAY, get(relay::get).put(relay::set))
        .route(paths::RELAY_RETRY, post(relay::retry))
        .route(paths::RELAY_DISMISS, post(relay::dismiss))
        .route(paths::STREAM, post(streams::change))
        .route(paths::STREAM_EVENTS, get(streams::events))
        .route(paths::IDENTITY, get(identity::view))
        .route(paths::IDENTITY_UNLOCK, post(identity::unlock).delete(identity::lock))
        .route(paths::IDENTITY_HEALTH, get(identity::health))
        .route(paths::IDENTITY_PEOPLE, post(identity::people))
        .route(paths::IDENTITY_EMAILS, post(identity::emails))
        .route(paths::IDENTITY_POOL, get(identity::pool).post(identity::read_pool))
        .route(paths::IDENTITY_NAMES, post(identity::names))
        .route(paths::IDENTITY_PLAN, get(identity::plan).post(identity::begin_plan))
        .route(paths::IDENTITY_PLAN_ROWS, post(identity::plan_rows))
        .route(paths::IDENTITY_PLAN_UUIDS, post(identity::plan_uuids))
        .route(
            paths::IDENTITY_SYNCS,
            get(identity::syncs)
                .post(identity::sync)
                .layer(DefaultBodyLimit::max(identity::MAX_BODY)),
        )
        .route(paths::IDENTITY_SYNC, get(identity::report))
        .route(paths::IDENTITY_SYNC_ROWS, post(identity::report_rows))
        .route(paths::IDENTITY_SYNC_CSV, get(identity::csv))
        .route(paths::IDENTITY_SYNC_UNDO, post(identity::undo))
        .route(paths::JOBS, get(jobs::list))
        .route(paths::JOB, get(jobs::get))
        .route(paths::JOB_EVENTS, get(jobs::events))
        .route(paths::JOB_CANCEL, post(jobs::cancel))
        .route(paths::JOB_RESUME, post(jobs::resume))
}
