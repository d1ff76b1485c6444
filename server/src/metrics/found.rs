//! What stands elsewhere already and is only read when somebody asks.

use std::time::Duration;

use dynadesk_shared::access::IDENTITY;
use dynadesk_shared::api::jobs::JobState;
use prometheus::core::Collector;
use prometheus::{CounterVec, GaugeVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};
use tokio::time::{Instant, timeout};

use super::Metrics;
use crate::app::App;
use crate::engine::metrics::Totals;

/// Prometheus waits ten seconds as a rule; what does not come by then is left out.
const PATIENCE: Duration = Duration::from_secs(3);
/// Counting sessions reads them all.
const SESSIONS_HOLD: Duration = Duration::from_secs(60);

const JOB_STATES: [(JobState, &str); 6] = [
    (JobState::Running, "running"),
    (JobState::Cancelling, "cancelling"),
    (JobState::Done, "done"),
    (JobState::Cancelled, "cancelled"),
    (JobState::Failed, "failed"),
    (JobState::Interrupted, "interrupted"),
];

pub(super) async fn registry(metrics: &Metrics, app: &App) -> prometheus::Result<Registry> {
    let registry = Registry::new();
    let build = IntGaugeVec::new(
        Opts::new("dynadesk_build_info", "Always 1; the version is its label."),
        &["version"],
    )?;
    build.with_label_values(&[crate::VERSION]).set(1);
    keep(&registry, build)?;
    engines(&registry, app)?;
    jobs(&registry, app)?;
    streams(&registry, app)?;
    if let Some(gate) = metrics.gate.get() {
        let open = IntGauge::new("dynadesk_connections", "Open connections of browsers and proxies.")?;
        open.set(count(gate.open()));
        keep(&registry, open)?;
        let away = IntCounter::new(
            "dynadesk_connections_turned_away_total",
            "Connections that were closed or not opened because there were too many.",
        )?;
        away.inc_by(gate.turned_away());
        keep(&registry, away)?;
    }
    let left_out = IntGauge::new(
        "dynadesk_audit_left_out",
        "Entries of the audit log that could not be kept since the last one that was.",
    )?;
    left_out.set(i64::try_from(app.audit.left_out()).unwrap_or(i64::MAX));
    keep(&registry, left_out)?;
    let (status, sessions, lags) = tokio::join!(
        timeout(PATIENCE, app.store.status()),
        timeout(PATIENCE, sessions(metrics, app)),
        timeout(PATIENCE, app.relays.lags())
    );
    let store = IntGauge::new("dynadesk_store_up", "Whether Dynadesk's own store answers now.")?;
    store.set(i64::from(status.is_ok_and(|status| status.available)));
    if let Ok(Some(count_of)) = sessions {
        let gauge = IntGauge::new(
            "dynadesk_sessions",
            "Sessions that are not over, of all servers that share the store.",
        )?;
        gauge.set(count(count_of));
        keep(&registry, gauge)?;
    }
    keep(&registry, store)?;
    if let Ok(Ok(lags)) = lags {
        let shards = IntGaugeVec::new(
            Opts::new("dynadesk_relay_shards", "Shards that this server relays."),
            &["connection"],
        )?;
        let lag = GaugeVec::new(
            Opts::new(
                "dynadesk_relay_lag_seconds",
                "How far behind the slowest shard that this server relays is.",
            ),
            &["connection"],
        )?;
        for (connection, of) in lags {
            shards.with_label_values(&[&connection]).set(count(of.shards));
            lag.with_label_values(&[&connection]).set(of.lag_ms as f64 / 1000.0);
        }
        keep(&registry, shards)?;
        keep(&registry, lag)?;
    }
    Ok(registry)
}

fn engines(registry: &Registry, app: &App) -> prometheus::Result<()> {
    let calls = IntCounterVec::new(
        Opts::new(
            "dynadesk_engine_calls_total",
            "Attempts of calls to DynamoDB and the services beside it, by operation and outcome.",
        ),
        &["connection", "service", "operation", "outcome"],
    )?;
    let seconds = CounterVec::new(
        Opts::new("dynadesk_engine_seconds_total", "Time that these attempts took."),
        &["connection", "service", "operation", "outcome"],
    )?;
    let units = CounterVec::new(
        Opts::new("dynadesk_capacity_units_total", "Capacity units that DynamoDB said were consumed."),
        &["connection", "kind"],
    )?;
    let count = |name: &str, totals: &Totals| {
        for ((what, outcome), of) in &totals.calls {
            let labels = [name, what.service.as_str(), what.operation.as_str(), outcome.word()];
            calls.with_label_values(&labels).inc_by(of.count);
            seconds.with_label_values(&labels).inc_by(of.seconds);
        }
    };
    if let Some(pool) = app.identity.counters() {
        count(IDENTITY, &pool.totals());
    }
    for connection in app.connections.iter() {
        let name = connection.view.name.as_str();
        let totals = connection.engine.counters().totals();
        count(name, &totals);
        units.with_label_values(&[name, "read"]).inc_by(totals.spent.read);
        units.with_label_values(&[name, "write"]).inc_by(totals.spent.write);
    }
    keep(registry, calls)?;
    keep(registry, seconds)?;
    keep(registry, units)
}

fn jobs(registry: &Registry, app: &App) -> prometheus::Result<()> {
    let gauge = IntGaugeVec::new(Opts::new("dynadesk_jobs", "Jobs of this server by state."), &["state"])?;
    let all = app.jobs.here();
    for (state, word) in JOB_STATES {
        let of_state = all.iter().filter(|job| job.state == state).count();
        gauge.with_label_values(&[word]).set(count(of_state));
    }
    keep(registry, gauge)
}

fn streams(registry: &Registry, app: &App) -> prometheus::Result<()> {
    let streams = IntGaugeVec::new(
        Opts::new("dynadesk_streams_watched", "Streams of tables that are read for browsers."),
        &["connection"],
    )?;
    let watchers = IntGaugeVec::new(Opts::new("dynadesk_stream_watchers", "Who watches them."), &["connection"])?;
    let lag = GaugeVec::new(
        Opts::new(
            "dynadesk_stream_lag_seconds",
            "How far behind the slowest of these streams is read.",
        ),
        &["connection"],
    )?;
    for connection in app.connections.iter() {
        let name = connection.view.name.as_str();
        let watched = app.hubs.watched(name, app.clock.now());
        streams.with_label_values(&[name]).set(count(watched.streams));
        watchers.with_label_values(&[name]).set(count(watched.watchers));
        lag.with_label_values(&[name]).set(watched.behind.as_secs_f64());
    }
    keep(registry, lag)?;
    keep(registry, streams)?;
    keep(registry, watchers)
}

async fn sessions(metrics: &Metrics, app: &App) -> Option<usize> {
    let mut known = metrics.sessions.lock().await;
    if let Some((at, count)) = *known
        && at.elapsed() < SESSIONS_HOLD
    {
        return Some(count);
    }
    let found = app.store.sessions().all().await.ok()?.len();
    *known = Some((Instant::now(), found));
    Some(found)
}

fn keep(registry: &Registry, collector: impl Collector + 'static) -> prometheus::Result<()> {
    registry.register(Box::new(collector))
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}
