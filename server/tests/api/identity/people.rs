//! Who the users are, page by page, and where a side is missing.

use dynadesk_shared::Item;
use dynadesk_shared::api::conversations::MessagesPage;
use dynadesk_shared::api::identity::{
    Emails, EmailsRequest, IdentityHealth, Names, NamesRequest, PeopleFilter, PeoplePage, PeopleRequest, PoolState,
};
use dynadesk_shared::api::integrity::{FindingKind, IntegrityPage};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::MOCK;
use serde_json::json;

use super::sides::Sides;
use super::{add, app, pool_user, read_pool};
use crate::support::cognito::Cognito;
use crate::support::postgres::Postgres;
use crate::support::seed::write_items;
use crate::support::{LOCAL, TestApp, pk_sk_table};

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

    let state = read_pool(&app).await;
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
        handle: None,
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
async fn names_come_from_the_database_then_the_row_then_the_file() {
    let mut postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    let ada = add(&pool, "ada", "Ada of the database", MOCK).await;
    let (bo, cy) = ("22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333");
    let file = tempfile::NamedTempFile::new().unwrap();
    let users = [ada.as_str(), bo, cy].map(|uuid| json!({"uuid": uuid, "display_name": "Of the file", "handle": "file"}));
    std::fs::write(file.path(), json!({ "users": users }).to_string()).unwrap();
    let app = TestApp::with(|config| {
        postgres.connect(config);
        config.identity.users_file = Some(file.path().to_owned());
    })
    .await;
    app.create_table(pk_sk_table("messages")).await;
    let message = |uuid: &str, name: &str, minute: u32| {
        let item = json!({
            "pk": {"S": "MSG#g"}, "sk": {"S": format!("2023-03-24T09:{minute:02}:01")}, "message": {"S": "hi"},
            "user_uuid": {"S": uuid}, "user_display_name": {"S": name}, "user_handle": {"S": ""},
        });
        serde_json::from_value::<Item>(item).unwrap()
    };
    let rows = [message(&ada, "Of the row", 1), message(bo, "Of the row", 2), message(bo, "", 3)];
    write_items(&app, "messages", &rows).await;
    let said = async || -> (Vec<String>, Option<String>) {
        let page: MessagesPage = app
            .post(&paths::fill(paths::MESSAGES, &[LOCAL, "messages"]), &json!({"group": "g"}))
            .await
            .json();
        let names = page.messages.into_iter().map(|message| message.from.display_name);
        (names.collect(), page.names_problem)
    };
    let expected = ["Ada of the database", "Of the row", "Of the file"].map(str::to_owned).to_vec();
    assert_eq!(said().await, (expected.clone(), None));
    let by_handle = |handle: &str| NamesRequest {
        uuids: Vec::new(),
        handle: Some(handle.to_owned()),
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &by_handle("ada")).await.json();
    assert_eq!(names.with_handle[0].uuid, ada);
    add(&pool, "ada", "Another", MOCK).await;
    let names: Names = app.post(paths::IDENTITY_NAMES, &by_handle("ada")).await.json();
    assert_eq!(names.with_handle.len(), 2);

    // What was known shortly before stays known; who is new is named by the others, and it is said why.
    postgres.kill();
    assert_eq!(said().await.0, expected);
    let asked = NamesRequest {
        uuids: vec![ada.clone(), cy.to_owned()],
        handle: None,
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &asked).await.json();
    assert_eq!(names.names[&ada].display_name, "Ada of the database");
    assert_eq!(names.otherwise[cy].display_name, "Of the file");
    assert!(names.problem.unwrap().contains("PostgreSQL"));
    // A handle is looked for in the file then; where that does not have it either, nobody can say.
    let names: Names = app.post(paths::IDENTITY_NAMES, &by_handle("file")).await.json();
    assert!(names.with_handle.len() == 3 && names.problem.unwrap().contains("PostgreSQL"));
    let nobody = app.post(paths::IDENTITY_NAMES, &by_handle("nobody")).await;
    nobody.refused(502, "database_unreachable");
    let both = NamesRequest {
        uuids: vec![cy.to_owned()],
        handle: Some("nobody".to_owned()),
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &both).await.json();
    assert_eq!(
        (names.otherwise.len(), names.with_handle.len()),
        (1, 0),
        "what is known is not dropped"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_only_in_cognito_is_asked_by_handle_and_not_for_each_page() {
    let mut sides = Sides::of(&["ada", "bo"]).await;
    sides.cognito.users.lock().unwrap().extend(["cy", "di", "o'cy"].map(pool_user));
    // Somebody who may read nothing of a row but its handle: no whole row is needed.
    sides.run("CREATE ROLE clerk LOGIN PASSWORD 'clerk'").await;
    sides.run("GRANT SELECT (handle) ON public.users TO clerk").await;
    let app = TestApp::with(|config| {
        sides.cognito.connect(config);
        sides.postgres.connect_as("clerk", "clerk", config);
    })
    .await;
    let ask = async |search: &str| -> Vec<String> {
        let asked = PeopleRequest {
            search: search.to_owned(),
            filter: PeopleFilter::OnlyPool,
            ..PeopleRequest::default()
        };
        let page: PeoplePage = app.post(paths::IDENTITY_PEOPLE, &asked).await.json();
        page.people.into_iter().map(|person| person.handle).collect()
    };
    read_pool(&app).await;
    assert_eq!(ask("").await, ["cy", "di", "o'cy"]);
    add(&sides.pool, "di", "Di", MOCK).await;
    // What was asked a moment ago is not asked again for the next letter.
    let kept = ask("d").await;
    assert_eq!(kept, ["di"]);
    sides.postgres.kill();
    assert_eq!(ask("cy").await, ["cy", "o'cy"]);
    sides.postgres.start_again();
    sides.postgres.pool().await;
    // The pool as it is read anew is compared anew.
    read_pool(&app).await;
    assert_eq!(ask("").await, ["cy", "o'cy"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_is_known_stays_in_the_answer_when_too_many_are_kept() {
    let sides = Sides::of(&["ada"]).await;
    let uuid = || uuid::Uuid::new_v4().to_string();
    let (ada,): (String,) = sqlx::query_as("SELECT uuid::text FROM public.users")
        .fetch_one(&sides.pool)
        .await
        .unwrap();
    let ask = async |mut uuids: Vec<String>| -> Names {
        uuids.push(ada.clone());
        let asked = NamesRequest { uuids, handle: None };
        sides.app.post(paths::IDENTITY_NAMES, &asked).await.json()
    };
    // 50,000 names are kept at most; then all are forgotten, but not those that were just found.
    for _ in 0..52 {
        let names = ask(std::iter::repeat_with(uuid).take(990).collect()).await;
        assert_eq!(names.names[&ada].handle, "ada");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_uuid_in_capitals_is_the_same_user() {
    let sides = Sides::of(&["ada"]).await;
    let (ada,): (String,) = sqlx::query_as("SELECT uuid::text FROM public.users")
        .fetch_one(&sides.pool)
        .await
        .unwrap();
    let capitals = ada.to_uppercase();
    let asked = NamesRequest {
        uuids: vec![capitals.clone(), ada.clone()],
        handle: None,
    };
    let names: Names = sides.app.post(paths::IDENTITY_NAMES, &asked).await.json();
    assert_eq!(names.names[&capitals].handle, "ada");
    assert_eq!((&names.names[&capitals].uuid, &names.names[&ada].uuid), (&capitals, &ada));

    // In a table, too: its rows are named, checked, and not called nobody's.
    let app = &sides.app;
    app.create_table(pk_sk_table("messages")).await;
    let old = json!({
        "pk": {"S": "MSG#g"}, "sk": {"S": "2023-03-24T09:01:01"}, "message": {"S": "hi"},
        "user_uuid": {"S": capitals}, "user_display_name": {"S": "Old"}, "user_handle": {"S": "ada"},
    });
    write_items(app, "messages", &[serde_json::from_value::<Item>(old).unwrap()]).await;
    let path = paths::fill(paths::MESSAGES, &[LOCAL, "messages"]);
    let page: MessagesPage = app.post(&path, &json!({"group": "g"})).await.json();
    assert_eq!(page.messages[0].from.display_name, "ada");
    read_pool(app).await;
    let path = paths::fill(paths::INTEGRITY, &[LOCAL, "messages"]);
    let page: IntegrityPage = app.post(&path, &json!({})).await.json();
    let found: Vec<_> = page.found.iter().map(|one| (one.kind, one.uuid.as_str())).collect();
    assert_eq!(found, [(FindingKind::OutOfDate, capitals.as_str())]);
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
        handle: None,
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &names).await.json();
    assert_eq!(names, Names::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_of_another_implementation_is_read_to_its_end() {
    // The last one lacks the attribute, which a request that asks for it would fail on.
    let handles: Vec<Option<String>> = (0..70).map(|n| (n < 69).then(|| format!("h{n:02}"))).collect();
    let ministack = crate::support::ministack::Ministack::start().await;
    let (pool, _) = ministack.user_pool(&handles).await;
    let app = TestApp::with(|config| config.identity.pool = Some(pool)).await;
    let state = read_pool(&app).await;
    assert!(matches!(state, PoolState::Read { users: 70, .. }), "{state:?}");
    let page: PeoplePage = app.post(paths::IDENTITY_PEOPLE, &PeopleRequest::default()).await.json();
    let with_handle = page.people.iter().filter(|person| !person.handle.is_empty()).count();
    assert_eq!((page.total, with_handle), (Some(70), 69));
    assert!(page.people.iter().all(|person| !person.pool[0].sub.is_empty()));
}
