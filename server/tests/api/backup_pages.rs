//! Long lists of backups, exports and imports, behind a stand-in that gives out pages as documented: by
//! `ExclusiveStartBackupArn`, and by `NextToken`.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::http::HeaderMap;
use dynadesk_shared::api::backups::BackupsView;
use serde_json::{Value, json};

use crate::support::TestApp;

const ARN: &str = "arn:aws:dynamodb:us-east-1:111122223333:table/notes";
const PATH: &str = "/api/c/peer/tables/notes/backups";
/// More than two pages of each list, and the last one is not full.
const BACKUPS: usize = 250;
const TRANSFERS: usize = 60;

async fn long_lists() -> (TestApp, Arc<Mutex<Vec<(String, Value)>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    let answer = move |headers: HeaderMap, body: String| {
        let log = log.clone();
        async move {
            let operation = headers["x-amz-target"].to_str().unwrap().rsplit('.').next().unwrap().to_owned();
            let request: Value = serde_json::from_str(&body).unwrap();
            let answer = answer(&operation, &request);
            log.lock().unwrap().push((operation, request));
            Json(answer)
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (crate::backups::at(&url).await, asked)
}

/// The number behind the last slash of an ARN.
fn number(arn: &Value) -> usize {
    arn.as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

/// One page of a list that begins with a token of the form `after-25`.
fn page(request: &Value, size: &str) -> (std::ops::Range<usize>, Option<String>) {
    let size = usize::try_from(request[size].as_u64().unwrap()).unwrap();
    let token = request["NextToken"].as_str();
    let first = token.map_or(0, |token| token.strip_prefix("after-").unwrap().parse().unwrap());
    let end = (first + size).min(TRANSFERS);
    (first..end, (end < TRANSFERS).then(|| format!("after-{end}")))
}

fn answer(operation: &str, request: &Value) -> Value {
    match operation {
        "DescribeTable" => json!({"Table": {
            "TableName": "notes", "TableStatus": "ACTIVE", "TableArn": ARN,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        }}),
        "DescribeContinuousBackups" => json!({"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "DISABLED"}}),
        "ListBackups" => {
            let first = request.get("ExclusiveStartBackupArn").map_or(0, |arn| number(arn) + 1);
            let end = (first + usize::try_from(request["Limit"].as_u64().unwrap()).unwrap()).min(BACKUPS);
            let of = |at: usize| {
                json!({
                    "TableName": "notes", "BackupArn": format!("{ARN}/backup/{at}"), "BackupName": format!("b-{at}"),
                    // The list is in no order of time: the newest is its very last.
                    "BackupCreationDateTime": 1_700_000_000 + at, "BackupStatus": "AVAILABLE", "BackupType": "USER", "BackupSizeBytes": 1,
                })
            };
            let mut answer = json!({"BackupSummaries": (first..end).map(of).collect::<Vec<_>>()});
            if end < BACKUPS {
                answer["LastEvaluatedBackupArn"] = json!(format!("{ARN}/backup/{}", end - 1));
            }
            answer
        }
        "ListExports" => {
            let (range, next) = page(request, "MaxResults");
            let all: Vec<_> = range.map(|at| json!({"ExportArn": format!("{ARN}/export/{at}")})).collect();
            with_next(json!({"ExportSummaries": all}), next)
        }
        "ListImports" => {
            let (range, next) = page(request, "PageSize");
            let all: Vec<_> = range.map(|at| json!({"ImportArn": format!("{ARN}/import/{at}")})).collect();
            with_next(json!({"ImportSummaryList": all}), next)
        }
        "DescribeExport" => json!({"ExportDescription": {
            "ExportArn": request["ExportArn"], "ExportStatus": "COMPLETED", "ExportFormat": "ION", "S3Bucket": "exports",
            "StartTime": 1_700_000_000 + number(&request["ExportArn"]),
        }}),
        "DescribeImport" => json!({"ImportTableDescription": {
            "ImportArn": request["ImportArn"], "ImportStatus": "COMPLETED", "TableArn": ARN, "InputFormat": "ION",
            "S3BucketSource": {"S3Bucket": "in"}, "StartTime": 1_700_000_000 + number(&request["ImportArn"]),
        }}),
        other => panic!("nobody expected {other}"),
    }
}

fn with_next(mut answer: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    answer
}

#[tokio::test]
async fn each_list_is_read_to_the_page_that_is_asked_for() {
    let (app, asked) = long_lists().await;
    let first: BackupsView = app.get(PATH).await.json();
    assert_eq!((first.backups.len(), first.exports.len(), first.imports.len()), (100, 25, 25));
    assert!(first.more_backups && first.more_exports && first.more_imports);

    asked.lock().unwrap().clear();
    let second: BackupsView = app.get(&format!("{PATH}?backups=2&imports=3")).await.json();
    assert_eq!((second.backups.len(), second.exports.len(), second.imports.len()), (200, 25, 60));
    assert!(second.more_backups && second.more_exports && !second.more_imports);
    // What is shown as asked is what was asked, with the service's own tokens.
    let lists = |all: Vec<(String, Value)>| -> Vec<(String, Value)> {
        let mut lists: Vec<_> = all.into_iter().filter(|(operation, _)| operation.starts_with("List")).collect();
        lists.sort_by(|(one, _), (other, _)| one.cmp(other));
        lists
    };
    let shown = second
        .exchanges
        .iter()
        .map(|exchange| (exchange.operation.clone(), exchange.request.clone()));
    let shown = lists(shown.collect());
    let sent = lists(asked.lock().unwrap().clone());
    assert_eq!(shown, sent);
    assert_eq!(sent.len(), 2 + 1 + 3);
    assert_eq!(sent[1].1["ExclusiveStartBackupArn"], format!("{ARN}/backup/99"));
    assert_eq!(sent[5].1["NextToken"], "after-50");

    // All of them, each once, the newest first whatever the order in which the pages came.
    let whole: BackupsView = app.get(&format!("{PATH}?backups=9&exports=9")).await.json();
    let names: Vec<_> = whole.backups.iter().map(|backup| backup.name.clone()).collect();
    assert_eq!(names, (0..BACKUPS).rev().map(|at| format!("b-{at}")).collect::<Vec<_>>());
    assert!(!whole.more_backups && !whole.more_exports && whole.exports.len() == TRANSFERS);
    let started: Vec<_> = whole.exports.iter().map(|export| export.started).collect();
    assert!(started.is_sorted_by(|one, next| one > next));
}

#[tokio::test]
async fn how_many_pages_is_a_number_within_reason() {
    let (app, asked) = long_lists().await;
    for query in ["backups=0", "exports=41", "imports=99999"] {
        app.get(&format!("{PATH}?{query}")).await.refused(400, "invalid_pages");
    }
    for query in ["backups=-1", "backups=many", "backup=2"] {
        app.get(&format!("{PATH}?{query}")).await.refused(400, "invalid_query");
    }
    assert!(asked.lock().unwrap().is_empty());
}
