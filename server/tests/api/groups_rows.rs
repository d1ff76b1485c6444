//! One of the many items that a job wrote: looked at, and taken back alone.

use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::history::{GroupRow, GroupView, Undone, WriteKind, WriteState, WriteView};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::seed::OnCollision;
use dynadesk_shared::api::writes::Outcome;
use dynadesk_shared::value::same_item;
use serde_json::json;

use crate::groups::{Bench, new, old, peer};
use crate::support::ministack::Ministack;

impl Bench {
    async fn write_of(&self, row: &GroupRow) -> WriteView {
        self.app.get(&fill(paths::WRITE, &[self.connection, &row.write])).await.json()
    }

    async fn undo_row(&self, row: &GroupRow) -> Outcome {
        let path = fill(paths::WRITE_UNDO, &[self.connection, &row.write]);
        let undone: Undone = self.app.post(&path, &json!({})).await.json();
        assert_eq!(undone.unkept, None);
        undone.outcome
    }
}

fn row<'a>(view: &'a GroupView, sk: &str) -> &'a GroupRow {
    let is = |row: &&GroupRow| row.key.0.get("sk").and_then(|sk| sk.as_s()) == Some(sk);
    view.rows.iter().find(is).unwrap()
}

#[tokio::test]
async fn one_item_of_a_seed_is_undone_on_the_embedded_engine() {
    alone(&Bench::embedded().await).await;
}

#[tokio::test]
async fn one_item_of_a_seed_is_undone_on_ministack() {
    let peer_engine = Ministack::start().await;
    alone(&peer(&peer_engine).await).await;
}

async fn alone(bench: &Bench) {
    bench.seed(&[old(1), old(2), old(3)], OnCollision::Keep).await;
    let before = bench.items().await;
    let seed = bench.seed(&[new(1), new(2), new(3), new(4)], OnCollision::Replace).await;
    let group = seed.history.unwrap();
    let view = bench.group(&group).await;

    let (replaced, created) = (row(&view, "0001"), row(&view, "0004"));
    let looked = bench.write_of(replaced).await;
    assert_eq!((looked.summary.kind, looked.summary.state), (WriteKind::Replace, WriteState::Done));
    assert_eq!((&looked.summary.key, &looked.summary.group), (&replaced.key, &group));
    assert!(
        looked.summary.changed.iter().any(|name| name == "who"),
        "{:?}",
        looked.summary.changed
    );
    assert!(looked.before.is_some_and(|item| same_item(&item, &old(1))) && looked.after.is_some_and(|item| same_item(&item, &new(1))));
    assert_eq!(bench.write_of(created).await.before, None);

    assert!(matches!(bench.undo_row(replaced).await, Outcome::Written { .. }));
    assert!(matches!(bench.undo_row(created).await, Outcome::Written { .. }));
    let items = bench.items().await;
    assert_eq!((items.len(), &items[0]), (3, &before[0]), "byte for byte, and the others stay");
    let path = fill(paths::WRITE_UNDO, &[bench.connection, &replaced.write]);
    bench.app.post(&path, &json!({})).await.refused(409, "write_undone");
    let view = bench.group(&group).await;
    let states: Vec<WriteState> = ["0001", "0002", "0003", "0004"].map(|sk| row(&view, sk).state).into();
    assert_eq!(states, [WriteState::Undone, WriteState::Done, WriteState::Done, WriteState::Undone]);

    // Somebody changes one meanwhile: it stays, and what is there now is told.
    let mut theirs = new(3);
    theirs.insert("who".to_owned(), AttributeValue::S("theirs".to_owned()));
    bench.write(&json!({"changes": [{"edit": {"base": new(3), "item": theirs}}]})).await;
    let Outcome::Conflict { theirs: Some(theirs) } = bench.undo_row(row(&view, "0003")).await else {
        panic!("no conflict")
    };
    assert_eq!(theirs["who"].as_s(), Some("theirs"));

    // The whole is taken back around them.
    let undo = bench.undo_by_job(&group).await;
    assert_eq!((undo.progress.written, undo.progress.unchanged, undo.progress.skipped), (1, 2, 1));
    // Ids that are none, or of another entry, find nothing.
    let (entry, rest) = replaced.write.split_once('.').unwrap();
    for id in [
        format!("{entry}.{rest}9"),
        format!("{entry}.x.0"),
        format!("{rest}.{entry}"),
        format!("{entry}.{rest}.0"),
    ] {
        let path = fill(paths::WRITE, &[bench.connection, &id]);
        bench.app.get(&path).await.refused(404, "write_not_found");
    }
}
