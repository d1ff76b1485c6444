//! The chain: what was changed or taken out is found, and it goes on after a restart.

use super::*;

/// Where the store has the entry at a place.
async fn stored(app: &TestApp, seq: u64) -> (String, Value) {
    let scan = json!({"limit": 1000});
    let items: Value = app.post(&fill(paths::ITEMS_SCAN, &[LOCAL, "desk"]), &scan).await.json();
    let found = items["items"].as_array().unwrap().iter().find(|item| {
        let pk = item["pk"]["S"].as_str().unwrap();
        pk.starts_with("AUDIT#") && item["sk"]["S"] == format!("{seq:020}")
    });
    let item = found.unwrap_or_else(|| panic!("{items}")).clone();
    let (pk, sk) = (item["pk"]["S"].as_str().unwrap(), item["sk"]["S"].as_str().unwrap());
    (format!("WHERE pk = '{pk}' AND sk = '{sk}'"), item)
}

#[tokio::test]
async fn an_entry_that_is_changed_or_taken_out_is_found() {
    let app = open_store().await;
    assert_eq!(verified(&app).await, None);
    let (place, item) = stored(&app, 3).await;
    let evil = item["entry"]["S"]
        .as_str()
        .unwrap()
        .replace("partiql", "nothing")
        .replace('\'', "''");
    let changed = run(&app, &format!("UPDATE desk SET \"entry\" = '{evil}' {place}")).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let (seq, what) = verified(&app).await.unwrap();
    assert!(seq == 3 && what.contains("changed"), "{what}");
    let gone = run(&app, &format!("DELETE FROM desk {place}")).await;
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(verified(&app).await.unwrap(), (3, "entry 3 is missing".to_owned()));
}

#[tokio::test]
async fn a_restart_goes_on_with_the_chain() {
    let data = tempfile::TempDir::new().unwrap();
    for table in ["one", "two"] {
        let app = crate::store_story::in_file(&data).await;
        app.create_table(pk_sk_table(table)).await;
        assert_eq!(verified(&app).await, None);
    }
    let app = crate::store_story::in_file(&data).await;
    let rows = rows(&app, "").await;
    assert_eq!(
        operations(&rows),
        ["create_table", "verify_audit_log", "create_table", "verify_audit_log"]
    );
    assert!(
        rows.windows(2)
            .all(|two| two[1].entry.before == two[0].hash && two[1].entry.server == two[0].entry.server)
    );
}

#[tokio::test]
async fn what_is_older_than_the_log_is_kept_may_be_gone() {
    let first = open_store().await;
    let year = 366 * 86_400 * 1_000_000;
    let now = first.state.clock.now();
    first.state.clock.set(now + year);
    assert!(page(&first, "").await.rows.is_empty());
    assert_eq!(run(&first, "INSERT INTO notes VALUE {'pk': 'd', 'sk': '1'}").await.status, 200);
    let newest = page(&first, "").await.rows;
    assert_eq!(newest.iter().map(|row| row.entry.seq).collect::<Vec<_>>(), [5]);
    assert_eq!(verified(&first).await, None);
    let (place, _) = stored(&first, 1).await;
    assert_eq!(run(&first, &format!("DELETE FROM desk {place}")).await.status, 200);
    assert_eq!(verified(&first).await, None);
}
