//! Monitoring: Dynadesk's own counters on the embedded engine and behind a throttling peer, and
//! CloudWatch behind a stand-in at its wire.

use dynadesk_server::config::{ConnectionConfig, Environment, Place};
use dynadesk_shared::api::monitoring::{Chart, MonitoringView, Source, Topic};
use serde_json::json;

use crate::support::cloudwatch::CloudWatch;
use crate::support::fake::Fake;
use crate::support::{TestApp, endpoint, pk_sk_table};

/// 2026-11-25 10:07:31 UTC.
const NOW: i64 = 1_795_601_251;

fn chart(view: &MonitoringView, topic: Topic, index: Option<&str>) -> Chart {
    let mut all = view.charts.iter();
    all.find(|chart| chart.topic == topic && chart.index.as_deref() == index)
        .unwrap()
        .clone()
}

fn sum(chart: &Chart, label: &str) -> f64 {
    let line = chart.lines.iter().find(|line| line.label == label);
    line.unwrap_or_else(|| panic!("{:?} has no {label}", chart.title))
        .values
        .iter()
        .flatten()
        .sum()
}

async fn with_items(items: usize) -> TestApp {
    let app = TestApp::new().await;
    let mut table = pk_sk_table("notes");
    table
        .attribute_definitions
        .push(serde_json::from_value(json!({"AttributeName": "kind", "AttributeType": "S"})).unwrap());
    let index = json!({"IndexName": "by-kind", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}]});
    table.global_secondary_indexes = vec![serde_json::from_value(index).unwrap()];
    app.create_table(table).await;
    let lines: String = (0..items)
        .map(|at| format!("{{\"pk\":\"{at}\",\"sk\":\"0\",\"kind\":\"k\"}}\n"))
        .collect();
    let seed = crate::support::seed::request(crate::support::seed::text(lines));
    crate::support::seed::seed(&app, "notes", &seed).await;
    app
}

#[tokio::test]
async fn own_counters_move_with_what_passes() {
    let app = with_items(20).await;
    let path = "/api/c/local/tables/notes/monitoring";
    let before: MonitoringView = app.get(path).await.json();
    assert_eq!(before.source, Source::Dynadesk);
    assert!(before.since.is_some() && before.exchange.is_none());
    let writes = before.consumed.write_units;
    assert!(writes > 0.0);
    let scan = json!({"limit": 10});
    app.post("/api/c/local/tables/notes/items/scan", &scan)
        .await
        .json::<serde_json::Value>();
    let of_index = json!({"limit": 10, "index": "by-kind"});
    app.post("/api/c/local/tables/notes/items/scan", &of_index)
        .await
        .json::<serde_json::Value>();
    // Nobody's table is counted for another.
    app.create_table(pk_sk_table("other")).await;
    app.post("/api/c/local/tables/other/items/scan", &scan)
        .await
        .json::<serde_json::Value>();

    let after: MonitoringView = app.get(&format!("{path}?period=3h&source=dynadesk")).await.json();
    assert_eq!((after.step, after.charts[0].lines[0].values.len()), (60, 180));
    assert_eq!(after.consumed.write_units, writes);
    assert!(after.consumed.read_units > before.consumed.read_units);
    assert!(sum(&chart(&after, Topic::ReadCapacity, None), "Consumed") > 0.0);
    assert!(sum(&chart(&after, Topic::ReadCapacity, Some("by-kind")), "Consumed") > 0.0);
    assert_eq!(sum(&chart(&after, Topic::Requests, None), "Scan"), 2.0);
    assert_eq!(chart(&after, Topic::Latency, None).lines[0].values.iter().flatten().count(), 1);
    let other: MonitoringView = app.get("/api/c/local/tables/other/monitoring").await.json();
    assert_eq!(sum(&chart(&other, Topic::Requests, None), "Scan"), 1.0);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let app = with_items(1).await;
    let path = "/api/c/local/tables/notes/monitoring";
    app.get(&format!("{path}?period=2h")).await.refused(400, "invalid_query");
    let error = app
        .get(&format!("{path}?source=cloud_watch"))
        .await
        .refused(400, "unsupported_by_engine");
    assert!(error.message.contains("CloudWatch"), "{}", error.message);
    app.get("/api/c/local/tables/missing/monitoring")
        .await
        .refused(404, "table_not_found");
}

#[tokio::test]
async fn throttled_attempts_are_counted_and_the_sdks_own_retries_too() {
    let fake = Fake::start().await;
    let app = TestApp::with(|config| fake.connect(config)).await;
    fake.close_after(0);
    let items = [serde_json::from_value(json!({"pk": {"S": "1"}, "sk": {"S": "1"}})).unwrap()];
    let seed = crate::support::seed::request(crate::support::seed::text(crate::support::seed::lines(&items)));
    app.post("/api/c/fake/tables/notes/seed", &seed).await;
    fake.until_throttled(1).await;
    let view: MonitoringView = app.get("/api/c/fake/tables/notes/monitoring").await.json();
    let asked = fake.throttled.borrow().to_owned() as f64;
    let counted = sum(&chart(&view, Topic::Throttles, None), "Attempts");
    assert!(counted >= 1.0 && counted <= asked + 1.0, "{counted} of {asked}");
}

async fn watched() -> (TestApp, std::sync::Arc<CloudWatch>) {
    let (cloudwatch, url) = CloudWatch::start().await;
    let dynamodb = Fake::start().await;
    let app = TestApp::with(|config| {
        dynamodb.connect(config);
        config.connections[1].cloudwatch = Some(url);
    })
    .await;
    app.state.clock.set(NOW * 1_000_000);
    (app, cloudwatch)
}

#[tokio::test]
async fn cloudwatch_is_asked_once_on_its_own_marks_and_put_together_from_pages() {
    let (app, cloudwatch) = watched().await;
    let from = NOW - 31 - 3_600;
    cloudwatch.put(
        "ConsumedReadCapacityUnits TableName=notes Sum",
        &[(from, 60.0), (from + 60, 120.0), (from + 180, 30.0)],
    );
    cloudwatch.put("SuccessfulRequestLatency TableName=notes Operation=Query p99", &[(from + 60, 7.5)]);
    cloudwatch.put("WriteThrottleEvents TableName=notes Sum", &[(from + 120, 3.0)]);
    let view: MonitoringView = app.get("/api/c/fake/tables/notes/monitoring?period=1h").await.json();
    assert_eq!((view.source, view.from, view.step), (Source::CloudWatch, from, 60));
    let reads = chart(&view, Topic::ReadCapacity, None);
    assert_eq!(reads.lines[0].values[..4], [Some(1.0), Some(2.0), Some(0.0), Some(0.5)]);
    assert_eq!((view.consumed.read_units, view.consumed.seconds), (210.0, 3_600));
    let latency = chart(&view, Topic::Latency, None);
    // What nobody did has no line, and a minute without a measure is a gap.
    assert_eq!(latency.lines.len(), 1);
    assert_eq!(latency.lines[0].label, "Query, 99 of 100");
    assert_eq!(latency.lines[0].values[..2], [None, Some(7.5)]);
    assert_eq!(sum(&chart(&view, Topic::Throttles, None), "Writes"), 3.0);

    let asked = cloudwatch.asked.lock().unwrap();
    assert_eq!(asked.len(), 2, "a page and the next");
    assert_eq!((&asked[0]["StartTime"], &asked[0]["EndTime"]), (&json!(from), &json!(from + 3_600)));
    let shown = view.exchange.unwrap();
    assert_eq!(shown.operation, "GetMetricData");
    assert_eq!(shown.request["MetricDataQueries"], asked[0]["MetricDataQueries"]);
    assert_eq!(asked[1]["NextToken"], "more");
}

#[tokio::test]
async fn a_refusal_of_cloudwatch_is_told_and_own_counters_remain() {
    let (app, cloudwatch) = watched().await;
    *cloudwatch.refuse.lock().unwrap() = Some("AccessDenied");
    let path = "/api/c/fake/tables/notes/monitoring";
    let error = app.get(path).await.refused(403, "engine_denied");
    assert!(error.message.contains("not for you"), "{}", error.message);
    let own: MonitoringView = app.get(&format!("{path}?source=dynadesk")).await.json();
    assert_eq!(own.source, Source::Dynadesk);
}

#[tokio::test]
async fn an_endpoint_never_asks_cloudwatch_where_nobody_said_it_is() {
    let app = TestApp::with(|config| config.connections.push(endpoint("peer", "http://127.0.0.1:1"))).await;
    let list: serde_json::Value = app.get("/api/connections").await.json();
    let why = list["connections"][1]["capabilities"]["missing"]["metrics"].as_str().unwrap();
    assert!(why.contains("cloudwatch_url"), "{why}");
}

/// The variable of that very service has a say, and only that one.
#[tokio::test]
async fn cloudwatch_is_awss_own_unless_its_variable_says_otherwise() {
    for url in [None, Some("http://127.0.0.1:1")] {
        let place = Place::Aws {
            profile: None,
            region: Some("eu-west-1".to_owned()),
            role: None,
        };
        let config = ConnectionConfig::new("aws", "AWS", "amber", place);
        let env = move |name: &str| url.filter(|_| name == "AWS_ENDPOINT_URL_CLOUDWATCH").map(str::to_owned);
        let open = dynadesk_server::connections::open(&config, &Environment(&env)).await.unwrap();
        let place = open.engine.cloudwatch().unwrap().place().to_owned();
        assert_eq!(
            place,
            url.map_or("CloudWatch in eu-west-1".to_owned(), |url| format!("CloudWatch at {url}"))
        );
    }
}
