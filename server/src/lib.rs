//! The server of Dynadesk: holds the credentials, speaks to DynamoDB, serves the console.

pub mod access;
pub mod api;
pub mod app;
pub mod assets;
pub mod audit;
pub mod backups;
pub mod budgets;
pub mod cli;
pub mod clock;
pub mod config;
mod confirm;
pub mod connections;
pub mod conversations;
mod cursor;
mod data_dir;
mod drops;
pub mod engine;
pub mod error;
pub mod history;
pub mod identity;
pub mod integrity;
pub mod items;
pub mod jobs;
pub mod metrics;
mod middleware;
pub mod monitoring;
pub mod partiql;
pub mod ready;
pub mod relay;
mod router;
pub mod seed;
pub mod serving;
pub mod store;
pub mod streams;
pub mod tables;
pub mod takeover;
mod tls;
pub mod traces;
pub mod who;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use app::{App, AppState};
use assets::Ui;
use config::{Config, ConnectionConfig, Environment, Place};
use connections::Connections;
use middleware::guard::HostNames;
use serving::{Certificate, Door, Gate, Limits, Stop};
use store::{Store, StorePlace};

/// Dynadesk's version, as the shell shows it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How long requests under way may take to finish when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long connections may take to close when they are cut off.
const CLOSING: Duration = Duration::from_secs(2);

/// Whoever reads metrics does so now and then.
const METRICS_CONNECTIONS: usize = 64;

/// The largest body, where a route says nothing else.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// Everything that answers requests, in one service.
pub fn router(state: AppState) -> Router {
    let routes = router::routes()
        .fallback(assets::serve)
        .method_not_allowed_fallback(assets::serve)
        .layer(axum::extract::DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(state.clone());
    middleware::around(routes, state)
}

/// Makes the data directory and opens every connection that the configuration names.
pub async fn open(config: &Config, env: &Environment<'_>) -> anyhow::Result<AppState> {
    let data_dir = &config.data_dir;
    data_dir::make(data_dir).with_context(|| format!("the data directory {} cannot be made", data_dir.display()))?;
    let mut opened = Vec::new();
    for connection in &config.connections {
        opened.push(connections::open(connection, env).await?);
    }
    reserve(config, &mut opened);
    let (clock, stopping) = (clock::Clock::system(), CancellationToken::new());
    let connections = Connections::new(opened);
    let store = Store::keeping(store_place(config, &connections)?, clock.clone(), config.audit.keeps_history());
    let server = relay::name::of(lasts(config).then_some(data_dir.as_path()))
        .with_context(|| format!("the name of this server in {} cannot be read", data_dir.display()))?;
    if let Some((url, why)) = config.sign_in.asks_over_tls().zip(tls::distrust()) {
        anyhow::bail!("nobody could sign in: {url} cannot be asked over TLS: {why}");
    }
    let access = access::Access::open(&config.sign_in, store.clone(), clock.clone(), server.clone()).context("nobody could sign in")?;
    let directory = lasts(config).then_some(data_dir.as_path());
    let audit = audit::Audit::open(store.clone(), clock.clone(), server.clone(), config.audit.clone(), directory)
        .with_context(|| format!("what the audit log left out stands in {} and cannot be read", data_dir.display()))?;
    let place = config.store.as_ref().and_then(|store| connections.get(&store.connection).ok());
    let shared = place.is_some_and(|place| !place.alone && place.writable().is_ok());
    let folder = lasts(config).then(|| data_dir.join("jobs"));
    let here = jobs::Jobs::open(folder, clock.clone(), stopping.clone(), audit.clone())
        .with_context(|| format!("the jobs in {} cannot be read", data_dir.display()))?;
    // Who shares the store shares the jobs in it.
    let jobs = match shared {
        true => here.share(store.clone(), server.clone()),
        false => here,
    };
    let with_others = shared.then(|| (store.clone(), server.clone()));
    let relays = relay::Relays::new(
        connections.clone(),
        (store.clone(), shared),
        clock.clone(),
        server,
        stopping.clone(),
    );
    let hubs = streams::Hubs::default();
    let live = conversations::LiveFeeds::new(hubs.clone(), clock.clone(), stopping.clone());
    let identity = identity::Identity::open(&config.identity, clock.clone(), with_others).await?;
    if let Some(why) = tls::distrust() {
        let places = over_tls(config, &connections, &identity).join(", ");
        if !places.is_empty() {
            tracing::error!("nobody can be asked over TLS: {why}. It concerns {places}");
        }
    }
    Ok(AppState::new(App {
        connections,
        identity,
        data_dir: data_dir.clone(),
        follow_ups: tables::FollowUps::default(),
        budgets: budgets::Budgets::new(store.clone(), clock.clone()),
        hosts: host_names(config),
        access,
        audit,
        ui: config.ui_dir.clone().map_or(Ui::Embedded, Ui::Directory),
        leaving: CancellationToken::new(),
        base: config.sign_in.base().to_owned(),
        stopping,
        jobs,
        store,
        metrics: metrics::Metrics::new()?,
        metrics_token: config.serving.metrics.token.clone(),
        ready: ready::Readiness::default(),
        clock,
        relays,
        live,
        hubs,
    }))
}

/// What is asked over TLS, for a person. Who signs in over it is refused at once.
fn over_tls(config: &Config, connections: &Connections, identity: &identity::Identity) -> Vec<String> {
    let secure = |url: &str| url.starts_with("https:");
    let mut places = Vec::new();
    for wanted in &config.connections {
        let opened = connections.get(&wanted.name).ok();
        let endpoint = opened.as_ref().and_then(|opened| opened.view.endpoint.as_deref());
        let asked = match wanted.place {
            Place::Embedded { .. } => false,
            // AWS's own endpoints are not named.
            Place::Endpoint { .. } | Place::Aws { .. } => endpoint.is_none_or(secure),
        };
        if asked || wanted.cloudwatch.as_deref().is_some_and(secure) {
            places.push(format!("connection {:?}", wanted.name));
        }
    }
    if identity.view().pool.is_some_and(|pool| secure(&pool.endpoint)) {
        places.push("the user pool".to_owned());
    }
    places
}

/// The names under which browsers may reach us; that of the public URL is one of them.
fn host_names(config: &Config) -> HostNames {
    let public = config.sign_in.public_url.as_deref().and_then(|url| url.parse::<http::Uri>().ok());
    let public = public.and_then(|url| url.host().map(str::to_owned));
    let names: Vec<String> = config.allowed_hosts.iter().cloned().chain(public).collect();
    HostNames::new(&names)
}

/// Whether jobs are written down: what is only in memory is gone with the server, and so are the
/// jobs that fill it.
fn lasts(config: &Config) -> bool {
    config.connections.iter().any(ConnectionConfig::lasts)
}

/// Keeps everybody away from the store's table where people sign in.
fn reserve(config: &Config, opened: &mut [connections::Connection]) {
    let Some(store) = config.store.as_ref().filter(|_| config.sign_in.is_on()) else {
        return;
    };
    // One place may be spelled in several ways. Only an embedded engine is surely another one.
    let may_be = |place: &connections::Connection, one: &connections::Connection| match place.alone || one.alone {
        true => one.is_same_place(place),
        false => true,
    };
    let same: Vec<bool> = match opened.iter().find(|one| one.view.name == store.connection) {
        Some(place) => opened.iter().map(|one| may_be(place, one)).collect(),
        None => Vec::new(),
    };
    for (connection, same) in opened.iter_mut().zip(same) {
        connection.reserved = same.then(|| store.table.clone());
    }
}

/// Where the store is: on the connection that the configuration names, else on an engine of its own.
fn store_place(config: &Config, connections: &Connections) -> anyhow::Result<StorePlace> {
    Ok(match &config.store {
        Some(wanted) => StorePlace::Shared {
            connection: connections.get(&wanted.connection)?,
            table: wanted.table.clone(),
        },
        None => StorePlace::Own {
            file: lasts(config).then(|| config.data_dir.join(config::store::FILE)),
        },
    })
}

/// Serves until it is told to stop, then lets requests under way finish and jobs come to a safe
/// point. Says on standard output, in one line, when it is ready.
pub async fn run(config: Config, listener: TcpListener, stop: Stop) -> anyhow::Result<()> {
    // A hangup asks to read certificates anew; without a handler it would end the server. It stays for good.
    #[cfg(unix)]
    let _hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    let process = |name: &str| std::env::var(name).ok();
    let tls = match &config.serving.tls {
        Some(files) => Some(Certificate::open(files).await?),
        None => None,
    };
    let _lock = lasts(&config).then(|| data_dir::lock(&config.data_dir)).transpose()?;
    let state = open(&config, &Environment(&process)).await?;
    let measured = match config.serving.metrics.address {
        Some(address) => {
            let bound = TcpListener::bind(address).await;
            Some(bound.with_context(|| format!("metrics cannot be served at {address}"))?)
        }
        None => None,
    };
    state.audit.started();
    println!("{}", ready_line(listener.local_addr()?, tls.is_some(), &state));
    state.relays.start();
    takeover::start(&state);
    let stopping = state.stopping.clone();
    let live = tls.as_ref().map(Certificate::live);
    if let Some(tls) = tls {
        tokio::spawn(tls.watch(stopping.clone()));
    }
    let limits = Limits::of(config.serving.max_connections);
    let gate = Gate::new(&limits);
    state.metrics.watch(gate.clone());
    let (handle, closed) = (axum_server::Handle::new(), CancellationToken::new());
    let door = Door::new(listener, gate, closed.clone());
    tokio::spawn(stop.leave(config.drain(), state.clone(), closed, door.gate().clone(), handle.clone()));
    if let Some(listener) = measured {
        tracing::info!(address = %listener.local_addr()?, "metrics are served");
        tokio::spawn(serve_metrics(listener, state.clone()));
    }
    let mut serving = std::pin::pin!(serving::serve(door, router(state.clone()), limits, live, handle.clone()));
    tokio::select! {
        ended = &mut serving => ended?,
        () = async { stopping.cancelled().await; tokio::time::sleep(PATIENCE).await } => {
            tracing::warn!("requests under way did not finish in {} seconds", PATIENCE.as_secs());
            // They are dropped while there still is somebody to write down that they were.
            handle.shutdown();
            if tokio::time::timeout(CLOSING, serving).await.is_err() {
                tracing::warn!("connections did not close in {} seconds", CLOSING.as_secs());
            }
        }
    }
    // A write that an engine never answers must not hold the server: the last checkpoint stands.
    if tokio::time::timeout(PATIENCE, state.jobs.stopped()).await.is_err() {
        tracing::warn!("jobs did not come to a safe point in {} seconds", PATIENCE.as_secs());
    }
    if tokio::time::timeout(PATIENCE, state.relays.stopped()).await.is_err() {
        tracing::warn!("relays did not let go of their shards in {} seconds", PATIENCE.as_secs());
    }
    if tokio::time::timeout(PATIENCE, state.audit.stopped()).await.is_err() {
        tracing::warn!("the audit log was not written to its end in {} seconds", PATIENCE.as_secs());
    }
    tracing::info!("stopped");
    Ok(())
}

/// Metrics at an address of their own, until the server stops.
async fn serve_metrics(listener: TcpListener, state: AppState) {
    let limits = Limits::of(METRICS_CONNECTIONS);
    let door = Door::new(listener, Gate::new(&limits), state.stopping.clone());
    let serving = serving::serve(door, api::metrics::alone(state.clone()), limits, None, axum_server::Handle::new());
    tokio::select! {
        ended = serving => if let Err(cause) = ended {
            tracing::error!(%cause, "metrics are not served any more");
        },
        () = state.stopping.cancelled() => {}
    }
}

/// The one line that says where Dynadesk is and what it begins with.
fn ready_line(address: SocketAddr, tls: bool, state: &AppState) -> String {
    let scheme = if tls { "https" } else { "http" };
    let first = state.connections.iter().find(|connection| connection.view.is_default);
    let engine = first.map_or_else(String::new, |connection| {
        let view = &connection.view;
        match view.place.as_str() {
            "memory" => format!("{} in memory, ", view.engine),
            _ if view.endpoint.is_some() => format!("{} {}, ", view.engine, view.place),
            _ => format!(
                "{}, ",
                view.region
                    .as_ref()
                    .map_or_else(|| view.engine.clone(), |region| format!("{} {region}", view.engine))
            ),
        }
    });
    let data = state.data_dir.display().to_string();
    format!(
        "Dynadesk is ready at {scheme}://{address} ({engine}data in {}/)",
        data.trim_end_matches('/')
    )
}
