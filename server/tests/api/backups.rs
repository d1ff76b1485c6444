//! Backups, point-in-time recovery, export and import: on ministack, which has them, and behind a
//! stand-in that replays DynamoDB's documented answers for what ministack does otherwise.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use dynadesk_shared::api::backups::BackupsView;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::{TableCreate, TableNames, TableView};
use serde_json::{Value, json};

use crate::support::ministack::Ministack;
use crate::support::{TestApp, endpoint, pk_sk_table};

const BACKUPS: &str = "/api/c/peer/tables/notes/backups";
const RECOVERY: &str = "/api/c/peer/tables/notes/recovery";
const RESTORE: &str = "/api/c/peer/tables/notes/restore";
const EXPORTS: &str = "/api/c/peer/tables/notes/exports";
const IMPORTS: &str = "/api/c/peer/imports";

pub async fn at(url: &str) -> TestApp {
    marked(url, false).await
}

async fn marked(url: &str, production: bool) -> TestApp {
    let mut peer = endpoint("peer", url);
    peer.production = production;
    TestApp::with(|config| config.connections.push(peer)).await
}

async fn view(app: &TestApp) -> BackupsView {
    app.get(BACKUPS).await.json()
}

#[tokio::test]
async fn ministack_backs_up_restores_exports_and_imports() {
    let peer = Ministack::start().await;
    let app = at(&peer.url).await;
    let create = TableCreate {
        request: pk_sk_table("notes"),
        ttl_attribute: None,
    };
    app.post("/api/c/peer/tables", &create).await.json::<Value>();
    let lines = "{\"pk\":\"1\",\"sk\":\"1\"}\n{\"pk\":\"2\",\"sk\":\"1\"}\n";
    let seed = crate::support::seed::request(crate::support::seed::text(lines));
    crate::support::seed::seed_on(&app, "peer", "notes", &seed).await;

    // A restore by time and an export need recovery.
    let by_time = json!({"target": "then", "from": "latest_time"});
    let error = app.post(RESTORE, &by_time).await.refused(400, "invalid_restore");
    assert_eq!(error.fields[0].field, "from");
    let export = json!({"bucket": "exports", "format": "DYNAMODB_JSON", "what": {"full": {"at": null}}});
    app.post(EXPORTS, &export).await.refused(400, "invalid_export");
    let sent: Exchange = app
        .put(RECOVERY, &json!({"on": true, "days": 7, "seen": {"on": false, "days": 35}}))
        .await
        .json();
    assert_eq!(sent.request["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"], 7);
    let recovery = view(&app).await.recovery.unwrap();
    assert!(recovery.on && recovery.latest.is_some());

    app.post(RESTORE, &by_time).await.json::<Exchange>();
    app.post(RESTORE, &by_time).await.refused(409, "table_exists");
    let then: TableView = app.get("/api/c/peer/tables/then").await.json();
    assert_eq!(then.name, "then");

    app.post(BACKUPS, &json!({"name": "before-it"})).await.json::<Exchange>();
    let backup = view(&app).await.backups.remove(0);
    assert_eq!((backup.name.as_str(), backup.status.as_str()), ("before-it", "AVAILABLE"));
    let from_backup = json!({"target": "again", "from": {"backup": backup.arn}, "billing": "PAY_PER_REQUEST"});
    app.post(RESTORE, &from_backup).await.json::<Exchange>();
    let page: Value = app.post("/api/c/peer/tables/again/items/scan", &json!({"limit": 10})).await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);

    let wrong = json!({"arn": backup.arn, "confirm": "before"});
    app.delete(BACKUPS, &wrong).await.refused(400, "confirmation_mismatch");
    let others = "/api/c/peer/tables/again/backups";
    let right = json!({"arn": backup.arn, "confirm": "before-it"});
    app.delete(others, &right).await.refused(400, "other_tables_backup");
    assert_eq!(view(&app).await.backups.len(), 1);
    app.delete(BACKUPS, &right).await.json::<Exchange>();
    assert_eq!(view(&app).await.backups, []);
    app.delete(BACKUPS, &right).await.refused(404, "backup_not_found");

    app.post(EXPORTS, &export).await.json::<Exchange>();
    let shown = view(&app).await;
    assert_eq!((shown.exports.len(), shown.exports[0].bucket.as_str()), (1, "exports"));
    assert_eq!(shown.unread, Vec::<String>::new());
    let asked: Vec<_> = shown.exchanges.iter().map(|exchange| exchange.operation.as_str()).collect();
    let expected = [
        "DescribeContinuousBackups",
        "ListBackups",
        "ListExports",
        "DescribeExport",
        "ListImports",
    ];
    assert_eq!(asked, expected);

    let import = json!({
        "bucket": "no-such-bucket", "format": "CSV", "compression": "NONE", "delimiter": ";", "target": "imported",
        "partition": {"name": "pk", "type": "S"}, "sort": {"name": "sk", "type": "N"},
    });
    let sent: Exchange = app.post(IMPORTS, &import).await.json();
    assert!(sent.request["ClientToken"].is_string());
    // It has no such bucket, and says so in the end.
    let ended = async {
        loop {
            let import = view(&app).await.imports.remove(0);
            if import.is_over() {
                return import;
            }
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(std::time::Duration::from_secs(30), ended).await.unwrap();
    assert_eq!((ended.table.as_str(), ended.status.as_str()), ("imported", "FAILED"));
    assert!(ended.failure.is_some());
}

#[tokio::test]
async fn what_the_embedded_engine_lacks_is_refused_with_its_reason() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let table = "/api/c/local/tables/notes";
    let shown: BackupsView = app.get(&format!("{table}/backups")).await.json();
    assert_eq!(shown, BackupsView::default());
    let why = |error: dynadesk_shared::api::error::ErrorBody| assert!(error.message.contains("embedded engine"), "{}", error.message);
    why(app
        .post(&format!("{table}/backups"), &json!({"name": "one"}))
        .await
        .refused(400, "unsupported_by_engine"));
    why(app
        .put(
            &format!("{table}/recovery"),
            &json!({"on": true, "seen": {"on": false, "days": 35}}),
        )
        .await
        .refused(400, "unsupported_by_engine"));
    let restore = json!({"target": "two", "from": "latest_time"});
    why(app
        .post(&format!("{table}/restore"), &restore)
        .await
        .refused(400, "unsupported_by_engine"));
    let import =
        json!({"bucket": "abc", "format": "ION", "compression": "NONE", "target": "two", "partition": {"name": "pk", "type": "S"}});
    why(app
        .post("/api/c/local/imports", &import)
        .await
        .refused(400, "unsupported_by_engine"));
    assert_eq!(app.get("/api/c/local/tables").await.json::<TableNames>().names, ["notes"]);
}

/// DynamoDB's answers as its documentation has them, and what was asked.
async fn documented() -> (TestApp, Arc<Mutex<Vec<(String, Value)>>>) {
    documented_at(false).await
}

async fn documented_at(production: bool) -> (TestApp, Arc<Mutex<Vec<(String, Value)>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    let answer = move |headers: HeaderMap, body: String| {
        let log = log.clone();
        async move {
            let operation = headers["x-amz-target"].to_str().unwrap().rsplit('.').next().unwrap().to_owned();
            let (status, answer) = documented_answer(&operation);
            log.lock().unwrap().push((operation, serde_json::from_str(&body).unwrap()));
            (StatusCode::from_u16(status).unwrap(), Json(answer))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (marked(&url, production).await, asked)
}

fn documented_answer(operation: &str) -> (u16, Value) {
    let arn = "arn:aws:dynamodb:us-east-1:111122223333:table/notes";
    let answer = match operation {
        "DescribeTable" => json!({"Table": {
            "TableName": "notes", "TableStatus": "ACTIVE", "TableArn": arn,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        }}),
        "DescribeContinuousBackups" => json!({"ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {
                "PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 14,
                "EarliestRestorableDateTime": 1_700_000_000.0, "LatestRestorableDateTime": 1_700_500_000.0,
            },
        }}),
        "ListBackups" => {
            let denied = "User is not authorized to perform: dynamodb:ListBackups";
            return (
                400,
                json!({"__type": "com.amazon.coral.service#AccessDeniedException", "message": denied}),
            );
        }
        "ListExports" => {
            json!({"ExportSummaries": [{"ExportArn": format!("{arn}/export/01"), "ExportStatus": "FAILED", "ExportType": "INCREMENTAL_EXPORT"}], "NextToken": "t"})
        }
        "DescribeExport" => json!({"ExportDescription": {
            "ExportArn": format!("{arn}/export/01"), "ExportStatus": "FAILED", "ExportType": "INCREMENTAL_EXPORT", "ExportFormat": "ION",
            "S3Bucket": "exports", "StartTime": 1_700_000_100.0, "FailureCode": "S3NoSuchBucket", "FailureMessage": "The specified bucket does not exist",
        }}),
        "ListImports" => json!({"ImportSummaryList": [{"ImportArn": format!("{arn}/import/01")}]}),
        "DescribeImport" => json!({"ImportTableDescription": {
            "ImportArn": format!("{arn}/import/01"), "ImportStatus": "IN_PROGRESS", "TableArn": arn, "InputFormat": "DYNAMODB_JSON",
            "InputCompressionType": "GZIP", "S3BucketSource": {"S3Bucket": "in", "S3KeyPrefix": "data/"}, "ProcessedItemCount": 120,
            "ImportedItemCount": 118, "ErrorCount": 2, "ProcessedSizeBytes": 4096, "CloudWatchLogGroupArn": "arn:aws:logs:x",
        }}),
        _ => json!({}),
    };
    (200, answer)
}

#[tokio::test]
async fn what_is_under_way_is_told_with_its_progress_and_its_failure() {
    let (app, _) = documented().await;
    let shown = view(&app).await;
    let recovery = shown.recovery.clone().unwrap();
    assert_eq!(
        (recovery.days, recovery.earliest, recovery.latest),
        (14, Some(1_700_000_000), Some(1_700_500_000))
    );
    // One part that is refused leaves the others.
    assert_eq!(shown.unread.len(), 1);
    assert!(shown.unread[0].contains("not authorized"), "{}", shown.unread[0]);
    assert_eq!(
        shown.exports[0].failure.as_deref(),
        Some("S3NoSuchBucket: The specified bucket does not exist")
    );
    assert!(shown.more_exports && shown.exports[0].is_over());
    let import = &shown.imports[0];
    assert_eq!((import.processed_items, import.imported_items, import.errors), (120, 118, 2));
    assert!(!import.is_over() && shown.moves());
}

#[tokio::test]
async fn nothing_is_sent_that_dynamodb_would_refuse_and_the_rest_is_sent_as_shown() {
    let (app, asked) = documented().await;
    for (path, body, code) in [
        (
            RESTORE,
            json!({"target": "then", "from": {"time": 1_699_999_999}}),
            "invalid_restore",
        ),
        (
            RESTORE,
            json!({"target": "notes", "from": {"time": 1_700_000_000}}),
            "invalid_restore",
        ),
        (RESTORE, json!({"target": "a/b", "from": {"backup": "arn"}}), "invalid_restore"),
        (
            EXPORTS,
            json!({"bucket": "Bad", "format": "ION", "what": {"full": {"at": null}}}),
            "invalid_export",
        ),
        (BACKUPS, json!({"name": "x"}), "invalid_backup"),
    ] {
        app.post(path, &body).await.refused(400, code);
    }
    app.put(RECOVERY, &json!({"on": true, "days": 36, "seen": {"on": true, "days": 14}}))
        .await
        .refused(400, "invalid_recovery");
    let writes = |asked: &[(String, Value)]| {
        asked
            .iter()
            .filter(|(name, _)| !name.starts_with("Describe") && !name.starts_with("List"))
            .count()
    };
    assert_eq!(writes(&asked.lock().unwrap()), 0);

    let increment = json!({"incremental": {"from": 1_700_000_000, "until": 1_700_003_600, "new_images_only": true}});
    let wanted = json!({"bucket": "exports", "prefix": "p/", "format": "ION", "what": increment});
    let shown: Exchange = app.post(EXPORTS, &wanted).await.json();
    let restore = json!({"target": "then", "from": {"time": 1_700_100_000}, "without_indexes": true});
    let restored: Exchange = app.post(RESTORE, &restore).await.json();
    let asked = asked.lock().unwrap();
    let sent = |operation: &str| asked.iter().find(|(name, _)| name == operation).unwrap().1.clone();
    assert_eq!(sent("ExportTableToPointInTime"), shown.request);
    assert_eq!(sent("RestoreTableToPointInTime"), restored.request);
}

#[tokio::test]
async fn recovery_is_changed_only_as_it_was_seen_and_lost_only_by_name() {
    let (app, asked) = documented().await;
    let seen = json!({"on": true, "days": 14});
    let stale = json!({"on": false, "seen": {"on": true, "days": 35}, "confirm": "notes"});
    let error = app.put(RECOVERY, &stale).await.refused(409, "recovery_changed");
    assert!(error.message.contains("14 days back"), "{}", error.message);
    for mut loses in [json!({"on": false}), json!({"on": true, "days": 13})] {
        loses["seen"] = seen.clone();
        app.put(RECOVERY, &loses).await.refused(409, "confirmation_needed");
        loses["confirm"] = json!("other");
        app.put(RECOVERY, &loses).await.refused(400, "confirmation_mismatch");
    }
    let changes = || {
        asked
            .lock()
            .unwrap()
            .iter()
            .filter(|(name, _)| name == "UpdateContinuousBackups")
            .count()
    };
    assert_eq!(changes(), 0);
    let off = json!({"on": false, "seen": seen, "confirm": "notes"});
    app.put(RECOVERY, &off).await.json::<Exchange>();
    let longer = json!({"on": true, "days": 35, "seen": seen});
    app.put(RECOVERY, &longer).await.json::<Exchange>();
    assert_eq!(changes(), 2);

    let (app, asked) = documented_at(true).await;
    app.put(RECOVERY, &longer).await.refused(409, "confirmation_needed");
    assert!(asked.lock().unwrap().iter().all(|(name, _)| name != "UpdateContinuousBackups"));
    let named = json!({"on": true, "days": 35, "seen": seen, "confirm": "notes"});
    app.put(RECOVERY, &named).await.json::<Exchange>();
}

#[tokio::test]
async fn on_production_a_backup_goes_nowhere_unasked() {
    let (app, asked) = documented_at(true).await;
    let backup = json!({"name": "before-it"});
    let restore = json!({"target": "then", "from": "latest_time"});
    let export = json!({"bucket": "exports", "format": "ION", "what": {"full": {"at": null}}});
    let import =
        json!({"bucket": "abc", "format": "ION", "compression": "NONE", "target": "two", "partition": {"name": "pk", "type": "S"}});
    for (path, mut body, name, operation) in [
        (BACKUPS, backup, "notes", "CreateBackup"),
        (RESTORE, restore, "notes", "RestoreTableToPointInTime"),
        (EXPORTS, export, "notes", "ExportTableToPointInTime"),
        (IMPORTS, import, "two", "ImportTable"),
    ] {
        let sent = || asked.lock().unwrap().iter().filter(|(name, _)| name == operation).count();
        app.post(path, &body).await.refused(409, "confirmation_needed");
        body["confirm"] = json!("other");
        app.post(path, &body).await.refused(400, "confirmation_mismatch");
        assert_eq!(sent(), 0, "{path}");
        body["confirm"] = json!(name);
        app.post(path, &body).await.json::<Exchange>();
        assert_eq!(sent(), 1, "{path}");
    }
}
