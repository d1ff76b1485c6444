//! Two servers of one store without stickiness: what one of them read, the other shows and carries out.

use std::sync::Arc;
use std::time::Duration;

use dynadesk_server::config::Config;
use dynadesk_shared::Item;
use dynadesk_shared::api::identity::{
    Choice, PeopleFilter, PeoplePage, PeopleRequest, PlanRows, PlanRowsRequest, PlanState, PlanUuids, PlanUuidsRequest, PlanView,
    PoolState, SyncRequest, SyncState,
};
use dynadesk_shared::api::integrity::{FindingKind, IntegrityPage};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::store::StoreStatus;
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::plan::PlanKind;
use serde_json::json;

use super::lost::through;
use super::sides::Sides;
use super::{planned, read_pool, synced};
use crate::support::cognito::Cognito;
use crate::support::proxy::{Proxy, Then};
use crate::support::seed::write_items;
use crate::support::served::Served;
use crate::support::{LOCAL, TestApp, pk_sk_table};

const NOW: i64 = 1_800_000_000_000_000;

/// Both sides, and two servers that know them and share a store.
struct Site {
    sides: Sides,
    served: Served,
    one: TestApp,
    two: TestApp,
}

impl Site {
    async fn of(handles: &[&str]) -> Self {
        let (sides, served) = (Sides::of(handles).await, Served::start(None).await);
        let server = async || another(&sides.cognito, &served, |config| sides.postgres.connect(config)).await;
        let (one, two) = (server().await, server().await);
        Self { sides, served, one, two }
    }
}

async fn another(cognito: &Arc<Cognito>, served: &Served, change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::with(|config| {
        cognito.connect(config);
        served.connect(config);
        change(config);
    })
    .await
}

async fn shown(app: &TestApp) -> PlanView {
    app.get(paths::IDENTITY_PLAN).await.json()
}

async fn pool(app: &TestApp) -> PoolState {
    app.get(paths::IDENTITY_POOL).await.json()
}

async fn people(app: &TestApp, filter: PeopleFilter) -> PeoplePage {
    let asked = PeopleRequest {
        filter,
        ..PeopleRequest::default()
    };
    app.post(paths::IDENTITY_PEOPLE, &asked).await.json()
}

fn rows(plan: &PlanView) -> PlanRowsRequest {
    PlanRowsRequest {
        plan: plan.id.clone(),
        kind: PlanKind::WillChange,
        offset: 0,
        search: String::new(),
    }
}

fn whole(plan: &PlanView) -> SyncRequest {
    SyncRequest {
        plan: plan.id.clone(),
        choice: Choice::Except(Vec::new()),
        confirm: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_of_one_server_is_looked_at_and_carried_out_on_the_other() {
    let site = Site::of(&["ada", "bo", "cy"]).await;
    for app in [&site.one, &site.two] {
        app.get(paths::IDENTITY_PLAN).await.refused(409, "plan_outdated");
    }
    let plan = planned(&site.one).await;
    assert_eq!((&plan.state, plan.progress.users), (&PlanState::Ready, 3));
    assert_eq!(shown(&site.two).await, plan);
    let lines: PlanRows = site.two.post(paths::IDENTITY_PLAN_ROWS, &rows(&plan)).await.json();
    let here: PlanRows = site.one.post(paths::IDENTITY_PLAN_ROWS, &rows(&plan)).await.json();
    assert_eq!((lines.total, &lines.rows), (3, &here.rows));
    let asked = PlanUuidsRequest {
        plan: plan.id.clone(),
        search: "ad".to_owned(),
    };
    let found: PlanUuids = site.two.post(paths::IDENTITY_PLAN_UUIDS, &asked).await.json();
    assert_eq!(found.uuids.len(), 1);
    assert!(
        matches!(pool(&site.two).await, PoolState::Read { users: 3, .. }),
        "it has the pool, too"
    );

    let report = synced(&site.two, &plan, Choice::Only(found.uuids)).await;
    assert_eq!(report.summary.state, SyncState::Done);
    let ids = site.sides.ids().await;
    let ids: Vec<&str> = ids.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(ids, ["sub-ada", MOCK, MOCK]);
    // It was carried out, and no server does so again.
    for app in [&site.one, &site.two] {
        let refused = app.get(paths::IDENTITY_PLAN).await.refused(409, "plan_outdated");
        assert!(refused.message.contains("carried out"), "{}", refused.message);
        app.post(paths::IDENTITY_SYNCS, &whole(&plan)).await.refused(409, "plan_outdated");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_plan_of_the_other_server_outdates_the_older() {
    let site = Site::of(&["ada"]).await;
    let first = planned(&site.one).await;
    let second = planned(&site.two).await;
    assert_ne!(first.id, second.id);
    for app in [&site.one, &site.two] {
        app.post(paths::IDENTITY_SYNCS, &whole(&first)).await.refused(409, "plan_outdated");
        app.post(paths::IDENTITY_PLAN_ROWS, &rows(&first))
            .await
            .refused(409, "plan_outdated");
        assert_eq!(shown(app).await, second);
    }
    assert_eq!(site.sides.first().await, MOCK);

    // Who asks other places knows nothing of it, and must not carry it out.
    let elsewhere = another(&site.sides.cognito, &site.served, |config| {
        site.sides.postgres.connect(config);
        config.identity.database.as_mut().unwrap().columns.handle = "display_name".to_owned();
    });
    let elsewhere = elsewhere.await;
    elsewhere.get(paths::IDENTITY_PLAN).await.refused(409, "plan_outdated");
    elsewhere
        .post(paths::IDENTITY_SYNCS, &whole(&second))
        .await
        .refused(409, "plan_outdated");

    // It is as old on the one as on the other.
    let now = site.one.state.clock.now();
    site.one.state.clock.set(now + 16 * 60 * 1_000_000);
    let refused = site.one.post(paths::IDENTITY_SYNCS, &whole(&second)).await;
    let refused = refused.refused(409, "plan_outdated");
    assert!(refused.message.contains("15 minutes"), "{}", refused.message);
    let report = synced(&site.two, &second, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_whose_server_has_gone_gives_way_to_a_new_one() {
    let (sides, served) = (Sides::of(&["ada", "bo"]).await, Served::start(None).await);
    let proxy = Proxy::start(sides.postgres.port()).await;
    let server = async || another(&sides.cognito, &served, |config| through(proxy.port, config)).await;
    let (one, two) = (server().await, server().await);
    for app in [&one, &two] {
        app.state.clock.set(NOW);
    }
    // The statement that reads the rows never arrives.
    proxy.when("LIMIT $2", Then::Silent);
    let begin = async |app: &TestApp| -> PlanView { app.post(paths::IDENTITY_PLAN, &json!({})).await.json() };
    let first = begin(&one).await;
    while !proxy.is_silent() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(begin(&two).await.id, first.id, "it is being read");
    // How far it is comes to the other as well.
    while shown(&two).await.progress.users < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(shown(&two).await.state, PlanState::Reading);
    two.post(paths::IDENTITY_PLAN_ROWS, &rows(&first))
        .await
        .refused(409, "plan_outdated");

    two.state.clock.set(NOW + 61 * 1_000_000);
    let lost = shown(&two).await;
    let PlanState::Failed { why } = &lost.state else {
        panic!("{lost:?}")
    };
    assert!(why.contains("has gone"), "{why}");
    proxy.open();
    let second = planned(&two).await;
    assert_eq!(second.state, PlanState::Ready);
    assert_ne!(second.id, first.id);
    for app in [&one, &two] {
        assert_eq!(shown(app).await, second);
    }
    let lines: PlanRows = one.post(paths::IDENTITY_PLAN_ROWS, &rows(&second)).await.json();
    assert_eq!(lines.total, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_that_one_server_read_is_known_to_the_other() {
    let site = Site::of(&["ada"]).await;
    site.sides.run("DELETE FROM public.users").await;
    site.two.create_table(pk_sk_table("messages")).await;
    let row = json!({
        "pk": {"S": "MSG#g"}, "sk": {"S": "2023-03-24T09:01:01"}, "message": {"S": "hi"},
        "user_uuid": {"S": "44444444-4444-4444-8444-444444444444"}, "user_display_name": {"S": "Ada"}, "user_handle": {"S": "ada"},
    });
    write_items(&site.two, "messages", &[serde_json::from_value::<Item>(row).unwrap()]).await;
    let integrity = paths::fill(paths::INTEGRITY, &[LOCAL, "messages"]);
    assert_eq!(pool(&site.two).await, PoolState::Unread);
    site.two.post(&integrity, &json!({})).await.refused(409, "pool_unread");

    let read = read_pool(&site.one).await;
    assert!(matches!(read, PoolState::Read { users: 1, .. }), "{read:?}");
    assert_eq!(pool(&site.two).await, read);
    let page = people(&site.two, PeopleFilter::OnlyPool).await;
    assert_eq!((page.pool, page.people[0].handle.as_str()), (read.clone(), "ada"));
    let found: IntegrityPage = site.two.post(&integrity, &json!({})).await.json();
    assert_eq!(found.found[0].kind, FindingKind::OnlyPool);

    // Whom the one read before stays on the other where reading again fails.
    site.sides.cognito.ail(&[crate::support::cognito::Ail::Internal; 4]);
    let failed = read_pool(&site.one).await;
    assert!(matches!(failed, PoolState::Failed { .. }), "{failed:?}");
    let page = people(&site.two, PeopleFilter::OnlyPool).await;
    assert_eq!((page.pool, page.people.len()), (failed, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_goes_on_from_its_memory_while_the_store_is_off() {
    let site = Site::of(&["ada"]).await;
    let before = planned(&site.two).await;
    site.served.off();
    let plan = planned(&site.one).await;
    assert_eq!(plan.state, PlanState::Ready, "it can be looked at");
    assert_ne!(plan.id, before.id);
    let lines: PlanRows = site.one.post(paths::IDENTITY_PLAN_ROWS, &rows(&plan)).await.json();
    assert_eq!(
        (lines.total, people(&site.one, PeopleFilter::All).await.people[0].pool.len()),
        (1, 1)
    );
    // Nobody can tell whether it is the newest.
    let refused = site.one.post(paths::IDENTITY_SYNCS, &whole(&plan)).await;
    let refused = refused.refused(503, "store_unavailable");
    assert!(refused.message.starts_with("nothing was written"), "{}", refused.message);
    // One that knows nothing says so, and shows the rows all the same.
    let third = another(&site.sides.cognito, &site.served, |config| site.sides.postgres.connect(config)).await;
    third.get(paths::IDENTITY_PLAN).await.refused(503, "store_unavailable");
    let page = people(&third, PeopleFilter::All).await;
    assert!(matches!(page.pool, PoolState::Failed { .. }), "{:?}", page.pool);
    assert_eq!(page.people.len(), 1);

    site.served.on();
    for app in [&site.one, &site.two, &third] {
        let status: StoreStatus = app.get(paths::STORE).await.json();
        assert!(status.available);
    }
    for app in [&site.one, &site.two, &third] {
        assert_eq!(shown(app).await, plan, "the others get what was read meanwhile");
        assert!(matches!(pool(app).await, PoolState::Read { users: 1, .. }));
    }
    let report = synced(&third, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(
        (report.summary.state, site.sides.first().await.as_str()),
        (SyncState::Done, "sub-ada")
    );
}
