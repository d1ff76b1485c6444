//! Traces for a collector, where the standard environment of OpenTelemetry names one (docs/DEPLOY.md). Spans say
//! what was asked for by the pattern of its route and the name of an operation: no table, no key, no value and
//! no person is in them, as in the metrics.

mod sender;

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TraceContextExt, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use crate::config::Environment;
use sender::Sender;

/// How long the last spans may take to get away when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a resource is called whose name nobody said.
const NAMELESS: &str = "unknown_service";

/// One for the process, as its log is. Nothing where nobody asked for traces.
static ON: OnceLock<On> = OnceLock::new();

struct On {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

tokio::task_local! {
    /// The span of the request that is being answered; nothing where it is not to be traced.
    static REQUEST: Option<Context>;
}

/// How a call to a service of AWS, or to what stands for it, went.
#[derive(Debug)]
pub struct Call<'a> {
    pub connection: &'a str,
    pub service: &'a str,
    pub operation: &'a str,
    pub outcome: &'static str,
    /// Whether that is the engine's fault.
    pub failed: bool,
    /// Whether it brought no records of a stream, which is asked again soon.
    pub quiet: bool,
    pub read: f64,
    pub written: f64,
    pub took: Duration,
}

/// A request's span, which ends when this is dropped.
#[derive(Debug)]
pub struct Request(Option<Context>);

/// Begins to trace, where the environment says where to. What cannot be is only said: nobody's work hangs on it.
pub fn begin(env: &Environment<'_>) {
    match provider(env) {
        Ok(None) => {}
        Ok(Some(provider)) => {
            let tracer = provider.tracer("dynadesk");
            tracing::info!("traces are sent to the collector that the environment names");
            _ = ON.set(On { provider, tracer });
        }
        Err(why) => tracing::error!(why = format!("{why:#}"), "no traces are sent"),
    }
}

/// Sends what is still here. Nothing is traced afterwards.
pub async fn end() {
    let Some(on) = ON.get() else { return };
    // It waits for its thread, which needs the runtime to send.
    let ended = tokio::task::spawn_blocking(|| on.provider.shutdown_with_timeout(PATIENCE)).await;
    if !matches!(ended, Ok(Ok(()))) {
        tracing::warn!("the last traces did not get to their collector");
    }
}

fn provider(env: &Environment<'_>) -> anyhow::Result<Option<SdkTracerProvider>> {
    let endpoint = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    let disabled = env.get("OTEL_SDK_DISABLED").is_some_and(|said| said.eq_ignore_ascii_case("true"));
    let named = endpoint.iter().any(|name| env.get(name).is_some());
    let wanted = match env.get("OTEL_TRACES_EXPORTER").as_deref() {
        None => named,
        Some("otlp") => true,
        Some("none") => false,
        Some(other) => anyhow::bail!("OTEL_TRACES_EXPORTER is {other:?}: only otlp is known"),
    };
    if disabled || !wanted {
        return Ok(None);
    }
    let said = |trace: &str, general: &str| env.get(trace).or_else(|| env.get(general));
    let protocol = said("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
    if let Some(other) = protocol.filter(|protocol| protocol != "http/protobuf") {
        anyhow::bail!("OTEL_EXPORTER_OTLP_PROTOCOL is {other:?}: only http/protobuf is spoken");
    }
    let timeout = said("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT");
    let timeout = timeout.and_then(|timeout| timeout.parse().ok()).unwrap_or(10_000);
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_http_client(Sender::new(Duration::from_millis(timeout))?)
        .build()?;
    let mut resource = Resource::builder().with_attributes([KeyValue::new("service.version", crate::VERSION)]);
    let own = Resource::builder().build().get(&"service.name".into());
    if own.is_none_or(|name| name.as_str().starts_with(NAMELESS)) {
        resource = resource.with_service_name("dynadesk");
    }
    Ok(Some(
        SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build(),
    ))
}

/// Does something for a request whose span is a child of what the request says, if it says it.
pub async fn scope<T>(request: &Request, work: impl Future<Output = T>) -> T {
    REQUEST.scope(request.0.clone(), work).await
}

/// Lets work that goes on by itself be within the span of the request that began it.
pub fn carry<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let request = REQUEST.try_with(Clone::clone);
    async move {
        match request {
            Ok(request) => REQUEST.scope(request, work).await,
            Err(_) => work.await,
        }
    }
}

impl Request {
    /// One that is traced, where anything is.
    pub fn begin(headers: &http::HeaderMap, method: &'static str, route: &str, id: &str) -> Self {
        let Some(on) = ON.get() else { return Self(None) };
        let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Parent(headers));
        let span = SpanBuilder::from_name(format!("{method} {route}"))
            .with_kind(SpanKind::Server)
            .with_attributes([
                KeyValue::new("http.request.method", method),
                KeyValue::new("http.route", route.to_owned()),
                KeyValue::new("dynadesk.request_id", id.to_owned()),
            ]);
        let span = on.tracer.build_with_context(span, &parent);
        Self(Some(parent.with_span(span)))
    }

    /// One that is not, nor what is done for it.
    pub fn silent() -> Self {
        Self(None)
    }

    /// The id of its trace, for the log.
    pub fn trace(&self) -> Option<String> {
        let span = self.0.as_ref()?.span().span_context().clone();
        span.is_sampled().then(|| span.trace_id().to_string())
    }

    /// How it was answered.
    pub fn answered(&self, status: u16) {
        let Some(context) = &self.0 else { return };
        let span = context.span();
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
        if status >= 500 {
            span.set_attribute(KeyValue::new("error.type", status.to_string()));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// An attempt of a call that has just ended: within its request's span, or a trace of its own where no request
/// waits for it. Streams are asked every second or two: where that brings
/// nothing and nobody waits for it, it would only bury the others.
pub fn called(call: &Call<'_>) {
    let Some(on) = ON.get() else { return };
    let parent = match REQUEST.try_with(Clone::clone) {
        Ok(Some(request)) => request,
        Ok(None) => return,
        Err(_) if call.quiet => return,
        Err(_) => Context::new(),
    };
    let now = SystemTime::now();
    let span = SpanBuilder::from_name(format!("{}.{}", call.service, call.operation))
        .with_kind(SpanKind::Client)
        .with_start_time(now.checked_sub(call.took).unwrap_or(now))
        .with_attributes([
            KeyValue::new("dynadesk.connection", call.connection.to_owned()),
            KeyValue::new("dynadesk.outcome", call.outcome),
        ]);
    let mut span = on.tracer.build_with_context(span, &parent);
    if call.service == "DynamoDB" {
        span.set_attributes([
            KeyValue::new("db.system.name", "aws.dynamodb"),
            KeyValue::new("db.operation.name", call.operation.to_owned()),
            KeyValue::new("dynadesk.capacity.read", call.read),
            KeyValue::new("dynadesk.capacity.write", call.written),
        ]);
    } else {
        span.set_attributes([
            KeyValue::new("rpc.system", "aws-api"),
            KeyValue::new("rpc.service", call.service.to_owned()),
            KeyValue::new("rpc.method", call.operation.to_owned()),
        ]);
    }
    if call.failed {
        span.set_attribute(KeyValue::new("error.type", call.outcome));
        span.set_status(Status::error(""));
    }
    span.end_with_timestamp(now);
}

/// What a request says of the trace that it is in. `tracestate` is not taken: anybody could send kilobytes of it.
struct Parent<'a>(&'a http::HeaderMap);

impl Extractor for Parent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let wanted = key == "traceparent";
        self.0.get(key).filter(|_| wanted).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}
