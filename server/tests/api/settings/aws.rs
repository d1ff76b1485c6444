//! What only AWS has, against a stand-in that answers as its documentation does and writes down what
//! it was asked.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use dynadesk_shared::api::settings::{SettingsChange, SettingsChanged, WarmThroughput};
use serde_json::{Value, json};

use super::{Desk, units};
use crate::engine_story::at;

/// A table as AWS describes one, and the answers that are set for other operations.
struct Aws {
    table: Mutex<Value>,
    /// A status and a body.
    answers: Mutex<BTreeMap<&'static str, (u16, Value)>>,
    asked: Mutex<Vec<(String, Value)>>,
    /// How many descriptions after an update are answered with `UPDATING`, and how many are left.
    slow: AtomicU32,
    updating: AtomicU32,
}

impl Aws {
    async fn start() -> (Arc<Self>, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let no_policy = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#PolicyNotFoundException",
            "message": "Resource-based policy not found for the provided ResourceArn",
        });
        let aws = Arc::new(Self {
            table: Mutex::new(table()),
            answers: Mutex::new(BTreeMap::from([
                (
                    "DescribeTimeToLive",
                    (200, json!({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})),
                ),
                (
                    "ListTagsOfResource",
                    (200, json!({"Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "orders"}]})),
                ),
                ("GetResourcePolicy", (400, no_policy)),
                ("PutResourcePolicy", (200, json!({"RevisionId": "1709841168699"}))),
            ])),
            asked: Mutex::default(),
            slow: AtomicU32::new(0),
            updating: AtomicU32::new(0),
        });
        let router = Router::new().route("/", post(answer)).with_state(aws.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (aws, url)
    }

    fn answers(&self, operation: &'static str, status: u16, body: Value) {
        self.answers.lock().unwrap().insert(operation, (status, body));
    }

    fn change(&self, change: impl FnOnce(&mut Value)) {
        change(&mut self.table.lock().unwrap());
    }

    /// The requests that change something.
    fn changes(&self) -> Vec<(String, Value)> {
        let asked = self.asked.lock().unwrap();
        let reads = ["Describe", "List", "Get"];
        asked
            .iter()
            .filter(|(operation, _)| !reads.iter().any(|word| operation.starts_with(word)))
            .cloned()
            .collect()
    }
}

fn table() -> Value {
    let warm = json!({"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"});
    json!({
        "TableName": "orders", "TableStatus": "ACTIVE", "ItemCount": 1_000_000, "TableSizeBytes": 99,
        "TableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"},
        ],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": 1_700_000_000.5},
        "TableClassSummary": {"TableClass": "STANDARD", "LastUpdateDateTime": 1_700_000_000.0},
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 2, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        "WarmThroughput": warm,
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-at", "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}], "IndexStatus": "ACTIVE",
            "Projection": {"ProjectionType": "ALL"}, "WarmThroughput": warm, "ItemCount": 1_000_000, "IndexSizeBytes": 9,
            "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        }],
    })
}

async fn answer(State(aws): State<Arc<Aws>>, headers: HeaderMap, body: String) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap().to_owned();
    let request: Value = serde_json::from_str(&body).unwrap();
    aws.asked.lock().unwrap().push((operation.clone(), request));
    let mut table = aws.table.lock().unwrap().clone();
    let set = aws.answers.lock().unwrap().get(operation.as_str()).cloned();
    let (status, body) = match (set, operation.as_str()) {
        (Some(set), _) => set,
        (None, "DescribeTable") => {
            let left = aws.updating.load(Ordering::SeqCst);
            if left > 0 {
                aws.updating.store(left - 1, Ordering::SeqCst);
                table["TableStatus"] = "UPDATING".into();
            }
            (200, json!({"Table": table}))
        }
        (None, "UpdateTable") => {
            aws.updating.store(aws.slow.load(Ordering::SeqCst), Ordering::SeqCst);
            (200, json!({"TableDescription": table}))
        }
        (None, other) => panic!("nobody expected {other}"),
    };
    let body = [("content-type", "application/x-amz-json-1.0")]
        .into_response()
        .map(|_| Json(body).into_response().into_body());
    (StatusCode::from_u16(status).unwrap(), body).into_response()
}

fn change(value: Value) -> SettingsChange {
    serde_json::from_value(value).unwrap()
}

macro_rules! desk {
    ($aws:ident, $desk:ident) => {
        let ($aws, url) = Aws::start().await;
        let app = at(&url).await;
        let $desk = Desk {
            app: &app,
            connection: "peer",
            table: "orders",
        };
    };
}

#[tokio::test]
async fn what_is_counted_is_shown() {
    desk!(aws, desk);
    let view = desk.view().await;
    assert_eq!(view.unread.len(), 0);
    assert_eq!(view.spent.on_demand_since.as_deref(), Some("2023-11-14T22:13:20.5Z"));
    assert_eq!((view.spent.decreases_today, view.spent.class_changed_at.is_some()), (2, true));
    assert_eq!(view.resource_policy, None);
    assert_eq!(json!(view.encryption), json!({"kind": "aws_owned"}));
    aws.change(|table| {
        table["SSEDescription"] = json!({"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "arn:aws:kms:us-east-1:1:key/k"});
    });
    assert_eq!(
        json!(desk.view().await.encryption),
        json!({"kind": "kms", "key": "arn:aws:kms:us-east-1:1:key/k"})
    );
    let refused = json!({"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "not authorized to perform dynamodb:GetResourcePolicy"});
    aws.answers("GetResourcePolicy", 400, refused);
    let view = desk.view().await;
    assert!(view.unread["resource_policy"].contains("not authorized"), "{:?}", view.unread);
}

#[tokio::test]
async fn warm_throughput_is_raised_for_the_table_and_an_index() {
    desk!(aws, desk);
    let view = desk.view().await;
    assert_eq!(
        view.warm_throughput.indexes["by-at"],
        WarmThroughput {
            read_units_per_second: 12_000,
            write_units_per_second: 4_000
        }
    );
    let warm = |read: u64| json!({"ReadUnitsPerSecond": read, "WriteUnitsPerSecond": 4000});
    let wanted = change(json!({"warm_throughput": {"table": warm(15_000), "indexes": {"by-at": warm(13_000)}}}));
    let changed: SettingsChanged = desk.ask(&wanted).await.json();
    let sent = aws.changes();
    assert_eq!(
        sent,
        [("UpdateTable".to_owned(), changed.exchanges[0].request.clone())],
        "what is shown is what is sent"
    );
    let update = json!([{"Update": {"IndexName": "by-at", "WarmThroughput": warm(13_000)}}]);
    let whole = json!({"TableName": "orders", "WarmThroughput": warm(15_000), "GlobalSecondaryIndexUpdates": update});
    assert_eq!(sent[0].1, whole);
    let less = change(json!({"warm_throughput": {"table": warm(11_000)}}));
    desk.ask(&less).await.refused(400, "invalid_setting");
}

#[tokio::test]
async fn every_change_of_the_table_is_sent_as_it_is_shown() {
    desk!(aws, desk);
    let both = json!({"mode": "PROVISIONED", "table": units(5, 5), "indexes": {"by-at": units(3, 3)}});
    for wanted in [
        json!({"capacity": both}),
        json!({"on_demand_maximum": {"table": {"MaxReadRequestUnits": 4}, "indexes": {"by-at": {"MaxWriteRequestUnits": 2}}}}),
        super::by_place(),
        json!({"remove_index": "by-at"}),
        json!({"stream": "NEW_AND_OLD_IMAGES"}),
        json!({"deletion_protection": true}),
        json!({"table_class": "STANDARD_INFREQUENT_ACCESS"}),
        json!({"tags": {"aws:cloudformation:stack-name": "orders", "a": "b"}}),
        json!({"encryption": {"kind": "aws_managed"}}),
        json!({"encryption": {"kind": "kms", "key": "alias/orders"}}),
    ] {
        aws.asked.lock().unwrap().clear();
        aws.answers("TagResource", 200, json!({}));
        let changed: SettingsChanged = desk.ask(&change(wanted)).await.json();
        let shown: Vec<_> = changed
            .exchanges
            .into_iter()
            .map(|exchange| (exchange.operation, exchange.request))
            .collect();
        assert_eq!(aws.changes(), shown);
    }
}

#[tokio::test]
async fn the_engine_itself_keeps_a_policy_that_another_has_put() {
    desk!(aws, desk);
    let statement =
        json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "dynamodb:*", "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let put = SettingsChange::ResourcePolicy(Some(policy.clone()));
    desk.ask(&put).await.json::<SettingsChanged>();
    let (operation, request) = &aws.changes()[0];
    assert_eq!((operation.as_str(), &request["Policy"]), ("PutResourcePolicy", &json!(policy)));
    assert_eq!(request["ExpectedRevisionId"], "NO_POLICY");
    // Between our look and our write: AWS refuses by the revision.
    let other = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#PolicyNotFoundException",
        "message": "The provided revision ID does not match",
    });
    aws.answers("PutResourcePolicy", 400, other);
    desk.ask(&put).await.refused(409, "settings_changed");
    let broken = SettingsChange::ResourcePolicy(Some(policy.replace("Allow", "Maybe")));
    let error = desk.ask(&broken).await.refused(400, "invalid_setting");
    assert!(error.fields[0].message.starts_with("line 1, column "), "{}", error.message);
}

#[tokio::test]
async fn an_index_that_is_being_filled_is_seen_and_can_be_given_up() {
    desk!(aws, desk);
    aws.change(|table| {
        table["TableStatus"] = "UPDATING".into();
        table["GlobalSecondaryIndexes"][0]["IndexStatus"] = "CREATING".into();
        table["GlobalSecondaryIndexes"][0]["Backfilling"] = true.into();
    });
    let view = desk.view().await;
    assert_eq!((view.status.as_str(), view.indexes[0].backfilling), ("UPDATING", true));
    let error = desk
        .ask(&change(json!({"deletion_protection": true})))
        .await
        .refused(400, "invalid_setting");
    assert!(error.message.contains("by-at is CREATING"), "{}", error.message);
    desk.ask(&change(json!({"remove_index": "by-at"}))).await.json::<SettingsChanged>();
    assert_eq!(aws.changes().len(), 1);
}

#[tokio::test]
async fn another_view_of_a_stream_waits_until_the_first_is_off() {
    desk!(aws, desk);
    aws.change(|table| {
        table["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"});
        table["LatestStreamArn"] = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2024".into();
    });
    let wanted = SettingsChange::Stream(Some("KEYS_ONLY".to_owned()));
    aws.slow.store(2, Ordering::SeqCst);
    desk.ask(&wanted).await.json::<SettingsChanged>();
    let sent = aws.changes();
    assert_eq!(sent[0].1["StreamSpecification"], json!({"StreamEnabled": false}));
    assert_eq!(sent[1].1["StreamSpecification"]["StreamViewType"], "KEYS_ONLY");
    let order: Vec<_> = aws.asked.lock().unwrap().iter().map(|(operation, _)| operation.clone()).collect();
    let first = order.iter().position(|operation| operation == "UpdateTable").unwrap();
    let between = order[first + 1..]
        .iter()
        .take_while(|operation| *operation == "DescribeTable")
        .count();
    assert_eq!(between, 3, "twice it was not yet active");
}

#[tokio::test]
async fn a_change_that_stops_in_the_middle_says_what_was_done() {
    desk!(aws, desk);
    aws.answers("ListTagsOfResource", 200, json!({"Tags": [{"Key": "old", "Value": "1"}]}));
    aws.answers("TagResource", 200, json!({}));
    let refused =
        json!({"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "not authorized to perform dynamodb:UntagResource"});
    aws.answers("UntagResource", 400, refused);
    let error = desk
        .ask(&change(json!({"tags": {"new": "2"}})))
        .await
        .refused(403, "settings_half_done");
    assert!(error.message.starts_with("TagResource was carried out"), "{}", error.message);
    assert_eq!(error.engine_code.as_deref(), Some("AccessDeniedException"));
}
