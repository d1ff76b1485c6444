//! The application's users.

use dynadesk_shared::api::identity::{
    Emails, EmailsRequest, IdentityHealth, IdentityView, Names, NamesRequest, PeoplePage, PeopleRequest, PlanRows, PlanRowsRequest,
    PlanUuids, PlanUuidsRequest, PlanView, PoolState, SyncList, SyncReport, SyncRequest, SyncRows, SyncRowsRequest, UndoSyncRequest,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::{UnlockRequest, UnlockView};

use super::Description;

pub fn describe(api: &mut Description) {
    api.add("get", paths::IDENTITY, "identity", "Where the application's users are")
        .answers::<IdentityView>();
    api.add("get", paths::IDENTITY_HEALTH, "identity_health", "Whether each side answers")
        .answers::<IdentityHealth>();
    api.add("post", paths::IDENTITY_PEOPLE, "people", "A page of users")
        .takes::<PeopleRequest>()
        .answers::<PeoplePage>();
    api.add("post", paths::IDENTITY_EMAILS, "emails", "Addresses that a page has masked")
        .takes::<EmailsRequest>()
        .answers::<Emails>();
    api.add("get", paths::IDENTITY_POOL, "pool", "How far the user pool was read")
        .answers::<PoolState>();
    api.add("post", paths::IDENTITY_POOL, "read_pool", "Begins to read the user pool")
        .answers::<PoolState>();
    api.add("post", paths::IDENTITY_NAMES, "names", "Who is behind these uuids")
        .takes::<NamesRequest>()
        .answers::<Names>();
    api.add("get", paths::IDENTITY_PLAN, "sync_plan", "The plan of a sync")
        .answers::<PlanView>();
    api.add(
        "post",
        paths::IDENTITY_PLAN,
        "begin_sync_plan",
        "Begins to read both sides; writes nothing",
    )
    .answers::<PlanView>();
    api.add("post", paths::IDENTITY_PLAN_ROWS, "sync_plan_rows", "Lines of a plan")
        .takes::<PlanRowsRequest>()
        .answers::<PlanRows>();
    api.add(
        "post",
        paths::IDENTITY_PLAN_UUIDS,
        "sync_plan_uuids",
        "Rows of a plan that will change",
    )
    .takes::<PlanUuidsRequest>()
    .answers::<PlanUuids>();
    api.add("get", paths::IDENTITY_SYNCS, "syncs", "Syncs that were done")
        .answers::<SyncList>();
    api.add("post", paths::IDENTITY_SYNCS, "sync_cognito_ids", "Does what a plan showed")
        .takes::<SyncRequest>()
        .answers::<SyncReport>();
    api.add("get", paths::IDENTITY_SYNC, "sync", "What a sync did")
        .answers::<SyncReport>();
    api.add("post", paths::IDENTITY_SYNC_ROWS, "sync_rows", "More rows of a report")
        .takes::<SyncRowsRequest>()
        .answers::<SyncRows>();
    api.add("get", paths::IDENTITY_SYNC_CSV, "export_sync", "A report as a file")
        .sends(&["text/csv"], "All rows of the report");
    api.add("post", paths::IDENTITY_SYNC_UNDO, "undo_sync", "Takes a sync back")
        .takes::<UndoSyncRequest>()
        .answers::<SyncReport>();
    api.add(
        "post",
        paths::IDENTITY_UNLOCK,
        "unlock_users",
        "Unlocks the users for a while, where they are production",
    )
    .takes::<UnlockRequest>()
    .answers::<UnlockView>();
    api.add("delete", paths::IDENTITY_UNLOCK, "lock_users", "Locks them again")
        .answers::<()>();
}
