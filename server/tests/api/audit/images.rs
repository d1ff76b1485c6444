//! What an entry leads to: items before and after, for as long as the policy says.

use dynadesk_shared::Item;
use dynadesk_shared::api::history::{GroupView, WriteView, WritesPage};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::access::passwords::desk_with;

const DAY: i64 = 86_400 * 1_000_000;

fn item(sk: &str, n: &str) -> Value {
    json!({"pk": {"S": "a"}, "sk": {"S": sk}, "n": {"N": n}})
}

fn later(app: &TestApp, days: i64) {
    app.state.clock.set(app.state.clock.now() + days * DAY);
}

/// A server with a table whose two items were made and changed; answers the entry of that.
async fn changed(images: AuditImages) -> (TestApp, AuditRow) {
    let app = TestApp::with(|config| config.audit.images = images).await;
    app.create_table(pk_sk_table("notes")).await;
    let path = fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]);
    let create = json!({"changes": [{"create": {"item": item("1", "1")}}, {"create": {"item": item("2", "1")}}]});
    assert_eq!(app.post(&path, &create).await.status, 200);
    let edit = |sk| json!({"edit": {"base": item(sk, "1"), "item": item(sk, "2")}});
    assert_eq!(app.post(&path, &json!({"changes": [edit("1"), edit("2")]})).await.status, 200);
    let newest = page(&app, "").await.rows.remove(0);
    (app, newest)
}

#[tokio::test]
async fn both_images_are_there_for_as_long_as_the_entry() {
    let (app, row) = changed(AuditImages::Whole).await;
    let write = fill(paths::WRITE, &[LOCAL, row.entry.items[1].write.as_deref().unwrap()]);
    let group = fill(paths::GROUP, &[LOCAL, &row.entry.group]);
    let soon = app.get(&write).await.json::<WriteView>();
    later(&app, 364);
    // The list is of what operators undo.
    let listed = app.get(&fill(paths::WRITES, &[LOCAL])).await.json::<WritesPage>();
    assert!(listed.writes.is_empty(), "{listed:?}");
    let late = app.get(&write).await.json::<WriteView>();
    // The chain holds both: whoever changes what the history has of them cannot change what the entry says.
    let sha = |item: &Item| format!("{:x}", Sha256::digest(serde_json::to_vec(item).unwrap()));
    let hash = |item: &Option<Item>| item.as_ref().map(sha);
    let entry = &row.entry.items[1];
    assert!(entry.before.is_some() && entry.before != entry.after);
    assert_eq!((&entry.before, &entry.after), (&hash(&late.before), &hash(&late.after)));
    let number = |item: Option<Item>| serde_json::to_value(&item.unwrap()["n"]).unwrap();
    assert_eq!((number(late.before), number(late.after)), (json!({"N": "1"}), json!({"N": "2"})));
    assert!(
        soon.summary.expires_at < late.summary.expires_at,
        "until when it can be undone, and until when it is kept"
    );
    assert_eq!(app.get(&group).await.json::<GroupView>().rows.len(), 2);
    later(&app, 1);
    app.get(&write).await.refused(404, "write_not_found");
    app.get(&group).await.refused(404, "group_not_found");
}

#[tokio::test]
async fn where_the_policy_is_another_the_history_ends_after_a_week() {
    for images in [AuditImages::Hash, AuditImages::Link] {
        let (app, row) = changed(images).await;
        let first = &row.entry.items[0];
        assert_eq!(
            (first.before.is_some(), first.after.is_some()),
            (images == AuditImages::Hash, images == AuditImages::Hash)
        );
        let write = fill(paths::WRITE, &[LOCAL, first.write.as_deref().unwrap()]);
        later(&app, 6);
        assert_eq!(app.get(&write).await.status, 200);
        later(&app, 1);
        app.get(&write).await.refused(404, "write_not_found");
    }
}

#[tokio::test]
async fn what_a_job_wrote_is_found_from_its_entries() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let items: Vec<String> = (0..60).map(|at| format!("{{\"pk\": \"a\", \"sk\": \"{at}\"}}")).collect();
    seed_on(&app, LOCAL, "notes", &request(text(items.join("\n")))).await;
    let rows = rows(&app, "?kind=job").await;
    assert_eq!(operations(&rows), ["seed", "job_ended"]);
    assert!(!rows[0].entry.group.is_empty() && rows[0].entry.group == rows[1].entry.group);
    later(&app, 30);
    let group = app
        .get(&fill(paths::GROUP, &[LOCAL, &rows[0].entry.group]))
        .await
        .json::<GroupView>();
    assert_eq!(group.items, Some(60));
    let one = fill(paths::WRITE, &[LOCAL, &group.rows[0].write]);
    assert!(app.get(&one).await.json::<WriteView>().after.is_some());
}

#[tokio::test]
async fn what_is_kept_for_the_log_alone_is_for_those_who_read_the_log() {
    let some = Grant {
        role: Role::Admin,
        connections: vec![LOCAL.to_owned()],
        tables: vec!["*".to_owned()],
    };
    let app = desk_with(&[("ada", Grant::everywhere(Role::Admin)), ("bo", some)], |config| {
        config.connections[0].production = false;
    })
    .await;
    make_notes(&app).await;
    let bo = sign_in(&app, "bo").await;
    let create = json!({"changes": [{"create": {"item": item("1", "1")}}, {"create": {"item": item("2", "1")}}]});
    let path = fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]);
    let wrote = with(&app, &bo, Method::POST, &path, Body::from(create.to_string()))
        .await
        .json::<Value>();
    let write = fill(paths::WRITE, &[LOCAL, wrote["outcomes"][0]["write"].as_str().unwrap()]);
    let group = fill(paths::GROUP, &[LOCAL, wrote["group"].as_str().unwrap()]);
    assert_eq!(with(&app, &bo, Method::GET, &write, Body::empty()).await.status, 200);
    later(&app, 8);
    let (ada, bo) = (sign_in(&app, "ada").await, sign_in(&app, "bo").await);
    for path in [&write, &group] {
        assert_eq!(with(&app, &ada, Method::GET, path, Body::empty()).await.status, 200);
        assert_eq!(with(&app, &bo, Method::GET, path, Body::empty()).await.status, 404);
    }
    let undo = fill(paths::WRITE_UNDO, &[LOCAL, wrote["outcomes"][0]["write"].as_str().unwrap()]);
    with(&app, &bo, Method::POST, &undo, Body::from("{}"))
        .await
        .refused(404, "write_not_found");
}
