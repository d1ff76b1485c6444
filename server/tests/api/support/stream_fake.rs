//! A stand-in for DynamoDB Streams at the wire: shards that split, iterators that expire, records
//! that are trimmed, calls that are throttled, each when a test says so. It counts GetRecords.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::post};
use dynadesk_server::config::Config;
use dynadesk_server::engine::Engine;
use dynadesk_server::engine::remote::{StaticKeys, endpoint};
use serde_json::{Value, json};

pub const ARN: &str = "arn:aws:dynamodb:local:000000000000:table/t/stream/2026-01-01T00:00:00.000";

/// The key of a record whose kind no version knows.
pub const UNREADABLE: &str = "unreadable";

#[derive(Default)]
struct Shard {
    parent: Option<String>,
    /// Number and partition key.
    records: Vec<(u64, String)>,
    closed: bool,
    /// Numbers below are trimmed.
    horizon: u64,
    /// Empty pages that come before the next records.
    empty: u32,
    reads: u64,
}

#[derive(Default)]
struct Script {
    shards: BTreeMap<String, Shard>,
    number: u64,
    /// Iterators of an older generation have expired.
    generation: u64,
    throttle: u32,
    /// A number that nobody may begin after.
    poison: Option<String>,
    off: bool,
    log: Vec<String>,
}

pub struct StreamFake {
    script: Mutex<Script>,
    url: String,
}

impl StreamFake {
    pub async fn start() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Arc::new(Self {
            script: Mutex::default(),
            url: format!("http://{}", listener.local_addr().unwrap()),
        });
        let router = Router::new().route("/", post(answer)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    pub fn engine(&self) -> Engine {
        let keys = StaticKeys {
            access_key_id: "a",
            secret_access_key: "s",
            session_token: None,
        };
        endpoint(&self.url, "local", &keys, &[], None)
    }

    /// Adds a connection `fake` to a configuration.
    pub fn connect(&self, config: &mut Config) {
        config.connections.push(super::endpoint("fake", &self.url));
    }

    pub fn shard(&self, id: &str, parent: Option<&str>) {
        let shard = Shard {
            parent: parent.map(str::to_owned),
            ..Shard::default()
        };
        self.script.lock().unwrap().shards.insert(id.to_owned(), shard);
    }

    /// Adds a record for each key.
    pub fn write(&self, shard: &str, keys: &[&str]) {
        let mut script = self.script.lock().unwrap();
        for key in keys {
            script.number += 1;
            let number = script.number;
            script.shards.get_mut(shard).unwrap().records.push((number, (*key).to_owned()));
        }
    }

    pub fn close(&self, shard: &str) {
        self.with(shard, |shard| shard.closed = true);
    }

    /// Trims everything that a shard has now.
    pub fn trim(&self, shard: &str) {
        let next = self.script.lock().unwrap().number + 1;
        self.with(shard, |shard| shard.horizon = next);
    }

    /// Takes a shard off the list.
    pub fn forget(&self, shard: &str) {
        self.script.lock().unwrap().shards.remove(shard);
    }

    pub fn empty_pages(&self, shard: &str, pages: u32) {
        self.with(shard, |shard| shard.empty = pages);
    }

    pub fn expire_iterators(&self) {
        self.script.lock().unwrap().generation += 1;
    }

    pub fn throttle(&self, calls: u32) {
        self.script.lock().unwrap().throttle = calls;
    }

    /// Refuses, for good, every iterator after this number.
    pub fn poison(&self, number: String) {
        self.script.lock().unwrap().poison = Some(number);
    }

    pub fn turn_off(&self) {
        let mut script = self.script.lock().unwrap();
        script.off = true;
        script.shards.values_mut().for_each(|shard| shard.closed = true);
    }

    pub fn reads(&self, shard: &str) -> u64 {
        self.script.lock().unwrap().shards[shard].reads
    }

    /// What was asked: operation, shard and kind of iterator.
    pub fn log(&self) -> Vec<String> {
        self.script.lock().unwrap().log.clone()
    }

    fn with(&self, shard: &str, change: impl FnOnce(&mut Shard)) {
        change(self.script.lock().unwrap().shards.get_mut(shard).unwrap());
    }
}

/// Sequence numbers have 21 digits at least.
pub fn number(number: u64) -> String {
    format!("1{number:020}")
}

fn parse(number: &Value) -> u64 {
    number.as_str().unwrap()[1..].parse().unwrap()
}

async fn answer(State(fake): State<Arc<StreamFake>>, headers: HeaderMap, body: String) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let request: Value = serde_json::from_str(&body).unwrap();
    let mut script = fake.script.lock().unwrap();
    match target {
        "DynamoDB_20120810.DescribeTable" => ok(json!({"Table": {
            "TableName": request["TableName"], "TableStatus": "ACTIVE", "LatestStreamArn": ARN,
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        }})),
        "DynamoDBStreams_20120810.DescribeStream" => describe(&script, &request),
        "DynamoDBStreams_20120810.GetShardIterator" => iterator(&mut script, &request),
        "DynamoDBStreams_20120810.GetRecords" => records(&mut script, &request),
        other => refuse("UnknownOperationException", other),
    }
}

/// Two shards a page, so that pages are followed.
fn describe(script: &Script, request: &Value) -> Response {
    let after = request["ExclusiveStartShardId"].as_str().unwrap_or_default();
    let page: Vec<_> = script.shards.iter().filter(|(id, _)| id.as_str() > after).take(2).collect();
    let more = page.last().filter(|(last, _)| script.shards.keys().next_back() != Some(last));
    let shards: Vec<_> = page
        .iter()
        .map(|(id, shard)| {
            let last = shard.records.last().map_or(0, |record| record.0);
            json!({
                "ShardId": id,
                "ParentShardId": shard.parent,
                "SequenceNumberRange": {
                    "StartingSequenceNumber": number(0),
                    "EndingSequenceNumber": shard.closed.then(|| number(last)),
                },
            })
        })
        .collect();
    ok(json!({"StreamDescription": {
        "StreamArn": ARN, "TableName": "t", "StreamViewType": "KEYS_ONLY",
        "StreamStatus": if script.off { "DISABLED" } else { "ENABLED" },
        "Shards": shards, "LastEvaluatedShardId": more.map(|(last, _)| last),
    }}))
}

fn iterator(script: &mut Script, request: &Value) -> Response {
    let id = request["ShardId"].as_str().unwrap();
    let kind = request["ShardIteratorType"].as_str().unwrap();
    script.log.push(format!("{id} {kind}"));
    let generation = script.generation;
    if script.poison.is_some() && script.poison.as_deref() == request["SequenceNumber"].as_str() {
        return refuse("ValidationException", "Invalid SequenceNumber");
    }
    let Some(shard) = script.shards.get(id) else {
        return refuse("ResourceNotFoundException", "no such shard");
    };
    let from = match kind {
        "TRIM_HORIZON" => 0,
        "LATEST" => script.number + 1,
        "AT_SEQUENCE_NUMBER" => parse(&request["SequenceNumber"]),
        _ => parse(&request["SequenceNumber"]) + 1,
    };
    if from != 0 && from < shard.horizon {
        return refuse("TrimmedDataAccessException", "trimmed");
    }
    ok(json!({"ShardIterator": format!("{id}|{}|{generation}", from.max(shard.horizon))}))
}

fn records(script: &mut Script, request: &Value) -> Response {
    if script.throttle > 0 {
        script.throttle -= 1;
        return refuse("LimitExceededException", "too many readers");
    }
    let parts: Vec<_> = request["ShardIterator"].as_str().unwrap().split('|').collect();
    let (id, from, generation): (&str, u64, u64) = (parts[0], parts[1].parse().unwrap(), parts[2].parse().unwrap());
    if generation < script.generation {
        return refuse("ExpiredIteratorException", "expired");
    }
    let Some(shard) = script.shards.get_mut(id) else {
        return refuse("ResourceNotFoundException", "no such shard");
    };
    shard.reads += 1;
    if from < shard.horizon {
        return refuse("TrimmedDataAccessException", "trimmed");
    }
    if shard.empty > 0 {
        shard.empty -= 1;
        return ok(json!({"Records": [], "NextShardIterator": format!("{id}|{from}|{generation}")}));
    }
    let limit = usize::try_from(request["Limit"].as_u64().unwrap()).unwrap();
    let page: Vec<_> = shard.records.iter().filter(|record| record.0 >= from).take(limit).collect();
    let next = page.last().map_or(from, |record| record.0 + 1);
    let end = shard.closed && shard.records.last().is_none_or(|record| record.0 < next);
    let page: Vec<_> = page
        .iter()
        .map(|(at, key)| {
            json!({
                "eventID": format!("e{at}"), "eventName": if key == UNREADABLE { "RENAME" } else { "INSERT" },
                "dynamodb": {
                    "Keys": {"pk": {"S": key}}, "SequenceNumber": number(*at), "SizeBytes": 100,
                    "ApproximateCreationDateTime": 1_700_000_000, "StreamViewType": "KEYS_ONLY",
                },
            })
        })
        .collect();
    ok(json!({"Records": page, "NextShardIterator": (!end).then(|| format!("{id}|{next}|{generation}"))}))
}

fn ok(body: Value) -> Response {
    (
        [("content-type", "application/x-amz-json-1.0")],
        Json(without_nulls(body)).into_response().into_body(),
    )
        .into_response()
}

/// DynamoDB leaves out what is not there.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

fn refuse(code: &str, message: &str) -> Response {
    let body = json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": message});
    (StatusCode::BAD_REQUEST, ok(body)).into_response()
}
