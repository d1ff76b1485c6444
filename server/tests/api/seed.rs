//! `/api/c/{connection}/tables/{table}/seed`: plans and what they write.

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::items::{ItemsPage, ScanRequest};
use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::{OnCollision, SeedPlan, SeedRequest, SeedSource};
use dynadesk_shared::{Item, time};
use serde_json::json;

use crate::support::seed::{request, seed, text};
use crate::support::{LOCAL, TestApp, pk_sk_table};

async fn app() -> TestApp {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    app
}

fn path(pattern: &str) -> String {
    paths::fill(pattern, &[LOCAL, "notes"])
}

async fn plan(app: &TestApp, request: &SeedRequest) -> SeedPlan {
    app.post(&path(paths::SEED_PLAN), request).await.json()
}

pub async fn all_items(app: &TestApp, table: &str) -> Vec<Item> {
    let (mut items, mut asked) = (
        Vec::new(),
        ScanRequest {
            limit: 1000,
            ..ScanRequest::default()
        },
    );
    loop {
        let page: ItemsPage = app.post(&paths::fill(paths::ITEMS_SCAN, &[LOCAL, table]), &asked).await.json();
        items.extend(page.items);
        asked.cursor = page.next;
        if asked.cursor.is_none() {
            items.sort_by_key(|item| format!("{item:?}"));
            return items;
        }
    }
}

fn conversation(words: &str, start: Option<&str>) -> SeedSource {
    let user = |name: &str| UserRef {
        uuid: format!("uuid-{name}"),
        display_name: name.to_uppercase(),
        handle: name.to_owned(),
    };
    SeedSource::Conversation {
        text: words.to_owned(),
        person1: user("ann"),
        person2: user("bob"),
        start: start.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_plan_says_what_would_be_written_and_the_job_writes_exactly_that() {
    let app = app().await;
    let source = "{\"pk\": \"USER#1\", \"sk\": \"a\", \"n\": 12345678901234567890123456789012345678}\n\
        oops\n\
        {\"pk\": \"USER#2\", \"sk\": \"a\"}\n\
        {\"pk\": \"USER#2\", \"sk\": \"a\", \"again\": true}\n\
        {\"pk\": \"\", \"sk\": \"a\"}\n";
    let mut asked = request(text(source));
    let reviewed = plan(&app, &asked).await;
    assert_eq!(
        (reviewed.format.as_str(), reviewed.items, reviewed.reject_count),
        ("JSON Lines", 2, 3)
    );
    assert_eq!(reviewed.write_units, 2);
    assert_eq!((reviewed.entities[0].name.as_str(), reviewed.entities[0].count), ("USER", 2));
    assert_eq!(reviewed.rejects.iter().map(|reject| reject.line).collect::<Vec<_>>(), [2, 4, 5]);
    assert!(reviewed.rejects[1].reason.contains("line 3"), "{:?}", reviewed.rejects);
    assert_eq!(
        (reviewed.collisions.checked, reviewed.collisions.same, reviewed.collisions.different),
        (2, 0, 0)
    );
    assert!(all_items(&app, "notes").await.is_empty(), "a plan writes nothing");

    asked.fingerprint = Some(reviewed.fingerprint.clone());
    let answer = app.post(&path(paths::SEED), &asked).await;
    assert_eq!(answer.status, 202);
    let job: JobView = answer.json();
    let done = crate::support::seed::finished(&app, &job.id).await;
    assert_eq!((done.state, done.progress.total, done.progress.processed), (JobState::Done, 5, 5));
    assert_eq!((done.progress.written, done.progress.rejected), (2, 3));
    assert_eq!(done.progress.written_bytes, reviewed.bytes);
    assert_eq!(done.rejects, reviewed.rejects);
    assert_eq!(all_items(&app, "notes").await.len(), 2);

    asked.source = text(source.replace("again", "changed").replace("USER#1", "USER#9"));
    app.post(&path(paths::SEED), &asked).await.refused(409, "plan_changed");
    let user = |name: &str| dynadesk_shared::api::conversations::UserRef {
        uuid: name.to_owned(),
        ..Default::default()
    };
    asked.source = SeedSource::Conversation {
        text: "Person 1: hi\nPerson 2: yo".to_owned(),
        person1: user("ann"),
        person2: user("bob"),
        start: None,
    };
    for hostile in [i64::MAX, i64::MIN] {
        asked.fingerprint = Some(format!("x.{hostile}"));
        app.post(&path(paths::SEED), &asked).await.refused(409, "plan_changed");
    }
}

#[tokio::test]
async fn keep_keeps_and_replace_replaces() {
    let app = app().await;
    seed(
        &app,
        "notes",
        &request(text(r#"[{"pk": "a", "sk": "1", "v": 1}, {"pk": "b", "sk": "1", "v": 1.0}]"#)),
    )
    .await;
    let mut second = request(text(
        r#"[{"pk": "a", "sk": "1", "v": 2}, {"pk": "b", "sk": "1", "v": 1}, {"pk": "c", "sk": "1"}]"#,
    ));
    let reviewed = plan(&app, &second).await;
    assert_eq!((reviewed.collisions.same, reviewed.collisions.different), (1, 1));
    assert_eq!(reviewed.collisions.examples.len(), 1);
    let kept = seed(&app, "notes", &second).await;
    let progress = &kept.progress;
    assert_eq!((progress.written, progress.unchanged, progress.skipped), (1, 1, 1));
    assert_eq!(kept.skips.iter().map(|skip| skip.line).collect::<Vec<_>>(), [1]);
    let value = |items: &[Item]| {
        items
            .iter()
            .find(|item| item["pk"].as_s() == Some("a"))
            .map(|item| item["v"].clone())
    };
    let number = |text: &str| Some(dynadesk_shared::AttributeValue::N(text.to_owned()));
    assert_eq!(value(&all_items(&app, "notes").await), number("1"));
    second.on_collision = OnCollision::Replace;
    let replaced = seed(&app, "notes", &second).await;
    // What is there already needs no write.
    assert_eq!(
        (replaced.state, replaced.progress.written, replaced.progress.unchanged),
        (JobState::Done, 1, 2)
    );
    assert_eq!(value(&all_items(&app, "notes").await), number("2"));
}

#[tokio::test]
async fn the_sample_twice_changes_nothing() {
    let app = app().await;
    let asked = request(SeedSource::Sample);
    let reviewed = plan(&app, &asked).await;
    assert!(reviewed.items >= 412, "{}", reviewed.items);
    let counts: Vec<_> = reviewed
        .entities
        .iter()
        .map(|entity| (entity.name.as_str(), entity.count))
        .collect();
    assert_eq!(counts[0], ("group row", 12));
    let first = seed(&app, "notes", &asked).await;
    assert_eq!((first.state, first.progress.written), (JobState::Done, reviewed.items));
    let before = all_items(&app, "notes").await;
    let second = seed(&app, "notes", &asked).await;
    assert_eq!((second.progress.written, second.progress.unchanged), (0, reviewed.items));
    let replaced = SeedRequest {
        on_collision: OnCollision::Replace,
        ..asked
    };
    seed(&app, "notes", &replaced).await;
    assert_eq!(all_items(&app, "notes").await, before);
}

#[tokio::test]
async fn a_conversation_seeded_later_again_is_the_same_conversation() {
    let app = app().await;
    app.state.clock.set(time::parse_iso("2026-01-01T12:00:00").unwrap());
    let words = "Person 1: hi\n\nPerson 2: hello\nPerson 1: bye\n";
    let mut asked = request(conversation(words, None));
    let reviewed = plan(&app, &asked).await;
    asked.fingerprint = Some(reviewed.fingerprint);
    // The review takes a while: the job still writes what the plan showed.
    app.state.clock.set(time::parse_iso("2026-01-01T12:07:00").unwrap());
    let first = seed(&app, "notes", &asked).await;
    assert_eq!(first.progress.written, 5);
    let items = all_items(&app, "notes").await;
    let last = items
        .iter()
        .filter(|item| item["message"].as_s() == Some("bye"))
        .collect::<Vec<_>>();
    assert_eq!(last.len(), 3, "the message and two group rows");
    assert!(
        last.iter()
            .all(|item| item["sk"].as_s() == Some("2026-01-01T11:00:00.000000+00:00"))
    );

    app.state.clock.set(time::parse_iso("2026-03-01T00:00:00").unwrap());
    let again = request(conversation(words, None));
    let second = seed(&app, "notes", &again).await;
    assert_eq!((second.progress.written, second.progress.unchanged), (0, 5));
    assert_eq!(all_items(&app, "notes").await, items);
    let elsewhere = request(conversation(words, Some("2025-01-01T00:00:00")));
    app.post(&path(paths::SEED_PLAN), &elsewhere)
        .await
        .refused(409, "conversation_exists");
}

#[tokio::test]
async fn group_rows_that_moved_on_stay_where_they_are() {
    let app = app().await;
    app.state.clock.set(time::parse_iso("2026-06-02T12:00:00").unwrap());
    seed(&app, "notes", &request(SeedSource::Sample)).await;
    let rows = all_items(&app, "notes").await;
    let group = rows.iter().find(|item| item.contains_key("message_group_uuid")).unwrap();
    let sender = group["pk"].as_s().unwrap().strip_prefix("GRP#").unwrap();
    let send = json!({"group": group["message_group_uuid"].as_s(), "sender": sender, "text": "one more"});
    assert_eq!(app.post(&path(paths::MESSAGE_SEND), &send).await.status, 200);
    let before = all_items(&app, "notes").await;
    seed(&app, "notes", &request(SeedSource::Sample)).await;
    assert_eq!(all_items(&app, "notes").await, before);
}

#[tokio::test]
async fn what_cannot_be_seeded_is_said_beforehand() {
    let app = app().await;
    app.state.clock.set(time::parse_iso("2026-01-01T12:00:00").unwrap());
    let refused = async |source: SeedSource, status: u16, code: &str| {
        app.post(&path(paths::SEED_PLAN), &request(source))
            .await
            .refused(status, code)
            .message
    };
    assert!(
        refused(text("[{\"a\": 1},\n{\"a\" 2}]"), 400, "invalid_source")
            .await
            .contains("line 2, column ")
    );
    assert!(refused(text(" "), 400, "invalid_source").await.contains("empty"));
    assert!(
        refused(conversation("Person 1: hi\nx", None), 400, "invalid_conversation")
            .await
            .contains("line 2")
    );
    assert!(
        refused(
            conversation("Person 1: hi", Some("2026-02-01T00:00:00")),
            400,
            "conversation_in_future"
        )
        .await
        .contains("past")
    );
    refused(conversation("Person 1: hi", Some("yesterday")), 400, "invalid_start").await;
    let nowhere = paths::fill(paths::SEED_PLAN, &[LOCAL, "nowhere"]);
    app.post(&nowhere, &request(SeedSource::Sample))
        .await
        .refused(404, "table_not_found");
    let other = serde_json::from_value(json!({
        "TableName": "other", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }))
    .unwrap();
    app.create_table(other).await;
    let other = paths::fill(paths::SEED_PLAN, &[LOCAL, "other"]);
    app.post(&other, &request(SeedSource::Sample))
        .await
        .refused(409, "not_a_cruddur_table");
}

#[tokio::test]
async fn a_read_only_connection_plans_and_writes_nothing() {
    let app = TestApp::with(|config| config.connections[0].read_only = true).await;
    let plan = app.post(&path(paths::SEED_PLAN), &request(SeedSource::Sample)).await;
    plan.refused(404, "table_not_found");
    let seed = app.post(&path(paths::SEED), &request(SeedSource::Sample)).await;
    seed.refused(403, "connection_read_only");
}
