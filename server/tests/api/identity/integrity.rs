//! Who in a table is nowhere, whose name is out of date, and the job that brings the names up to date.

use dynadesk_server::config::{Config, Place};
use dynadesk_shared::api::connections::ConnectionList;
use dynadesk_shared::api::conversations::{ConversationView, MessageView, UserRef};
use dynadesk_shared::api::history::{GroupUndone, GroupView, WriteKind, WriteState};
use dynadesk_shared::api::integrity::{Finding, FindingKind, IntegrityPage, IntegrityRequest, RefreshRequest};
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::tables::TableCreate;
use dynadesk_shared::cruddur::{group_item, message_item};
use dynadesk_shared::identity::MOCK;
use dynadesk_shared::identity::integrity::merge;
use dynadesk_shared::size::{MAX_ITEM_BYTES, item_bytes};
use dynadesk_shared::{AttributeValue, Item};
use serde_json::json;
use tempfile::TempDir;

use super::{add, pool_user, read_pool};
use crate::support::cognito::Cognito;
use crate::support::ministack::Ministack;
use crate::support::postgres::Postgres;
use crate::support::seed::{finished, lines, request, seed_on, text};
use crate::support::{LOCAL, TestApp, pk_sk_table};

const TABLE: &str = "cruddur-messages";

fn user(uuid: &str, name: &str, handle: &str) -> UserRef {
    UserRef {
        uuid: uuid.to_owned(),
        display_name: name.to_owned(),
        handle: handle.to_owned(),
    }
}

fn group(owner: &str, with: UserRef) -> Item {
    group_item(&ConversationView {
        group: "g".to_owned(),
        owner: owner.to_owned(),
        with,
        last_message: "hi".to_owned(),
        sk: "2023-03-24T09:45:01".to_owned(),
        at_micros: None,
    })
}

fn message(from: UserRef, minute: u32) -> Item {
    let mut item = message_item(&MessageView {
        message_uuid: format!("m{minute}"),
        group: "g".to_owned(),
        from,
        text: "hi".to_owned(),
        sk: format!("2023-03-24T09:{minute:02}:01"),
        at_micros: None,
    });
    // What only the operator knows of stays.
    item.insert("kept".to_owned(), serde_json::from_value(json!({"N": "1.10"})).unwrap());
    item
}

/// Everything that is found on a table, stretch by stretch.
async fn found(app: &TestApp, connection: &str) -> Vec<Finding> {
    let (mut all, mut asked) = (Vec::new(), IntegrityRequest::default());
    loop {
        let page: IntegrityPage = app.post(&fill(paths::INTEGRITY, &[connection, TABLE]), &asked).await.json();
        merge(&mut all, page.found);
        match page.next {
            Some(next) => asked.cursor = Some(next),
            None => return all,
        }
    }
}

async fn items(app: &TestApp, connection: &str) -> Vec<Item> {
    let page: ItemsPage = app
        .post(&fill(paths::ITEMS_SCAN, &[connection, TABLE]), &json!({"limit": 200}))
        .await
        .json();
    let mut items: Vec<Item> = page.items;
    items.sort_by_key(|item| format!("{item:?}"));
    items
}

async fn with_both(change: impl FnOnce(&mut Config)) -> (Postgres, TestApp) {
    let postgres = Postgres::start().await;
    let cognito = Cognito::start(["ada", "only-cognito"].map(pool_user).to_vec()).await;
    let app = TestApp::with(|config| {
        postgres.connect(config);
        cognito.connect(config);
        change(config);
    })
    .await;
    (postgres, app)
}

async fn story(postgres: &Postgres, app: &TestApp, connection: &str) {
    let pool = postgres.pool().await;
    let ada = add(&pool, "ada", "Ada \"😀\" O'Brien", MOCK).await;
    let bo = add(&pool, "bo", "Bo", MOCK).await;
    let right = || user(&bo, "Bo", "bo");
    let rows = [
        group(&ada, right()),
        group(&bo, user(&ada, "Ada", "ada")),
        message(user(&ada, "Ada", "ada"), 1),
        message(user(&ada, "Ada Lovelace", "lady"), 2),
        message(right(), 3),
        message(user("ghost", "Ghost", "ghost"), 4),
        group("ghost", right()),
        message(user("55555555-5555-4555-8555-555555555555", "C", "only-cognito"), 5),
    ];
    let job = seed_on(app, connection, TABLE, &request(text(lines(&rows)))).await;
    assert_eq!((job.state, job.progress.written), (JobState::Done, 8), "{:?}", job.rejects);
    let path = fill(paths::INTEGRITY, &[connection, TABLE]);
    app.post(&path, &json!({})).await.refused(409, "pool_unread");
    read_pool(app).await;

    let all = found(app, connection).await;
    let kinds: Vec<_> = all.iter().map(|one| (one.kind, one.uuid.as_str())).collect();
    let only_pool = "55555555-5555-4555-8555-555555555555";
    assert_eq!(
        kinds,
        [
            (FindingKind::Nowhere, "ghost"),
            (FindingKind::OnlyPool, only_pool),
            (FindingKind::OutOfDate, ada.as_str())
        ]
    );
    assert_eq!((all[0].owned, all[0].copies[0].messages), (1, 1));
    let mut copies: Vec<_> = all[2]
        .copies
        .iter()
        .map(|copy| (copy.handle.as_str(), copy.groups, copy.messages))
        .collect();
    copies.sort_unstable();
    assert_eq!(copies, [("ada", 1, 1), ("lady", 0, 1)]);

    let before = items(app, connection).await;
    let refresh = fill(paths::INTEGRITY_REFRESH, &[connection, TABLE]);
    let mut asked = RefreshRequest {
        users: vec![user(&ada, "Ada", "ada")],
        rows: 3,
        confirm: None,
    };
    app.post(&refresh, &asked).await.refused(409, "names_changed");
    asked.users = vec![all[2].known.clone().unwrap()];
    let job: JobView = app.post(&refresh, &asked).await.json();
    let job = finished(app, &job.id).await;
    assert_eq!(
        (job.state, job.progress.written, job.progress.processed),
        (JobState::Done, 3, 3),
        "{job:?}"
    );
    let after = items(app, connection).await;
    let changed: Vec<_> = after.iter().filter(|item| !before.contains(item)).collect();
    assert_eq!(changed.len(), 3);
    assert!(
        changed
            .iter()
            .all(|item| item["user_display_name"].as_s() == Some("Ada \"😀\" O'Brien"))
    );
    assert!(found(app, connection).await.iter().all(|one| one.kind != FindingKind::OutOfDate));

    // It is one line of the history, and taken back from there.
    let id = job.history.unwrap();
    let entry: GroupView = app.get(&fill(paths::GROUP, &[connection, &id])).await.json();
    assert_eq!(
        (entry.kind, entry.items, entry.state),
        (WriteKind::Names, Some(3), WriteState::Done)
    );
    let undone: GroupUndone = app
        .post(&fill(paths::GROUP_UNDO, &[connection, &id]), &json!({"together": false}))
        .await
        .json();
    let GroupUndone::Job { job } = undone else { panic!("no job") };
    let undo = finished(app, &job.id).await;
    assert_eq!((undo.state, undo.progress.written), (JobState::Done, 3), "{undo:?}");
    assert_eq!(items(app, connection).await, before, "exactly as it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_checked_refreshed_and_put_back_on_the_embedded_engine() {
    let (postgres, app) = with_both(|_| {}).await;
    app.create_table(pk_sk_table(TABLE)).await;
    story(&postgres, &app, LOCAL).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_checked_refreshed_and_put_back_on_ministack() {
    let peer = Ministack::start().await;
    let (postgres, app) = with_both(|config| config.connections.push(peer.connection("peer"))).await;
    let create = TableCreate {
        request: pk_sk_table(TABLE),
        ttl_attribute: None,
    };
    let made = app.post(&fill(paths::TABLES, &["peer"]), &create).await;
    made.json::<serde_json::Value>();
    story(&postgres, &app, "peer").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_refreshed_only_where_it_is_allowed_and_somebody_knows_them() {
    let nobody = TestApp::new().await;
    nobody.create_table(pk_sk_table(TABLE)).await;
    let (check, refresh) = (
        fill(paths::INTEGRITY, &[LOCAL, TABLE]),
        fill(paths::INTEGRITY_REFRESH, &[LOCAL, TABLE]),
    );
    nobody.post(&check, &json!({})).await.refused(409, "names_not_configured");
    let one = json!({"users": [{"uuid": "u", "display_name": "U", "handle": "u"}], "rows": 1});
    nobody.post(&refresh, &one).await.refused(409, "names_not_configured");

    let (mut postgres, app) = with_both(|config| config.connections[0].production = true).await;
    let list: ConnectionList = app.get(paths::CONNECTIONS).await.json();
    assert!(list.connections[0].production);
    app.post(&refresh, &one).await.refused(409, "confirmation_needed");
    let mut named = one.clone();
    named["confirm"] = json!("messages");
    app.post(&refresh, &named).await.refused(400, "confirmation_mismatch");
    named["confirm"] = json!(TABLE);
    named["users"] = json!([]);
    app.post(&refresh, &named).await.refused(400, "invalid_request");
    named["users"] = one["users"].clone();
    app.post(&refresh, &named).await.refused(409, "names_changed");
    // Without the database nobody can say who is nowhere.
    app.create_table(pk_sk_table(TABLE)).await;
    postgres.kill();
    let rows = [group("u", user("v", "V", "v"))];
    crate::support::seed::write_items(&app, TABLE, &rows).await;
    app.post(&check, &json!({})).await.refused(502, "database_unreachable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_refresh_goes_on_after_a_restart_as_one_entry() {
    const COUNT: u64 = 2000;
    let data = TempDir::new().unwrap();
    let users = data.path().join("users.json");
    std::fs::write(&users, r#"[{"uuid": "u", "display_name": "New", "handle": "u"}]"#).unwrap();
    let open = async || {
        TestApp::with(|config| {
            config.data_dir = data.path().to_owned();
            config.connections[0].place = Place::Embedded {
                file: Some(data.path().join("embedded.db")),
            };
            config.identity.users_file = Some(users.clone());
        })
        .await
    };
    let first = open().await;
    first.create_table(pk_sk_table(TABLE)).await;
    let rows: Vec<Item> = (0..COUNT)
        .map(|at| {
            let mut item = message(user("u", "O", "u"), 1);
            item.insert("sk".to_owned(), AttributeValue::S(format!("{at:05}")));
            item
        })
        .collect();
    crate::support::seed::write_items(&first, TABLE, &rows).await;
    // It has no room for the longer name, and is the first of all: what is said of it is said once.
    let mut full = rows[0].clone();
    full.insert("sk".to_owned(), AttributeValue::S("00000-full".to_owned()));
    let room = MAX_ITEM_BYTES - item_bytes(&full) - "fill".len();
    let engine = first.state.connections.get(LOCAL).unwrap().engine.clone();
    // An engine may count a few bytes more than AWS does.
    for less in 0.. {
        full.insert("fill".to_owned(), AttributeValue::S("f".repeat(room - less)));
        match engine.put(TABLE, &full, None).await {
            Ok(_) => break,
            Err(error) => assert!(less < 200, "{error}"),
        }
    }
    let asked = RefreshRequest {
        users: vec![user("u", "New", "u")],
        rows: COUNT + 1,
        confirm: None,
    };
    let job: JobView = first.post(&fill(paths::INTEGRITY_REFRESH, &[LOCAL, TABLE]), &asked).await.json();
    let mut watch = first.state.jobs.watch(&job.id).await.unwrap();
    watch.wait_for(|view| view.progress.rejected > 0).await.unwrap();
    first.state.stopping.cancel();
    first.state.jobs.stopped().await;
    drop((first, engine));

    let second = open().await;
    let listed: JobView = second.get(&fill(paths::JOB, &[&job.id])).await.json();
    assert!(
        listed.state == JobState::Interrupted && listed.progress.written < COUNT,
        "{listed:?}"
    );
    second
        .post(&fill(paths::JOB_RESUME, &[&job.id]), &json!({}))
        .await
        .json::<JobView>();
    let done = finished(&second, &job.id).await;
    let told = &done.progress;
    assert_eq!(
        (done.state, told.written, told.rejected, told.processed),
        (JobState::Done, COUNT, 1, COUNT + 1),
        "{done:?}"
    );
    assert_eq!(found(&second, LOCAL).await.len(), 1, "the one that has no room");
    let entry: GroupView = second.get(&fill(paths::GROUP, &[LOCAL, &done.history.unwrap()])).await.json();
    assert_eq!(entry.items, Some(COUNT), "both halves are counted");
}
