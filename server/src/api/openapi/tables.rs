//! Tables: their settings, time to live, and what they consume.

use dynadesk_shared::api::budgets::ScanBudget;
use dynadesk_shared::api::drops::{DropApprove, DropAsk, DropList, DropRefuse, DropRequest, DropWithdraw};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::expiry::{ExpiryChange, ExpiryChanged, ExpiryView};
use dynadesk_shared::api::monitoring::MonitoringView;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::settings::{SettingsChanged, SettingsUpdate, SettingsView};
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableDrop, TableNames, TableView};

use super::Description;
use crate::api::{monitoring, tables};

pub fn describe(api: &mut Description) {
    api.add("get", paths::TABLES, "tables", "Names of tables, a page")
        .query::<tables::Page>()
        .answers::<TableNames>();
    api.add("post", paths::TABLES, "create_table", "Creates a table")
        .takes::<TableCreate>()
        .answers::<TableCreated>();
    api.add("get", paths::TABLE, "table", "A table").answers::<TableView>();
    api.add("delete", paths::TABLE, "drop_table", "Drops a table, named again in the body")
        .takes::<TableDrop>()
        .answers::<Exchange>();
    api.add("get", paths::SETTINGS, "settings", "Every setting of a table")
        .answers::<SettingsView>();
    api.add(
        "post",
        paths::SETTINGS,
        "change_settings",
        "Changes a setting that is as it was seen",
    )
    .takes::<SettingsUpdate>()
    .answers::<SettingsChanged>();
    api.add("get", paths::MONITORING, "monitoring", "What a table consumes and how it answers")
        .query::<monitoring::Asked>()
        .answers::<MonitoringView>();
    api.add("get", paths::EXPIRY, "expiry", "Time to live of a table")
        .answers::<ExpiryView>();
    api.add("post", paths::EXPIRY, "change_expiry", "Turns time to live on or off")
        .takes::<ExpiryChange>()
        .answers::<ExpiryChanged>();
    api.add(
        "get",
        paths::SCAN_BUDGET,
        "scan_budget",
        "How much of whole tables one may still read",
    )
    .answers::<ScanBudget>();
    api.add("get", paths::DROPS, "drop_requests", "Requests to drop tables")
        .answers::<DropList>();
    api.add("post", paths::DROP, "ask_to_drop", "Asks a second person to let a table be dropped")
        .takes::<DropAsk>()
        .answers::<DropRequest>();
    api.add(
        "delete",
        paths::DROP,
        "withdraw_drop",
        "Takes one's own request back, or puts an answer away",
    )
    .takes::<DropWithdraw>()
    .answers::<()>();
    api.add(
        "post",
        paths::DROP_APPROVE,
        "approve_drop",
        "Drops a table that somebody else asked about",
    )
    .takes::<DropApprove>()
    .answers::<Exchange>();
    api.add("post", paths::DROP_REFUSE, "refuse_drop", "Refuses a request")
        .takes::<DropRefuse>()
        .answers::<()>();
}
