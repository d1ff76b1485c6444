//! Reports of many rows: the first with the answer, the rest by page and as a file.

use std::collections::BTreeMap;

use dynadesk_shared::api::identity::{Choice, REPORT_ROWS, SyncEnd, SyncOutcome, SyncReport, SyncRow, SyncRows, SyncState};
use dynadesk_shared::api::paths::{self, fill};
use serde_json::json;

use super::{add_many, app, ids, planned, synced};
use crate::support::TestApp;
use crate::support::cognito::Cognito;
use crate::support::postgres::Postgres;

/// Every row of a report, as a browser reads them.
async fn all(app: &TestApp, report: &SyncReport) -> Vec<SyncRow> {
    let path = fill(paths::IDENTITY_SYNC_ROWS, &[&report.summary.id]);
    let mut rows = report.rows.clone();
    loop {
        let page: SyncRows = app.post(&path, &json!({"offset": rows.len()})).await.json();
        if page.rows.is_empty() {
            return rows;
        }
        rows.extend(page.rows);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_of_two_thousand_rows_comes_by_page() {
    let postgres = Postgres::start().await;
    let pool = postgres.pool().await;
    let users = add_many(&pool, 2000).await;
    let cognito = Cognito::start(users).await;
    let app = app(&postgres, &cognito).await;

    // One row that is no longer as planned keeps all others from being written, and stands first.
    let plan = planned(&app).await;
    sqlx::query("UPDATE public.users SET cognito_user_id = 'other' WHERE handle = 'u999'")
        .execute(&pool)
        .await
        .unwrap();
    let report = synced(&app, &plan, Choice::Except(Vec::new())).await;
    assert_eq!((report.summary.state, report.rows.len()), (SyncState::Nothing, REPORT_ROWS));
    assert_eq!(report.counts, BTreeMap::from([(SyncEnd::Changed, 1), (SyncEnd::NotWritten, 1999)]));
    assert_eq!(report.rows[0].handle, "u999");

    let report = synced(&app, &planned(&app).await, Choice::Except(Vec::new())).await;
    assert_eq!(report.counts, BTreeMap::from([(SyncEnd::Written, 2000)]));
    let path = fill(paths::IDENTITY_SYNC, &[&report.summary.id]);
    let read: SyncReport = app.get(&path).await.json();
    assert_eq!(read, report, "what was answered is what is kept");
    let rows = all(&app, &report).await;
    let mut handles: Vec<&str> = rows.iter().map(|row| row.handle.as_str()).collect();
    handles.sort_unstable();
    handles.dedup();
    assert_eq!((rows.len(), handles.len()), (2000, 2000));
    assert!(rows.iter().all(|row| row.outcome == SyncOutcome::Written));
    let csv = app.get(&fill(paths::IDENTITY_SYNC_CSV, &[&report.summary.id])).await;
    assert_eq!(csv.text().lines().count(), 2001);

    let undone: SyncReport = app
        .post(&fill(paths::IDENTITY_SYNC_UNDO, &[&report.summary.id]), &json!({}))
        .await
        .json();
    assert_eq!(
        (undone.summary.state, undone.rows.len(), undone.counts),
        (SyncState::Done, REPORT_ROWS, BTreeMap::from([(SyncEnd::Written, 2000)]))
    );
    assert_eq!(ids(&pool).await.iter().filter(|(_, id)| id == "MOCK").count(), 1999);
}
