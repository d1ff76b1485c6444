#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use dynadesk_shared::api::identity::SyncOutcome;

use crate::clock::Clock;
use crate::store::{Store, StorePlace};

use super::*;

fn store() -> Store {
    let clock = Clock::system();
    clock.set(1_800_000_000_000_000);
    Store::new(StorePlace::Own { file: None }, clock)
}

fn row(number: usize, outcome: SyncOutcome) -> SyncRow {
    // What deflates as badly as a real uuid and a real sub.
    let noise = |salt: u64| {
        format!(
            "{:032x}",
            (number as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_0C4A_7B1D_0001 ^ u128::from(salt))
        )
    };
    SyncRow {
        uuid: noise(1),
        handle: format!("user {number} \"😀\" O'Brien"),
        old: Some(noise(2)),
        new: Some(noise(3)),
        outcome,
    }
}

/// A sync that was begun and ended, with this many rows of which the last was not as planned.
async fn kept(store: &Store, rows: usize) -> SyncReport {
    let syncs = store.syncs();
    let mut summary = syncs.summary("place".to_owned(), rows as u64, None);
    let planned = (0..rows).map(|number| row(number, SyncOutcome::Unknown)).collect();
    syncs.begin(&SyncReport::new(summary.clone(), planned)).await.unwrap();
    let outcome = |number| {
        if number + 1 == rows {
            SyncOutcome::Gone
        } else {
            SyncOutcome::NotWritten
        }
    };
    let ended = (0..rows).map(|number| row(number, outcome(number))).collect();
    summary.state = SyncState::Nothing;
    let report = SyncReport::new(summary, ended);
    syncs.finish(&report).await.unwrap();
    report
}

#[tokio::test]
async fn a_report_of_a_hundred_thousand_rows_is_read_back_whole_and_by_page() {
    let store = store();
    let report = kept(&store, 100_000).await;
    let id = &report.summary.id;
    let read = store.syncs().get(id).await.unwrap();
    assert!(read == report, "every row is there, and as it was");
    let first = store.syncs().first(id).await.unwrap();
    assert_eq!((first.rows.len(), &first.counts), (REPORT_ROWS, &report.counts));
    assert_eq!(first.rows[0].outcome, SyncOutcome::Gone, "what went wrong stands first");
    assert_eq!(store.syncs().rows(id, 50_123).await.unwrap(), report.rows[50_123..50_500]);
    assert_eq!(store.syncs().rows(id, 99_500).await.unwrap(), report.rows[99_500..]);
    assert_eq!(store.syncs().rows(id, 100_000).await.unwrap(), []);
}

#[tokio::test]
async fn a_damaged_report_says_so_and_is_no_report_that_never_was() {
    let store = store();
    let report = kept(&store, 1200).await;
    let id = &report.summary.id;
    let code = |error: Error| error.code.into_owned();
    let mut part = store
        .0
        .table
        .get(&rows::key(&images::pk(id), "ended#00001#000"))
        .await
        .unwrap()
        .unwrap();
    part.insert("data".to_owned(), dynadesk_shared::AttributeValue::B(vec![0xFF; 20]));
    store.0.table.put(&part, None).await.unwrap();
    assert_eq!(code(store.syncs().get(id).await.unwrap_err()), "sync_damaged");
    assert_eq!(code(store.syncs().rows(id, 500).await.unwrap_err()), "sync_damaged");
    assert_eq!(
        store.syncs().first(id).await.unwrap().rows.len(),
        REPORT_ROWS,
        "what is whole is shown"
    );

    // The list has it all the same, and one that never was is not found.
    assert_eq!(store.syncs().list().await.unwrap().syncs[0].id, *id);
    let other = store.syncs().summary(String::new(), 0, None).id;
    assert_eq!(code(store.syncs().get(&other).await.unwrap_err()), "sync_not_found");
}
