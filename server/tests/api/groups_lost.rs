//! Groups where something goes wrong: a server that dies, somebody else's write, a store that is off.

use dynadesk_server::config::StoreConfig;
use dynadesk_shared::api::history::WriteState;
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::seed::OnCollision;
use serde_json::json;
use tempfile::TempDir;

use crate::groups::{Bench, new, old, on_fake};
use crate::support::fake::Fake;
use crate::support::seed::{lines, request, text};
use crate::support::{LOCAL, TestApp};

#[tokio::test]
async fn what_a_server_wrote_before_it_died_is_undone_by_the_next() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    fake.close_after(40);
    let crashed = on_fake(&data, &fake).await;
    let asked = request(text(lines(&(0..200).map(new).collect::<Vec<_>>())));
    let path = fill(paths::SEED, &["fake", "notes"]);
    let job: JobView = crashed.app.post(&path, &asked).await.json();
    fake.until_throttled(3).await;

    // The first server is not stopped: its seed stays in the middle, as after a crash.
    let next = on_fake(&data, &fake).await;
    let entry = next.newest().await.writes.remove(0);
    assert_eq!(
        (entry.state, entry.items),
        (WriteState::Begun, None),
        "written down before it was done"
    );
    assert_eq!(job.history.as_ref(), Some(&entry.id));
    assert_eq!(fake.len(), 40);
    let undone = next.undo_by_job(&entry.id).await;
    assert_eq!(undone.progress.written, 40);
    assert!(undone.progress.unchanged > 0, "written down and never done");
    assert_eq!(fake.len(), 0);
}

#[tokio::test]
async fn the_image_is_what_was_replaced_and_not_what_was_read() {
    let (data, fake) = (TempDir::new().unwrap(), Fake::start().await);
    let bench = on_fake(&data, &fake).await;
    bench.seed(&[old(1)], OnCollision::Keep).await;
    let theirs = json!({"pk": {"S": "p"}, "sk": {"S": "0001"}, "who": {"S": "theirs"}});
    fake.rival(theirs.clone());
    let job = bench.seed(&[new(1)], OnCollision::Replace).await;
    let entry = job.history.unwrap();
    let (_, pack) = bench.app.state.store.packs().newest(&entry, None).await.unwrap().unwrap();
    assert_eq!(serde_json::to_value(&pack[0].image.before).unwrap(), theirs);
    assert_eq!(pack[0].image.after, Some(new(1)));
}

#[tokio::test]
async fn a_seed_goes_on_without_a_store_and_says_so() {
    let app = TestApp::with(|config| {
        let mut read_only = config.connections[0].clone();
        read_only.name = "archive".to_owned();
        read_only.read_only = true;
        config.connections.push(read_only);
        config.store = Some(StoreConfig {
            connection: "archive".to_owned(),
            table: "dynadesk".to_owned(),
        });
    })
    .await;
    let bench = Bench { app, connection: LOCAL };
    bench.table().await;
    let job = bench.seed(&(0..30).map(old).collect::<Vec<_>>(), OnCollision::Replace).await;
    assert_eq!((job.progress.written, job.history), (30, None));
    assert!(job.unkept.unwrap().contains("store is off"));
    assert_eq!(bench.items().await.len(), 30);
}
