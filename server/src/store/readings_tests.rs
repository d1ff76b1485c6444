#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use super::*;
use crate::clock::Clock;
use crate::store::{Store, StorePlace};

const NOW: i64 = 1_800_000_000_000_000;
const MINUTE: i64 = 60_000_000;

fn store() -> (Store, Clock) {
    let clock = Clock::system();
    clock.set(NOW);
    (Store::new(StorePlace::Own { file: None }, clock.clone()), clock)
}

fn reading(id: &str, made: i64) -> Head<String> {
    Head {
        id: id.to_owned(),
        stage: Stage::Reading,
        view: "begun".to_owned(),
        made,
        moved: made,
        server: "one".to_owned(),
        rows: None,
    }
}

fn ready(id: &str, made: i64) -> Head<String> {
    Head {
        stage: Stage::Ready,
        ..reading(id, made)
    }
}

#[tokio::test]
async fn rows_come_back_whole_or_not_at_all() {
    let (store, clock) = store();
    let of = ReadingOf::pool("a");
    let readings = store.readings(&of);
    let rows: Vec<String> = (0..30_001).map(|number| format!("user {number} \"😀\" O'Brien")).collect();
    let stretches = std::cell::Cell::new(0);
    let at = readings.keep_rows("x", &rows, || stretches.set(stretches.get() + 1)).await.unwrap();
    assert_eq!((at.parts.len(), stretches.get()), (16, 4), "whoever waits hears that it goes on");
    assert_eq!(readings.rows::<String>(&at).await.unwrap(), Some(rows));
    let empty = readings.keep_rows::<String>("y", &[], || {}).await.unwrap();
    assert_eq!(readings.rows::<String>(&empty).await.unwrap(), Some(Vec::new()));

    let part = rows::key(&pk("x"), "rows#00007#000");
    store.0.table.delete(&part, None).await.unwrap();
    assert_eq!(readings.rows::<String>(&at).await.unwrap(), None);
    let kept = readings.keep_rows("z", &["a".to_owned()], || {}).await.unwrap();
    clock.set(NOW + DAY);
    assert_eq!(readings.rows::<String>(&kept).await.unwrap(), None, "its time is over");
}

#[tokio::test]
async fn a_new_one_takes_only_the_place_of_what_was_seen() {
    let (store, clock) = store();
    let of = ReadingOf::plan("a");
    let readings = store.readings(&of);
    let first = reading("first", NOW);
    assert!(readings.begin(&first, None).await.unwrap());
    assert!(
        !readings.begin(&reading("other", NOW), None).await.unwrap(),
        "another server was faster"
    );
    assert_eq!(readings.head().await.unwrap(), Some(first.clone()));

    assert!(readings.progress("first", &"more".to_owned(), NOW + 1).await.unwrap());
    let second = reading("second", NOW + MINUTE);
    assert!(!readings.begin(&second, Some(&first)).await.unwrap(), "it moved since it was seen");
    let seen = readings.head().await.unwrap().unwrap();
    assert_eq!((&seen.view, seen.moved), (&"more".to_owned(), NOW + 1));
    assert!(readings.begin(&second, Some(&seen)).await.unwrap());

    // Other places have readings of their own, and so has the pool.
    for of in [ReadingOf::plan("b"), ReadingOf::pool("a")] {
        assert_eq!(store.readings(&of).head::<String>().await.unwrap(), None);
    }
    clock.set(NOW + HOUR);
    assert_eq!(readings.head::<String>().await.unwrap(), None, "its time is over");
    assert!(readings.begin(&reading("third", NOW + HOUR), None).await.unwrap());
}

#[tokio::test]
async fn whoever_lost_its_place_says_nothing_more() {
    let (store, _) = store();
    let of = ReadingOf::plan("a");
    let readings = store.readings(&of);
    let (old, new) = (reading("old", NOW), reading("new", NOW + MINUTE));
    assert!(readings.begin(&old, None).await.unwrap() && readings.begin(&new, Some(&old)).await.unwrap());
    assert!(!readings.progress("old", &String::new(), NOW + MINUTE).await.unwrap());
    assert!(!readings.publish(&ready("old", NOW)).await.unwrap());
    assert_eq!(readings.head().await.unwrap(), Some(new));

    assert!(readings.publish(&ready("new", NOW + MINUTE)).await.unwrap());
    assert!(
        readings.publish(&ready("new", NOW + MINUTE)).await.unwrap(),
        "the answer may be lost"
    );
    assert!(!readings.progress("new", &String::new(), NOW + MINUTE).await.unwrap(), "it is read");
    // One that was begun while the store was away is newer.
    assert!(readings.publish(&ready("newest", NOW + 2 * MINUTE)).await.unwrap());
}

#[tokio::test]
async fn one_that_was_carried_out_stays_out_of_use() {
    let (store, _) = store();
    let of = ReadingOf::plan("a");
    let readings = store.readings(&of);
    assert!(readings.publish(&ready("done", NOW + 1)).await.unwrap());
    readings.spend("other").await.unwrap();
    assert_eq!(readings.head::<String>().await.unwrap().unwrap().stage, Stage::Ready);
    readings.spend("done").await.unwrap();
    assert!(!readings.publish(&ready("done", NOW + 1)).await.unwrap());
    assert!(!readings.publish(&ready("older", NOW)).await.unwrap());
    let spent: Head<String> = readings.head().await.unwrap().unwrap();
    assert_eq!((spent.id.as_str(), spent.stage), ("done", Stage::Spent));
    assert!(readings.begin(&reading("next", NOW + 2), Some(&spent)).await.unwrap());
}
