//! Undoing beside others: another program that writes in between, lost answers, and a store that goes away.

use dynadesk_server::config::StoreConfig;
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::seed::{OnCollision, SeedRequest};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::groups::{Bench, new, old, on_fake};
use crate::support::fake::Fake;
use crate::support::seed::{finished, lines, request, text};
use crate::support::{LOCAL, TestApp};

/// What a seed wrote, with an attribute that an application added since.
fn seen(n: usize) -> Value {
    let mut item = serde_json::to_value(new(n)).unwrap();
    item["lastSeen"] = json!({"N": "1"});
    item
}

fn value(item: &impl serde::Serialize) -> Option<Value> {
    Some(serde_json::to_value(item).unwrap())
}

#[tokio::test]
async fn what_somebody_adds_during_an_undo_is_in_the_history() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let bench = on_fake(&data, &fake).await;
    // Put back over theirs, and deleted with theirs: either way an undo brings theirs back.
    bench.seed(&[old(1)], OnCollision::Keep).await;
    let replaced = bench.seed(&[new(1)], OnCollision::Replace).await;
    let created = bench.seed(&[new(2)], OnCollision::Keep).await;
    for (job, n, before) in [(replaced, 1, value(&old(1))), (created, 2, None)] {
        fake.rival(seen(n));
        let undone = bench.undo_by_job(job.history.as_deref().unwrap()).await;
        assert_eq!((undone.progress.written, undone.unkept), (1, None));
        assert_eq!(fake.item(&format!("{n:04}")), before);
        let again = bench.undo_by_job(undone.history.as_deref().unwrap()).await;
        assert_eq!(again.progress.written, 1);
        assert_eq!(fake.item(&format!("{n:04}")), Some(seen(n)));
    }
}

#[tokio::test]
async fn a_throttled_undo_looks_again_before_it_writes() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let bench = on_fake(&data, &fake).await;
    bench.seed(&[old(1)], OnCollision::Keep).await;
    let job = bench.seed(&[new(1)], OnCollision::Replace).await;
    fake.rival(seen(1));
    fake.disturb(1);
    let undone = bench.undo_by_job(job.history.as_deref().unwrap()).await;
    assert_eq!((undone.progress.written, undone.progress.skipped), (0, 1));
    assert_eq!(fake.item("0001"), Some(seen(1)), "it is theirs");
}

#[tokio::test]
async fn a_lost_answer_is_said() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let bench = on_fake(&data, &fake).await;
    bench.seed(&[old(1)], OnCollision::Keep).await;
    fake.lose(1);
    let job = bench.seed(&[new(1)], OnCollision::Replace).await;
    assert_eq!((job.progress.written, job.progress.retried), (1, 1));
    let why = job.unkept.unwrap();
    assert!(why.contains("answers to the writes of 1 item were lost"), "{why}");
    fake.lose(1);
    let undone = bench.undo_by_job(job.history.as_deref().unwrap()).await;
    assert_eq!((undone.progress.written, fake.item("0001")), (1, value(&old(1))));
    assert!(undone.unkept.unwrap().contains("of 1 item were lost"));
    // What is kept is good all the same.
    let again = bench.undo_by_job(undone.history.as_deref().unwrap()).await;
    assert_eq!((again.progress.written, fake.item("0001")), (1, value(&new(1))));
}

#[tokio::test]
async fn an_end_that_the_store_does_not_take_is_said() {
    let fake = Fake::start().await;
    let app = TestApp::with(|config| {
        fake.connect(config);
        config.store = Some(StoreConfig {
            connection: LOCAL.to_owned(),
            table: "own".to_owned(),
        });
    })
    .await;
    let bench = Bench { app, connection: "fake" };
    bench.seed(&[old(1)], OnCollision::Keep).await;
    fake.rival(json!({"pk": {"S": "p"}, "sk": {"S": "0001"}, "who": {"S": "theirs"}}));
    fake.hold();
    let asked = SeedRequest {
        on_collision: OnCollision::Replace,
        ..request(text(lines(&[new(1)])))
    };
    let path = fill(paths::SEED, &["fake", "notes"]);
    let job: JobView = bench.app.post(&path, &asked).await.json();
    fake.until_held().await;
    // Somebody puts a table with other keys in the place of the store's.
    let engine = bench.app.state.connections.get(LOCAL).unwrap().engine.clone();
    engine.delete_table("own").await.unwrap();
    let other = json!({
        "TableName": "own", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "other", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
    });
    engine.create_table(&serde_json::from_value(other).unwrap()).await.unwrap();
    fake.release();
    let job = finished(&bench.app, &job.id).await;
    assert_eq!(job.progress.written, 1);
    let why = job.unkept.expect("said");
    assert!(why.contains("did not take how the writes of 1 item ended"), "{why}");
}
