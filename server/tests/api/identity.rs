//! Users of PostgreSQL and Cognito: read, planned, updated and taken back, on a real PostgreSQL and a
//! stand-in for Cognito at the wire.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dynadesk_shared::api::identity::{
    Choice, Emails, EmailsRequest, IdentityHealth, Names, NamesRequest, PeopleFilter, PeoplePage, PeopleRequest, PlanRows, PlanRowsRequest,
    PlanState, PlanView, PoolState, SyncList, SyncOutcome, SyncReport, SyncRequest, SyncState,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::plan::PlanKind;
use serde_json::{Value, json};
use sqlx::postgres::PgPool;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::cognito::{self, Cognito};
use crate::support::postgres::{PASSWORD, Postgres};

async fn add(pool: &PgPool, handle: &str, name: &str, id: &str) -> String {
    let uuid = Uuid::new_v4().to_string();
    sqlx::query("INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) VALUES ($1::uuid, $2, $3, $4, $5)")
        .bind(&uuid)
        .bind(name)
        .bind(handle)
        .bind(format!("{handle}@example.org"))
        .bind(id)
        .execute(pool)
        .await
        .unwrap();
    uuid
}

/// Every row's id, by handle.
async fn ids(pool: &PgPool) -> Vec<(String, String)> {
    let ids = sqlx::query_as("SELECT handle, cognito_user_id FROM public.users ORDER BY handle, uuid");
    ids.fetch_all(pool).await.unwrap()
}

fn pool_user(handle: &str) -> Value {
    cognito::user(
        &format!("login-{handle}"),
        &[("sub", &format!("sub-{handle}")), ("preferred_username", handle)],
    )
}

async fn app(postgres: &Postgres, cognito: &Arc<Cognito>) -> TestApp {
    TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
    })
    .await
}

async fn planned(app: &TestApp) -> PlanView {
    let mut plan: PlanView = app.post(paths::IDENTITY_PLAN, &json!({})).await.json();
    while plan.state == PlanState::Reading {
        tokio::time::sleep(Duration::from_millis(20)).await;
        plan = app.get(paths::IDENTITY_PLAN).await.json();
    }
    plan
}

async fn synced(app: &TestApp, plan: &PlanView, choice: Choice) -> SyncReport {
    let request = SyncRequest {
        plan: plan.id.clone(),
        choice,
    };
    app.post(paths::IDENTITY_SYNCS, &request).await.json()
}

fn count(plan: &PlanView, kind: PlanKind) -> u64 {
    plan.counts.get(&kind).copied().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_users_are_updated_put_back_and_updated_again() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) \
         SELECT gen_random_uuid(), 'User ' || n, 'u' || n, 'u' || n || '@example.org', CASE WHEN n % 2 = 0 THEN 'MOCK' ELSE 'sub-u' || n END \
         FROM generate_series(1, 5000) AS n",
    )
    .execute(&pool)
    .await
    .unwrap();
    // What nobody can be sure of, what is missing, and what is hostile.
    add(&pool, "twice", "One", MOCK).await;
    add(&pool, "twice", "Two", MOCK).await;
    add(&pool, "O'Brien \"😀\"", "<img src=x onerror=alert(1)>", MOCK).await;
    add(&pool, "left", "Left", MOCK).await;
    add(&pool, "gone", "Gone", "sub-of-somebody").await;
    let mut users: Vec<Value> = (1..=5000).map(|n| pool_user(&format!("u{n}"))).collect();
    users.extend(["twice", "O'Brien \"😀\"", "only-in-cognito"].map(pool_user));
    users.push(cognito::user("no-name", &[("sub", "sub-none")]));
    users.push(cognito::user("a", &[("sub", "s1"), ("preferred_username", "two-in-pool")]));
    users.push(cognito::user("b", &[("sub", "s2"), ("preferred_username", "two-in-pool")]));
    let cognito = Cognito::start(users).await;
    cognito.throttle(7);
    let app = app(&postgres, &cognito).await;

    let plan = planned(&app).await;
    assert_eq!(plan.state, PlanState::Ready);
    assert_eq!((plan.progress.rows, plan.progress.users, plan.progress.throttled), (5005, 5006, 7));
    assert_eq!(plan.progress.pages, 84, "60 users a page");
    assert_eq!(cognito.requests.load(Ordering::SeqCst), 84 + 7);
    let counts = PlanKind::ALL.map(|kind| count(&plan, kind));
    assert_eq!(counts, [2501, 2500, 1, 1, 1, 5, 1]);
    let asked = PlanRowsRequest {
        plan: plan.id.clone(),
        kind: PlanKind::WillChange,
        offset: 0,
        search: "o'brien".to_owned(),
    };
    let rows: PlanRows = app.post(paths::IDENTITY_PLAN_ROWS, &asked).await.json();
    assert_eq!(
        (rows.total, rows.rows[0].display_name.as_str()),
        (1, "<img src=x onerror=alert(1)>")
    );

    let before = ids(&pool).await;
    // One row is left out.
    let left_out = rows.rows[0].uuid.clone().unwrap();
    let report = synced(&app, &plan, Choice::Except(vec![left_out])).await;
    assert_eq!(
        (report.summary.state, report.rows.len(), report.unkept),
        (SyncState::Done, 2500, None)
    );
    assert!(report.rows.iter().all(|row| row.outcome == SyncOutcome::Written));
    let after = ids(&pool).await;
    assert_eq!(
        after.iter().filter(|(_, id)| id == MOCK).count(),
        4,
        "twice, twice, left and the one left out"
    );
    assert!(
        after
            .iter()
            .all(|(handle, id)| !handle.starts_with('u') || *id == format!("sub-{handle}"))
    );
    // It was carried out, and is not carried out again.
    let again = SyncRequest {
        plan: plan.id,
        choice: Choice::Except(Vec::new()),
    };
    app.post(paths::IDENTITY_SYNCS, &again).await.refused(409, "plan_outdated");

    let id = report.summary.id;
    let kept: SyncReport = app.get(&paths::fill(paths::IDENTITY_SYNC, &[&id])).await.json();
    assert_eq!(kept.rows, report.rows);
    let csv = app.get(&paths::fill(paths::IDENTITY_SYNC_CSV, &[&id])).await;
    assert!(csv.header("content-type").starts_with("text/csv") && csv.header("content-disposition").contains(&id));
    assert_eq!(csv.text().lines().count(), 2501);

    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&id]);
    let undone: SyncReport = app.post(&undo, &json!({})).await.json();
    assert_eq!(
        (undone.summary.state, undone.summary.undoes.as_deref()),
        (SyncState::Done, Some(id.as_str()))
    );
    assert_eq!(ids(&pool).await, before, "exactly as it was");
    app.post(&undo, &json!({})).await.refused(409, "sync_undone");

    let plan = planned(&app).await;
    assert_eq!(count(&plan, PlanKind::WillChange), 2501);
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
    assert_eq!(count(&planned(&app).await, PlanKind::WillChange), 0);
    let list: SyncList = app.get(paths::IDENTITY_SYNCS).await.json();
    let states: Vec<SyncState> = list.syncs.iter().map(|sync| sync.state).collect();
    assert_eq!(states, [SyncState::Done, SyncState::Done, SyncState::Undone]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_after_the_plan_keeps_everything_as_it_was() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    for handle in ["ada", "bo", "cy", "di"] {
        add(&pool, handle, handle, MOCK).await;
    }
    let cognito = Cognito::start(["ada", "bo", "cy", "di"].map(pool_user).to_vec()).await;
    let app = app(&postgres, &cognito).await;
    let run = async |statement: &'static str| sqlx::query(statement).execute(&pool).await.unwrap();
    let outcomes = |report: &SyncReport| -> Vec<(String, SyncOutcome)> {
        let mut all: Vec<_> = report.rows.iter().map(|row| (row.handle.clone(), row.outcome.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };

    let plan = planned(&app).await;
    run("UPDATE public.users SET cognito_user_id = 'other' WHERE handle = 'bo'").await;
    run("DELETE FROM public.users WHERE handle = 'cy'").await;
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Nothing);
    let changed = SyncOutcome::Changed {
        handle: Some("bo".to_owned()),
        cognito_user_id: Some("other".to_owned()),
    };
    let all = outcomes(&report).into_iter().map(|(_, outcome)| outcome).collect::<Vec<_>>();
    assert_eq!(all, [SyncOutcome::NotWritten, changed, SyncOutcome::Gone, SyncOutcome::NotWritten]);
    let is = |handle: &str, id: &str| (handle.to_owned(), id.to_owned());
    assert_eq!(ids(&pool).await, [is("ada", MOCK), is("bo", "other"), is("di", MOCK)]);
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    app.post(&undo, &json!({})).await.refused(409, "nothing_to_undo");

    // A second row with a handle that is about to be written.
    let plan = planned(&app).await;
    add(&pool, "ada", "Another Ada", MOCK).await;
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Nothing);
    assert_eq!(outcomes(&report)[0], ("ada".to_owned(), SyncOutcome::Shared));
    run("DELETE FROM public.users WHERE display_name = 'Another Ada'").await;

    // An update that was done is not taken back where somebody changed a row since.
    let plan = planned(&app).await;
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!(report.summary.state, SyncState::Done);
    run("UPDATE public.users SET cognito_user_id = 'newer' WHERE handle = 'di'").await;
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]);
    let undone: SyncReport = app.post(&undo, &json!({})).await.json();
    assert_eq!(undone.summary.state, SyncState::Nothing);
    assert_eq!(ids(&pool).await, [is("ada", "sub-ada"), is("bo", "sub-bo"), is("di", "newer")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_stops_half_way_has_nothing_half_written() {
    let mut postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    // The last in the order of the plan: a thousand rows are written before it.
    add(&pool, "z", "Held", MOCK).await;
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) \
         SELECT gen_random_uuid(), 'User', 'u' || n, '', 'MOCK' FROM generate_series(1, 1500) AS n",
    )
    .execute(&pool)
    .await
    .unwrap();
    let mut users: Vec<Value> = (1..=1500).map(|n| pool_user(&format!("u{n}"))).collect();
    users.push(pool_user("z"));
    let cognito = Cognito::start(users).await;
    let app = Arc::new(app(&postgres, &cognito).await);
    let plan = planned(&app).await;
    assert_eq!(count(&plan, PlanKind::WillChange), 1501);

    // Somebody holds a row, so that the update waits in the middle.
    let mut held = pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM public.users WHERE handle = 'z' FOR UPDATE")
        .execute(&mut *held)
        .await
        .unwrap();
    let request = SyncRequest {
        plan: plan.id,
        choice: Choice::Except(Vec::new()),
    };
    let asked = tokio::spawn({
        let app = app.clone();
        async move { app.post(paths::IDENTITY_SYNCS, &request).await }
    });
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'dynadesk'";
    loop {
        let (waiting,): (i64,) = sqlx::query_as(waits).fetch_one(&pool).await.unwrap();
        if waiting > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    postgres.kill();
    drop(held);
    let error = asked.await.unwrap();
    let error = error.refused(502, "database_unreachable");
    assert!(error.message.ends_with("nothing was written"), "{}", error.message);

    // Names and the rest of the console go on, and say what is wrong.
    let names = NamesRequest {
        uuids: vec![Uuid::new_v4().to_string()],
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &names).await.json();
    assert!(names.problem.unwrap().contains("PostgreSQL"));
    let health: IdentityHealth = app.get(paths::IDENTITY_HEALTH).await.json();
    let health = health.database.unwrap();
    assert!(!health.reachable && !health.problem.unwrap().contains(PASSWORD));

    postgres.start_again();
    let pool = postgres.pool().await;
    assert!(ids(&pool).await.iter().all(|(_, id)| id == MOCK), "nothing was written");
    let list: SyncList = app.get(paths::IDENTITY_SYNCS).await.json();
    assert_eq!(list.syncs[0].state, SyncState::Nothing);
    let plan = planned(&app).await;
    assert_eq!(synced(&app, &plan, Choice::Except(Vec::new())).await.summary.state, SyncState::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_paged_searched_and_joined() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    for n in 0..230 {
        add(&pool, &format!("h{n:03}"), &format!("Name {:03}", 229 - n), MOCK).await;
    }
    let odd = add(&pool, "100%_\\", "O'Brien 😀", "sub-100%_\\").await;
    let cognito = Cognito::start(["h000", "100%_\\", "nobody-here"].map(pool_user).to_vec()).await;
    let app = app(&postgres, &cognito).await;
    let ask = async |request: PeopleRequest| -> PeoplePage { app.post(paths::IDENTITY_PEOPLE, &request).await.json() };

    let (mut handles, mut cursor) = (Vec::new(), None);
    loop {
        let page = ask(PeopleRequest {
            descending: true,
            cursor: cursor.take(),
            ..PeopleRequest::default()
        })
        .await;
        handles.extend(page.people.into_iter().map(|person| person.handle));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(handles.len(), 231);
    assert!(handles.is_sorted_by(|a, b| a > b), "no row twice, none left out");

    let mut state: PoolState = app.post(paths::IDENTITY_POOL, &json!({})).await.json();
    while matches!(state, PoolState::Reading(_)) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        state = app.get(paths::IDENTITY_POOL).await.json();
    }
    assert!(matches!(state, PoolState::Read { users: 3, .. }));
    let search = |text: &str| PeopleRequest {
        search: text.to_owned(),
        ..PeopleRequest::default()
    };
    let found = ask(search("100%_\\")).await;
    assert_eq!((found.people.len(), found.total), (1, Some(1)), "signs of a pattern are only signs");
    let person = &found.people[0];
    assert_eq!(person.pool[0].sub, "sub-100%_\\");
    assert_eq!(person.email, "1•••@•••.org", "masked");
    let emails: Emails = app
        .post(paths::IDENTITY_EMAILS, &EmailsRequest { uuids: vec![odd.clone()] })
        .await
        .json();
    assert_eq!(emails.emails[&odd], "100%_\\@example.org");
    let of = |filter| PeopleRequest {
        filter,
        ..PeopleRequest::default()
    };
    assert_eq!(ask(of(PeopleFilter::Mock)).await.total, Some(230));
    let only = ask(of(PeopleFilter::OnlyPool)).await;
    assert_eq!((only.people.len(), only.people[0].handle.as_str()), (1, "nobody-here"));
    add(&pool, "h000", "Again", MOCK).await;
    assert_eq!(ask(of(PeopleFilter::SameHandle)).await.total, Some(2));

    let asked = NamesRequest {
        uuids: vec![odd.clone(), "no uuid at all".to_owned()],
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &asked).await.json();
    assert_eq!((names.names.len(), names.names[&odd].display_name.as_str()), (1, "O'Brien 😀"));

    // A table without a column is named, and nothing is guessed.
    sqlx::query("ALTER TABLE public.users RENAME COLUMN handle TO nick")
        .execute(&pool)
        .await
        .unwrap();
    let health: IdentityHealth = app.get(paths::IDENTITY_HEALTH).await.json();
    assert!(health.database.unwrap().problem.unwrap().contains("no column \"handle\""));
    app.post(paths::IDENTITY_PEOPLE, &PeopleRequest::default())
        .await
        .refused(409, "database_schema");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_only_users_are_not_written_and_secrets_are_nowhere() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    add(&pool, "ada", "Ada", MOCK).await;
    let cognito = Cognito::start(vec![pool_user("ada")]).await;
    let app = TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
        config.identity.read_only = true;
        assert!(!format!("{config:?}").contains(PASSWORD));
    })
    .await;
    assert!(!format!("{:?}", app.state).contains(PASSWORD));
    assert!(!app.get(paths::IDENTITY).await.text().contains(PASSWORD));
    let plan = planned(&app).await;
    let request = SyncRequest {
        plan: plan.id,
        choice: Choice::Except(Vec::new()),
    };
    app.post(paths::IDENTITY_SYNCS, &request).await.refused(403, "identity_read_only");
    let undo = paths::fill(paths::IDENTITY_SYNC_UNDO, &["0"]);
    app.post(&undo, &json!({})).await.refused(403, "identity_read_only");
    assert_eq!(ids(&pool).await[0].1, MOCK);
}

#[tokio::test]
async fn what_is_not_configured_says_so() {
    let app = TestApp::new().await;
    app.post(paths::IDENTITY_PLAN, &json!({}))
        .await
        .refused(409, "database_not_configured");
    app.post(paths::IDENTITY_POOL, &json!({})).await.refused(409, "pool_not_configured");
    app.get(paths::IDENTITY_PLAN).await.refused(409, "plan_outdated");
    app.get(&paths::fill(paths::IDENTITY_SYNC, &["nothing"]))
        .await
        .refused(404, "sync_not_found");
    let names = NamesRequest {
        uuids: vec!["u".to_owned()],
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &names).await.json();
    assert_eq!(names, Names::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_of_another_implementation_is_read_to_its_end() {
    use aws_sdk_cognitoidentityprovider::types::AttributeType;
    use aws_sdk_cognitoidentityprovider::{Client, config};

    let ministack = crate::support::ministack::Ministack::start().await;
    let keys = config::Credentials::new("test", "test", None, None, "test");
    let client = Client::from_conf(
        config::Builder::new()
            .behavior_version(config::BehaviorVersion::latest())
            .http_client(dynadesk_server::engine::remote::http_client())
            .region(config::Region::new("us-east-1"))
            .endpoint_url(&ministack.url)
            .credentials_provider(keys)
            .build(),
    );
    let pool = client.create_user_pool().pool_name("cruddur").send().await.unwrap();
    let pool = pool.user_pool().unwrap().id().unwrap().to_owned();
    for n in 0..70 {
        let handle = AttributeType::builder()
            .name("preferred_username")
            .value(format!("h{n:02}"))
            .build()
            .unwrap();
        let user = client.admin_create_user().user_pool_id(&pool).username(format!("user{n}"));
        // The last one lacks it, which a request that asks for it would fail on.
        let user = if n == 69 { user } else { user.user_attributes(handle) };
        user.send().await.unwrap();
    }
    let app = TestApp::with(|config| {
        config.identity.pool = Some(dynadesk_server::config::identity::PoolConfig {
            id: pool,
            region: "us-east-1".to_owned(),
            profile: None,
            endpoint: Some((ministack.url.clone(), "test".to_owned())),
        });
    })
    .await;
    let mut state: PoolState = app.post(paths::IDENTITY_POOL, &json!({})).await.json();
    while matches!(state, PoolState::Reading(_)) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        state = app.get(paths::IDENTITY_POOL).await.json();
    }
    assert!(matches!(state, PoolState::Read { users: 70, .. }), "{state:?}");
    let page: PeoplePage = app.post(paths::IDENTITY_PEOPLE, &PeopleRequest::default()).await.json();
    let with_handle = page.people.iter().filter(|person| !person.handle.is_empty()).count();
    assert_eq!((page.total, with_handle), (Some(70), 69));
    assert!(page.people.iter().all(|person| !person.pool[0].sub.is_empty()));
}
