//! Some of many: the rows of a plan that a search finds, and the users who share a handle, by their source.

use dynadesk_shared::api::identity::{
    Choice, PeopleFilter, PeoplePage, PeopleRequest, PlanUuids, PlanUuidsRequest, PoolState, SyncEnd, SyncState,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::MOCK;
use serde_json::{Value, json};

use super::{add, app, ids, planned, pool_user, synced};
use crate::support::TestApp;
use crate::support::cognito::{self, Cognito};
use crate::support::postgres::Postgres;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_a_search_finds_is_chosen_and_written() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    sqlx::query(
        "INSERT INTO public.users (uuid, display_name, handle, email, cognito_user_id) \
         SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'Even' ELSE 'Odd' END, 'u' || n, '', 'MOCK' FROM generate_series(1, 1000) AS n",
    )
    .execute(&pool)
    .await
    .unwrap();
    // One that the search finds too, and that does not change.
    add(&pool, "even-without-anybody", "Even", MOCK).await;
    let users: Vec<Value> = (1..=1000).map(|n| pool_user(&format!("u{n}"))).collect();
    let cognito = Cognito::start(users).await;
    let app = app(&postgres, &cognito).await;
    let plan = planned(&app).await;
    let mut asked = PlanUuidsRequest {
        plan: plan.id.clone(),
        search: " eVen ".to_owned(),
    };
    let found: PlanUuids = app.post(paths::IDENTITY_PLAN_UUIDS, &asked).await.json();
    assert_eq!(found.uuids.len(), 500, "more than a page of lines");
    let report = synced(&app, &plan, Choice::Only(found.uuids)).await;
    assert_eq!((report.summary.state, report.counts[&SyncEnd::Written]), (SyncState::Done, 500));
    let left = ids(&pool).await.into_iter().filter(|(_, id)| id == MOCK).count();
    assert_eq!(left, 501);
    asked.plan = plan.id;
    app.post(paths::IDENTITY_PLAN_UUIDS, &asked).await.refused(409, "plan_outdated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_with_one_handle_are_found_in_each_source() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    for name in ["One", "Two"] {
        add(&pool, "rows", name, MOCK).await;
    }
    let named = |username: &str, handle: &str| cognito::user(username, &[("sub", username), ("preferred_username", handle)]);
    let mut users: Vec<Value> = (0..150).map(|n| named(&format!("a{n:03}"), "many")).collect();
    users.extend([
        named("b", "alone"),
        cognito::user("c", &[("sub", "c")]),
        cognito::user("d", &[("sub", "d")]),
    ]);
    let cognito = Cognito::start(users).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let of_file = [("1", "file"), ("2", "file"), ("3", "other"), ("4", ""), ("5", "")];
    let of_file = of_file.map(|(uuid, handle)| json!({"uuid": uuid, "display_name": format!("Of file {uuid}"), "handle": handle}));
    std::fs::write(file.path(), json!(of_file).to_string()).unwrap();
    let app = TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
        config.identity.users_file = Some(file.path().to_owned());
    })
    .await;
    let ask = async |filter: PeopleFilter, cursor: Option<String>| -> PeoplePage {
        let asked = PeopleRequest {
            filter,
            cursor,
            ..PeopleRequest::default()
        };
        app.post(paths::IDENTITY_PEOPLE, &asked).await.json()
    };
    assert_eq!(ask(PeopleFilter::SameHandle, None).await.total, Some(2));

    // A pool that nobody read has nobody, and says so.
    let unread = ask(PeopleFilter::SameInPool, None).await;
    assert_eq!((unread.total, unread.pool), (Some(0), PoolState::Unread));
    planned(&app).await;
    let first = ask(PeopleFilter::SameInPool, None).await;
    assert_eq!((first.total, first.people.len()), (Some(150), 100));
    let rest = ask(PeopleFilter::SameInPool, first.next).await;
    assert_eq!((rest.people.len(), rest.next), (50, None));
    let last = &rest.people[49];
    assert_eq!((last.handle.as_str(), last.pool[0].username.as_str()), ("many", "a149"));

    let file = ask(PeopleFilter::SameInFile, None).await;
    let uuids: Vec<_> = file.people.iter().map(|person| person.uuid.as_deref().unwrap()).collect();
    assert_eq!(uuids, ["1", "2"], "having no handle is no handle");
}

#[tokio::test]
async fn a_source_that_is_not_configured_says_so() {
    let app = TestApp::new().await;
    let codes = [
        (PeopleFilter::SameHandle, "database_not_configured"),
        (PeopleFilter::Mock, "database_not_configured"),
        (PeopleFilter::SameInPool, "pool_not_configured"),
        (PeopleFilter::SameInFile, "users_file_not_configured"),
    ];
    for (filter, code) in codes {
        let asked = PeopleRequest {
            filter,
            ..PeopleRequest::default()
        };
        app.post(paths::IDENTITY_PEOPLE, &asked).await.refused(409, code);
    }
}
