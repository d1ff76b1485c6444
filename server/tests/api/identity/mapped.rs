//! A users table with other names, all of them hostile, and a key that is no uuid.

use dynadesk_shared::api::identity::{
    IdentityHealth, Names, NamesRequest, PeopleFilter, PeoplePage, PeopleRequest, PeopleSort, PlanRows, PlanRowsRequest, SyncReport,
    SyncState,
};
use dynadesk_shared::api::paths;
use dynadesk_shared::identity::plan::PlanKind;
use sqlx::postgres::PgPool;

use super::sides::Sides;
use super::{count, planned, pool_user};

async fn ids(pool: &PgPool) -> Vec<(i64, Option<String>)> {
    let ids = sqlx::query_as("SELECT \"u\"\"id\", \"cog\"\"nito\" FROM \"we\"\"ird\".\"us\"\"ers; --\" ORDER BY 1");
    ids.fetch_all(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_with_quotes_and_a_key_of_numbers_are_read_updated_and_put_back() {
    let sides = Sides::with(&[], |config| {
        let database = config.identity.database.as_mut().unwrap();
        (database.schema, database.table) = ("we\"ird".to_owned(), "us\"ers; --".to_owned());
        let columns = &mut database.columns;
        columns.uuid = "u\"id".to_owned();
        columns.display_name = "na'me".to_owned();
        columns.handle = "Han dle".to_owned();
        columns.email = "e mail".to_owned();
        columns.cognito_user_id = "cog\"nito".to_owned();
        columns.created_at = "order".to_owned();
    })
    .await;
    for statement in [
        "CREATE SCHEMA \"we\"\"ird\"",
        "CREATE TABLE \"we\"\"ird\".\"us\"\"ers; --\" (\"u\"\"id\" bigint PRIMARY KEY, \"na'me\" text, \"Han dle\" varchar(40), \
         \"e mail\" text, \"cog\"\"nito\" varchar(36) UNIQUE, \"order\" date)",
        "INSERT INTO \"we\"\"ird\".\"us\"\"ers; --\" VALUES (7, 'Ada', 'ada', 'ada@example.org', NULL, '2023-03-24'), \
         (-12, NULL, 'bo', NULL, 'sub-cy', NULL), (9007199254740993, 'Cy', 'cy', '', 'sub-bo', '2024-01-01'), (8, 'Nobody', NULL, NULL, NULL, NULL)",
    ] {
        sides.run(statement).await;
    }
    sides.cognito.users.lock().unwrap().extend(["ada", "bo", "cy"].map(pool_user));
    let app = &sides.app;
    let health: IdentityHealth = app.get(paths::IDENTITY_HEALTH).await.json();
    assert_eq!(health.database.unwrap().problem, None);

    for (sort, filter, handles) in [
        (PeopleSort::Handle, PeopleFilter::All, vec!["", "ada", "bo", "cy"]),
        (PeopleSort::CreatedAt, PeopleFilter::All, vec!["bo", "", "ada", "cy"]),
        (PeopleSort::DisplayName, PeopleFilter::SameHandle, vec![]),
    ] {
        let asked = PeopleRequest {
            sort,
            filter,
            ..PeopleRequest::default()
        };
        let page: PeoplePage = app.post(paths::IDENTITY_PEOPLE, &asked).await.json();
        let found: Vec<&str> = page.people.iter().map(|person| person.handle.as_str()).collect();
        assert_eq!(found, handles);
    }
    // What is no number of the key's kind is nobody, and spoils no other name.
    let uuids = [
        "7",
        "9007199254740993",
        "no number",
        "07",
        "99999999999999999999999",
        "12345678-1234-4234-8234-123456789012",
    ];
    let asked = NamesRequest {
        uuids: uuids.map(str::to_owned).to_vec(),
        handle: Some("bo".to_owned()),
    };
    let names: Names = app.post(paths::IDENTITY_NAMES, &asked).await.json();
    let known: Vec<&str> = names.names.values().map(|user| user.display_name.as_str()).collect();
    assert_eq!((known, names.problem), (vec!["Ada", "Cy"], None));
    assert_eq!(names.with_handle[0].uuid, "-12");

    let before = ids(&sides.pool).await;
    let plan = planned(app).await;
    assert_eq!((count(&plan, PlanKind::WillChange), count(&plan, PlanKind::NoPoolUser)), (3, 1));
    let asked = PlanRowsRequest {
        plan: plan.id,
        kind: PlanKind::WillChange,
        offset: 0,
        search: "sub-ada".to_owned(),
    };
    let rows: PlanRows = app.post(paths::IDENTITY_PLAN_ROWS, &asked).await.json();
    assert_eq!((rows.rows[0].uuid.as_deref(), rows.rows[0].old.as_deref()), (Some("7"), None));
    let report: SyncReport = sides.updated().await;
    assert_eq!(report.summary.state, SyncState::Done);
    let sub = |handle: &str| Some(format!("sub-{handle}"));
    let after = [(-12, sub("bo")), (7, sub("ada")), (8, None), (9_007_199_254_740_993, sub("cy"))];
    assert_eq!(ids(&sides.pool).await, after);
    assert_eq!(sides.undone(&report).await.summary.state, SyncState::Done);
    assert_eq!(ids(&sides.pool).await, before, "NULL is NULL again");
}
