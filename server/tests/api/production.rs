//! What is done to a table of a production connection is done only when the request repeats its name.
//! Backups have their own in `backups`, settings in `settings::guard`.

use dynadesk_shared::api::expiry::ExpiryView;
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::jobs::JobList;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::api::writes::{ItemsWritten, Outcome};
use serde_json::{Value, json};

use crate::support::{LOCAL, TestApp, pk_sk_table};

const TABLE: &str = "notes";

async fn production() -> TestApp {
    let app = TestApp::with(|config| config.connections[0].production = true).await;
    app.create_table(pk_sk_table(TABLE)).await;
    app
}

fn of_table(path: &str) -> String {
    fill(path, &[LOCAL, TABLE])
}

fn named(body: &Value, name: &str) -> Value {
    let mut body = body.clone();
    body["confirm"] = json!(name);
    body
}

#[tokio::test]
async fn time_to_live_is_changed_by_name() {
    let (app, path) = (production().await, of_table(paths::EXPIRY));
    let on = json!({"seen": {"status": "DISABLED"}, "attribute": "ends", "enabled": true});
    app.post(&path, &on).await.refused(409, "confirmation_needed");
    app.post(&path, &named(&on, "note")).await.refused(400, "confirmation_mismatch");
    let attribute = async || app.get(&path).await.json::<ExpiryView>().state.attribute;
    assert_eq!(attribute().await, None);
    app.post(&path, &named(&on, TABLE)).await.json::<Value>();
    assert_eq!(attribute().await.as_deref(), Some("ends"));
}

#[tokio::test]
async fn a_stream_and_a_relay_are_turned_on_and_off_by_name() {
    let app = production().await;
    let stream = async || app.get(&of_table(paths::TABLE)).await.json::<TableView>().stream_arn;
    let on = json!({"view_type": "NEW_AND_OLD_IMAGES"});
    app.post(&of_table(paths::STREAM), &on).await.refused(409, "confirmation_needed");
    app.post(&of_table(paths::STREAM), &named(&on, "note"))
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(stream().await, None);
    app.post(&of_table(paths::STREAM), &named(&on, TABLE)).await.json::<Value>();
    assert!(stream().await.is_some());
    let off = json!({"seen": stream().await});
    app.post(&of_table(paths::STREAM), &off).await.refused(409, "confirmation_needed");
    assert!(stream().await.is_some());

    let relay = of_table(paths::RELAY);
    let is_on = async || app.get(&relay).await.json::<Value>()["on"].clone();
    app.put(&relay, &json!({"on": true})).await.refused(409, "confirmation_needed");
    app.put(&relay, &named(&json!({"on": true}), "note"))
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(is_on().await, false);
    app.put(&relay, &named(&json!({"on": false}), TABLE)).await.json::<Value>();
    app.put(&relay, &json!({"on": false})).await.refused(409, "confirmation_needed");
    let (retry, nothing) = (of_table(paths::RELAY_RETRY), json!({"id": "nothing"}));
    app.post(&retry, &nothing).await.refused(409, "confirmation_needed");
    app.post(&retry, &named(&nothing, TABLE)).await.refused(404, "aside_not_found");
}

#[tokio::test]
async fn a_group_is_undone_by_name() {
    let app = production().await;
    let create = |sk: &str| json!({"create": {"item": {"pk": {"S": "a"}, "sk": {"S": sk}}}});
    let asked = json!({"changes": [create("1"), create("2")]});
    let written: ItemsWritten = app.post(&of_table(paths::ITEMS_WRITE), &asked).await.json();
    let undo = fill(paths::GROUP_UNDO, &[LOCAL, &written.group.unwrap()]);
    let left = async || {
        let page: ItemsPage = app.post(&of_table(paths::ITEMS_SCAN), &json!({"limit": 10})).await.json();
        page.items.len()
    };
    let together = json!({"together": true});
    app.post(&undo, &together).await.refused(409, "confirmation_needed");
    app.post(&undo, &named(&together, "note"))
        .await
        .refused(400, "confirmation_mismatch");
    assert_eq!(left().await, 2);
    app.post(&undo, &named(&together, TABLE)).await.json::<Value>();
    assert_eq!(left().await, 0);
}

#[tokio::test]
async fn items_are_deleted_by_name() {
    let app = production().await;
    let path = of_table(paths::ITEMS_WRITE);
    let item = |sk: &str| json!({"pk": {"S": "a"}, "sk": {"S": sk}});
    let create = json!({"changes": [{"create": {"item": item("1")}}, {"create": {"item": item("2")}}]});
    let written: ItemsWritten = app.post(&path, &create).await.json();
    assert_eq!(written.made(), 2, "what adds needs no name");
    let left = async || {
        let page: ItemsPage = app.post(&of_table(paths::ITEMS_SCAN), &json!({"limit": 10})).await.json();
        page.items.len()
    };
    let delete = json!({"changes": [{"delete": {"base": item("1")}}]});
    app.post(&path, &delete).await.refused(409, "confirmation_needed");
    // One that deletes is enough, whatever stands beside it.
    let both = json!({"together": true, "changes": [{"create": {"item": item("3")}}, {"delete": {"base": item("2")}}]});
    app.post(&path, &both).await.refused(409, "confirmation_needed");
    app.post(&path, &named(&delete, "note")).await.refused(400, "confirmation_mismatch");
    assert_eq!(left().await, 2);
    let gone: ItemsWritten = app.post(&path, &named(&delete, TABLE)).await.json();
    assert_eq!((gone.made(), left().await), (1, 1));
    // Taking a write back stays one step: it is conditional on what the write made, and can be taken back too.
    let Some(Outcome::Written { write: Some(write), .. }) = written.outcomes.get(1) else {
        panic!("{written:?}")
    };
    app.post(&fill(paths::WRITE_UNDO, &[LOCAL, write]), &json!({}))
        .await
        .json::<Value>();
    assert_eq!(left().await, 0);
}

#[tokio::test]
async fn statements_delete_from_several_tables_by_the_name_of_the_connection() {
    let app = production().await;
    app.create_table(pk_sk_table("others")).await;
    let path = fill(paths::PARTIQL, &[LOCAL]);
    let run = |texts: &[&str]| {
        let statements: Vec<Value> = texts.iter().map(|text| json!({"text": text})).collect();
        json!({"mode": "batch", "statements": statements, "limit": 10, "confirmed": true})
    };
    let insert = |table: &str| format!("INSERT INTO {table} VALUE {{'pk': 'a', 'sk': '1'}}");
    let delete = |table: &str| format!("DELETE FROM {table} WHERE pk = 'a' AND sk = '1'");
    assert_eq!(app.post(&path, &run(&[&insert(TABLE), &insert("others")])).await.status, 200);
    let both = run(&[&delete(TABLE), &delete("others")]);
    app.post(&path, &both).await.refused(409, "confirmation_needed");
    app.post(&path, &named(&both, TABLE)).await.refused(400, "confirmation_mismatch");
    assert_eq!(app.post(&path, &named(&both, LOCAL)).await.status, 200);
    assert_eq!(app.post(&path, &run(&[&insert(TABLE)])).await.status, 200);
    let one = run(&[&delete(TABLE)]);
    app.post(&path, &named(&one, LOCAL)).await.refused(400, "confirmation_mismatch");
    assert_eq!(app.post(&path, &named(&one, TABLE)).await.status, 200);
}

#[tokio::test]
async fn a_seed_replaces_by_name() {
    let app = production().await;
    let seed = |on_collision: &str| json!({"source": {"items": {"text": "{\"pk\": \"a\", \"sk\": \"1\"}"}}, "on_collision": on_collision});
    let path = of_table(paths::SEED);
    let replace = seed("replace");
    // Looking is free.
    assert_eq!(app.post(&of_table(paths::SEED_PLAN), &replace).await.status, 200);
    app.post(&path, &replace).await.refused(409, "confirmation_needed");
    app.post(&path, &named(&replace, "note"))
        .await
        .refused(400, "confirmation_mismatch");
    assert!(app.get(paths::JOBS).await.json::<JobList>().jobs.is_empty());
    assert_eq!(app.post(&path, &seed("keep")).await.status, 202);
    assert_eq!(app.get(paths::JOBS).await.json::<JobList>().jobs.len(), 1);
}
