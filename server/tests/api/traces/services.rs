//! The services beside DynamoDB: streams, measurements, user pools and roles are traced and counted as it is.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use axum::Router;
use axum::routing::post;
use opentelemetry_proto::tonic::trace::v1::Span;
use tempfile::TempDir;

use super::{Collector, ask, text};
use crate::process::Server;
use crate::support::cloudwatch::CloudWatch;
use crate::support::cognito::{Cognito, POOL, user};
use crate::support::fake::Fake;

/// An address that nobody has at this moment.
fn free() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// How often a service was asked for something, as Prometheus reads it.
fn calls(metrics: &str, connection: &str, what: (&str, &str), outcome: &str) -> f64 {
    let mut stream = TcpStream::connect(metrics).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: {metrics}\r\nconnection: close\r\n\r\n").unwrap();
    let said = std::io::read_to_string(stream).unwrap();
    let (service, operation) = what;
    let series = format!(
        "dynadesk_engine_calls_total{{connection=\"{connection}\",operation=\"{operation}\",outcome=\"{outcome}\",service=\"{service}\"}} "
    );
    let count = said.lines().find_map(|line| line.strip_prefix(&series));
    count.map_or(0.0, |count| count.parse().unwrap())
}

fn all<'a>(spans: &'a [Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

/// Where AWS says whose role somebody has now.
async fn roles() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = r#"<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
        <AssumedRoleUser><AssumedRoleId>ID:dynadesk</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/reader/dynadesk</Arn></AssumedRoleUser>
        <Credentials><AccessKeyId>hush-id</AccessKeyId><SecretAccessKey>hush-key</SecretAccessKey><SessionToken>hush-token</SessionToken>
        <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"#;
    let router = Router::new().route("/", post(move || async move { ([("content-type", "text/xml")], answer) }));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_service_that_is_asked_is_traced_within_its_request_and_counted() {
    let (_cloudwatch, measured) = CloudWatch::start().await;
    let dynamodb = Fake::start().await;
    let cognito = Cognito::start(vec![user("hush-user", &[])]).await;
    let (sts, collector, metrics) = (roles().await, Collector::start(), free());
    let directory = TempDir::new().unwrap();
    let toml = format!(
        r#"
        [[connection]]
        name = "watched"
        kind = "endpoint"
        url = "{0}"
        cloudwatch_url = "{measured}"
        [[connection]]
        name = "roled"
        kind = "aws"
        region = "eu-west-1"
        role_arn = "arn:aws:iam::1:role/hush-role"
        [identity.pool]
        id = "{POOL}"
        endpoint = "{1}"
        "#,
        dynamodb.url, cognito.url
    );
    std::fs::write(directory.path().join("dynadesk.toml"), toml).unwrap();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()),
        ("AWS_ACCESS_KEY_ID", "hush-own"),
        ("AWS_SECRET_ACCESS_KEY", "hush-own"),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.url.as_str()),
        ("AWS_ENDPOINT_URL_STS", sts.as_str()),
    ];
    let server = Server::start(&directory, &["--port", "0", "--metrics-address", &metrics], &variables);
    let monitoring = ask(&server, "GET /api/c/watched/tables/hush/monitoring?period=1h", "", "");
    assert!(monitoring.starts_with("HTTP/1.1 200"), "{monitoring}");
    assert!(ask(&server, "GET /api/identity/health", "", "").starts_with("HTTP/1.1 200"));
    cognito.throttle(1);
    assert!(ask(&server, "GET /api/identity/health", "", "").starts_with("HTTP/1.1 200"));
    assert!(ask(&server, "GET /api/c/roled/tables/hush", "", "").starts_with("HTTP/1.1 200"));

    let cognitos = ("CognitoIdentityProvider", "ListUsers");
    assert!(calls(&metrics, "watched", ("DynamoDB", "DescribeTable"), "ok") >= 1.0);
    assert!(calls(&metrics, "watched", ("CloudWatch", "GetMetricData"), "ok") >= 1.0);
    assert_eq!(calls(&metrics, "identity", cognitos, "ok"), 1.0);
    assert_eq!(calls(&metrics, "identity", cognitos, "throttled"), 1.0);
    assert_eq!(calls(&metrics, "roled", ("STS", "AssumeRole"), "ok"), 1.0);
    assert!(server.stop().status.success());

    let spans = collector.spans();
    for (name, connection, request) in [
        (
            "CloudWatch.GetMetricData",
            "watched",
            "GET /api/c/{connection}/tables/{table}/monitoring",
        ),
        ("CognitoIdentityProvider.ListUsers", "identity", "GET /api/identity/health"),
        ("STS.AssumeRole", "roled", "GET /api/c/{connection}/tables/{table}"),
    ] {
        let call = all(&spans, name)[0];
        assert_eq!(text(&call.attributes, "dynadesk.connection"), connection);
        assert_eq!(text(&call.attributes, "rpc.system"), "aws-api");
        assert!(
            all(&spans, request).iter().any(|request| request.span_id == call.parent_span_id),
            "{name} is within {request}"
        );
    }
    let outcomes = all(&spans, "CognitoIdentityProvider.ListUsers");
    let outcomes: Vec<String> = outcomes.iter().map(|call| text(&call.attributes, "dynadesk.outcome")).collect();
    assert_eq!(outcomes, ["ok", "throttled"]);
    for body in collector.bodies() {
        assert!(!String::from_utf8_lossy(&body).contains("hush"), "something that is stored got out");
    }
}

#[test]
fn a_stream_is_traced_where_it_brings_something_and_counted_always() {
    let (collector, metrics, directory) = (Collector::start(), free(), TempDir::new().unwrap());
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str())];
    let flags = ["--port", "0", "--in-memory", "--metrics-address", &metrics];
    let server = Server::start(&directory, &flags, &variables);
    assert!(ask(&server, "POST /api/c/local/tables", "", super::CREATE).starts_with("HTTP/1.1 20"));
    let table = "/api/c/local/tables/hush-table";
    let on = ask(&server, &format!("POST {table}/stream"), "", r#"{"view_type": "NEW_IMAGE"}"#);
    assert!(on.starts_with("HTTP/1.1 200"), "{on}");
    let item = r#"{"changes": [{"create": {"item": {"pk": {"S": "hush-key"}}}}]}"#;
    let written = ask(&server, &format!("POST {table}/items/write"), "", item);
    assert!(written.starts_with("HTTP/1.1 200"), "{written}");
    let mut watch = TcpStream::connect(server.address()).unwrap();
    write!(watch, "GET {table}/stream/events?from=start HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut lines = BufReader::new(watch).lines();
    assert!(lines.any(|line| line.unwrap().contains("hush-key")), "the record comes");
    let reads = ("DynamoDBStreams", "GetRecords");
    while calls(&metrics, "local", reads, "ok") < 5.0 {}
    drop(lines);
    assert!(server.stop().status.success());

    let spans = collector.spans();
    let found = all(&spans, "DynamoDBStreams.GetRecords");
    // Whoever watches is told from the start by one reader, while another reads on for all.
    assert!((1..=2).contains(&found.len()), "{} of 5 and more brought something", found.len());
    assert!(
        found.iter().all(|read| read.parent_span_id.is_empty()),
        "nobody's request waits for it"
    );
    assert!(found.iter().all(|read| text(&read.attributes, "dynadesk.outcome") == "ok"));
    assert_eq!(all(&spans, "DynamoDBStreams.DescribeStream").len(), 0);
}
