//! What the server measures of itself, as Prometheus reads it. No table and no person is named: there may be
//! many of them, and who reads the metrics need not know them.

mod found;

use std::sync::OnceLock;
use std::time::Duration;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::app::App;
use crate::serving::Gate;

/// From a cached answer to one that took too long.
const SECONDS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];
/// Methods that have a name of their own; anybody may send any word.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// A method by its name, where it is one that is known.
pub fn method(method: &str) -> &'static str {
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}

#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    took: HistogramVec,
    sign_ins: IntCounterVec,
    /// The connections of browsers, once the server listens.
    gate: OnceLock<Gate>,
    /// How many sessions there were when the store was last asked.
    sessions: Mutex<Option<(Instant, usize)>>,
}

impl Metrics {
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new(
                "dynadesk_requests_total",
                "Requests that were answered, by route, method and status.",
            ),
            &["route", "method", "status"],
        )?;
        let took = HistogramVec::new(
            HistogramOpts::new("dynadesk_request_seconds", "Time to the head of an answer, by route and method.").buckets(SECONDS.into()),
            &["route", "method"],
        )?;
        let sign_ins = IntCounterVec::new(
            Opts::new(
                "dynadesk_sign_ins_total",
                "Sign-ins by way (password, oidc) and outcome (done, refused).",
            ),
            &["way", "outcome"],
        )?;
        for way in ["password", "oidc"] {
            for outcome in ["done", "refused"] {
                sign_ins.with_label_values(&[way, outcome]);
            }
        }
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(took.clone()))?;
        registry.register(Box::new(sign_ins.clone()))?;
        Ok(Self {
            registry,
            requests,
            took,
            sign_ins,
            gate: OnceLock::new(),
            sessions: Mutex::default(),
        })
    }

    /// Counts the connections of this gate.
    pub fn watch(&self, gate: Gate) {
        _ = self.gate.set(gate);
    }

    /// One answer. `route` is the pattern of a URL, never a URL.
    pub fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let method = self::method(method);
        let status = status.to_string();
        self.requests.with_label_values(&[route, method, &status]).inc();
        self.took.with_label_values(&[route, method]).observe(took.as_secs_f64());
    }

    /// One try to sign in.
    pub fn sign_in(&self, way: &str, done: bool) {
        let outcome = if done { "done" } else { "refused" };
        self.sign_ins.with_label_values(&[way, outcome]).inc();
    }

    /// Everything, in the form that Prometheus reads.
    pub async fn text(&self, app: &App) -> prometheus::Result<String> {
        let mut families = self.registry.gather();
        families.extend(found::registry(self, app).await?.gather());
        TextEncoder::new().encode_to_string(&families)
    }
}
