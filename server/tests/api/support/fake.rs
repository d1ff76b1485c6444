//! A stand-in for DynamoDB at the wire that throttles on demand: what no engine of ours can be
//! made to do at a given moment. It keeps items by `pk` and `sk` and counts what it refused.
//! An item with an attribute `poison` is invalid to it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::post};
use dynadesk_server::config::Config;
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::endpoint;

pub struct Fake {
    pub items: Mutex<BTreeMap<String, Value>>,
    /// Items that are still taken; after them every write is throttled.
    room: AtomicI64,
    /// Write requests that are yet to be disturbed, every second with an exception.
    trouble: AtomicI64,
    /// Whether there is capacity for BatchGetItem.
    reads: AtomicBool,
    /// What somebody else puts under the key of the next PutItem, just before it.
    rival: Mutex<Option<Value>>,
    /// Answers to PutItem that are lost, although it is done.
    lost: AtomicI64,
    /// Whether PutItem and DeleteItem wait, and how many came while they did.
    held: watch::Sender<(bool, u64)>,
    pub throttled: watch::Sender<u64>,
    pub url: String,
}

impl Fake {
    pub async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Arc::new(Self {
            items: Mutex::default(),
            room: AtomicI64::new(i64::MAX),
            trouble: AtomicI64::new(0),
            reads: AtomicBool::new(true),
            rival: Mutex::default(),
            lost: AtomicI64::new(0),
            held: watch::Sender::new((false, 0)),
            throttled: watch::Sender::new(0),
            url: format!("http://{}", listener.local_addr().unwrap()),
        });
        let router = Router::new().route("/", post(answer)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    /// Disturbs this many write requests.
    pub fn disturb(&self, requests: i64) {
        self.trouble.store(requests, Ordering::SeqCst);
    }

    /// Takes no BatchGetItem any more.
    pub fn no_reads(&self) {
        self.reads.store(false, Ordering::SeqCst);
    }

    /// Loses the answers to this many PutItem, and does them.
    pub fn lose(&self, answers: i64) {
        self.lost.store(answers, Ordering::SeqCst);
    }

    /// Lets PutItem and DeleteItem wait.
    pub fn hold(&self) {
        self.held.send_replace((true, 0));
    }

    pub fn release(&self) {
        self.held.send_modify(|held| held.0 = false);
    }

    /// Returns when a write waits.
    pub async fn until_held(&self) {
        self.held.subscribe().wait_for(|held| held.1 > 0).await.unwrap();
    }

    /// An item of the partition `p`.
    pub fn item(&self, sk: &str) -> Option<Value> {
        let wanted = json!({"pk": {"S": "p"}, "sk": {"S": sk}});
        self.items.lock().unwrap().get(&key(&wanted)).cloned()
    }

    async fn pass(&self) {
        if self.held.borrow().0 {
            self.held.send_modify(|held| held.1 += 1);
        }
        self.held.subscribe().wait_for(|held| !held.0).await.unwrap();
    }

    /// Somebody else writes this item just before the next PutItem or DeleteItem.
    pub fn rival(&self, item: Value) {
        *self.rival.lock().unwrap() = Some(item);
    }

    /// Takes this many items more and then none.
    pub fn close_after(&self, items: i64) {
        self.room.store(items, Ordering::SeqCst);
    }

    pub fn open(&self) {
        self.room.store(i64::MAX, Ordering::SeqCst);
    }

    pub async fn until_throttled(&self, times: u64) {
        self.throttled.subscribe().wait_for(|count| *count >= times).await.unwrap();
    }

    pub fn len(&self) -> u64 {
        self.items.lock().unwrap().len() as u64
    }

    /// Adds a connection `fake` to a configuration.
    pub fn connect(&self, config: &mut Config) {
        config.connections.push(endpoint("fake", &self.url));
    }

    fn throttle(&self) {
        self.throttled.send_modify(|count| *count += 1);
    }

    fn take(&self, item: &Value) -> bool {
        if self.room.fetch_sub(1, Ordering::SeqCst) <= 0 {
            self.room.fetch_add(1, Ordering::SeqCst);
            return false;
        }
        self.items.lock().unwrap().insert(key(item), item.clone());
        true
    }
}

fn key(item: &Value) -> String {
    format!("{} {}", item["pk"]["S"], item["sk"]["S"])
}

async fn answer(State(fake): State<Arc<Fake>>, headers: HeaderMap, body: String) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let request: Value = serde_json::from_str(&body).unwrap();
    match target.rsplit('.').next().unwrap() {
        "DescribeTable" => ok(json!({"Table": {
            "TableName": request["TableName"], "TableStatus": "ACTIVE",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
        }})),
        "GetItem" => ok(json!({"Item": fake.items.lock().unwrap().get(&key(&request["Key"]))})),
        "BatchGetItem" if fake.reads.load(Ordering::SeqCst) => batch_get(&fake, &request),
        "BatchGetItem" => {
            fake.throttle();
            refuse("ProvisionedThroughputExceededException")
        }
        "PutItem" => {
            fake.pass().await;
            put(&fake, &request)
        }
        "DeleteItem" => {
            fake.pass().await;
            delete(&fake, &request)
        }
        "BatchWriteItem" => batch(&fake, &request),
        other => refuse(other),
    }
}

fn put(fake: &Fake, request: &Value) -> Response {
    let item = &request["Item"];
    if item["poison"].is_object() {
        return refuse("ValidationException");
    }
    if let Some(condition) = request["ConditionExpression"].as_str() {
        let free = condition.starts_with("attribute_not_exists");
        if free == fake.items.lock().unwrap().contains_key(&key(item)) {
            return refuse("ConditionalCheckFailedException");
        }
    }
    let rival = fake.rival.lock().unwrap().take();
    if let Some(rival) = rival {
        fake.items.lock().unwrap().insert(key(&rival), rival);
    }
    let old = fake.items.lock().unwrap().get(&key(item)).cloned();
    if fake.trouble.fetch_sub(1, Ordering::SeqCst) > 0 || !fake.take(item) {
        fake.throttle();
        return refuse("ProvisionedThroughputExceededException");
    }
    if fake.lost.fetch_sub(1, Ordering::SeqCst) > 0 {
        return lost();
    }
    told(old, request)
}

fn told(old: Option<Value>, request: &Value) -> Response {
    match old.filter(|_| request["ReturnValues"] == "ALL_OLD") {
        Some(old) => ok(json!({"Attributes": old})),
        None => ok(json!({})),
    }
}

fn lost() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, refuse("InternalServerError").into_body()).into_response()
}

fn batch_get(fake: &Fake, request: &Value) -> Response {
    let (table, wanted) = request["RequestItems"].as_object().unwrap().iter().next().unwrap();
    let items = fake.items.lock().unwrap();
    let keys = wanted["Keys"].as_array().unwrap().iter();
    let found: Vec<&Value> = keys.filter_map(|wanted| items.get(&key(wanted))).collect();
    ok(json!({"Responses": {table: found}}))
}

/// A disturbed deletion is done, and its answer is lost.
fn delete(fake: &Fake, request: &Value) -> Response {
    let rival = fake.rival.lock().unwrap().take();
    let mut items = fake.items.lock().unwrap();
    items.extend(rival.map(|rival| (key(&rival), rival)));
    match items.remove(&key(&request["Key"])) {
        None => refuse("ConditionalCheckFailedException"),
        Some(_) if fake.trouble.fetch_sub(1, Ordering::SeqCst) > 0 => lost(),
        old => told(old, request),
    }
}

fn batch(fake: &Fake, request: &Value) -> Response {
    let (table, writes) = request["RequestItems"].as_object().unwrap().iter().next().unwrap();
    let writes = writes.as_array().unwrap();
    assert!(writes.len() <= 25);
    let trouble = fake.trouble.fetch_sub(1, Ordering::SeqCst);
    if trouble > 0 && trouble % 2 == 0 {
        fake.throttle();
        return refuse("ProvisionedThroughputExceededException");
    }
    let taken = if trouble > 0 { writes.len() / 5 } else { writes.len() };
    if writes.iter().any(|write| write["PutRequest"]["Item"]["poison"].is_object()) {
        return refuse("ValidationException");
    }
    let mut left = Vec::new();
    for (at, write) in writes.iter().enumerate() {
        if at >= taken || !fake.take(&write["PutRequest"]["Item"]) {
            left.push(write.clone());
        }
    }
    let mut unprocessed = Map::new();
    if !left.is_empty() {
        fake.throttle();
        unprocessed.insert(table.clone(), Value::Array(left));
    }
    ok(json!({"UnprocessedItems": unprocessed}))
}

fn ok(body: Value) -> Response {
    (
        [("content-type", "application/x-amz-json-1.0")],
        Json(body).into_response().into_body(),
    )
        .into_response()
}

fn refuse(code: &str) -> Response {
    let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "slow down"});
    (StatusCode::BAD_REQUEST, ok(body)).into_response()
}
