//! `/api/c/{connection}/groups`: what one request or one job wrote, taken back as a whole. Told on
//! every implementation, after a restart, after a crash, and when the store is off.

use dynadesk_server::config::Place;
use dynadesk_shared::Item;
use dynadesk_shared::api::history::{GroupUndone, GroupView, WriteKind, WriteState, WritesPage};
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::seed::{OnCollision, SeedRequest};
use dynadesk_shared::api::writes::{ItemsWritten, Outcome};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::fake::Fake;
use crate::support::ministack::Ministack;
use crate::support::seed::{finished, lines, request, seed_on, text};
use crate::support::{LOCAL, TestApp, pk_sk_table};

/// One connection of a server, with a table `notes`.
pub struct Bench {
    pub app: TestApp,
    pub connection: &'static str,
}

impl Bench {
    pub async fn embedded() -> Self {
        let bench = Self {
            app: TestApp::new().await,
            connection: LOCAL,
        };
        bench.table().await;
        bench
    }

    pub async fn table(&self) {
        let create = json!({"request": pk_sk_table("notes")});
        self.app
            .post(&fill(paths::TABLES, &[self.connection]), &create)
            .await
            .json::<Value>();
    }

    pub async fn seed(&self, items: &[Item], on_collision: OnCollision) -> JobView {
        let asked = SeedRequest {
            on_collision,
            ..request(text(lines(items)))
        };
        let job = seed_on(&self.app, self.connection, "notes", &asked).await;
        assert_eq!(job.state, JobState::Done, "{:?}", job.error);
        job
    }

    /// Every item, byte for byte, in the order of the keys.
    pub async fn items(&self) -> Vec<String> {
        let path = fill(paths::ITEMS_SCAN, &[self.connection, "notes"]);
        let page: ItemsPage = self.app.post(&path, &json!({"limit": 1000})).await.json();
        assert_eq!(page.next, None);
        let mut items: Vec<String> = page.items.iter().map(|item| serde_json::to_string(item).unwrap()).collect();
        items.sort();
        items
    }

    pub async fn write(&self, asked: &Value) -> ItemsWritten {
        self.app
            .post(&fill(paths::ITEMS_WRITE, &[self.connection, "notes"]), asked)
            .await
            .json()
    }

    pub async fn newest(&self) -> WritesPage {
        self.app.get(&fill(paths::WRITES, &[self.connection])).await.json()
    }

    pub async fn group(&self, group: &str) -> GroupView {
        self.app.get(&fill(paths::GROUP, &[self.connection, group])).await.json()
    }

    pub async fn undo(&self, group: &str, together: bool) -> GroupUndone {
        let path = fill(paths::GROUP_UNDO, &[self.connection, group]);
        self.app.post(&path, &json!({"together": together})).await.json()
    }

    /// Undoes item by item, to the end.
    pub async fn undo_by_job(&self, group: &str) -> JobView {
        let GroupUndone::Job { job } = self.undo(group, false).await else {
            panic!("no job")
        };
        assert_eq!(job.kind, "undo");
        let job = finished(&self.app, &job.id).await;
        assert_eq!(job.state, JobState::Done, "{:?}", job.error);
        job
    }
}

pub fn old(n: usize) -> Item {
    serde_json::from_value(json!({
        "pk": {"S": "p"}, "sk": {"S": format!("{n:04}")}, "n": {"N": "12345678901234567890123456789012345678"},
        "b": {"B": "AP+A"}, "l": {"L": [{"N": "1E-130"}, {"M": {"x#/": {"S": ""}}}]}, "ss": {"SS": ["a", "b"]},
        "who": {"S": format!("old {n} <b>👋")}, "gone": {"NULL": true},
    }))
    .unwrap()
}

pub fn new(n: usize) -> Item {
    serde_json::from_value(json!({
        "pk": {"S": "p"}, "sk": {"S": format!("{n:04}")}, "n": {"N": "7"}, "who": {"S": "new"},
    }))
    .unwrap()
}

pub fn create(sk: &str) -> Value {
    json!({"create": {"item": {"pk": {"S": "p"}, "sk": {"S": sk}, "v": {"N": "1"}}}})
}

fn delete(sk: &str) -> Value {
    json!({"delete": {"base": {"pk": {"S": "p"}, "sk": {"S": sk}, "v": {"N": "1"}}}})
}

#[tokio::test]
async fn a_seed_is_undone_on_the_embedded_engine() {
    seeds(&Bench::embedded().await).await;
}

#[tokio::test]
async fn a_seed_is_undone_on_ministack() {
    let engine = Ministack::start().await;
    let bench = peer(&engine).await;
    seeds(&bench).await;
    requests(&bench).await;
}

/// A bench on another implementation.
pub async fn peer(engine: &Ministack) -> Bench {
    let app = TestApp::with(|config| config.connections.push(engine.connection("peer"))).await;
    let bench = Bench { app, connection: "peer" };
    bench.table().await;
    bench
}

async fn seeds(bench: &Bench) {
    let olds: Vec<Item> = (0..60).map(old).collect();
    let first = bench.seed(&olds, OnCollision::Keep).await;
    assert_eq!((first.progress.written, first.unkept), (60, None));
    let before = bench.items().await;

    // 55 are replaced, 5 are there already as they are, 40 are new.
    let mixed: Vec<Item> = (0..100).map(|n| if n < 5 { old(n) } else { new(n) }).collect();
    let second = bench.seed(&mixed, OnCollision::Replace).await;
    assert_eq!((second.progress.written, second.progress.unchanged), (95, 5));
    let replaced = bench.items().await;
    let page = bench.newest().await;
    let entry = &page.writes[0];
    assert_eq!(second.history.as_ref(), Some(&entry.id));
    assert_eq!(
        (entry.kind, entry.state, entry.packed, entry.items, page.writes.len()),
        (WriteKind::Seed, WriteState::Done, true, Some(95), 2),
        "one entry for each seed"
    );
    let view = bench.group(&entry.id).await;
    let count = |kind| view.rows.iter().filter(|row| row.kind == kind).count();
    assert_eq!((count(WriteKind::Replace), count(WriteKind::Create)), (55, 40));
    assert_eq!((view.items, view.next.as_deref()), (Some(95), None));
    bench
        .app
        .post(&fill(paths::WRITE_UNDO, &[bench.connection, &entry.id]), &json!({}))
        .await
        .refused(409, "many_items");

    let undone = bench.undo_by_job(&entry.id).await;
    assert_eq!(
        (undone.progress.total, undone.progress.written, undone.progress.processed),
        (95, 95, 95)
    );
    assert_eq!(bench.items().await, before, "every byte as before");
    assert_eq!(bench.group(&entry.id).await.state, WriteState::Undone);
    bench
        .app
        .post(&fill(paths::GROUP_UNDO, &[bench.connection, &entry.id]), &json!({}))
        .await
        .refused(409, "write_undone");

    // The undo is in the history and can be undone; what somebody changed or deleted since is left.
    let again = bench.undo_by_job(undone.history.as_deref().unwrap()).await;
    assert_eq!(again.progress.written, 95);
    assert_eq!(bench.items().await, replaced);
    let edit = json!({"changes": [
        {"edit": {"base": new(70), "item": {"pk": {"S": "p"}, "sk": {"S": "0070"}, "n": {"N": "8"}, "who": {"S": "theirs"}}}},
        {"delete": {"base": new(20)}},
    ]});
    bench.write(&edit).await;
    let partly = bench.undo_by_job(again.history.as_deref().unwrap()).await;
    assert_eq!((partly.progress.written, partly.progress.skipped), (93, 2));
    let skips: Vec<_> = partly.skips.iter().map(|skip| skip.reason.as_str()).collect();
    for sk in ["0070", "0020"] {
        assert!(
            skips.iter().any(|skip| skip.contains(sk) && skip.contains("changed since")),
            "{skips:?}"
        );
    }
    let now = bench.items().await;
    assert!(now.iter().any(|item| item.contains("theirs")) && !now.iter().any(|item| item.contains("\"0020\"")));
    assert_eq!(now.len(), before.len(), "one of theirs more, one of ours deleted by them");
    assert_ne!(bench.group(again.history.as_deref().unwrap()).await.state, WriteState::Undone);

    // Seeding what is there already is no write.
    let nothing = bench.seed(&[old(1)], OnCollision::Keep).await;
    assert_eq!((nothing.progress.unchanged, nothing.history), (1, None));
}

#[tokio::test]
async fn requests_are_undone_on_the_embedded_engine() {
    requests(&Bench::embedded().await).await;
}

async fn requests(bench: &Bench) {
    let before = bench.items().await;
    // One request, and one that goes on with it: as the browser deletes many rows.
    let created = bench.write(&json!({"changes": [create("a"), create("b"), create("c")]})).await;
    let filled = bench.items().await;
    let group = created.group.unwrap();
    let more = bench.write(&json!({"changes": [create("d")], "group": group})).await;
    assert_eq!(more.group.as_ref(), Some(&group));
    let view = bench.group(&group).await;
    assert_eq!((view.items, view.rows.len(), view.kind), (Some(4), 4, WriteKind::Create));
    assert!(
        bench.newest().await.writes[..4]
            .iter()
            .all(|write| write.grouped && write.group == group)
    );

    // One is in the way: nothing is undone, and it is said which.
    let changed = json!({"pk": {"S": "p"}, "sk": {"S": "b"}, "v": {"N": "2"}});
    let base = json!({"pk": {"S": "p"}, "sk": {"S": "b"}, "v": {"N": "1"}});
    bench.write(&json!({"changes": [{"edit": {"base": base, "item": changed}}]})).await;
    let GroupUndone::Together { rows, .. } = bench.undo(&group, true).await else {
        panic!("no transaction")
    };
    let conflicts: Vec<_> = rows.iter().filter(|row| matches!(row.outcome, Outcome::Conflict { .. })).collect();
    assert_eq!((rows.len(), conflicts.len()), (4, 1));
    assert!(conflicts[0].key.to_string().contains('b'));
    assert_eq!(bench.items().await.len(), filled.len() + 1);
    // Item by item the others go, and it stays.
    let job = bench.undo_by_job(&group).await;
    assert_eq!((job.progress.written, job.progress.skipped), (3, 1));
    assert_eq!(bench.items().await.len(), before.len() + 1);
    let states: Vec<_> = bench.group(&group).await.rows.iter().map(|row| row.state).collect();
    assert_eq!(states.iter().filter(|state| **state == WriteState::Undone).count(), 3);
    // What was undone one after the other comes back the same way.
    let back = bench.undo_by_job(job.history.as_deref().unwrap()).await;
    assert_eq!((back.progress.written, bench.items().await.len()), (3, filled.len() + 1));

    // In one transaction there and back.
    let deleted = bench
        .write(&json!({"changes": [delete("a"), delete("c"), delete("d")], "together": true}))
        .await;
    let group = deleted.group.unwrap();
    let there = bench.items().await;
    let GroupUndone::Together { rows, unkept } = bench.undo(&group, true).await else {
        panic!("no transaction")
    };
    assert!(
        unkept.is_none() && rows.iter().all(|row| matches!(row.outcome, Outcome::Written { .. })),
        "{rows:?}"
    );
    assert_eq!(bench.items().await.len(), there.len() + 3);
    assert_eq!(bench.group(&group).await.state, WriteState::Undone);
    bench
        .app
        .post(&fill(paths::GROUP_UNDO, &[bench.connection, &group]), &json!({"together": true}))
        .await
        .refused(409, "write_undone");
    let undo = bench.newest().await.writes[0].clone();
    assert_eq!((undo.kind, undo.grouped), (WriteKind::Undo, true));
    assert!(matches!(bench.undo(&undo.group, true).await, GroupUndone::Together { .. }));
    assert_eq!(bench.items().await, there);

    // More than a transaction takes.
    let many: Vec<Value> = (0..120).map(|n| create(&format!("many {n}"))).collect();
    let group = bench.write(&json!({"changes": many})).await.group.unwrap();
    let view = bench.group(&group).await;
    assert_eq!((view.items, view.rows.len(), view.next.is_some()), (Some(120), 100, true));
    let GroupUndone::Job { job } = bench.undo(&group, true).await else {
        panic!("no job")
    };
    let job = finished(&bench.app, &job.id).await;
    assert_eq!((job.state, job.progress.written), (JobState::Done, 120), "{:?}", job.rejects);
    assert_eq!(bench.items().await, there);
}

#[tokio::test]
async fn a_statement_and_a_message_are_groups_too() {
    let bench = Bench::embedded().await;
    let start = json!({
        "from": {"uuid": "ann", "display_name": "Ann", "handle": "ann"},
        "to": {"uuid": "bob", "display_name": "Bob", "handle": "bob"}, "text": "hello",
    });
    let path = fill(paths::CONVERSATION_START, &[LOCAL, "notes"]);
    assert_eq!(bench.app.post(&path, &start).await.status, 200);
    let group = bench.newest().await.writes[0].group.clone();
    assert!(matches!(bench.undo(&group, true).await, GroupUndone::Together { .. }));
    assert_eq!(bench.items().await, [""; 0]);

    let insert = |sk: &str| json!({"text": format!("INSERT INTO \"notes\" VALUE {{'pk': 'p', 'sk': '{sk}'}}")});
    let run = json!({"statements": [insert("1"), insert("2")], "mode": "transaction", "limit": 10});
    let ran: Value = bench.app.post(&fill(paths::PARTIQL, &[LOCAL]), &run).await.json();
    assert_eq!(ran["writes"].as_array().map(Vec::len), Some(2), "{ran}");
    let group = bench.newest().await.writes[0].group.clone();
    assert!(matches!(bench.undo(&group, true).await, GroupUndone::Together { .. }));
    assert_eq!(bench.items().await, [""; 0]);
}

async fn in_file(data: &TempDir) -> Bench {
    let app = TestApp::with(|config| {
        config.data_dir = data.path().to_owned();
        let file = Some(data.path().join("embedded.db"));
        config.connections[0].place = Place::Embedded { file };
    })
    .await;
    Bench { app, connection: LOCAL }
}

#[tokio::test]
async fn a_seed_is_undone_after_a_restart() {
    let data = TempDir::new().unwrap();
    let bench = in_file(&data).await;
    bench.table().await;
    bench.seed(&(0..30).map(old).collect::<Vec<_>>(), OnCollision::Keep).await;
    let before = bench.items().await;
    assert_eq!(before.len(), 30);
    let job = bench.seed(&(0..30).map(new).collect::<Vec<_>>(), OnCollision::Replace).await;
    drop(bench);
    let bench = in_file(&data).await;
    let undone = bench.undo_by_job(job.history.as_deref().unwrap()).await;
    assert_eq!(undone.progress.written, 30);
    assert_eq!(bench.items().await, before);
}

pub async fn on_fake(data: &TempDir, fake: &Fake) -> Bench {
    let app = TestApp::with(|config| {
        config.data_dir = data.path().to_owned();
        let file = Some(data.path().join("embedded.db"));
        config.connections[0].place = Place::Embedded { file };
        fake.connect(config);
    })
    .await;
    Bench { app, connection: "fake" }
}

#[tokio::test]
async fn what_is_no_group_is_said() {
    let bench = Bench::embedded().await;
    for group in ["nothing", "0123456789abcd0000000000ff"] {
        let path = fill(paths::GROUP, &[LOCAL, group]);
        bench.app.get(&path).await.refused(404, "group_not_found");
    }
    let asked = json!({"changes": [create("a")], "group": "mine"});
    let path = fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]);
    let error = bench.app.post(&path, &asked).await.refused(400, "invalid_changes");
    assert_eq!(error.fields[0].field, "group");
    assert_eq!(bench.items().await, [""; 0]);
}
