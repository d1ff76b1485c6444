//! Traces at the wire: what a collector is sent, and that nobody waits for one.

mod services;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tempfile::TempDir;

use crate::process::Server;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// A collector that takes everything and keeps it.
struct Collector {
    url: String,
    taken: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let taken = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let kept = taken.clone();
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = kept.clone();
                std::thread::spawn(move || while take(stream.as_ref().unwrap(), &kept).is_some() {});
            }
        });
        Self { url, taken }
    }

    fn bodies(&self) -> Vec<Vec<u8>> {
        self.taken.lock().unwrap().clone()
    }

    fn exports(&self) -> Vec<ExportTraceServiceRequest> {
        let decode = |body: &Vec<u8>| ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        self.bodies().iter().map(decode).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let of = self.exports().into_iter().flat_map(|export| export.resource_spans);
        of.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

/// One request of a connection that stays open.
fn take(stream: &TcpStream, kept: &Mutex<Vec<Vec<u8>>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
        head += &line;
    }
    assert!(
        head.starts_with("POST /v1/traces ") && head.contains("application/x-protobuf"),
        "{head}"
    );
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    kept.lock().unwrap().push(body);
    let mut stream = stream;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()
}

/// A request with headers of one's own, and the whole answer.
fn ask(server: &Server, request: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let length = body.len();
    let head = format!(
        "{request} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n"
    );
    stream.write_all((head + body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find(|line| line.starts_with(name)).unwrap();
    line[name.len()..].trim()
}

fn text(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    let value = found.and_then(|attribute| attribute.value.clone()).and_then(|value| value.value);
    match value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const CREATE: &str = r#"{"request": {"TableName": "hush-table", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}}"#;

#[test]
fn a_collector_is_sent_requests_with_the_calls_they_make_and_nothing_that_is_stored() {
    let collector = Collector::start();
    let directory = TempDir::new().unwrap();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()),
        ("OTEL_SERVICE_NAME", "desk-of-a-test"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
    ];
    let server = Server::start(&directory, &["--port", "0", "--in-memory"], &variables);
    assert!(ask(&server, "POST /api/c/local/tables", "", CREATE).starts_with("HTTP/1.1 20"));
    let given = format!("traceparent: 00-{TRACE}-{PARENT}-01\r\ntracestate: hush=state\r\n");
    let item = r#"{"changes": [{"create": {"item": {"pk": {"S": "hush-key"}, "said": {"S": "hush-value"}}}}]}"#;
    let written = ask(&server, "POST /api/c/local/tables/hush-table/items/write", "", item);
    assert!(written.starts_with("HTTP/1.1 200"), "{written}");
    let scan = r#"{"limit": 5, "filter": {"compare": {"path": "said", "operator": "=", "value": {"S": "hush-value"}}}}"#;
    let answer = ask(&server, "POST /api/c/local/tables/hush-table/items/scan", &given, scan);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("hush-key"), "{answer}");
    assert!(ask(&server, "GET /api/c/hush-connection/tables?after=hush", "", "").starts_with("HTTP/1.1 404"));
    assert!(ask(&server, "GET /api/ready", "", "").starts_with("HTTP/1.1 200"));
    // What is not sent yet goes before the server does.
    let log = String::from_utf8(server.stop().stderr).unwrap();

    let spans = collector.spans();
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name}"));
    let request = named("POST /api/c/{connection}/tables/{table}/items/scan");
    assert_eq!(
        (hex(&request.trace_id), hex(&request.parent_span_id)),
        (TRACE.to_owned(), PARENT.to_owned())
    );
    assert_eq!(text(&request.attributes, "http.response.status_code"), "200");
    assert_eq!(text(&request.attributes, "dynadesk.request_id"), header(&answer, "x-request-id:"));
    assert_eq!(request.kind, 2, "a server's");
    assert!(log.contains(TRACE), "the log names the trace");
    let call = named("DynamoDB.Scan");
    assert_eq!((&call.trace_id, &call.parent_span_id), (&request.trace_id, &request.span_id));
    assert_eq!(text(&call.attributes, "dynadesk.connection"), "local");
    assert_eq!(text(&call.attributes, "dynadesk.outcome"), "ok");
    assert_eq!(text(&call.attributes, "dynadesk.capacity.read"), "0.5");
    assert!(request.start_time_unix_nano <= call.start_time_unix_nano && call.end_time_unix_nano <= request.end_time_unix_nano);
    // What goes on also where the browser leaves is within its request all the same.
    let write = named("POST /api/c/{connection}/tables/{table}/items/write");
    assert!(
        spans
            .iter()
            .any(|span| span.name.starts_with("DynamoDB.") && span.parent_span_id == write.span_id)
    );
    let refused = named("GET /api/c/{connection}/tables");
    assert_eq!(text(&refused.attributes, "http.response.status_code"), "404");
    assert_ne!(hex(&refused.trace_id), TRACE, "a trace of its own");
    assert!(
        !spans.iter().any(|span| span.name.contains("ready")),
        "what machines ask is left out"
    );

    for export in collector.exports() {
        let resource = export.resource_spans[0].resource.clone().unwrap();
        assert_eq!(text(&resource.attributes, "service.name"), "desk-of-a-test");
        assert_eq!(text(&resource.attributes, "deployment.environment.name"), "test");
    }
    for body in collector.bodies() {
        assert!(!String::from_utf8_lossy(&body).contains("hush"), "something that is stored got out");
    }
}

#[test]
fn a_collector_that_is_down_hinders_nobody() {
    // Nobody listens there any more.
    let url = format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let directory = TempDir::new().unwrap();
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "10")];
    let server = Server::start(&directory, &["--port", "0", "--in-memory"], &variables);
    while !server.log().contains("the collector takes no traces") {
        assert!(server.ask("GET /api/connections", "").starts_with("HTTP/1.1 200"));
    }
    let stopped = server.stop();
    assert!(stopped.status.success());
    let log = String::from_utf8(stopped.stderr).unwrap();
    assert_eq!(
        log.matches("the collector takes no traces").count(),
        1,
        "once and not for each: {log}"
    );
}

#[test]
fn nothing_is_sent_where_the_environment_says_so() {
    let collector = Collector::start();
    let endpoint = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("{}/v1/traces", collector.url));
    for silence in [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ] {
        let directory = TempDir::new().unwrap();
        let server = Server::start(&directory, &["--port", "0", "--in-memory"], &[(endpoint.0, &endpoint.1), silence]);
        assert!(server.ask("GET /api/connections", "").starts_with("HTTP/1.1 200"));
        let log = String::from_utf8(server.stop().stderr).unwrap();
        assert_eq!(log.contains("only http/protobuf is spoken"), silence.1 == "grpc", "{log}");
    }
    assert!(collector.bodies().is_empty());
    // The same address without any of these is used.
    let directory = TempDir::new().unwrap();
    let server = Server::start(&directory, &["--port", "0", "--in-memory"], &[(endpoint.0, &endpoint.1)]);
    assert!(server.ask("GET /api/connections", "").starts_with("HTTP/1.1 200"));
    assert!(server.stop().status.success());
    assert_eq!(
        collector.spans().iter().filter(|span| span.name == "GET /api/connections").count(),
        1
    );
}
