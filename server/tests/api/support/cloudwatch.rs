//! A stand-in for CloudWatch at its wire (Smithy RPC v2 with CBOR): it answers GetMetricData with the
//! points that a test gave it, page by page, and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_smithy_cbor::data::Type;
use aws_smithy_cbor::{Decoder, Encoder};
use aws_smithy_types::DateTime;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Map, Number, Value};

#[derive(Default)]
pub struct CloudWatch {
    /// Points by `metric dimension=value … stat`.
    pub series: Mutex<BTreeMap<String, Vec<(i64, f64)>>>,
    pub asked: Mutex<Vec<Value>>,
    /// Refuses with this code.
    pub refuse: Mutex<Option<&'static str>>,
}

impl CloudWatch {
    pub async fn start() -> (Arc<Self>, String) {
        let fake = Arc::new(Self::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let path = "/service/GraniteServiceVersion20100801/operation/GetMetricData";
        let router = Router::new().route(path, post(answer)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (fake, url)
    }

    pub fn put(&self, series: &str, points: &[(i64, f64)]) {
        self.series.lock().unwrap().insert(series.to_owned(), points.to_vec());
    }
}

async fn answer(State(fake): State<Arc<CloudWatch>>, body: Bytes) -> Response {
    let cbor = [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")];
    if let Some(code) = *fake.refuse.lock().unwrap() {
        let mut out = Encoder::new(Vec::new());
        out.map(2).str("__type").str(code).str("message").str("not for you");
        return (StatusCode::FORBIDDEN, cbor, out.into_writer()).into_response();
    }
    let request = read(&mut Decoder::new(&body));
    let second = request["NextToken"].is_string();
    let queries = request["MetricDataQueries"].as_array().unwrap().clone();
    fake.asked.lock().unwrap().push(request);
    // Every second point comes on a second page.
    let mut out = Encoder::new(Vec::new());
    out.map(if second { 1 } else { 2 });
    if !second {
        out.str("NextToken").str("more");
    }
    out.str("MetricDataResults").array(queries.len());
    for query in &queries {
        let all = fake.series.lock().unwrap().get(&name(query)).cloned().unwrap_or_default();
        let half: Vec<_> = all.iter().skip(usize::from(second)).step_by(2).collect();
        out.map(4).str("Id").str(query["Id"].as_str().unwrap());
        out.str("StatusCode").str(if second { "Complete" } else { "PartialData" });
        out.str("Timestamps").array(half.len());
        half.iter().for_each(|(at, _)| _ = out.timestamp(&DateTime::from_secs(*at)));
        out.str("Values").array(half.len());
        half.iter().for_each(|(_, value)| _ = out.double(*value));
    }
    (cbor, out.into_writer()).into_response()
}

fn name(query: &Value) -> String {
    let stat = &query["MetricStat"];
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let mut parts = vec![word(&stat["Metric"]["MetricName"])];
    for dimension in stat["Metric"]["Dimensions"].as_array().unwrap() {
        parts.push(format!("{}={}", word(&dimension["Name"]), word(&dimension["Value"])));
    }
    parts.push(word(&stat["Stat"]));
    parts.join(" ")
}

/// What GetMetricData sends, as JSON.
fn read(from: &mut Decoder<'_>) -> Value {
    match from.datatype().unwrap() {
        Type::Map | Type::MapIndef => {
            let (mut left, mut map) = (from.map().unwrap(), Map::new());
            while left != Some(0) {
                if from.datatype().unwrap() == Type::Break {
                    from.skip().unwrap();
                    break;
                }
                let key = from.str().unwrap().into_owned();
                map.insert(key, read(from));
                left = left.map(|left| left - 1);
            }
            Value::Object(map)
        }
        Type::Array | Type::ArrayIndef => {
            let (mut left, mut list) = (from.list().unwrap(), Vec::new());
            while left != Some(0) {
                if from.datatype().unwrap() == Type::Break {
                    from.skip().unwrap();
                    break;
                }
                list.push(read(from));
                left = left.map(|left| left - 1);
            }
            Value::Array(list)
        }
        Type::Tag => from.timestamp().unwrap().secs().into(),
        Type::String | Type::StringIndef => from.str().unwrap().into_owned().into(),
        Type::F32 | Type::F64 => Number::from_f64(from.double().unwrap()).unwrap().into(),
        _ => from.long().unwrap().into(),
    }
}
